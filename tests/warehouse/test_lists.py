"""Lists of persons: the union of lists is the number of different persons, whoever was merged, undone or added."""

import random
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from hongqiao import warehouse
from hongqiao.warehouse import care, config, lists, unions
from hongqiao.warehouse.identity import merge_persons, unmerge_persons
from hongqiao.warehouse.tables import TABLES
from tests.warehouse.conftest import BRAND, SECOND_ACCOUNT, rows_of, take

EVENTS = TABLES["events"]


@pytest.fixture
def small(monkeypatch):
    """Parts of a few rows are listed here."""
    real, low = config.limit, {"counts_rows_min": 100, "counts_share_min": 1}
    monkeypatch.setattr(config, "limit", lambda name: low.get(name) or real(name))


def acts(n: int, seed: int) -> list[dict]:
    dice = random.Random(seed)
    return [
        {
            "event_key": f"e{seed}-{k}",
            "event": dice.choice(("visit", "view")),
            "ts": datetime(2026, 4, 1) + timedelta(hours=dice.randrange(200)),
            "channel": dice.choice(("搜索", None)),
            "person": dice.choice((*(f"p{k}" for k in range(30)), None)),
        }
        for k in range(n)
    ]


def told(version: int | None = None) -> dict[tuple[date, str], int]:
    """Persons by day and event, from the lists."""
    handle = warehouse.open(BRAND, version)
    table = handle.lists("events")
    assert table is not None
    found = handle.fetch(table)
    cells = list(zip(found.column("day").to_pylist(), found.column("event").to_pylist(), strict=True))
    names = sorted(set(cells))
    codes = np.array([names.index(c) for c in cells])
    return dict(zip(names, handle.distinct("events", found, codes, len(names)).tolist(), strict=True))


def counted(version: int | None = None) -> dict[tuple[date, str], int]:
    """The same from the rows."""
    who: dict[tuple[date, str], set[str]] = {}
    for row in rows_of("events", version=version):
        if row["person_key"]:
            who.setdefault((row["day"], row["event"]), set()).add(row["person_key"])
    return {cell: len(who[cell]) for cell in sorted(who)}


@pytest.mark.django_db
def test_persons_of_listed_parts_and_of_rows_that_are_not_listed_yet_are_counted_once(small):
    take("events", acts(150, 1))
    assert warehouse.open(BRAND).lists("events") is None
    take("events", acts(150, 2), platform="own", account_id=SECOND_ACCOUNT)
    care.count(BRAND)
    assert told() == counted()
    take("events", acts(40, 3))
    assert told() == counted()


@pytest.mark.django_db
def test_merged_persons_are_one_and_an_older_version_still_has_two(small, days):
    take("events", acts(150, 1))
    second = take("events", acts(150, 2), captured_at=days(1))
    care.count(BRAND)
    before, said = warehouse.open(BRAND).version, told()
    keys = sorted({r["person_key"] for r in rows_of("events") if r["person_key"]})
    merge_persons(BRAND, keys[0], keys[1], who="test")
    merge_persons(BRAND, keys[2], keys[3], who="test")
    assert told() == counted() != said
    assert told(before) == said
    unmerge_persons(BRAND, keys[1])
    assert told() == counted()
    warehouse.undo(BRAND, second.source_id)
    assert told() == counted()


@pytest.mark.django_db
def test_lists_go_with_their_part(small):
    receipt = take("events", acts(150, 1))
    take("events", acts(150, 2))
    care.count(BRAND)
    folder = config.data() / "warehouse" / str(BRAND)
    assert len([*folder.rglob("*.npy")]) == 4
    warehouse.undo(BRAND, receipt.source_id)
    care.sweep(BRAND, older_than=timedelta(0))
    (part,) = warehouse.open(BRAND).parts("events")
    left = {p for p in folder.rglob("*.*") if ".lists" in p.name or p.suffix == ".npy"}
    assert left == set(lists.files_of(EVENTS, part.path))


@pytest.mark.django_db
def test_where_most_rows_are_not_listed_the_rows_are_asked(small, monkeypatch):
    take("events", acts(150, 1))
    care.count(BRAND)
    take("events", acts(40, 2))
    low = config.limit
    monkeypatch.setattr(config, "limit", lambda name: 39 if name == "lists_rest_max" else low(name))
    assert warehouse.open(BRAND).lists("events") is None


@pytest.mark.django_db
def test_a_part_in_which_two_persons_look_alike_has_no_lists(small, monkeypatch):
    take("events", acts(150, 1))
    monkeypatch.setattr(lists, "PERSON", "(md5_number_lower({}) % 7)::UBIGINT")
    assert care.count(BRAND) == 1  # its counts
    assert warehouse.open(BRAND).lists("events") is None
    assert care.count(BRAND) == 0


def test_unions_of_random_lists_are_what_sets_say():
    dice = np.random.default_rng(5)
    for persons in (40, 20_000):  # lists that are marked, and lists that are sorted
        numbering, chunks, truth = unions.Numbering(1 << 20), {}, {}
        sets: list[set[int]] = [set() for _ in range(6)]
        rows = []
        for label in ("a", "b", "c"):
            keys = np.unique(dice.integers(0, persons, persons, dtype=np.uint64))
            numbers = dice.integers(0, len(keys), 300).astype(np.uint32)
            given = numbering.of(label, lambda keys=keys: keys)
            chunks[label] = unions.Chunk(numbers, given)
            truth.update(zip(keys.tolist(), given.tolist(), strict=True))
            for first in range(0, 300, 30):
                cell = int(dice.integers(0, 5))  # the last one stays empty
                rows.append(("abc".index(label), first, 30, cell))
                sets[cell] |= set(keys[numbers[first : first + 30]].tolist())
        assert len(set(truth.values())) == len(truth) == len(numbering)
        part, first, length, codes = np.array(rows)[dice.permutation(len(rows))].T
        found = unions.distinct(chunks, ["a", "b", "c"], part, first, length, codes, 6, len(numbering))
        assert found.tolist() == [len(s) for s in sets]
