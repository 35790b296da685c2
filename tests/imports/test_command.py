"""`hongqiao import`: the same services from the command line."""

import json
from pathlib import Path

import pytest

from hongqiao.imports.models import ImportFile
from hongqiao.site.cli import main
from hongqiao.workspace.models import Account

from .conftest import daily, work, works, zip_of
from .test_pages import MAPPING, ORDERS


@pytest.fixture
def call(brand, owner, capsys):
    def call(*arguments: str) -> tuple[int, list[dict]]:
        capsys.readouterr()
        status = main(["import", "--brand", "anlan", "--json", *arguments])
        return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return call


def put(folder: Path, name: str, data: bytes) -> str:
    (folder / name).write_bytes(data)
    return str(folder / name)


def test_files_are_imported_one_by_one_and_a_second_time_nothing_changes(call, tmp_path):
    files = [put(tmp_path, "a.csv", works(work(1), work(2))), put(tmp_path, "b.xlsx", daily(("2026-04-01", 5)))]
    options = ("--account", "douyin:官方", "--captured-at", "2026-04-15", "--create")
    status, said = call(*options, *files)
    assert status == 0
    assert [(s["kind"], s["taken"], s["unchanged"]) for s in said] == [("douyin.works", 2, 0), ("douyin.daily", 1, 0)]
    assert Account.objects.get().name == "官方"
    status, said = call(*options, *files)
    assert [(s["taken"], s["unchanged"]) for s in said] == [(0, 2), (0, 1)]


def test_a_bad_file_does_not_hold_up_the_others_and_shows_in_the_exit_status(call, tmp_path):
    files = [
        put(tmp_path, "empty.csv", b""),
        put(tmp_path, "picture.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(60)),
        put(tmp_path, "unknown.csv", ORDERS),
        put(tmp_path, "good.csv", works(work(1))),
    ]
    status, said = call("--account", "douyin:官方", "--captured-at", "2026-04-15", "--create", *files)
    assert status == 1
    assert [s["recognised"] for s in said] == [False, False, False, True]
    assert all(s["problems"][0]["message"] for s in said[:3])


def test_a_mapping_from_a_file_reads_a_table_that_no_layout_knows(call, tmp_path):
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({k: v for k, v in MAPPING.items() if k != "headers"}), "utf-8")
    orders = put(tmp_path, "门店.csv", ORDERS)
    status, said = call("--account", "own:门店", "--create", "--mapping", str(mapping), orders)
    assert (status, said[0]["taken"], said[0]["refused"]) == (0, 2, 0)


def test_what_cannot_be_understood_is_said_with_the_next_step(call, tmp_path, capsys):
    good = put(tmp_path, "a.csv", works(work(1)))
    for wrong, words in (
        (("--account", "douyin", good), "--account"),
        (("--account", "douyin:没有", good), "没有这个账号"),
        (("--account", "douyin:官方", "--create", "--captured-at", "昨天", good), "下载时间不对"),
        (("--account", "douyin:官方", "--create", str(tmp_path / "gone.csv")), "没有这个文件"),
        (("--account", "own:x", "--create", "--mapping", good, good), "--mapping"),
    ):
        assert main(["import", "--brand", "anlan", *wrong]) == 2
        said = capsys.readouterr().err
        assert words in said
        assert "→" in said
    assert not ImportFile.objects.filter(state="done").exists()


def test_the_files_of_a_zip_are_imported_and_what_is_left_out_is_named(call, tmp_path):
    inside = {"抖音/a.csv": works(work(1)), "b.xlsx": daily(("2026-04-01", 5)), ".DS_Store": b"x"}
    options = ("--account", "douyin:官方", "--captured-at", "2026-04-15", "--create")
    status, said = call(*options, put(tmp_path, "四月.zip", zip_of(inside)))
    assert (status, [s["file"].rpartition(":")[2] for s in said]) == (0, ["抖音/a.csv", "b.xlsx"])
    assert [(s["kind"], s["taken"]) for s in said] == [("douyin.works", 1), ("douyin.daily", 1)]
    assert ImportFile.objects.get(name="a.csv").folder == "抖音"
    status, said = call(*options, put(tmp_path, "五月.zip", zip_of({**inside, "说明.pdf": b"x"})))
    assert (status, said[-1]["problems"][0]["message"], said[-1]["id"]) == (1, "不是表格文件", None)
    status, said = call(*options, put(tmp_path, "空.zip", zip_of({"x.png": b"x"})))
    assert (status, len(said)) == (1, 1)
    assert "没有可以导入的表格" in said[0]["problems"][0]["message"]


def test_names_of_columns_are_taught_listed_and_taken_back(brand, owner, capsys):
    def run(*arguments: str) -> tuple[int, object]:
        capsys.readouterr()
        status = main([*arguments, "--brand", "anlan", "--json"])
        out, err = capsys.readouterr()
        return status, json.loads(out or err)

    new = ("--layout", "douyin.works", "--header", "播放次数总计", "--target")
    status, said = run("alias", "add", *new, "播放量")
    assert (status, said["looked_again"], said["before"]) == (0, 0, [])
    assert [(a["header"], a["target"]) for a in run("aliases")[1]] == [("播放次数总计", "播放量")]
    status, wrong = run("alias", "add", *new, "没有")
    assert (status, wrong["error"]["code"]) == (2, "bad_alias")
    assert run("alias", "remove", said["id"]) == (0, {"layout": "douyin.works", "looked_again": 0})
    status, gone = run("alias", "remove", said["id"])
    assert (status, gone["error"]["code"]) == (2, "not_found")
    assert run("aliases")[1] == []
