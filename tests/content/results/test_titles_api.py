"""Title tests over HTTP. C3."""

import json

import pytest
from django.test import Client

from hongqiao.ledger.models import Action
from hongqiao.site.cli import main
from hongqiao.workspace import services as workspace

ROOM = "/api/content/titles"
SCOPES = ("content.view", "ledger.view", "ledger.edit")
PLAN = {"name": "防晒标题", "way": "ads_split", "usual": "6", "lift": "2", "a": {"title": "甲"}, "b": {"title": "乙"}}


@pytest.fixture
def program(cast):
    def call(path="", body=None, member=None, scopes=SCOPES):
        _row, token = workspace.create_token(actor=member or cast.owner, name="t", scopes=list(scopes))
        headers = {"Authorization": f"Bearer {token}"}
        if body is None:
            return Client().get(ROOM + path, headers=headers)
        return Client().post(ROOM + path, json.dumps(body), "application/json", headers=headers)

    return call


def test_a_test_is_planned_counted_and_compared_once(program):
    made = program(body=PLAN)
    assert made.status_code == 201
    told = made.json()
    assert (told["plan"]["n"], told["state"], told["outcome"], told["random"]) == (2013, "planned", None, True)
    at = f"/{told['id']}"
    version = program(f"{at}/start", {"version": told["version"]}).json()["version"]
    for arm, hits in (("a", 126), ("b", 189)):
        assert program(f"{at}/judge", {"version": version}).status_code == 409
        sent = {"arm": arm, "hits": hits, "base": 2100, "source": "聚光截图", "version": version}
        version = program(f"{at}/count", sent).json()["version"]
    assert program(at).json()["ready"]
    assert program(f"{at}/stop", {"version": version}).status_code == 409
    kept = program(f"{at}/judge", {"version": version}).json()
    assert (kept["outcome"]["verdict"], kept["state"], kept["counts"]["b"]["hits"]) == ("worked", "judged", 189)
    assert [r["id"] for r in program().json()["items"]] == [told["id"]]


def test_a_version_that_was_not_seen_is_a_conflict_and_what_makes_no_sense_is_refused(program):
    told = program(body=PLAN).json()
    at = f"/{told['id']}"
    assert program(f"{at}/start", {"version": 99}).status_code == 409
    assert program(body={**PLAN, "usual": "NaN"}).status_code == 422
    assert program(body={**PLAN, "b": {"title": "甲"}}).status_code == 422
    assert program(f"{at}/burn", {"version": 1}).status_code == 422
    version = program(f"{at}/start", {"version": told["version"]}).json()["version"]
    sent = {"arm": "a", "hits": 5, "base": -1, "source": "截图", "version": version}
    assert program(f"{at}/count", sent).status_code == 422
    assert Action.objects.count() == 1


def test_strangers_find_no_test_and_who_may_only_look_plans_none(program, cast):
    at = f"/{program(body=PLAN).json()['id']}"
    assert program(at, member=cast.stranger).status_code == 404
    assert program(f"{at}/start", {"version": 1}, member=cast.stranger).status_code == 404
    assert program(body=PLAN, scopes=("content.view",)).status_code == 403
    assert program(scopes=("ledger.view",)).status_code == 403


def test_the_command_line_lists_the_same_tests(program, capsys):
    told = program(body=PLAN).json()
    assert main(["titles", "--brand", "anlan", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == program().json()["items"]
    assert main(["titles", "--brand", "anlan"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.split("\t")[:5] == [told["id"], "planned", "防晒标题", "open", "2013"]
    assert main(["titles", "--brand", "nobody", "--json"]) == 2
