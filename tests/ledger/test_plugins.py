"""Rules of other packages: the documented example runs whole, a broken plugin is said and breaks nothing."""

import logging
import re
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from django.urls import reverse

from hongqiao import warehouse
from hongqiao.ledger import plugins, rules, services, watching
from hongqiao.ledger.models import Finding
from hongqiao.ledger.words import sentence
from tests.ledger.measured import AFTER, BEFORE, DAYS, START, outcome, series, state

DOC = Path(__file__).resolve().parents[2] / "docs" / "ledger.md"
CODE = "few.followers"


def example():
    """The module that docs/ledger.md shows."""
    part = DOC.read_text("utf-8").split("### A rule of another package")[1]
    return re.search(r"```python\n(.*?)```", part, re.S).group(1)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install packages, each a name and the text of its module; rules are as before when the test is over."""
    before = dict(rules.all_rules())
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(**modules):
        points = []
        for name, text in modules.items():
            folder = tmp_path / f"hongqiao_{name}"
            folder.mkdir()
            (folder / "__init__.py").write_text("")
            if text is not None:
                (folder / "rules.py").write_text(text)
            points.append(EntryPoint(name, f"hongqiao_{name}.rules", plugins.GROUP))
        monkeypatch.setattr(plugins, "entry_points", lambda group: points)
        for name, value in (("_loaded", False), ("_broken", []), ("_from", {})):
            monkeypatch.setattr(plugins, name, value)
        return rules.all_rules()

    yield install
    rules._RULES.clear()
    rules._RULES.update(before)
    for name in [n for n in sys.modules if n.startswith("hongqiao_")]:
        del sys.modules[name]


def test_the_example_of_the_docs_is_listed_speaks_proposes_and_is_judged(cast, house, accounts, installed):
    assert len(example().splitlines()) <= 40  # a screen of it, as the formatter lays it out
    assert CODE in installed(few=example())
    given = series(effect=40)
    state(cast, accounts, given)
    least = int(given["douyin"][BEFORE - 1])  # of the day before the start
    services.change_rule(actor=cast.owner, code=CODE, seen=None, values={"least": least + 1})
    cast.brand.refresh_from_db()
    watching.watch(cast.brand, warehouse.open(cast.brand.pk), DAYS[BEFORE - 1])
    row = Finding.objects.get(rule=CODE)
    assert sentence(row) == f"douyin 新增关注只有 {least}"
    page = cast.client(cast.owner).get(reverse("ledger_rules", args=[cast.brand.slug])).content.decode()
    card = page[page.index(f'id="{CODE}"') :].split("</section>")[0]
    for words in ("新增太少", "插件 few", "少于多少才说", "这个插件的建议", "发现 1 件"):
        assert words in card, words
    bet = services.adopt_proposal(actor=cast.owner, finding_id=row.pk, seen=None)
    bet = services.start_action(actor=cast.owner, action_id=bet.pk, seen=None, on=START)
    found = outcome(bet)
    assert (found["verdict"], bet.measure["days"]) == ("worked", AFTER)
    services.keep_outcome(action_id=bet.pk, version=bet.version, found=found)
    row.refresh_from_db()
    assert (row.right, row.state) == (True, "closed")
    services.change_rule(actor=cast.owner, code=CODE, seen=None, values={"least": 3}, on=False)
    cast.brand.refresh_from_db()
    assert not rules.is_on(cast.brand, rules.all_rules()[CODE])


SAME = example().replace('"few.followers"', '"insight.moved"')
NO_ROOM = example().replace('room="data"', 'room="cellar"')


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "ModuleNotFoundError"),
        ("1 / 0", "ZeroDivisionError"),
        ("import sys; sys.exit(3)", "SystemExit"),
        (example() + "\nraise RuntimeError('late')", "late"),
        (SAME, "insight.moved 已经有了"),
        (NO_ROOM, "cellar"),
        ("from hongqiao.ledger import rules\nrules._RULES['x'] = 7", "AttributeError"),
    ],
)
def test_a_broken_plugin_is_said_and_breaks_nothing_else(cast, house, installed, caplog, text, why):
    before = dict(rules.all_rules())
    with caplog.at_level(logging.ERROR, "hongqiao.ledger"):
        known = installed(broken=text, fine=example())
    assert {code: known[code] for code in before} == before
    assert set(known) - set(before) == {CODE}  # the one that is whole
    assert "broken" in caplog.text
    address = reverse("ledger_rules", args=[cast.brand.slug])
    page = cast.client(cast.owner).get(address).content.decode()
    assert "插件 broken（hongqiao_broken.rules）没有用上" in page
    assert why in page
    assert "没有用上" not in cast.client(cast.editor).get(address).content.decode()


def test_a_plugin_whose_rule_fails_or_answers_nonsense_stops_no_other(cast, house, accounts, installed):
    nonsense = example().replace("few.followers", "a.nonsense").replace("    for row", "    yield 7\n    for row")
    installed(few=example(), nonsense=nonsense)
    given = series()
    given["douyin"][BEFORE - 1] = 4
    state(cast, accounts, given)
    said = watching.watch(cast.brand, warehouse.open(cast.brand.pk), DAYS[BEFORE - 1])
    assert said["failed"] == {"a.nonsense": "AttributeError"}
    assert list(Finding.objects.filter(rule__in=["a.nonsense", CODE]).values_list("rule", flat=True)) == [CODE]


def test_words_of_a_plugin_that_lack_a_name_still_make_a_page(cast, house, accounts, installed):
    installed(few=example().replace("只有 %(n)s", "只有 %(m)s"))
    given = series()
    given["douyin"][BEFORE - 1] = 4
    state(cast, accounts, given)
    watching.watch(cast.brand, warehouse.open(cast.brand.pk), DAYS[BEFORE - 1])
    home = reverse("ledger_home", args=[cast.brand.slug])
    assert cast.client(cast.owner).get(home).status_code == 200
