"""Events and files as programs hand them over."""

import json
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hongqiao.imports.models import EventReceipt, ImportFile
from hongqiao.warehouse.models import InboxRow
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry

from .conftest import current, work, works

SCOPES = ["imports.view", "imports.run", "imports.undo"]


class Caller:
    """A program with a token."""

    def __init__(self, client: Client, token: str):
        self.client, self.head = client, {"authorization": f"Bearer {token}"}

    def get(self, path: str, **query: str):
        return self.client.get(f"/api{path}", query, headers=self.head)

    def post(self, path: str, body: object, **headers: str):
        return self.client.post(
            f"/api{path}", json.dumps(body), content_type="application/json", headers={**self.head, **headers}
        )

    def upload(self, data: bytes, **form: str):
        return self.client.post(
            "/api/imports", {"file": SimpleUploadedFile("作品.csv", data), **form}, headers=self.head
        )


@pytest.fixture
def caller(client, owner) -> Caller:
    _row, token = workspace.create_token(actor=owner, name="小程序", scopes=SCOPES)
    return Caller(client, token)


@pytest.fixture
def mini(owner):
    return workspace.create_account(actor=owner, platform="own", name="小程序")


def event(n: int = 1, **more: object) -> dict[str, object]:
    return {
        "event_id": f"e{n}",
        "event": "purchase",
        "person": "13800000000",
        "ts": "2026-04-01T10:00:00+08:00",
        "amount": "12.50",
        **more,
    }


def test_events_are_taken_at_once_with_persons_hashed_and_seen_in_the_next_query(caller, mini, brand):
    answer = caller.post("/events", {"source": "小程序", "events": [event(1), event(2, ts="2026-04-01T10:00:00")]})
    assert answer.status_code == 200, answer.content
    assert answer.json() == {"accepted": 2, "duplicates": 0, "refused": 0, "problems": []}
    rows = current(brand, "events")
    assert {r["ts"] for r in rows} == {datetime(2026, 4, 1, 2, 0)}, "both are ten in the morning of Shanghai"
    assert {(str(r["amount"]), r["currency"], r["event"]) for r in rows} == {("12.5000", "CNY", "purchase")}
    assert len({r["person_key"] for r in rows}) == 1
    assert "13800000000" not in str(list(InboxRow.objects.values_list("payload", flat=True)))


def test_the_same_events_again_are_duplicates(caller, mini, brand):
    body = {"source": "小程序", "events": [event(1), event(2)]}
    caller.post("/events", body)
    assert caller.post("/events", body).json()["duplicates"] == 2
    assert len(current(brand, "events")) == 2


