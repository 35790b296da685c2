"""Figures for programs: /api/metrics, its description, the notebook and the command line."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core import NotSet

from hongqiao import metrics, warehouse
from hongqiao.metrics import METRICS, Query
from hongqiao.site.cli import main
from hongqiao.workspace import services as workspace

from .conftest import VIEWS

ROOT = Path(__file__).resolve().parents[2]
DAYS = {"start": "2026-04-01", "end": "2026-04-10"}
# a body that is wrong → its code
WRONG = {
    "unknown_metric": {"metrics": ["nonsense"]},
    "unknown_dimension": {"metrics": ["views"], "by": ["nonsense"]},
    "not_cuttable": {"metrics": ["views"], "by": ["product"]},
    "bad_period": {"metrics": ["views"], "start": "2026-04-10", "end": "2026-04-01"},
    "bad_option": {"metrics": ["views"], "order": "nonsense"},
    "invalid": {"metrics": ["views"], "start": "soon"},
}


class Caller:
    def __init__(self, client, token: str):
        self.client, self.head = client, {"authorization": f"Bearer {token}"}

    def get(self, path: str):
        return self.client.get(f"/api/metrics{path}", headers=self.head)

    def post(self, path: str, body: object):
        return self.client.post(f"/api/metrics{path}", body, content_type="application/json", headers=self.head)

    def any(self, case):
        """A request as schemathesis drew it."""
        body = b"" if isinstance(case.body, NotSet) else json.dumps(case.body).encode()
        query = urlencode({k: str(v) for k, v in (case.query or {}).items()})
        path = quote(case.formatted_path.replace("%2F", "/"), safe="/%")
        return self.client.generic(case.method, path, body, "application/json", headers=self.head, QUERY_STRING=query)


@pytest.fixture
def program(client, owner) -> Caller:
    return Caller(client, workspace.create_token(actor=owner, name="报表", scopes=["data.view"])[1])


def problem(answer, status: int) -> dict:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def test_without_a_good_token_there_is_nothing(client, filled):
    for head in ({}, {"authorization": "Bearer hq_wrong"}):
        for path in ("", "/views"):
            problem(client.get(f"/api/metrics{path}", headers=head), 401)
        for path in ("/query", "/rows"):
            body = {"metrics": ["views"], "metric": "views"}
            problem(client.post(f"/api/metrics{path}", body, content_type="application/json", headers=head), 401)


def test_a_token_of_another_scope_sees_no_figures(client, owner, filled):
    caller = Caller(client, workspace.create_token(actor=owner, name="导入", scopes=["imports.run"])[1])
    for answer in (
        caller.get(""),
        caller.get("/views"),
        caller.post("/query", {"metrics": ["views"]}),
        caller.post("/rows", {"metric": "views"}),
    ):
        assert problem(answer, 403)["code"] == "not_allowed"


def test_the_dictionary_and_an_entry_of_it(program, filled):
    listed = program.get("").json()["metrics"]
    assert [m["code"] for m in listed] == list(METRICS)
    assert program.get("/gmv").json() == next(m for m in listed if m["code"] == "gmv")
    assert problem(program.get("/nonsense"), 404)["code"] == "not_found"


def test_a_question_is_answered_as_on_the_screens(program, filled):
    body = program.post("/query", {"metrics": ["views", "gmv"], "by": ["day"], **DAYS}).json()
    told = metrics.query(
        warehouse.open(filled.id), Query(("views", "gmv"), ("day",), {}, *map(_day, DAYS.values()))
    ).to_json()
    assert body["rows"] == told["rows"]
    assert body["totals"]["views"] == sum(VIEWS.values())
    assert isinstance(body["totals"]["gmv"], str)  # money is text
    assert {r["day"]: r["views"] for r in body["rows"]}["2026-04-05"] is None


def _day(text: str):
    return date.fromisoformat(text)


@pytest.mark.parametrize(("code", "body"), WRONG.items())
def test_a_wrong_question_is_a_problem_with_a_next_step(program, filled, code, body):
    assert problem(program.post("/query", body), 422)["code"] == code


@pytest.mark.parametrize(
    "body",
    [
        {"metrics": ["views"], "start": "0001-01-01", "end": "0001-01-02", "compare": "previous"},
        {"metrics": ["views"], "where": {"day": "yesterday"}},
        {"metrics": ["views"], "where": {"month": None}},
        {"metrics": ["views"], "where": {"platform": "\x00"}},
        {"metrics": ["views"], "compare": "year"},
    ],
)
def test_what_no_record_can_hold_is_refused(program, filled, body):
    problem(program.post("/query", body), 422)


def test_half_a_character_is_no_text_for_the_interface(program, filled):
    body = {"metrics": ["views"], "where": {"platform": ["douyin", "\ud800"]}}
    assert problem(program.post("/query", body), 400)["code"] == "bad_json"


def test_rows_come_by_cursor_with_file_and_row(program, filled):
    seen, after = [], ""
    while True:
        page = program.post("/rows", {"metric": "views", **DAYS, "limit": 4, "after": after}).json()
        seen += page["rows"]
        after = page["next"]
        if not after:
            break
    assert len(seen) == page["count"] == len(VIEWS)
    assert sum(r["views"] for r in seen) == sum(VIEWS.values())
    assert {r["file"] for r in seen} == {"播放量.xlsx"}
    assert sorted(r["source_row"] for r in seen) == list(range(2, 2 + len(VIEWS)))
    for wrong in ("nonsense", "[]", '["\\ud800", 1, 2, 3, 4]', '["\\u0000", 1, "x", "2026-04-01", ""]', "{}", "1"):
        body = {"metric": "views", "after": wrong}
        assert problem(program.post("/rows", body), 422)["code"] == "bad_option", wrong


@pytest.fixture
def schema(filled):
    return schemathesis.openapi.from_dict(Client().get("/api/openapi.json").json())


def test_the_description_is_a_valid_openapi_document(schema):
    schema.validate()
    described = schema.raw_schema["paths"]
    assert {"/api/metrics", "/api/metrics/query", "/api/metrics/rows", "/api/metrics/{code}"} <= set(described)


@pytest.mark.timeout(120)
def test_no_question_however_odd_breaks_the_server(schema, program):
    asked = []
    for result in schema.include(path_regex="^/api/metrics").get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=40,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case):
            answer = program.any(case)
            asked.append(answer.status_code)
            assert answer.status_code < 500, (case.formatted_path, case.body)
            if answer.status_code >= 400 and answer.status_code != 405:
                assert answer.headers["Content-Type"] == "application/problem+json", answer.content

        ask()
    assert len(asked) > 60
    assert 200 in asked


def test_the_command_line_answers_the_same(filled, capsys):
    status = main(
        ["metric", "views", "--brand", "anlan", "--by", "day", "--start", DAYS["start"], "--end", DAYS["end"], "--json"]
    )
    body = json.loads(capsys.readouterr().out)
    assert status == 0
    assert body["totals"]["views"] == sum(VIEWS.values())
    assert len(body["rows"]) == 10


def test_the_command_line_lists_the_dictionary_and_names_what_is_wrong(filled, capsys):
    assert main(["metric", "--json"]) == 0
    assert {m["code"] for m in json.loads(capsys.readouterr().out)} == set(METRICS)
    assert main(["metric", "nonsense", "--brand", "anlan"]) != 0
    assert "nonsense" in capsys.readouterr().err


NOTEBOOK = """
import hongqiao
brand = hongqiao.open("nb")
answer = brand.metric("views", by=["day"], start="2026-04-01", end="2026-04-10")
rows = brand.table("account_daily").num_rows
print(repr(brand), answer.totals["views"], len(answer.rows), rows, len(hongqiao.dictionary()) > 50)
"""


@pytest.mark.slow
def test_a_notebook_opens_a_brand_and_asks(tmp_path):
    """In a process of its own, as a person would: files by the command line, then `import hongqiao`."""
    from tests.imports.conftest import daily

    (tmp_path / "v.xlsx").write_bytes(daily(*[(f"2026-04-{d:02d}", v) for d, v in VIEWS.items()]))
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    env |= {"HONGQIAO_DATA": str(tmp_path / "data"), "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}

    def run(*arguments: str) -> str:
        done = subprocess.run([sys.executable, *arguments], env=env, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    options = ["--brand", "nb", "--account", "douyin:官方", "--captured-at", "2026-04-15", "--create"]
    run("-m", "hongqiao.site.cli", "import", *options, str(tmp_path / "v.xlsx"))
    said = run("-c", NOTEBOOK).split()
    assert said == ["<nb>", str(sum(VIEWS.values())), "10", str(len(VIEWS)), "True"]
