"""The notebook of the examples runs from its first cell to its last on files of the sample brand."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "examples" / "hongqiao.ipynb"
DAY = ROOT / "examples" / "anlan" / "2026-11-23"


def cells() -> list[str]:
    found = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    return ["".join(c["source"]) for c in found if c["cell_type"] == "code"]


def test_it_is_kept_without_outputs():
    found = json.loads(NOTEBOOK.read_text("utf-8"))
    assert found["nbformat"] == 4
    assert all(not c["outputs"] and c["execution_count"] is None for c in found["cells"] if c["cell_type"] == "code")


@pytest.mark.slow
def test_its_cells_run_in_order_and_say_what_the_command_line_says(tmp_path):
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    env |= {"HONGQIAO_DATA": str(tmp_path / "data"), "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], env=env, capture_output=True, text=True, encoding="utf-8", timeout=200
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    cli = ("-m", "hongqiao.site.cli")
    for platform in ("douyin", "xiaohongshu"):
        files = sorted(str(p) for p in (DAY / platform).glob("*.xlsx") if "明细表" not in p.name)
        options = ("--brand", "anlan", "--account", f"{platform}:安澜", "--captured-at", "2026-11-23", "--create")
        run(*cli, "import", *options, *files)
    script = tmp_path / "cells.py"
    # the last line of a cell is shown, as a notebook does
    script.write_text("import ast\nspace = {}\nfor cell in " + repr(cells()) + ":\n" + SHOW, "utf-8")
    said = run(str(script))
    asked = ("metric", "followers_new", "--brand", "anlan", "--start", "2026-11-01", "--end", "2026-11-22", "--json")
    total = json.loads(run(*cli, *asked))["totals"]["followers_new"]
    assert total
    assert f"合计 {total}\n" in said
    assert "'platform': 'douyin'" in said
    assert "'platform': 'xiaohongshu'" in said


SHOW = """
    tree = ast.parse(cell)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), space)
    if last:
        print(eval(compile(ast.Expression(last.value), "cell", "eval"), space))
"""
