"""The doors: calls with a token, signed pushes, payloads of others, feeds, a mailbox; what each refuses."""

import json
import socket
import threading
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hongqiao.crisis.intake import checking, coverage, feeds, jobs, listening, mailbox, mapping, rounds, sources
from hongqiao.crisis.intake.errors import BadSource, NotMapped, SourceOff
from hongqiao.crisis.models import Look, Mention, Source
from hongqiao.errors import Invalid, NotAllowed
from hongqiao.workspace import keys
from hongqiao.workspace.models import Notice
from hongqiao.workspace.services.doors import create_token
from hongqiao.workspace.webhooks import getting, sign
from tests.crisis.kit import RASH, ago, source

pytestmark = pytest.mark.django_db
PATH = "/api/mentions"


@pytest.fixture
def token(cast):
    cache.clear()
    return create_token(actor=cast.owner, name="t", scopes=["crisis.view", "crisis.handle"])[1]


def call(token, body, **headers):
    return Client().post(
        PATH, body, content_type="application/json", headers={"Authorization": f"Bearer {token}", **headers}
    )


def test_a_call_takes_good_ones_and_names_bad_ones_by_their_place(cast, token):
    rows = [
        {"id": "1", "text": RASH, "posted_at": "2026-11-27T08:00:00+08:00", "channel": "红书", "author": "小王"},
        "not an object",
        {"id": "2", "text": ""},
        {"id": "3", "text": "好用", "posted_at": "昨天", "likes": "很多"},
        {"id": "4", "text": ["x"]},
    ]
    said = call(token, {"source": "舆情接口", "mentions": rows})
    assert said.status_code == 201
    answer = said.json()
    assert {k: answer[k] for k in ("new", "known", "refused")} == {"new": 2, "known": 0, "refused": 3}
    told = {(p["index"], p["code"], p["refused"]) for p in answer["problems"]}
    assert told == {
        (1, "not_an_object", True),
        (2, "missing_text", True),
        (3, "not_a_date", False),
        (3, "not_a_number", False),
        (4, "not_text", True),
    }
    assert all(p["message"] for p in answer["problems"])
    assert Source.objects.get().way == Source.Way.WEBHOOK
    assert call(token, {"source": "舆情接口", "mentions": rows[:1]}).json()["known"] == 1


def test_a_call_with_a_key_is_answered_alike_and_one_of_too_many_refused(cast, token):
    body = {"source": "s", "mentions": [{"id": "1", "text": RASH}]}
    first, again = (call(token, body, **{"Idempotency-Key": "k"}).json() for _ in range(2))
    assert first == again
    assert first["new"] == 1
    assert call(token, {"source": "s", "mentions": [{}] * 1001}).status_code == 422
    assert call(token, {"source": "", "mentions": []}).status_code == 422


def test_half_letters_and_huge_numbers_break_nothing(cast, token):
    raw = b'{"source":"s","mentions":[{"id":"1","text":"\\ud83d","likes":1e400,"posted_at":1e30}]}'
    assert call(token, raw).status_code in (201, 400, 422)


def test_who_may_not_handle_brings_nothing_and_a_source_that_is_off_takes_nothing(cast):
    with pytest.raises(NotAllowed):
        sources.pushed(cast.viewer, "s")
    row = sources.pushed(cast.editor, "s")
    sources.switch(actor=cast.editor, source_id=row.pk, seen=None, on=False)
    with pytest.raises(SourceOff):
        sources.pushed(cast.editor, "s")


