"""Anybody checks the evidence with one file and Python alone; whatever is changed is found and named. U2."""

import json
import shutil
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest

from hongqiao.methods import draw
from hongqiao.methods.draw import verify_draw
from tests.methods.draw.cast import BEACON, ENTRIES, NOON, PLAN, evidence, plan

CHECKS = "format plan terms secret entries list times beacon seed winners alternates void awards".split()  # noqa: SIM905
SIGNATURE = "ab" * 48


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    path = tmp_path_factory.mktemp("elsewhere") / "verify_draw.py"
    path.write_text(draw.verifier(), "utf-8")
    return path


def run(script, text, *more, encoding="utf-8"):
    file = script.parent / "evidence.json"
    file.write_text(text if isinstance(text, str) else draw.dumps(text), "utf-8")
    command = [sys.executable, "-I", "-X", f"utf8={int(encoding == 'utf-8')}", str(script), str(file), *more]
    env = {"PYTHONIOENCODING": encoding, "PATH": ""} if encoding != "utf-8" else {}
    if encoding != "utf-8":
        command.remove("-I")
    done = subprocess.run(command, capture_output=True, timeout=60, cwd=script.parent, env=env)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done.returncode, done.stdout.decode(encoding)


@pytest.fixture
def check(tmp_path, capsys):
    """The same file without a process of its own, which takes its time."""

    def checked(made, *more):
        file = tmp_path / "evidence.json"
        file.write_text(made if isinstance(made, str) else draw.dumps(made), "utf-8")
        return verify_draw.main([str(file), *more]), capsys.readouterr().out

    return checked


def failed(said):
    return {line.split("[")[1].split("]")[0] for line in said.splitlines() if line.startswith("✗")}


def test_what_was_drawn_is_confirmed_in_both_languages(script):
    status, said = run(script, evidence())
    assert status == 0
    assert [line.split("[")[1].rstrip("]") for line in said.splitlines() if line.startswith("✓")] == CHECKS
    assert "全部通过 Every check holds" in said
    assert f"1. first: {evidence()['winners'][0]['entry']}" in said


def test_draws_of_every_kind_are_confirmed(check):
    tickets = plan(tickets=True, alternates=0)
    winner = evidence()["winners"][2]["entry"]
    rounds = plan(beacon=draw.drand(_chain(), 1692803367, 3, NOON.replace(hour=6)))
    for made in (
        evidence(tickets, [("a", 7), ("b", 1), ("c", 2), ("d", 10_000)]),
        evidence(entries=ENTRIES[:2]),  # one prize is void
        evidence(forfeits=[evidence()["alternates"][0]["entry"], winner]),
        evidence(rounds, beacon=draw.drand_value(SIGNATURE), signature=SIGNATURE),
    ):
        status, said = check(made)
        assert status == 0, said


def _chain():
    return "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"


def _set(*path):
    *way, value = path

    def change(p):
        at = p
        for step in way[:-1]:
            at = at[step]
        at[way[-1]] = value

    return change


def _swap(name, i, j):
    def change(p):
        p[name][i], p[name][j] = p[name][j], p[name][i]

    return change


def _entry_added(p):
    p["entries"].append(["zz", 1])
    p["entries"].sort(key=lambda e: draw.sha256(e[0].encode()))


def _entry_twice(p):
    p["entries"].insert(1, list(p["entries"][0]))


def _winner_replaced(p):
    p["winners"][0]["entry"] = p["alternates"][2]["entry"]


def _prizes_swapped(p):
    p["plan"]["prizes"].reverse()


def _winners_prizes_swapped(p):
    p["winners"][0]["prize"], p["winners"][1]["prize"] = "second", "first"


def _names_spliced(p):
    p["plan"]["prizes"][0]["name"] = "礼盒\nprize\tthird\t1\t"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("list", _entry_added),
        ("list", lambda p: p["entries"].pop(4)),
        ("secret", _set("secret", "00" * 32)),
        ("seed", _set("beacon", "value", "3876.38")),
        ("winners", _winner_replaced),
        ("plan", _prizes_swapped),
        ("winners", _winners_prizes_swapped),
    ],
)
def test_the_script_by_itself_names_what_was_changed(script, name, change):
    made = deepcopy(evidence())
    change(made)
    status, said = run(script, made)
    assert status == 1
    assert name in failed(said), said


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("format", _set("format", "hongqiao-draw/2")),
        ("plan", _set("plan", "draw", "d-2")),
        ("plan", _set("plan", "opens", "2026-11-23T04:00:00Z")),
        ("plan", _set("plan", "closes", "2026-12-01T04:00:01Z")),
        ("plan", _set("plan", "beacon", "source", "福彩3D")),
        ("plan", _set("plan", "beacon", "due", "2026-12-02T07:00:01Z")),
        ("plan", _set("plan", "tickets", True)),
        ("plan", _set("plan", "alternates", 4)),
        ("plan", _set("plan", "prizes", 0, "count", 2)),
        ("plan", _set("plan", "prizes", 0, "name", "小样")),
        ("plan", _set("plan", "prizes", [])),
        ("plan", _set("plan_hash", "0" * 64)),
        ("plan", _prizes_swapped),
        ("plan", _names_spliced),
        ("terms", _set("terms", "随时可改\n")),
        ("plan", _set("plan", "terms", "0" * 64)),
        ("secret", _set("secret", "00" * 32)),
        ("secret", _set("plan", "commitment", "0" * 64)),
        ("secret", _set("secret", "")),
        ("list", _entry_added),
        ("list", lambda p: p["entries"].pop(4)),
        ("list", _set("entries_hash", "0" * 64)),
        ("list", _set("excluded", "count", 2)),
        ("list", _set("excluded", "hash", "0" * 64)),
        ("entries", _entry_twice),
        ("entries", _swap("entries", 0, 1)),
        ("entries", _set("entries", 0, 1, 2)),
        ("entries", _set("entries", [])),
        ("times", _set("listed", "2026-12-02T07:00:00Z")),
        ("times", _set("drawn", "2026-12-02T06:59:59Z")),
        ("seed", _set("beacon", "value", "3876.38")),
        ("beacon", _set("beacon", "value", "3876.37 ")),
        ("beacon", _set("beacon", {})),
        ("seed", _set("seed", "0" * 64)),
        ("winners", _winner_replaced),
        ("winners", _winners_prizes_swapped),
        ("winners", _swap("winners", 0, 1)),
        ("winners", lambda p: p["winners"].pop()),
        ("winners", _set("winners", 0, "key", "0" * 64)),
        ("alternates", _swap("alternates", 0, 1)),
        ("alternates", lambda p: p["alternates"].pop()),
        ("void", _set("void", [{"prize": "second", "count": 1}])),
        ("awards", _set("forfeits", ["p-99"])),
        ("awards", _set("awards", 0, "entry", "p-99")),
        ("awards", _set("awards", 0, "prize", "second")),
    ],
)
def test_whatever_is_changed_is_found_and_named(check, name, change):
    made = deepcopy(evidence())
    change(made)
    status, said = check(made)
    assert status == 1
    assert name in failed(said), said


