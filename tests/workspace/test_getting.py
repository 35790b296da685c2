"""A GET on the web: redirects are followed a few times, each checked anew, and what is read has an end."""

import socket

import pytest

from hongqiao.errors import Invalid
from hongqiao.workspace.webhooks import getting

MOVED = b"HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def answers(monkeypatch):
    """Every name resolves; each connection gets the next answer; `asked` are the heads that were sent."""
    waiting, asked, kept = [], [], []

    def connect(target, address):
        ours, theirs = socket.socketpair()
        theirs.sendall(waiting.pop(0))
        theirs.shutdown(socket.SHUT_WR)
        kept.append(theirs)
        asked.append(target.path)
        return ours

    monkeypatch.setattr(getting.guard, "resolve", lambda target, private: "203.0.113.1")
    monkeypatch.setattr(getting.posting, "connect", connect)
    return waiting, asked


def page(body, status=b"200 OK"):
    return b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=gbk\r\nContent-Length: %d\r\n\r\n%s" % (
        status,
        len(body),
        body,
    )


def follow(**more):
    given = {"headers": {"Accept": "*/*"}, "most": 10, "seconds": 5}
    return getting.follow("https://example.com/a", **given | more)


def test_a_redirect_without_an_end_is_given_up_and_a_short_one_followed(answers):
    waiting, asked = answers
    waiting += [MOVED] * 4
    with pytest.raises(getting.NotGot, match="not_got"):
        follow()
    assert asked == ["/a", "/next", "/next", "/next"]
    waiting += [MOVED, page(b"ok")]
    found = follow()
    assert (found.status, found.address, found.body, found.charset) == (200, "https://example.com/next", b"ok", "gbk")


def test_a_redirect_that_says_no_address_is_the_answer(answers):
    answers[0].append(page(b"", b"301 Moved"))
    assert follow().status == 301
    answers[0].append(page(b"", b"301 Moved"))
    with pytest.raises(getting.NotGot) as refused:
        getting.get("https://example.com/a", accept="*/*", most=10)
    assert refused.value.params["why"] == "301"


def test_what_is_longer_than_the_limit_is_cut_and_a_download_of_it_refused(answers):
    waiting, _asked = answers
    waiting += [page(b"0123456789"), page(b"0123456789x"), page(b"0123456789x")]
    assert not follow().cut
    found = follow()
    assert (found.body, found.cut) == (b"0123456789", True)
    with pytest.raises(getting.NotGot):
        getting.get("https://example.com/a", accept="*/*", most=10)


def test_whoever_asks_may_stop_a_step_and_each_address_passes_the_guard(answers):
    waiting, asked = answers

    def step(url):
        if url.endswith("/next"):
            raise KeyError(url)
        return url, None

    waiting.append(MOVED)
    with pytest.raises(KeyError):
        follow(step=step)
    waiting.append(MOVED.replace(b"/next", b"https://10.0.0.1/"))
    with pytest.raises(Invalid):
        follow()
    assert asked == ["/a", "/a"]