def test_the_interface_lists_shows_and_handles_mentions(cast, token):
    call(token, {"source": "s", "mentions": [{"id": str(n), "text": f"{RASH}{n}", "author": "小王"} for n in range(3)]})
    web, head = Client(), {"headers": {"Authorization": f"Bearer {token}"}}
    page = web.get(PATH, {"limit": 2}, **head).json()
    assert [m["outer"] for m in page["items"]] == ["2", "1"]
    assert "author" not in page["items"][0]
    one = page["items"][0]
    whole = web.get(f"{PATH}/{one['id']}", **head).json()
    assert whole["author"] == "小王"

    def act(name, **body):
        return web.post(f"{PATH}/{one['id']}/{name}", body, content_type="application/json", **head)

    assert act("judge", version=one["version"], negative=True, kind="allergy").json()["negative"] is True
    assert act("judge", version=one["version"], negative=True).status_code == 409
    assert (
        act("answer", version=one["version"] + 1, way="reply", url="https://example.com/1").json()["state"]
        == "answered"
    )
    assert act("state", version=one["version"] + 2, state="closed").json()["state"] == "closed"
    assert act("assign", version=one["version"] + 3, owner=str(cast.editor.pk)).json()["owner"] == "editor"
    (said,) = web.get(f"{PATH}/sources", **head).json()["items"]
    assert len(said["hours"]) == 24


# Pushes


@pytest.fixture
def hook(cast):
    row = source(cast.brand)
    row, key, secret = sources.renew(actor=cast.editor, source_id=row.pk, seen=None)
    return row, reverse("crisis_hook", args=[row.pk, key]), secret


def push(url, secret, body, *, stamp=None, **more):
    cache.clear()
    raw = json.dumps(body).encode()
    at = int(time.time()) if stamp is None else stamp
    signed = {"X-Hongqiao-Timestamp": str(at), "X-Hongqiao-Signature": sign(secret, at, raw), **more}
    return Client().post(url, raw, content_type="application/json", headers=signed)


def test_a_signed_push_is_kept_and_twice_is_harmless(hook):
    _row, url, secret = hook
    body = {"mentions": [{"id": "1", "text": RASH}]}
    assert push(url, secret, body).json()["new"] == 1
    assert push(url, secret, body).json() | {"problems": []} == {
        "new": 0, "known": 1, "changed": 0, "refused": 0, "problems": []
    }  # fmt: skip


def test_what_is_forged_old_or_for_nobody_is_not_found(cast, hook):
    row, url, secret = hook
    body = {"mentions": [{"id": "1", "text": RASH}]}
    assert push(url, "wrong", body).status_code == 404
    assert push(url, secret, body, stamp=int(time.time()) - 3600).status_code == 404
    assert push(url, secret, body, **{"X-Hongqiao-Timestamp": ""}).status_code == 404
    assert push(url.replace(url.split("/")[-2], "x" * 43), secret, body).status_code == 404
    assert Client().get(url).status_code == 405
    sources.renew(actor=cast.editor, source_id=row.pk, seen=None)
    assert push(url, secret, body).status_code == 404
    assert not Mention.objects.exists()


def test_a_source_that_is_off_takes_no_push(cast, hook):
    row, url, secret = hook
    sources.switch(actor=cast.editor, source_id=row.pk, seen=None, on=False)
    assert push(url, secret, {"mentions": []}).status_code == 404


def test_a_push_that_cannot_be_read_is_said_so(hook):
    _row, url, secret = hook
    raw, at = b"{not json", int(time.time())
    head = {"X-Hongqiao-Timestamp": str(at), "X-Hongqiao-Signature": sign(secret, at, raw)}
    assert Client().post(url, raw, content_type="application/json", headers=head).status_code == 400
    assert push(url, secret, 7).status_code == 422
    deep = json.loads("[" * 500 + "]" * 500)
    assert push(url, secret, deep).json()["refused"] == 1


def test_secrets_are_kept_encrypted_and_the_address_as_its_hash(hook):
    row, url, secret = hook
    row.refresh_from_db()
    kept = json.dumps(row.options) + row.secrets
    assert secret not in kept
    assert url.split("/")[-2] not in kept
    assert keys.rotate() >= 1
    row.refresh_from_db()
    assert sources.secrets_of(row)["key"] == secret


