"""Feeds and a mailbox that the house asks itself: each entry once, no way into this network, errors kept."""

import socket
import threading
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hongqiao.crisis.intake import feeds, listening, mailbox, sources
from hongqiao.crisis.models import Look, Mention, Source
from hongqiao.errors import Invalid
from hongqiao.workspace import keys
from hongqiao.workspace.webhooks import getting

pytestmark = pytest.mark.django_db

RSS = """<?xml version="1.0"?><rss version="2.0"><channel>
<item><guid>a1</guid><title>安澜面霜被投诉</title><link>https://example.com/1</link>
<description>&lt;p&gt;用后&lt;b&gt;过敏&lt;/b&gt;&lt;/p&gt;</description><pubDate>{when}</pubDate></item>
<item><title>没有编号</title><link>https://example.com/2</link></item></channel></rss>"""


def answering(monkeypatch, *answers):
    """Let every address resolve, and each connection get the next answer; return what was asked."""
    waiting, asked, kept = list(answers), [], []

    def connect(target, address):
        ours, theirs = socket.socketpair()
        theirs.sendall(waiting.pop(0))
        theirs.shutdown(socket.SHUT_WR)
        kept.append(theirs)
        asked.append(theirs)
        return ours

    monkeypatch.setattr(getting.guard, "resolve", lambda target, private=None: "203.0.113.1")
    monkeypatch.setattr(getting.posting, "connect", connect)
    return asked


def feed(cast):
    return sources.add(actor=cast.editor, name="行业网", way="feed", given={"address": "https://example.com/rss"})


def test_a_feed_is_asked_whether_it_changed_and_each_entry_is_heard_once(cast, monkeypatch):
    raw = RSS.format(when=(timezone.now() - timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S +0000")).encode()
    head = b'HTTP/1.1 200 OK\r\nETag: "v1"\r\nContent-Length: %d\r\n\r\n' % len(raw)
    asked = answering(monkeypatch, head + raw, b"HTTP/1.1 304 Not Modified\r\n\r\n", head + raw)
    row = feed(cast)
    assert feeds.hear(row).new == 2
    one = Mention.objects.get(outer="a1")
    assert (one.text, one.title, one.url) == ("用后 过敏", "安澜面霜被投诉", "https://example.com/1")
    assert not one.guessed_time
    row.refresh_from_db()
    assert feeds.hear(row).new == 0
    assert b'If-None-Match: "v1"' in asked[1].recv(4096)
    row.refresh_from_db()
    assert (feeds.hear(row).new, Mention.objects.count()) == (0, 2)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 x\r\n\r\n",
        b"hello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<rss>",
        b"HTTP/1.1 302 x\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_a_feed_that_fails_says_why_and_is_asked_again_later(cast, monkeypatch, answer):
    answering(monkeypatch, answer)
    row = feed(cast)
    assert listening.due() == [row]
    assert listening.ask(row) == 0
    row.refresh_from_db()
    assert (row.failures, row.heard_at) == (1, None)
    assert row.error["code"]
    assert Look.objects.get().error
    assert listening.due() == []


@pytest.mark.parametrize(
    "url", ["http://example.com/", "https://127.0.0.1/", "https://169.254.169.254/", "ftp://x", ""]
)
def test_no_source_leads_into_this_network(cast, url):
    with pytest.raises(Invalid):
        sources.add(actor=cast.editor, name="x", way="feed", given={"address": url})
    box = {"host": "127.0.0.1", "port": 993, "user": "u", "password": "p"}
    with pytest.raises(Invalid):
        sources.add(actor=cast.editor, name="x", way="mail", given=box)
    assert not Source.objects.exists()


LETTER = (
    "From: =?utf-8?b?6IiG5oOF5bmz5Y+w?= <alert@example.com>\r\nSubject: =?utf-8?b?6LSf6Z2i6aKE6K2m?=\r\n"
    "Message-ID: <m1@example.com>\r\nDate: Thu, 26 Nov 2026 08:00:00 +0800\r\n"
    "Content-Type: text/html; charset=utf-8\r\n\r\n<p>用后<b>过敏</b>&amp;烂脸</p>"
).encode()


class Box(threading.Thread):
    """A mailbox that answers as IMAP does, for one visit."""

    def __init__(self, line, letters, password="p"):
        super().__init__(daemon=True)
        self.line, self.letters, self.password, self.asked = line, letters, password, []

    def run(self):
        file = self.line.makefile("rwb")

        def say(*lines):
            file.write(b"".join(x + b"\r\n" for x in lines))
            file.flush()

        say(b"* OK [CAPABILITY IMAP4rev1] ready")
        while words := file.readline().split():
            tag, verb = words[0], words[1].upper()
            self.asked.append(b" ".join(words[1:]))
            if verb == b"CAPABILITY":
                say(b"* CAPABILITY IMAP4rev1")
            elif verb == b"LOGIN" and self.password.encode() not in words[3]:
                say(tag + b" NO wrong")
                continue
            elif verb == b"EXAMINE":
                say(b"* 1 EXISTS", b"* OK [UIDVALIDITY 7] ok")
            elif verb == b"UID" and words[2] == b"SEARCH":
                say(b"* SEARCH " + b" ".join(str(n).encode() for n in self.letters))
            elif verb == b"UID":
                raw = self.letters[int(words[3])]
                say(b"* 1 FETCH (UID %s BODY[]<0> {%d}" % (words[3], len(raw)))
                file.write(raw)
                say(b")")
            elif verb == b"LOGOUT":
                say(b"* BYE")
            say(tag + b" OK done")
        self.line.close()


@pytest.fixture
def box(cast, monkeypatch):
    given = {"host": "imap.example.com", "user": "u", "password": "p"}
    row = sources.add(actor=cast.editor, name="预警邮箱", way="mail", given=given)
    monkeypatch.setattr(mailbox.guard, "resolve", lambda target: "203.0.113.1")
    servers = []

    def visit(letters, password="p"):
        ours, theirs = socket.socketpair()
        server = Box(theirs, letters, password)
        server.start()
        servers.append(server)
        monkeypatch.setattr(mailbox.socket, "create_connection", lambda *a, **k: ours)
        monkeypatch.setattr(mailbox, "secured", lambda line, host: line)
        return server

    return row, visit


def test_letters_are_heard_once_and_stay_unread_in_the_box(box):
    row, visit = box
    server = visit({3: LETTER})
    assert mailbox.hear(row).new == 1
    got = Mention.objects.get()
    assert (got.title, got.text, got.outer) == ("负面预警", "用后 过敏 &烂脸", "<m1@example.com>")
    assert "alert@example.com" in keys.decrypt(got.author).decode()
    assert any(b"BODY.PEEK" in a for a in server.asked)
    assert any(a.startswith(b"EXAMINE") for a in server.asked)
    row.refresh_from_db()
    assert row.cursor == {"validity": "b'7'", "uid": 3} or row.cursor["uid"] == 3
    again = visit({3: LETTER})
    assert mailbox.hear(row).new == 0
    assert any(b"UID SEARCH UID 4:*" in a for a in again.asked)


def test_a_password_that_is_wrong_is_kept_as_the_sources_error_and_never_shown(cast, box):
    row, visit = box
    visit({3: LETTER}, password="other")
    assert listening.ask(row) == 0
    row.refresh_from_db()
    assert row.error["code"] == "source_unread"
    page = cast.client(cast.editor).get(reverse("crisis_source", args=["anlan", row.pk])).content.decode()
    assert 'value="p"' not in page
    assert "读不到" in page
