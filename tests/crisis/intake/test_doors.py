"""Calls with a token, signed pushes, payloads of others; what each refuses."""

import json
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hongqiao.crisis.intake import checking, mapping, sources
from hongqiao.crisis.intake.errors import BadSource, NotMapped, SourceOff
from hongqiao.crisis.models import Mention, Source
from hongqiao.errors import NotAllowed
from hongqiao.workspace import keys
from hongqiao.workspace.services.doors import create_token
from hongqiao.workspace.webhooks import sign
from tests.crisis.kit import RASH, source

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

    judged = act("judge", version=one["version"], negative=True, kind="allergy").json()
    assert judged["negative"] is True
    assert act("judge", version=one["version"], negative=True).status_code == 409
    answered = act("answer", version=judged["version"], way="reply", url="https://example.com/1").json()
    assert answered["state"] == "answered"
    closed = act("state", version=answered["version"], state="closed").json()
    assert closed["state"] == "closed"
    assert act("assign", version=closed["version"], owner=str(cast.editor.pk)).json()["owner"] == "editor"
    (said,) = web.get(f"{PATH}/sources", **head).json()["items"]
    assert len(said["hours"]) == 24


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
