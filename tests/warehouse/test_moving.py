"""Another account, because a person chose the wrong one: as if the file had been taken there at first."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from hongqiao import warehouse
from hongqiao.errors import NotFound
from hongqiao.warehouse import care, identity, inbox, rekey, store
from hongqiao.warehouse.models import InboxRow, Part, Source
from hongqiao.warehouse.staging import content_key
from hongqiao.warehouse.state import load
from hongqiao.warehouse.tables import TABLES
from hongqiao.warehouse.workbench import workbench
from tests.warehouse.conftest import (
    ACCOUNT,
    BRAND,
    NOON,
    OTHER_BRAND,
    SECOND_ACCOUNT,
    ZONE,
    FakeReading,
    Keys,
    numbered,
    origin,
    rows_of,
    take,
)

pytestmark = pytest.mark.django_db

#: What may differ between a file that was moved and one that was taken there at first.
RUN = ("source_id", "rank")


def move(*sources, account_id=SECOND_ACCOUNT, platform="wechat_oa", zone=ZONE, brand_id=BRAND):
    return warehouse.move(brand_id, list(sources), account_id=account_id, platform=platform, zone=zone)


def daily(day, **values):
    return {"day": date(2026, 4, day), **values}


def views():
    return [(UUID(r["account"]), r["day"].day, r["views"]) for r in rows_of("account_daily")]


def works(title, views, at=datetime(2026, 4, 3, 21, 26, 39)):
    rows = numbered([{"title": title, "form": "video", "published_at": at}])
    return FakeReading([("contents", rows), ("content_snapshots", [{"source_row": 2, "views": views}])])


def plain(name):
    return [{k: v for k, v in r.items() if k not in RUN} for r in rows_of(name)]


def test_rows_leave_the_one_account_and_count_for_the_other():
    wrong = take("account_daily", [daily(1, views=7), daily(2, views=8)])
    assert move(wrong.source_id) == 2
    assert views() == [(SECOND_ACCOUNT, 1, 7), (SECOND_ACCOUNT, 2, 8)]
    (row, _) = rows_of("account_daily")
    assert (row["platform"], row["source_id"], row["source_row"]) == ("wechat_oa", str(wrong.source_id), 2)
    source = Source.objects.get(id=wrong.source_id)
    assert (source.account_id, source.platform, source.rows_taken) == (SECOND_ACCOUNT, "wechat_oa", 2)


def test_the_version_before_the_move_is_as_it_was():
    before = take("account_daily", [daily(1, views=7)])
    move(before.source_id)
    old, new = warehouse.open(BRAND, before.version), warehouse.open(BRAND)
    assert new.version == before.version + 1
    assert [s.account_id for s in old.sources()] == [ACCOUNT]
    assert [s.account_id for s in new.sources()] == [SECOND_ACCOUNT]
    assert [r["account"] for r in rows_of("account_daily", version=before.version)] == [str(ACCOUNT)]


def test_a_second_move_and_a_move_of_something_undone_change_nothing():
    wrong = take("account_daily", [daily(1, views=7)])
    move(wrong.source_id)
    version = warehouse.open(BRAND).version
    assert move(wrong.source_id) == 0
    warehouse.undo(BRAND, wrong.source_id)
    assert move(wrong.source_id, account_id=ACCOUNT) == 0
    assert warehouse.open(BRAND).version == version + 1


def test_sources_that_are_not_the_brands_are_not_found():
    wrong = take("account_daily", [daily(1, views=7)])
    for ids, brand in (([uuid4()], BRAND), ([wrong.source_id], OTHER_BRAND), ([wrong.source_id, uuid4()], BRAND)):
        with pytest.raises(NotFound):
            move(*ids, brand_id=brand)
    with pytest.raises(TypeError):
        move(wrong.source_id, brand_id=str(BRAND))
    assert views() == [(ACCOUNT, 1, 7)]


def test_what_the_moved_rows_had_superseded_counts_again(days):
    take("account_daily", [daily(1, views=7), daily(2, views=8)])
    wrong = take("account_daily", [daily(2, views=80), daily(3, views=9)], captured_at=days(1))
    move(wrong.source_id)
    assert views() == [(ACCOUNT, 1, 7), (ACCOUNT, 2, 8), (SECOND_ACCOUNT, 2, 80), (SECOND_ACCOUNT, 3, 9)]


def test_what_others_repeated_of_the_moved_rows_stays_with_the_old_account(days):
    wrong = take("orders", [{"order_key": "o", "ts": NOON, "status": "paid"}])
    right = take("orders", [{"order_key": "o", "ts": NOON, "status": "paid"}], captured_at=days(1))
    assert right.unchanged == 1
    move(wrong.source_id)
    assert [(r["account"], r["source_id"]) for r in rows_of("orders")] == [
        (str(ACCOUNT), str(right.source_id)), (str(SECOND_ACCOUNT), str(wrong.source_id))
    ]  # fmt: skip


def test_a_repeat_that_was_not_kept_moves_too(days):
    take("orders", [{"order_key": "o", "ts": NOON, "status": "paid"}])
    wrong = take("orders", [{"order_key": "o", "ts": NOON, "status": "paid"}], captured_at=days(1))
    assert move(wrong.source_id) == 1
    assert [(r["account"], r["status"]) for r in rows_of("orders")] == [
        (str(ACCOUNT), "paid"), (str(SECOND_ACCOUNT), "paid")
    ]  # fmt: skip


@pytest.mark.parametrize(("captured", "wins"), [(1, 80), (-1, 8)])
def test_of_what_is_there_and_what_moves_in_the_later_statement_wins(days, captured, wins):
    take("account_daily", [daily(2, views=8)], account_id=SECOND_ACCOUNT)
    wrong = take("account_daily", [daily(2, views=80, likes=3)], captured_at=days(captured))
    move(wrong.source_id)
    (row,) = rows_of("account_daily")
    assert (row["views"], row["likes"]) == (wins, 3)


def test_a_repeat_there_is_the_later_word_over_an_older_file_that_moves_in(days):
    take("orders", [{"order_key": "o", "ts": NOON, "status": "paid"}], account_id=SECOND_ACCOUNT)
    take("orders", [{"order_key": "o", "ts": NOON, "status": "paid"}], account_id=SECOND_ACCOUNT, captured_at=days(2))
    wrong = take("orders", [{"order_key": "o", "ts": NOON, "status": "closed"}], captured_at=days(1))
    move(wrong.source_id)
    assert [(r["status"], r["captured_at"]) for r in rows_of("orders")] == [("paid", days(2))]


def test_an_event_that_is_there_already_is_not_there_twice_and_comes_back_by_undo():
    row = {"event_key": "e", "event": "visit", "ts": NOON}
    there = take("events", [row], account_id=SECOND_ACCOUNT)
    wrong = take("events", [row, {**row, "event_key": "f"}])
    assert move(wrong.source_id) == 2
    assert [(r["event_key"], r["source_id"]) for r in rows_of("events")] == [
        ("e", str(there.source_id)), ("f", str(wrong.source_id))
    ]  # fmt: skip
    warehouse.undo(BRAND, there.source_id)
    assert [(r["event_key"], r["source_id"]) for r in rows_of("events")] == [
        ("e", str(wrong.source_id)), ("f", str(wrong.source_id))
    ]  # fmt: skip


def test_undo_after_a_move_takes_the_rows_out_of_where_they_are_now(days):
    take("account_daily", [daily(2, views=8)], account_id=SECOND_ACCOUNT)
    wrong = take("account_daily", [daily(2, views=80), daily(3, views=9)], captured_at=days(1))
    move(wrong.source_id)
    assert warehouse.undo(BRAND, wrong.source_id) == 2
    assert views() == [(SECOND_ACCOUNT, 2, 8)]
    assert warehouse.undo(BRAND, wrong.source_id) == 0


def test_a_part_that_others_share_is_divided(days, monkeypatch):
    from hongqiao.warehouse import config

    keeps = take("account_daily", [daily(1, views=7)])
    wrong = take("account_daily", [daily(2, views=8)], captured_at=days(1))
    real = config.limit
    monkeypatch.setattr(config, "limit", lambda name: 1 if name == "parts_live_max" else real(name))
    assert care.compact(BRAND) == 2
    move(wrong.source_id)
    assert views() == [(ACCOUNT, 1, 7), (SECOND_ACCOUNT, 2, 8)]
    assert sorted(p.sources for p in warehouse.open(BRAND).parts("account_daily")) == sorted(
        [(str(keeps.source_id),), (str(wrong.source_id),)]
    )


def test_the_same_file_is_refused_where_the_account_has_it_and_may_be_taken_again_where_it_was():
    wrong = take("account_daily", [daily(1, views=7)], file_hash="h")
    right = take("account_daily", [daily(1, views=7)], file_hash="h", account_id=SECOND_ACCOUNT)
    with pytest.raises(warehouse.AlreadyTaken) as there:
        move(wrong.source_id)
    assert there.value.source_id == right.source_id
    assert views() == [(ACCOUNT, 1, 7), (SECOND_ACCOUNT, 1, 7)]
    warehouse.undo(BRAND, right.source_id)
    move(wrong.source_id)
    with pytest.raises(warehouse.AlreadyTaken):
        take("account_daily", [daily(1, views=7)], file_hash="h", account_id=SECOND_ACCOUNT)
    assert take("account_daily", [daily(1, views=7)], file_hash="h").taken == 1


def test_two_sources_of_one_file_cannot_meet_in_one_account():
    third = UUID(int=0xA3)
    one = take("account_daily", [daily(1, views=7)], file_hash="h")
    two = take("account_daily", [daily(1, views=7)], file_hash="h", account_id=third)
    with pytest.raises(warehouse.AlreadyTaken):
        move(one.source_id, two.source_id)
    assert {a for a, *_ in views()} == {ACCOUNT, third}


def test_a_content_named_by_its_account_is_named_anew_with_its_figures_and_merges(days):
    wrong = warehouse.take(origin(), works("春日 限定", 9), keys=Keys())
    other = warehouse.take(
        origin(captured_at=days(1)), works("春日限定（改）", 12, datetime(2026, 4, 4, 8)), keys=Keys()
    )
    (first, second) = (r["source_key"] for r in sorted(rows_of("contents"), key=lambda r: r["published_at"]))
    identity.merge(BRAND, first, second, "小虹")
    assert move(wrong.source_id, other.source_id) == 4
    name = content_key(str(SECOND_ACCOUNT), "video", datetime(2026, 4, 3, 21, 26, 39), "春日 限定")
    assert {r["source_key"] for r in rows_of("contents")} == {name}
    assert {r["source_key"] for r in rows_of("content_snapshots")} == {name}
    assert identity.unmerge(BRAND, content_key(str(SECOND_ACCOUNT), "video", datetime(2026, 4, 4, 8), "春日限定（改）"))
    assert len(rows_of("contents")) == 2


def test_figures_of_a_moved_content_meet_those_of_the_same_file_taken_later(days):
    wrong = warehouse.take(origin(), works("春日", 9), keys=Keys())
    move(wrong.source_id)
    again = warehouse.take(origin(captured_at=days(1), account_id=SECOND_ACCOUNT), works("春日", 12), keys=Keys())
    assert (len(rows_of("contents")), again.problems) == (1, [])
    assert [r["views"] for r in rows_of("content_snapshots")] == [9, 12]


@pytest.mark.parametrize("zone", [ZONE, "America/New_York", "Pacific/Auckland"])
def test_a_moved_file_says_what_it_says_when_it_is_taken_there_at_first(zone):
    third = UUID(int=0xA3)
    night = datetime(2026, 4, 9, 23, 30)
    given = [
        ("contents", numbered([{"title": "夜", "form": "video", "published_at": night}, {"source_key": "p"}])),
        ("content_snapshots", [{"source_row": 2, "views": 9}, {"source_row": 3, "source_key": "p", "views": 4}]),
        ("orders", numbered([{"order_key": "o", "ts": night, "paid_at": night + timedelta(hours=1)}])),
        ("events", numbered([{"event": "visit", "ts": night, "person": "甲"}])),
    ]  # fmt: skip
    place = {"account_id": third, "platform": "wechat_oa", "zone": zone, "captured_at": NOON - timedelta(hours=10)}
    warehouse.take(origin(**place), FakeReading(given), keys=Keys())
    names = [name for name, _ in given]
    expected = {name: plain(name) for name in names}
    days = Source.objects.values_list("first_day", "last_day").get()
    warehouse.undo(BRAND, Source.objects.get().id)
    wrong = warehouse.take(origin(captured_at=place["captured_at"]), FakeReading(given), keys=Keys())
    move(wrong.source_id, account_id=third, zone=zone)
    found = {name: plain(name) for name in names}
    for row in [*expected["events"], *found["events"]]:
        row.pop("event_key")  # named by what it says, its moment in UTC among it
    assert found == expected
    assert Source.objects.values_list("first_day", "last_day").get(id=wrong.source_id) == days


def test_rows_that_still_wait_move_and_are_not_waiting_any_more():
    here = origin(kind="api", layout="api.events")
    inbox.put(BRAND, "events", [{"event_key": "e", "event": "visit", "ts": "2026-04-01T00:30:00+08:00"}], here, Keys())
    source = Source.objects.get()
    assert move(source.id, zone="America/New_York") == 1
    (row,) = rows_of("events")
    assert (row["account"], row["ts"], row["day"]) == (
        str(SECOND_ACCOUNT), datetime(2026, 3, 31, 16, 30), date(2026, 3, 31)
    )  # fmt: skip
    assert not InboxRow.objects.filter(retired_version=None).exists()
    again = inbox.put(BRAND, "events", [{"event_key": "e", "event": "visit", "ts": NOON}], here, Keys())
    assert again.new == 1


def test_a_move_that_fails_leaves_everything_where_it_was(house, monkeypatch):
    wrong = take("account_daily", [daily(1, views=7)])
    files, parts = sorted(house.rglob("*.parquet")), Part.objects.count()

    def broken(*_):
        raise RuntimeError("killed")

    monkeypatch.setattr(rekey, "days", broken)
    with pytest.raises(RuntimeError, match="killed"):
        move(wrong.source_id)
    monkeypatch.undo()
    assert (sorted(house.rglob("*.parquet")), Part.objects.count()) == (files, parts)
    assert views() == [(ACCOUNT, 1, 7)]


def test_a_move_beside_another_import_is_tried_again(monkeypatch):
    wrong = take("account_daily", [daily(1, views=7)])
    real, done = store.commit, []

    def beside(brand_id, seen, change):
        if not done:
            done.append(1)
            take("account_daily", [daily(2, views=8)], account_id=SECOND_ACCOUNT)
        return real(brand_id, seen, change)

    monkeypatch.setattr(store, "commit", beside)
    assert move(wrong.source_id) == 1
    assert views() == [(SECOND_ACCOUNT, 1, 7), (SECOND_ACCOUNT, 2, 8)]


def test_a_repeat_that_two_echo_parts_hold_counts_again_once(days):
    paid, closed = ([{"order_key": "o", "ts": NOON, "status": s}] for s in ("paid", "closed"))
    take("orders", paid, account_id=SECOND_ACCOUNT)
    take("orders", paid, account_id=SECOND_ACCOUNT, captured_at=days(2))
    state = load(BRAND)
    (echo,) = state.echoes["orders"]
    with workbench(1) as con:
        cut = store.Slice(echo.min_day, echo.max_day, echo.min_day, echo.max_day, 1)
        again = f"SELECT * FROM read_parquet('{echo.path.as_posix()}')"
        part = store.write(con, BRAND, TABLES["orders"], again, cut, sources=echo.sources, echo=True)
    store.commit(BRAND, state.version, lambda version: store.add(BRAND, version, [part]))
    wrong = take("orders", closed, captured_at=days(1))
    move(wrong.source_id)
    handle = warehouse.open(BRAND)
    told = handle.fetch(handle.table("orders")).to_pylist()
    assert sorted((r["status"], r["captured_at"]) for r in told) == [
        ("closed", days(1)), ("paid", NOON), ("paid", days(2))
    ]  # fmt: skip