def test_an_idempotency_key_gives_the_same_answer_and_no_second_effect(caller, mini, brand):
    body = {"source": "小程序", "events": [event(1)]}
    first = caller.post("/events", body, **{"idempotency-key": "batch-1"}).json()
    assert caller.post("/events", body, **{"idempotency-key": "batch-1"}).json() == first == {
        "accepted": 1, "duplicates": 0, "refused": 0, "problems": [],
    }  # fmt: skip
    assert EventReceipt.objects.count() == 1
    other = caller.post("/events", {**body, "events": [event(2)]}, **{"idempotency-key": "batch-1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(current(brand, "events")) == 1


def test_bad_events_are_named_by_index_and_the_good_ones_are_taken(caller, mini, brand):
    events = [
        event(1),
        event(2, ts="昨天"),
        event(3, amount="很多"),
        "not an object",
        event(5, event=""),
        event(6, ts="2999-01-01T00:00:00Z"),
        event(7, ts="1900-01-01T00:00:00Z"),
        event(8, currency="人民币"),
        event(9, person=["a"]),
        event(10, phone="13800000000", coupon="88VIP"),
        event(11, ts=None),
    ]
    said = caller.post("/events", {"source": "小程序", "events": events}).json()
    assert (said["accepted"], said["refused"]) == (2, 9)
    assert {(p["index"], p["column"], p["code"]) for p in said["problems"] if p["refused"]} == {
        (1, "ts", "not_a_date"),
        (2, "amount", "not_a_number"),
        (3, "", "not_an_object"),
        (4, "event", "missing_value"),
        (5, "ts", "in_future"),
        (6, "ts", "too_old"),
        (7, "currency", "bad_currency"),
        (8, "person", "not_text"),
        (10, "ts", "missing_value"),
    }
    assert "「ts」不是日期或时间" in next(p["message"] for p in said["problems"] if p["index"] == 1)
    extra = next(json.loads(r["extra"]) for r in current(brand, "events") if r["event_key"] == "e10")
    assert extra == {"coupon": "88VIP"}, "a phone number is never kept"
    assert AuditEntry.objects.get(code="import.events_taken").params["accepted"] == 2


def test_an_unknown_source_and_too_many_events_are_refused_whole(caller, mini, brand):
    for source in ("别\x00的", "别的"):
        unknown = caller.post("/events", {"source": source, "events": [event(1)]})
        assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_source")
    assert "设置 → 平台账号" in unknown.json()["detail"]
    many = caller.post("/events", {"source": "小程序", "events": [event(n) for n in range(1001)]})
    assert many.status_code == 413
    assert not InboxRow.objects.exists()
    malformed = caller.post("/events", {"events": "x"})
    assert malformed.status_code == 422
    assert malformed["Content-Type"].startswith("application/problem+json")


def test_no_events_are_no_error(caller, mini):
    assert caller.post("/events", {"source": "小程序", "events": []}).json()["accepted"] == 0


def test_a_file_with_account_and_moment_is_confirmed_and_one_without_waits(caller, douyin, owner):
    waiting = caller.upload(works(work(1)))
    assert waiting.status_code == 201, waiting.content
    assert waiting.json()["state"] == "waiting"
    queued = caller.upload(works(work(2)), account=str(douyin.id), captured_at="2026-04-15T09:30")
    body = queued.json()
    assert (body["state"], body["captured_at"]) == ("queued", "2026-04-15T01:30:00Z")
    half = caller.upload(works(work(3)), account=str(douyin.id))
    assert half.json()["code"] == "needs_both"
    assert ImportFile.objects.count() == 2


def test_imports_are_listed_shown_confirmed_and_undone(caller, douyin, take):
    from hongqiao.imports import services

    for n in range(3):
        take(works(work(n)), f"{n}.csv")
    first = caller.get("/imports", limit="2").json()
    rest = caller.get("/imports", limit="2", after=first["next"]).json()
    assert [i["name"] for i in first["items"] + rest["items"]] == ["2.csv", "1.csv", "0.csv"]
    assert rest["next"] is None
    made = caller.upload(works(work(7), work(8).replace("2026-04-09 21:26:08", "某天"))).json()
    confirmed = caller.post(
        f"/imports/{made['id']}/confirm",
        {"account": str(douyin.id), "captured_at": "2026-04-15", "version": made["version"]},
    )
    assert confirmed.json()["state"] == "queued", confirmed.content
    services.run(made["id"])
    done = caller.get(f"/imports/{made['id']}").json()
    assert (done["taken"], done["refused"]) == (1, 1)
    assert done["tables"][0]["problems"][0]["message"].startswith("「发布时间」不是日期或时间")
    assert caller.post(f"/imports/{made['id']}/undo", {}).json()["state"] == "undone"
    again = caller.post(f"/imports/{made['id']}/undo", {})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


def test_strangers_and_narrow_tokens_get_nothing(client, take, stranger, owner):
    file = take(works(work(1)))
    assert client.get("/api/imports").status_code == 401
    _row, theirs = workspace.create_token(actor=stranger, name="x", scopes=SCOPES)
    other = Caller(client, theirs)
    assert other.get(f"/imports/{file.id}").status_code == 404
    assert other.post(f"/imports/{file.id}/undo", {}).status_code == 404
    assert other.get("/imports").json()["items"] == []
    _row, narrow = workspace.create_token(actor=owner, name="y", scopes=["imports.view"])
    reader = Caller(client, narrow)
    assert reader.get(f"/imports/{file.id}").status_code == 200
    assert reader.upload(works(work(2))).status_code == 403
    assert reader.post(f"/imports/{file.id}/undo", {}).status_code == 404
    assert reader.post("/events", {"source": "小程序", "events": []}).status_code == 403


def test_an_events_file_and_the_interface_name_an_event_alike(caller, mini, take, brand):
    lines = "event_id,event,person,ts,amount\ne1,purchase,13800000000,2026-04-01T10:00:00+08:00,12.50\n"
    caller.post("/events", {"source": "小程序", "events": [event(1)]})
    file = take(lines.encode(), "events.csv", account=mini)
    assert file.tables.get().unchanged == 1
    row = current(brand, "events")
    assert len(row) == 1
    assert row[0]["ts"].replace(tzinfo=UTC) == datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
