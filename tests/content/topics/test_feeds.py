"""Feeds by address: RSS and Atom, each entry once, no way into this network, no entity bombs."""

import socket

import pytest
from django.urls import reverse

from hongqiao.content.models import Topic, TopicFeed
from hongqiao.content.topics import jobs, reading, services
from hongqiao.errors import Invalid
from hongqiao.workspace.webhooks import getting

pytestmark = pytest.mark.django_db
RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>t</title>
<item><title>秋冬 <![CDATA[干皮怎么选面霜]]></title><link>https://example.com/1</link></item>
<item><title>坏链接</title><link>javascript:alert(1)</link></item><item><link>https://example.com/3</link></item>
</channel></rss>""".encode()
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>油皮冬天也要防晒</title>
<link href="https://example.com/a"/></entry></feed>""".encode()
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss><item><title>&b;</title></item></rss>'


def test_rss_and_atom_are_read():
    assert [(e.title, e.url) for e in reading.entries(RSS)] == [
        ("秋冬 干皮怎么选面霜", "https://example.com/1"),
        ("坏链接", ""),
    ]
    assert [e.title for e in reading.entries(ATOM)] == ["油皮冬天也要防晒"]


@pytest.mark.parametrize("raw", [b"", b"<rss>", b"not xml", BOMB, b"\xff\xfe\x00"])
def test_what_is_no_feed_is_refused(raw):
    with pytest.raises(reading.Unread):
        reading.entries(raw)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/rss",
        "https://127.0.0.1/rss",
        "https://[::1]/",
        "https://169.254.169.254/x",
        "file:///etc",
        "",
    ],
)
def test_no_feed_leads_into_this_network(cast, url):
    with pytest.raises(Invalid):
        services.add_feed(actor=cast.editor, url=url)
    assert not TopicFeed.objects.exists()


def answering(monkeypatch, *answers):
    """Let every address resolve, and each connection get the next answer."""
    waiting, kept = list(answers), []

    def connect(target, address):
        ours, theirs = socket.socketpair()
        theirs.sendall(waiting.pop(0))
        theirs.shutdown(socket.SHUT_WR)
        kept.append(theirs)  # else it is closed before it is asked
        return ours

    monkeypatch.setattr(getting.guard, "resolve", lambda target, private: "203.0.113.1")
    monkeypatch.setattr(getting.posting, "connect", connect)


def test_a_redirect_into_this_network_is_refused_and_one_elsewhere_followed(monkeypatch):
    inside = b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/rss\r\nContent-Length: 0\r\n\r\n"
    answering(monkeypatch, inside)
    with pytest.raises(Invalid):
        reading.fetch("https://example.com/rss")
    elsewhere = inside.replace(b"127.0.0.1", b"example.org")
    answering(monkeypatch, elsewhere, b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(RSS) + RSS)
    assert reading.fetch("https://example.com/rss") == RSS
    for wrong in (b"HTTP/1.1 404 Not Found\r\n\r\n", b"hello", b""):
        answering(monkeypatch, wrong)
        with pytest.raises(reading.Unread):
            reading.fetch("https://example.com/rss")


def test_an_entry_becomes_an_idea_once_and_a_feed_that_fails_says_why(cast, monkeypatch):
    writer, address = cast.client(cast.editor), reverse("content_sources", args=["anlan"])
    sent = {"act": "feed", "url": "https://example.com/rss", "name": "行业早报"}
    assert "已订阅" in writer.post(address, sent, follow=True).content.decode()
    assert writer.post(address, sent).status_code == 409
    feed = TopicFeed.objects.get()
    monkeypatch.setattr(reading, "fetch", lambda url: RSS)
    assert services.read_feed(feed) == 2
    feed.refresh_from_db()
    assert services.read_feed(feed) == 0
    row = Topic.objects.get(title="秋冬 干皮怎么选面霜")
    assert (row.source, row.origin["feed"], row.evidence[0]["cite"]) == ("hot", "行业早报", "行业早报")
    monkeypatch.setattr(reading, "fetch", lambda url: BOMB)
    assert services.read_feed(feed) == 0
    assert "读不出订阅源" in writer.get(address).content.decode()
    feed.refresh_from_db()
    assert len(feed.seen) == 2
    assert jobs.feeds
    writer.post(address, {"act": "unfeed", "id": feed.pk, "seen": feed.version})
    assert not TopicFeed.objects.exists()
    assert Topic.objects.count() == 2
