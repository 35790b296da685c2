"""The ledger over HTTP and on the command line."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from hongqiao.ledger import services
from hongqiao.ledger.models import Action, Finding
from hongqiao.ledger.queries import today_of
from hongqiao.site.cli import main
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Member
from tests.ledger.house import CODE, found, judged, made

pytestmark = pytest.mark.usefixtures("fell", "house")
SCOPES = [
    "ledger.view",
    "ledger.edit",
    "ledger.judge",
    "data.view",
    "content.view",
    "channels.view",
    "channels.approve",
]


class Program:
    """Calls the interface with a token of a member."""

    def __init__(self, member, scopes=None):
        _row, token = workspace.create_token(actor=member, name="t", scopes=scopes or SCOPES)
        self.web, self.heads = Client(), {"Authorization": f"Bearer {token}"}

    def get(self, path, **query):
        return self.web.get(f"/api{path}", query, headers=self.heads)

    def send(self, path, body=None, method="post", key=""):
        heads = {**self.heads, **({"Idempotency-Key": key} if key else {})}
        call = getattr(self.web, method)
        return call(f"/api{path}", json.dumps(body or {}), content_type="application/json", headers=heads)


@pytest.fixture
def program(cast):
    return Program(cast.owner)


def test_findings_are_listed_filtered_paged_and_read(cast, program):
    for n in range(3):
        found(cast.brand, f"k{n}")
    first = program.get("/findings", limit=2).json()
    rest = program.get("/findings", limit=2, after=first["next"]).json()
    assert [f["key"] for f in first["items"] + rest["items"]] == ["k2", "k1", "k0"]
    assert program.get("/findings", state="wont").json()["items"] == []
    one = program.get(f"/findings/{first['items'][0]['id']}").json()
    assert one["text"] == "新增关注 下降 −38%，来自 抖音"
    assert one["evidence"][0]["cite"]["metrics"] == ["followers_new"]


def test_a_finding_is_acted_on_with_the_version_that_was_seen(cast, program):
    row = found(cast.brand)
    path = f"/findings/{row.pk}"
    assert program.send(f"{path}/wont", {"version": 7, "reason": "known"}).status_code == 409
    assert program.send(f"{path}/wont", {"reason": "because"}).status_code == 422
    assert program.send(f"{path}/wont", {"version": 1, "reason": "known"}).json()["state"] == "wont"
    assert program.send(f"{path}/reopen").json()["state"] == "open"
    until = str(today_of(cast.brand) + timedelta(days=2))
    assert program.send(f"{path}/snooze", {"until": until}).json()["snoozed_until"] == until
    assert program.send(f"{path}/mark", {"right": True}).json()["right"] is True
    assert program.send(f"{path}/explode").status_code == 404


def test_adopting_twice_with_one_key_makes_one_action(cast, program):
    row = found(cast.brand)
    answers = [program.send(f"/findings/{row.pk}/adopt", key="once") for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert Action.objects.count() == 1


def test_an_action_goes_from_made_to_judged(cast, program):
    measure = {"metric": "followers_new", "where": {"platform": "douyin"}, "days": 10}
    made_ = program.send("/actions", {"title": "加投", "room": "data", "measure": measure}, key="a")
    assert made_.status_code == 201
    path = f"/actions/{made_.json()['id']}"
    assert program.send(f"{path}/change", {"changes": {"note": "先试"}}).json()["note"] == "先试"
    assert program.send(f"{path}/change", {"changes": {"state": "judged"}}).status_code == 422
    assert program.send(f"{path}/start").json()["state"] == "running"
    assert program.send(f"{path}/say", {"text": "询单多了"}).json()["outcome"]["reason"] == "by_hand"
    assert program.get("/outcomes").json()["items"][0]["why"] == "人工登记，没有计算"
    assert program.get("/actions", state="judged", mine=False).json()["items"][0]["id"] == made_.json()["id"]


def test_a_preview_makes_nothing(cast, program):
    said = program.send("/actions/preview", {"measure": {"metric": "followers_new"}}).json()
    assert said["enough"] is False
    assert not Action.objects.exists()
    assert (
        program.send("/actions/preview", {"measure": {"metric": "nonsense", "method": "controls"}}).status_code == 422
    )
    asked = {"measure": {"metric": "followers_new"}, "template": "a\x00b"}
    assert program.send("/actions/preview", asked).status_code == 200


def test_decisions_and_rules_over_the_interface(cast, program):
    made_ = program.send("/decisions", {"title": "加预算", "options": ["批准", "不批准"], "amount": "30000"})
    path = f"/decisions/{made_.json()['id']}"
    assert program.send(f"{path}/decide", {"chosen": "批准"}).json()["state"] == "decided"
    assert program.send(f"{path}/withdraw").status_code == 409
    assert program.get("/decisions", state="decided").json()["items"][0]["chosen"] == "批准"
    assert CODE in [r["code"] for r in program.get("/rules").json()["items"]]
    changed = program.send(f"/rules/{CODE}", {"settings": {"drop": 0.4}, "on": False}, method="put").json()
    assert (changed["settings"]["drop"]["value"], changed["on"]) == (0.4, False)
    assert program.send(f"/rules/{CODE}", {"settings": {"drop": 4}}, method="put").status_code == 422
    assert program.get("/rules/nothing").status_code == 404


def test_bad_input_is_a_problem_never_a_crash(cast, program):
    row = made(cast.owner)
    for path, body in (
        (f"/actions/{row.pk}/change", {"changes": {"measure": "x"}}),
        (f"/actions/{row.pk}/change", {"changes": {"target": {"a": {"b": [1, None]}}, "due": 7}}),
        (f"/actions/{row.pk}/link", {"links": [{"kind": "piece", "code": "a\x00b"}]}),
        (f"/actions/{row.pk}/start", {"on": "2999-01-01"}),
        (
            "/actions",
            {"title": "x", "room": "data", "measure": {"metric": "followers_new", "where": {"platform": [1]}}},
        ),
        ("/actions", {"title": "x", "room": "data", "expected": {"low": "many"}}),
        ("/actions", {"title": "x", "room": "data", "measure": {"method": ["x"]}}),
        ("/decisions", {"title": "\x00", "options": ["a", "b"]}),
    ):
        answer = program.send(path, body)
        assert 400 <= answer.status_code < 500, (path, body, answer.content)
        assert answer["Content-Type"].startswith("application/problem+json")
    assert program.get("/findings", after="x").status_code == 422
    assert program.get("/findings", state="\x00").status_code == 200


def test_strangers_scopes_and_rooms_hold_on_every_operation(cast, program):
    row, action = found(cast.brand), made(cast.owner)
    outcome = judged(cast.owner).outcomes.get()
    ask = services.create_decision(actor=cast.owner, title="x", options=["是", "否"])
    stranger = Program(cast.stranger)
    for path in (f"/findings/{row.pk}", f"/actions/{action.pk}", f"/outcomes/{outcome.pk}", f"/decisions/{ask.pk}"):
        assert stranger.get(path).status_code == 404
        assert Client().get(f"/api{path}").status_code == 401
    for path in (f"/findings/{row.pk}/adopt", f"/findings/{row.pk}/wont", f"/actions/{action.pk}/start"):
        assert stranger.send(path, {"reason": "known"}).status_code == 404
    assert stranger.send(f"/decisions/{ask.pk}/decide", {"chosen": "是"}).status_code == 404
    for path in ("/findings", "/actions", "/outcomes", "/decisions"):
        assert stranger.get(path).json()["items"] == []
    reader = Program(cast.owner, ["ledger.view", "data.view"])
    assert reader.get(f"/findings/{row.pk}").status_code == 200
    assert reader.send(f"/findings/{row.pk}/wont", {"reason": "known"}).status_code == 403
    assert reader.send(f"/rules/{CODE}", {"on": False}, method="put").status_code == 403
    nobody = Program(cast.owner, ["data.view"])
    for path in ("/findings", "/actions", "/outcomes", "/decisions", "/rules"):
        assert nobody.get(path).status_code == 403
    Member.objects.filter(pk=cast.owner.pk).update(rooms=["content"])
    assert program.get(f"/findings/{row.pk}").status_code == 404
    assert program.get(f"/rules/{CODE}").status_code == 404


def test_the_command_line_lists_adopts_starts_and_refuses(cast, capsys):
    row = found(cast.brand)
    run = lambda *a: main([*a, "--brand", "anlan", "--json"])  # noqa: E731

    def said():
        return json.loads(capsys.readouterr().out)

    assert run("findings", "--state", "open") == 0
    assert said()[0]["id"] == str(row.pk)
    assert run("action", "adopt", str(row.pk)) == 0
    key = said()["id"]
    assert run("action", "start", key) == 0
    assert said()["state"] == "running"
    assert run("action", "wont", key, "--reason", "no_budget") == 2
    assert run("action", "cancel", key) == 0
    assert run("actions", "--state", "cancelled") == 0
    capsys.readouterr()
    assert run("action", "add", "--title", "周会", "--room", "data") == 0
    assert said()["measure"] == {"method": "by_hand"}
    assert run("action", "add", "--title", "x", "--room", "data", "--measure", "[1]") == 2
    assert main(["findings", "--brand", "anlan"]) == 0
    assert "新增关注 下降" in capsys.readouterr().out
    assert Finding.objects.get().state == "open"
