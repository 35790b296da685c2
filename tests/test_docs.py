"""The documents tell the truth: every setting and command is in them, every link leads somewhere."""

import re
from pathlib import Path

import pytest

from hongqiao.site.arguments import parser

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("*.md"))]


def test_every_setting_is_described():
    code = "\n".join(p.read_text("utf-8") for p in (ROOT / "src").rglob("*.py")) + (ROOT / "run.py").read_text("utf-8")
    code += "\n".join(p.read_text("utf-8") for p in (ROOT / "tests").rglob("*.py"))
    told = (ROOT / "docs" / "settings.md").read_text("utf-8")
    used = set(re.findall(r"HONGQIAO_[A-Z_]*[A-Z]", code))
    assert {name for name in used if f"`{name}`" not in told} == set()
    assert {name for name in re.findall(r"`(HONGQIAO_[A-Z_]+)`", told) if name not in used} == set()


def test_every_command_is_described():
    told = (ROOT / "docs" / "cli.md").read_text("utf-8")
    commands = next(a for a in parser()._actions if a.dest == "command").choices
    assert {name for name in commands if not re.search(rf"`hongqiao {name}[` ]", told)} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_link_of_a_page_leads_to_a_file(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_no_lock_names_an_address():
    for lock in (ROOT / "requirements").glob("*.txt"):
        assert not re.search(r"https?://|--(extra-)?index-url|@ file", lock.read_text("utf-8")), lock.name
