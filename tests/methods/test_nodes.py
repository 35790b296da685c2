"""Nodes of any year, held against days that were looked up and against what lunar_python computes elsewhere."""

import csv
from collections import Counter, defaultdict
from datetime import date

import pytest

from hongqiao.knowledge import nodes


def of(year):
    return {n.code: n for n in nodes.of_year(year)}


@pytest.mark.parametrize(
    ("year", "code", "day"),
    [
        (2026, "spring", date(2026, 2, 17)),
        (2027, "spring", date(2027, 2, 6)),
        (2027, "eve", date(2027, 2, 5)),
        (2027, "duanwu", date(2027, 6, 9)),
        (2027, "midautumn", date(2027, 9, 15)),
        (2028, "qixi", date(2028, 8, 26)),
        (2026, "mother", date(2026, 5, 10)),
        (2026, "earth_hour", date(2026, 3, 28)),
        (2026, "friday", date(2026, 11, 27)),
        (2026, "term_小寒", date(2026, 1, 5)),
        (2026, "term_冬至", date(2026, 12, 22)),
    ],
)
def test_a_node_falls_on_its_day(year, code, day):
    assert of(year)[code].first == day


def test_a_stretch_over_new_year_is_found_from_both_sides():
    dry = of(2026)["dry"]
    assert (dry.first, dry.last) == (date(2026, 10, 8), date(2027, 2, 15))
    assert "dry" in {n.code for n in nodes.between(date(2027, 1, 20), date(2027, 1, 20))}
    goods = of(2026)["year_goods"]
    assert (goods.first, goods.last) == (date(2026, 1, 13), date(2026, 2, 7))


def test_every_node_comes_once_a_year_in_a_decade_but_for_the_lunar_ones_at_new_year():
    times = Counter()
    for year in range(2025, 2035):
        rows = nodes.of_year(year)
        times.update(n.code for n in rows)
        assert all(n.first.year == year and n.prep <= n.first <= n.last for n in rows)
        assert all((n.last - n.first).days < 150 for n in rows)
    odd = {code for code, n in times.items() if n != 10}
    assert odd <= {"small_year", "small_year_south", "laba", "year_goods"}
    assert len(times) == len(nodes.book()["nodes"])


def test_days_off_that_nobody_announced_are_not_told():
    assert nodes.announced(2026)
    assert not nodes.announced(2027)
    assert not nodes.announced(2031)


def solemn(day):
    return [n.code for n in nodes.between(day, day) if n.solemn]


def test_solemn_days_are_known():
    assert solemn(date(2026, 12, 13)) == ["nanjing"]
    assert solemn(date(2027, 4, 5)) == ["qingming"]
    assert solemn(date(2026, 6, 18)) == []
    assert nodes.find("sun:2026").first == date(2026, 5, 1)
    assert nodes.find("sun:²") is None
    assert nodes.find("nothing:2026") is None


@pytest.mark.shared
def test_the_days_agree_with_another_calendar(shared):
    """The same label on another day would be a mistake of one of the two."""
    theirs = defaultdict(set)
    with (shared / "data" / "domain" / "marketing_calendar_2026_2028.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            theirs[row["name"]].add(date.fromisoformat(row["start"]))
    checked = 0
    for year in (2026, 2027, 2028):
        for node in nodes.of_year(year):
            if node.label in theirs:
                checked += 1
                assert node.first in theirs[node.label], node
    assert checked > 150