def test_payloads_of_others_are_mapped_by_paths(cast, hook):
    row, url, secret = hook
    how = {
        "rows": "data.list", "outer": "doc.id", "text": "doc.content", "posted_at": "doc.pubTime", "url": "doc.urls.0",
        "gone": "deleted", "likes": "num.like", "constants": {"channel": "微博"},
    }  # fmt: skip
    sources.change(actor=cast.editor, source_id=row.pk, seen=None, given={"map": json.dumps(how)})
    seconds = int((timezone.now() - timedelta(minutes=7)).timestamp())
    doc = {"id": 123, "content": RASH, "pubTime": seconds * 1000, "urls": ["https://weibo.com/1"]}
    said = push(url, secret, {"data": {"list": [{"doc": doc, "num": {"like": 5}}, {"doc": {}}]}}).json()
    assert (said["new"], said["refused"]) == (1, 1)
    got = Mention.objects.get()
    assert (got.outer, got.channel, got.likes, got.url) == ("123", "微博", 5, "https://weibo.com/1")
    assert int(got.posted_at.timestamp()) == seconds
    push(url, secret, {"data": {"list": [{"doc": {"id": 123}, "deleted": True}]}})
    got.refresh_from_db()
    assert got.gone_at
    assert push(url, secret, {"data": {}}).status_code == 422


@pytest.mark.parametrize("wrong", ["[1]", "{", '{"nonsense": "a"}', '{"text": 5}', '{"constants": {"x": 1}}'])
def test_a_map_that_is_none_is_refused(cast, wrong):
    row = source(cast.brand)
    with pytest.raises(BadSource):
        sources.change(actor=cast.editor, source_id=row.pk, seen=None, given={"map": wrong})
    with pytest.raises(NotMapped):
        mapping.rows_of(5, {})


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("2026-11-27T08:00:00+08:00", "2026-11-27T00:00:00+00:00"),
        ("2026-11-27 08:00:00", "2026-11-27T00:00:00+00:00"),
        ("2026/11/27 08:00", "2026-11-27T00:00:00+00:00"),
        (1795737600, "2026-11-27T00:00:00+00:00"),
        ("1795737600000", "2026-11-27T00:00:00+00:00"),
        ("刚刚", None),
        ("", None),
        (True, None),
        ([], None),
        ("9" * 30, None),
    ],
)
def test_times_as_systems_write_them(said, right):
    found = checking.moment(said, "Asia/Shanghai")
    assert (found.isoformat() if found else None) == right


# Feeds

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

    monkeypatch.setattr(getting.guard, "resolve", lambda target: "203.0.113.1")
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


# A mailbox

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


# Coverage and rounds


def test_the_meter_tells_heard_from_missed_by_the_hour(cast):
    now = timezone.now().replace(minute=30, second=0, microsecond=0)
    row = source(cast.brand, way=Source.Way.FEED)
    Source.objects.update(created_at=now - timedelta(days=3))
    row.refresh_from_db()
    for hours, found, error in ((5, 2, ""), (4, 0, ""), (2, 0, "not_got")):
        coverage.look(row, now - timedelta(hours=hours), found=found, error=error)
    (shown,) = coverage.covered([row], now)
    assert [c.state for c in shown.cells[-6:]] == ["found", "heard", "missed", "failed", "missed", "missed"]
    assert shown.late
    assert shown.share == pytest.approx(2 / 24)


def test_files_and_pasted_words_promise_no_hour(cast):
    rows = [source(cast.brand, w, way=w) for w in ("file", "paste")]
    assert [(c.share, c.late, c.due) for c in coverage.covered(rows)] == [(None, False, None)] * 2


def test_a_round_rests_outside_its_hours_also_over_midnight(cast):
    row = source(cast.brand, way=Source.Way.ROUND, options={"from": 22, "to": 6})
    at = timezone.now().replace(hour=15, minute=0)  # 23:00 in Shanghai
    assert coverage.awake(row, at)
    assert not coverage.awake(row, at + timedelta(hours=9))


def test_who_is_on_duty_is_told_once_that_a_round_is_overdue(cast):
    row = source(cast.brand, way=Source.Way.ROUND, owner=cast.editor, heard_at=ago(hours=5))
    Source.objects.update(created_at=ago(days=1))
    assert rounds.remind() == 1
    assert rounds.remind() == 0
    note = Notice.objects.get()
    assert (note.member, note.code) == (cast.editor, rounds.OVERDUE)
    coverage.look(row, ago(hours=3), by=cast.editor, fine=True)
    assert rounds.remind() == 1
    assert jobs.listen