@pytest.mark.parametrize("name", list(evidence()))
def test_a_part_that_is_missing_or_of_another_kind_fails_without_a_crash(check, name):
    made = evidence()
    for value in (None, 7, "甲", [[]], {"a": None}, True):
        status, said = check({**made, name: value})
        assert status == 1, (name, value, said)
        assert failed(said)
    del made[name]
    assert check(made)[0] == 1


def test_a_round_of_drand_at_another_time_or_of_another_value_is_found(check):
    rounds = plan(beacon=draw.drand(_chain(), 1692803367, 3, NOON.replace(hour=6)))
    made = evidence(rounds, beacon=draw.drand_value(SIGNATURE), signature=SIGNATURE)
    assert failed(check({**made, "beacon": {"value": made["beacon"]["value"], "signature": "cd" * 48}})[1]) == {
        "beacon"
    }
    other = draw.Beacon("drand", rounds.beacon.due, _chain(), rounds.beacon.round - 1)
    early = evidence(plan(beacon=other), beacon=draw.drand_value(SIGNATURE), signature=SIGNATURE)
    assert failed(check(early)[1]) == {"beacon"}


def test_a_draw_made_anew_from_end_to_end_is_found_by_the_hashes_that_were_published(check):
    old, new = evidence(), evidence(entries=[*ENTRIES, ("friend", 1)])
    assert check(new)[0] == 0  # it agrees with itself
    status, said = check(new, "--plan", old["plan_hash"], "--list", old["entries_hash"])
    assert (status, failed(said)) == (1, {"published-list"})
    status, said = check(old, "--plan", old["plan_hash"].upper(), "--list", old["entries_hash"])
    assert status == 0
    assert "[published-plan]" in said
    other = evidence(plan(draw="d-2"))
    assert failed(check(other, "--plan", old["plan_hash"])[1]) == {"published-plan"}


def test_a_person_learns_where_their_entry_stands(check):
    alternate = evidence()["alternates"][0]["entry"]
    assert f"{alternate}: 第 4 位 rank 4" in check(evidence(), "--entry", alternate)[1]
    assert "p-99: 不在名单 not on the list" in check(evidence(), "--entry", "p-99")[1]


def test_what_is_no_evidence_cannot_be_read(check):
    for text in ("", "[]", "{", '{"format": 1, "format": 2}', "[" * 100_000):
        assert check(text)[0] == 2


def test_a_terminal_that_has_no_ticks_is_told_all_the_same(script):
    status, said = run(script, evidence(), encoding="gbk")
    assert status == 0
    assert "[OK] 名单哈希 H1 Hash of the list [list]" in said
    assert run(script, {**evidence(), "seed": ""}, encoding="ascii")[0] == 1


def test_the_script_needs_nothing_of_this_program():
    text = draw.verifier()
    assert "import hongqiao" not in text
    assert "from hongqiao" not in text


@pytest.mark.skipif(not shutil.which("node"), reason="no node here")
def test_another_language_comes_to_the_same(tmp_path):
    file = tmp_path / "evidence.json"
    file.write_text(draw.dumps(evidence(plan(tickets=True), [("a", 7), ("b", 1), ("c", 2), ("d", 9)])), "utf-8")
    told = subprocess.run(
        ["node", str(Path(__file__).with_name("verify.mjs")), str(file)], capture_output=True, text=True, check=True
    )
    made = json.loads(file.read_text("utf-8"))
    same = json.loads(told.stdout)
    assert same == {
        "plan": made["plan_hash"],
        "list": made["entries_hash"],
        "seed": made["seed"],
        "order": [p["entry"] for p in made["winners"] + made["alternates"]],
    }


def test_the_example_of_the_page_is_what_comes_out():
    page = (Path(__file__).resolve().parents[3] / "docs" / "draws.md").read_text("utf-8")
    made = evidence()
    for value in (made["plan_hash"], made["entries_hash"], made["seed"], made["winners"][0]["key"]):
        assert value in page
    assert PLAN.commitment in page
    assert BEACON in page
