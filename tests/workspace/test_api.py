"""The HTTP interface of the workspace, and what holds for all of it: scopes, pages, keys, limits, description."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from hongqiao.workspace import jobs, services
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import Account, ApiReceipt, Webhook
from hongqiao.workspace.receipts import _claim

HOOK = {"name": "中台", "url": "https://example.com/in", "events": ["import.done"]}


class Program:
    def __init__(self, member, *scopes):
        _, self.token = services.create_token(actor=member, name="t", scopes=scopes)
        self.client = Client()

    def call(self, method, path, body=None, **headers):
        head = {"authorization": f"Bearer {self.token}", **headers}
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return getattr(self.client, method)(f"/api{path}", headers=head, **data)

    def get(self, path, **query):
        return self.client.get(f"/api{path}", query, headers={"authorization": f"Bearer {self.token}"})

    def post(self, path, body=None, key=""):
        return self.call("post", path, body or {}, **({"idempotency-key": key} if key else {}))


def problem(answer, status, code=""):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= set(body)
    assert not code or body["code"] == code
    return body


@pytest.fixture
def program(cast):
    return Program(cast.owner, "settings.view", "settings.accounts", "settings.jobs", "settings.tokens", "imports.run")


@pytest.fixture
def described(cast):
    return Client().get("/api/openapi.json").json()


def operations(described):
    for path, entry in described["paths"].items():
        for method, operation in entry.items():
            yield method, path, operation


def test_the_brand_of_the_token_says_what_it_may(program):
    body = program.get("/brand").json()
    assert (body["slug"], body["name"], body["role"]) == ("anlan", "安澜护肤", "brand_director")
    assert "settings.accounts" in body["scopes"]
    assert "data.view" not in body["scopes"]


def test_accounts_are_listed_by_page_narrowed_and_made(cast, program):
    for n in range(5):
        services.create_account(actor=cast.owner, platform="douyin", name=f"号{n}", relation="competitor")
    seen, after = [], ""
    while after is not None:
        page = program.get("/accounts", limit=2, after=after).json()
        assert len(page["items"]) <= 2
        seen += page["items"]
        after = page["next"]
    assert len({a["id"] for a in seen}) == len(seen) == 6
    assert len(program.get("/accounts", relation="competitor").json()["items"]) == 5
    made = program.post("/accounts", {"platform": "bilibili", "name": "新", "relation": "competitor"})
    assert (made.status_code, made.json()["relation"]) == (201, "competitor")
    problem(program.post("/accounts", {"platform": "bilibili", "name": "新"}), 409, "account_taken")
    problem(program.post("/accounts", {"platform": "own", "name": "x", "relation": "competitor"}), 422, "own_is_own")
    problem(program.get("/accounts", after="nonsense"), 422, "bad_cursor")
    problem(program.get("/accounts", limit=1000), 422)


def test_a_colleague_with_the_same_key_gets_no_answer_of_another(program, cast):
    body = {"platform": "bilibili", "name": "新"}
    assert program.post("/accounts", body, key="k1").status_code == 201
    receipt = ApiReceipt.objects.get()
    other, mine = _claim(cast.viewer, receipt.call, "k1", receipt.said)
    assert (mine, other.pk == receipt.pk) == (True, False)


def test_the_same_key_makes_one_account_and_another_body_is_refused(program):
    body = {"platform": "bilibili", "name": "新"}
    first, again = program.post("/accounts", body, key="k1"), program.post("/accounts", body, key="k1")
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert Account.objects.filter(name="新").count() == 1
    problem(program.post("/accounts", {**body, "name": "别的"}, key="k1"), 422, "idempotency_key_reused")
    problem(program.post("/accounts", body, key="k2"), 409, "account_taken")
    assert ApiReceipt.objects.count() == 1  # what failed may be tried again
    ApiReceipt.objects.update(status=None)
    problem(program.post("/accounts", body, key="k1"), 409, "idempotency_key_busy")
    ApiReceipt.objects.update(created_at=timezone.now() - timedelta(hours=1))
    problem(program.post("/accounts", body, key="k1"), 409, "account_taken")  # the one that died is forgotten


def test_a_key_is_the_brands_own(cast, program):
    other = Program(cast.stranger, "settings.accounts", "settings.view")
    body = {"platform": "bilibili", "name": "新"}
    assert program.post("/accounts", body, key="k").json()["id"] != other.post("/accounts", body, key="k").json()["id"]


def test_a_file_sent_twice_with_one_key_is_one_import(program):
    def send(content=b"a,b\n1,2\n"):
        file = SimpleUploadedFile("x.csv", content)
        head = {"authorization": f"Bearer {program.token}", "idempotency-key": "f1"}
        return program.client.post("/api/imports", {"file": file}, headers=head)

    first, again = send(), send()
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    problem(send(b"a,b\n3,4\n"), 422, "idempotency_key_reused")


def test_the_secret_of_a_webhook_is_not_kept_for_a_repeated_call(program):
    first, again = program.post("/webhooks", HOOK, key="w"), program.post("/webhooks", HOOK, key="w")
    assert first.json()["secret"].startswith("whs_")
    assert again.json() == {**first.json(), "secret": None}
    assert Webhook.objects.count() == 1
    assert first.json()["secret"] not in str(ApiReceipt.objects.get().answer)
    listed = program.get("/webhooks").json()
    assert "secret" not in listed["items"][0]
    assert "import.done" in listed["events"]
    sent = program.post(f"/webhooks/{listed['items'][0]['id']}/test")
    assert (sent.status_code, sent.json()["event"]) == (201, "ping")
    log = program.get(f"/webhooks/{listed['items'][0]['id']}/deliveries").json()
    assert [d["state"] for d in log["items"]] == ["waiting"]
    problem(program.post("/webhooks", {**HOOK, "url": "https://10.0.0.1/"}), 422, "bad_webhook_url")


def test_jobs_say_what_they_are_about(cast, program):
    jobs.enqueue("workspace.tidy", brand_id=cast.brand.pk, key="x")
    (row,) = program.get("/jobs", kind="workspace.tidy").json()["items"]
    assert (row["label"], row["state"]) == ("清理过期记录", "queued")
    assert datetime.fromisoformat(row["created_at"]).utcoffset() is not None
    assert datetime.fromisoformat(row["created_at"]) <= datetime.now(UTC)


def test_every_operation_needs_a_token_and_its_scope(cast, described):
    narrow = Program(cast.owner, "today.view")
    open_to_all = {"/api/brand"}
    for method, path, _operation in operations(described):
        address = re.sub(r"\{\w+\}", "01890000-0000-7000-8000-000000000000", path).removeprefix("/api")
        anonymous = getattr(Client(), method)(f"/api{address}")
        problem(anonymous, 401, "not_signed_in")
        if path in open_to_all:
            continue
        answer = narrow.call(method, address, {} if method != "get" else None)
        assert answer.status_code in (403, 404, 422), (method, path, answer.status_code, answer.content)


def test_every_operation_is_described_whole(described):
    for method, path, operation in operations(described):
        where = f"{method} {path}"
        assert operation.get("summary"), where
        assert "default" in operation["responses"], where
        assert any(str(s).startswith("2") for s in operation["responses"]), where
        heeds = any(p["name"] == "Idempotency-Key" for p in operation.get("parameters", []))
        assert heeds == ("201" in operation["responses"]), where
    assert described["components"]["schemas"]["Problem"]["required"]


def test_every_list_goes_by_cursor(described):
    # one thing, or a list that is short by its nature
    whole = (
        "/api/assistant",
        "/api/book",
        "/api/brand",
        "/api/metrics",
        "/api/checklist",
        "/api/checks/rules",
        "/api/content/calendar",  # a span of days
        "/api/tiers",  # four of them
    )
    lists = [(path, op) for method, path, op in operations(described) if method == "get" and not path.startswith(whole)]
    lists = [
        (path, op) for path, op in lists if not path.endswith(("}", "/interim", "/data", "/preview"))
    ]  # of one row
    assert len(lists) >= 4
    for path, operation in lists:
        names = {p["name"] for p in operation.get("parameters", [])}
        assert {"after", "limit"} <= names, path


def test_too_many_calls_of_a_token_are_answered_with_when_to_come_back(program, one_window, monkeypatch):
    monkeypatch.setitem(limits(), "api_calls_per_minute", 3)
    answers = [program.get("/brand") for _ in range(9)]
    assert answers[0].status_code == 200
    assert problem(answers[-1], 429, "too_often")
    assert answers[-1]["Retry-After"] == "60"


@pytest.mark.parametrize(
    "body", ['{"name": ', "[1", '{"name": "\\ud800", "platform": "douyin"}', b'{"name": "\xed\xa0\x80"}', b"\xff"]
)
def test_a_body_that_is_no_text_is_refused_in_words(cast, program, body):
    heads = {"authorization": f"Bearer {program.token}"}
    answer = program.client.post("/api/accounts", body, content_type="application/json", headers=heads)
    assert "JSON" in problem(answer, 400, "bad_json")["detail"]
    emoji = program.client.post(
        "/api/accounts",
        '{"name": "\\ud83c\\udf89", "platform": "douyin"}',
        content_type="application/json",
        headers=heads,
    )
    assert emoji.status_code == 201
    assert emoji.json()["name"] == "🎉"
