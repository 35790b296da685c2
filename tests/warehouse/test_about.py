"""One person's rows are the same wherever they lie: in order of days or persons, merged, waiting, of older schemas."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hongqiao import warehouse
from hongqiao.warehouse import care, config, erasing, inbox, store
from hongqiao.warehouse import tables as schemas
from hongqiao.warehouse.identity import merge_persons, unmerge_persons
from hongqiao.warehouse.tables import TABLES
from hongqiao.warehouse.workbench import workbench
from tests.warehouse.conftest import BRAND, SECOND_ACCOUNT, Keys, origin, rows_of, take

pytestmark = pytest.mark.django_db
EVENTS, LARGE = TABLES["events"], 100
PEOPLE = [f"p{k}" for k in range(12)]


@pytest.fixture
def small(monkeypatch):
    """Parts of a few rows are large here, and row groups are as small as they may be."""
    real, low = config.limit, {"counts_rows_min": LARGE, "counts_share_min": 1, "row_group_rows_person": 2048}
    monkeypatch.setattr(config, "limit", lambda name: low.get(name) or real(name))


def acts(n: int, seed: int, days: int = 200) -> list[dict]:
    dice = random.Random(seed)
    moments = sorted(datetime(2026, 1, 1) + timedelta(hours=dice.randrange(24 * days)) for _ in range(n))
    return [
        {
            "event_key": f"e{seed}-{k}",
            "event": dice.choice(("visit", "view", "purchase")),
            "ts": at,
            "channel": dice.choice(("搜索", None)),
            "person": dice.choice((*PEOPLE, None)),
        }
        for k, at in enumerate(moments)
    ]


def key_of(person: str) -> str:
    return Keys().hash([person])[0]


def place(row: dict) -> tuple[str, str]:
    return row["account"], row["event_key"]


def alike(version: int | None = None) -> int:
    """Hold each person's own reading against a reading of everything; return how many rows there are of persons."""
    whole, handle, seen = sorted(rows_of("events", version=version), key=place), warehouse.open(BRAND, version), 0
    for key in (*map(key_of, PEOPLE), key_of("nobody")):
        own = handle.about([key])
        rows = own.current("events")
        found = own.fetch(rows.filter(rows.person_key == key)).to_pylist()
        assert sorted(found, key=place) == [r for r in whole if r["person_key"] == key]
        seen += len(found)
    return seen


def lies_in_order() -> list[bool]:
    parts = warehouse.open(BRAND).parts("events")
    with workbench(1) as con:
        return [store.in_order(con, EVENTS, p.path) for p in parts]


def wait(n: int, seed: int) -> None:
    rows = [{**r, "event_key": f"hot{seed}-{k}"} for k, r in enumerate(acts(n, seed))]
    inbox.put(BRAND, "events", rows, origin(kind="api"), Keys())


def test_whoever_is_asked_about_has_the_same_rows_before_and_after_parts_are_put_in_order(small):
    take("events", acts(300, 1))
    take("events", acts(300, 2), platform="own", account_id=SECOND_ACCOUNT)
    wait(30, 3)
    assert not any(lies_in_order()), "a file in order of days becomes parts as it is"
    before = alike()
    assert before > 500
    assert care.compact(BRAND) >= 2
    assert all(lies_in_order())
    assert alike() == before
    assert care.compact(BRAND) == 0, "what is in order is left alone"


def test_merged_persons_are_read_as_one_and_an_older_version_still_has_two(small):
    take("events", acts(300, 1))
    care.compact(BRAND)
    before, said = warehouse.open(BRAND).version, alike()
    for keep, other in (("p0", "p1"), ("p0", "p2"), ("p3", "p4")):
        merge_persons(BRAND, key_of(keep), key_of(other), who="test")
    wait(40, 5)
    assert alike() > said
    own = warehouse.open(BRAND).about([key_of("p0")])
    rows = own.current("events")
    assert set(own.fetch(rows)["person_key"].to_pylist()) == {key_of("p0")}
    assert alike(before) == said
    unmerge_persons(BRAND, key_of("p1"))
    alike()


