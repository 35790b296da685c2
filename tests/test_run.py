"""The script behind `make`: nothing but the standard library, and an answer to every mistake."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "run.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60)


def test_help_names_every_command():
    said = run("help")
    assert said.returncode == 0
    for name in ("setup", "run", "test", "check", "bench"):
        assert name in said.stdout


def test_an_unknown_command_is_refused_with_the_list():
    said = run("fly")
    assert said.returncode != 0
    assert "fly" in said.stderr
    assert "setup" in said.stderr


def test_it_needs_only_the_standard_library():
    tree = ast.parse((ROOT / "run.py").read_text("utf-8"))
    names = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
    assert names <= sys.stdlib_module_names


def test_every_make_target_is_a_command_of_the_script():
    line = next(x for x in (ROOT / "Makefile").read_text("utf-8").splitlines() if x.startswith(".PHONY:"))
    for name in line.removeprefix(".PHONY:").split():
        assert f'"{name}":' in (ROOT / "run.py").read_text("utf-8")
