"""Tables of counts say what the parts say, go with them, and may be missing."""

import random
from datetime import date, datetime, timedelta

import pytest

from hongqiao import warehouse
from hongqiao.warehouse import care, config, counts, inbox
from hongqiao.warehouse.models import Part
from hongqiao.warehouse.tables import TABLES
from tests.warehouse.conftest import BRAND, NOON, SECOND_ACCOUNT, Keys, origin, rows_of, take

pytestmark = pytest.mark.django_db
EVENTS = TABLES["events"]
NOW = timedelta(0)


@pytest.fixture(autouse=True)
def small_parts_count(monkeypatch):
    """Parts of a few rows are worth a table of counts here."""
    real = config.limit
    monkeypatch.setattr(
        config, "limit", lambda name: {"counts_rows_min": 10, "counts_share_min": 1}.get(name) or real(name)
    )


def visits(n: int, seed: int = 0, channel: str = "搜索") -> list[dict]:
    dice = random.Random(seed)
    return [
        {
            "event_key": f"e{seed}-{k}",
            "event": dice.choice(("visit", "view", "purchase")),
            "ts": datetime(2026, 4, 1) + timedelta(hours=dice.randrange(200)),
            "channel": dice.choice((channel, "私域", None)),
            "person": dice.choice(("小王", "小李", None)),
        }
        for k in range(n)
    ]


def counted(version: int | None = None) -> list[tuple]:
    """What the tables of counts say, by all their columns."""
    handle = warehouse.open(BRAND, version)
    table = handle.counts("events")
    assert table is not None
    keys = [c for c in table.columns if c != counts.TIMES]
    found = handle.fetch(table.group_by(keys).aggregate(n=table.times.sum())).to_pylist()
    return sorted((tuple(map(str, (r[k] for k in keys))), int(r["n"])) for r in found)


def recounted(version: int | None = None) -> list[tuple]:
    """The same, counted here from the rows themselves."""
    tally: dict[tuple, int] = {}
    for row in rows_of("events", version=version):
        said = [row["day"], *(row[c] for c in EVENTS.counted), None if row["person_key"] is None else ""]
        key = tuple(map(str, said))
        tally[key] = tally.get(key, 0) + 1
    return sorted(tally.items())


def files() -> list[str]:
    return sorted(p.name for p in (config.data() / "warehouse" / str(BRAND)).rglob("*.counts*"))


def test_a_part_is_counted_once_and_the_counts_say_what_its_rows_say():
    take("events", visits(60))
    assert warehouse.open(BRAND).counts("events") is None
    assert care.count(BRAND) == 2
    assert care.count(BRAND) == 0
    assert counted() == recounted()


def test_rows_that_nobody_counted_yet_are_counted_on_the_way():
    take("events", visits(60))
    care.count(BRAND)
    take("events", visits(40, seed=1), platform="own", account_id=SECOND_ACCOUNT)
    hot = {"event_key": "hot", "event": "visit", "ts": NOON, "channel": "搜索"}
    assert counted() == recounted()
    inbox.put(BRAND, "events", [hot], origin(), keys=Keys())
    assert counted() == recounted()
    assert sum(n for _, n in counted()) == 101


def test_an_undo_a_merge_and_an_older_version_each_have_their_own_counts(days):
    first = take("events", visits(60))
    second = take("events", visits(60, seed=1), captured_at=days(1))
    care.count(BRAND)
    before = warehouse.open(BRAND).version
    said = counted()
    warehouse.undo(BRAND, first.source_id)
    assert counted() == recounted() != said
    assert counted(before) == said
    for n in range(2, 16):
        take("events", visits(12, seed=n), captured_at=days(n))
    care.count(BRAND)
    assert care.compact(BRAND)
    care.count(BRAND)
    assert counted() == recounted()
    warehouse.move(BRAND, [second.source_id], account_id=SECOND_ACCOUNT, platform="own", zone="Asia/Shanghai")
    assert counted() == recounted()
    assert {key[2] for key, _ in counted()} > {str(SECOND_ACCOUNT)}


def test_counts_go_with_their_part_and_those_without_one_are_swept():
    receipt = take("events", visits(60))
    take("events", visits(60, seed=1))
    care.count(BRAND)
    assert len(files()) == 2
    warehouse.undo(BRAND, receipt.source_id)
    care.sweep(BRAND, older_than=NOW)
    part = Part.objects.get(brand_id=BRAND, retired_version=None)
    live = counts.file_of(EVENTS, config.data() / part.path)
    assert files() == [live.name]
    stray = live.with_name("0197.counts1.parquet")
    stray.write_bytes(live.read_bytes())
    care.sweep(BRAND, older_than=NOW)
    assert files() == [live.name]
    assert counted() == recounted()


def test_counts_of_an_earlier_schema_are_not_read_and_are_made_anew(monkeypatch):
    take("events", visits(60))
    care.count(BRAND)
    old = files()
    later = type(EVENTS)(**{**EVENTS.__dict__, "schema_version": EVENTS.schema_version + 1})
    monkeypatch.setitem(TABLES, "events", later)
    assert warehouse.open(BRAND).counts("events") is None
    assert care.count(BRAND) == 2
    assert counted() == recounted()
    care.sweep(BRAND, older_than=NOW)
    assert len(files()) == 1
    assert files() != old


def test_where_hardly_any_rows_are_alike_there_is_no_table_of_counts_and_nobody_tries_again(monkeypatch):
    real = config.limit
    monkeypatch.setattr(config, "limit", lambda name: 8 if name == "counts_share_min" else real(name))
    take("events", [{**row, "channel": f"c{n}"} for n, row in enumerate(visits(60))])
    assert care.count(BRAND) == 0
    assert warehouse.open(BRAND).counts("events") is None
    assert len(files()) == 1
    assert care.count(BRAND) == 0


def test_a_small_part_and_a_table_without_counts_are_left_alone():
    take("events", visits(5))
    take("orders", [{"order_key": f"o{n}", "ts": NOON} for n in range(20)])
    assert care.count(BRAND) == 0
    assert warehouse.open(BRAND).counts("orders") is None
    assert files() == []


def test_only_days_that_are_asked_for_are_in_the_answer():
    take("events", visits(60))
    care.count(BRAND)
    handle = warehouse.open(BRAND)
    table = handle.counts("events")
    some = handle.fetch(table.filter(table.day == date(2026, 4, 2)).aggregate(n=table.times.sum())).to_pylist()
    assert int(some[0]["n"]) == sum(r["day"] == date(2026, 4, 2) for r in rows_of("events"))