def test_a_reading_of_one_person_leaves_that_of_all_alone(small):
    """The map of merges is shared by tables that are read whole."""
    take("events", acts(200, 1))
    order = {"order_key": "o1", "ts": datetime(2026, 4, 1), "person": "p5", "gross": 5}
    take("orders", [order, {**order, "order_key": "o2", "person": "p7"}])
    merge_persons(BRAND, key_of("p6"), key_of("p7"), who="test")
    merge_persons(BRAND, key_of("p8"), key_of("p5"), who="test")
    own = warehouse.open(BRAND).about([key_of("p6")])
    orders = own.fetch(own.current("orders")).to_pylist()
    assert {r["order_key"]: r["person_key"] for r in orders} == {"o1": key_of("p8"), "o2": key_of("p6")}
    assert rows_of("orders") == sorted(orders, key=lambda r: r["order_key"])
    assert alike() == sum(r["person_key"] is not None for r in rows_of("events"))


def test_a_new_event_of_a_person_is_there_at_once(small):
    take("events", acts(300, 1))
    care.compact(BRAND)
    handle = warehouse.open(BRAND).about([key_of("p1")])
    n = handle.fetch(handle.current("events")).num_rows
    inbox.put(BRAND, "events", [{"event": "visit", "ts": "2026-04-02T10:00:00", "person": "p1"}], origin(), Keys())
    now = warehouse.open(BRAND).about([key_of("p1")])
    assert now.fetch(now.current("events")).num_rows == n + 1
    inbox.flush(BRAND)
    now = warehouse.open(BRAND).about([key_of("p1")])
    assert now.fetch(now.current("events")).num_rows == n + 1


def test_whoever_is_erased_is_in_no_part_and_the_rest_stays_in_order(small):
    take("events", acts(400, 1))
    care.compact(BRAND)
    said = alike()
    gone = erasing.erase(BRAND, [key_of("p2")])["events"]
    assert gone > 0
    assert alike() == said - gone
    assert all(lies_in_order())
    with workbench(1) as con:
        for path in (config.data() / "warehouse").rglob("*.parquet"):
            names = [c for (c, *_) in con.execute(f"DESCRIBE FROM '{path}'").fetchall()]  # noqa: S608
            if "person_key" in names:
                asked = f"SELECT count(*) FROM '{path}' WHERE person_key = '{key_of('p2')}'"  # noqa: S608
                assert con.execute(asked).fetchone() == (0,), path


def test_an_undone_file_leaves_the_others_rows_in_order(small, days):
    first = take("events", acts(300, 1))
    take("events", acts(300, 2), captured_at=days(1))
    care.compact(BRAND)
    warehouse.undo(BRAND, first.source_id)
    assert all(lies_in_order())
    alike()


def test_parts_of_an_older_schema_are_read_alike_and_put_in_order(small, monkeypatch):
    take("events", acts(300, 1))
    said = alike()
    later = replace(EVENTS, schema_version=EVENTS.schema_version + 1, columns={**EVENTS.columns, "device": "string"})
    monkeypatch.setitem(schemas.TABLES, "events", later)
    assert alike() == said
    care.compact(BRAND)
    assert alike() == said


def test_nobody_asked_about_is_nobody(small):
    take("events", acts(200, 1))
    none = warehouse.open(BRAND).about([])
    assert none.fetch(none.current("events")).num_rows == 0
    assert none.counts("events") is None
    assert none.lists("events") is None


def test_a_person_of_a_large_part_is_found_in_few_of_its_row_groups(small):
    """Row groups tell their least and greatest person: what is outside of them is not read."""
    many = acts(200, 1, days=28)
    dice = random.Random(7)
    rows = [{**many[k % 200], "event_key": f"e{k}", "person": f"q{dice.randrange(900)}"} for k in range(20_000)]
    take("events", sorted(rows, key=lambda r: r["ts"]))
    care.compact(BRAND)
    (part,) = warehouse.open(BRAND).parts("events")
    with workbench(1) as con:
        spans = con.execute(f"""SELECT stats_min_value, stats_max_value FROM parquet_metadata('{part.path}')
                                WHERE path_in_schema = 'person_key'""").fetchall()  # noqa: S608
    assert len(spans) >= 8
    for n in range(900):
        assert sum(low <= key_of(f"q{n}") <= high for low, high in spans) <= 2
