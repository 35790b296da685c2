"""Reading: one brand, one version, the latest non-null statement, and what is kept between queries."""

import threading
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.config import Config

from hongqiao import warehouse
from hongqiao.errors import NotFound
from hongqiao.warehouse import config, engine, identity, inbox
from hongqiao.warehouse.models import ContentMap, InboxRow, Manifest, Part, PersonMap, Source
from hongqiao.warehouse.statements import current_expr
from hongqiao.warehouse.tables import TABLES
from hongqiao.warehouse.types import arrow_schema
from tests.warehouse.conftest import ACCOUNT, BRAND, NOON, OTHER_BRAND, SECOND_ACCOUNT, origin, rows_of, take

pytestmark = pytest.mark.django_db


class SparkOptions(Config):
    treat_nan_as_null: bool = False


def daily(day, **values):
    return {"day": date(2026, 4, day), **values}


@pytest.mark.parametrize("brand", [None, "", str(BRAND), 7])
def test_nothing_is_opened_without_a_brand(brand):
    with pytest.raises(TypeError):
        warehouse.open(brand)


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_brand_has_every_table_typed_and_empty(name):
    handle = warehouse.open(BRAND)
    for expr in (handle.table(name), handle.current(name)):
        found = handle.fetch(expr)
        assert found.num_rows == 0
        assert found.schema.equals(arrow_schema(TABLES[name]))


def test_another_brand_sees_nothing():
    take("account_daily", [daily(1, views=7)])
    assert rows_of("account_daily", OTHER_BRAND) == []
    assert warehouse.open(OTHER_BRAND).parts("account_daily") == ()
    assert warehouse.open(OTHER_BRAND).sources() == []
    take("account_daily", [daily(1, views=8)], brand_id=OTHER_BRAND)
    assert [r["views"] for r in rows_of("account_daily")] == [7]


def test_the_same_query_of_two_brands_is_not_answered_from_one_cache():
    take("account_daily", [daily(1, views=7)])
    ours, theirs = warehouse.open(BRAND), warehouse.open(OTHER_BRAND)
    total = ours.current("account_daily").views.sum()
    assert ours.fetch(total)[0].to_pylist() == [7]
    assert theirs.fetch(total)[0].to_pylist() == [None]


@pytest.mark.parametrize("model", [Manifest, Part, Source, InboxRow, ContentMap, PersonMap])
def test_every_row_of_the_manifest_names_its_brand(model):
    assert not model._meta.get_field("brand_id").null


def test_only_the_tables_of_the_warehouse_can_be_read():
    handle = warehouse.open(BRAND)
    for name in ("workspace_user", "orders_0123"):
        with pytest.raises(KeyError):
            handle.fetch(ibis.table({"a": "string"}, name=name))
    with pytest.raises(KeyError):
        handle.parts("nothing")


def test_the_engine_reads_no_file_outside_the_data_folder(tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "x.csv"
    outside.write_text("a\n1\n")
    with pytest.raises(Exception, match="[Pp]ermission"):
        engine.engine().cursor().execute(f"SELECT * FROM read_csv('{outside.as_posix()}')")


def test_a_pinned_version_gives_the_same_rows_whatever_comes_later(days):
    take("account_daily", [daily(1, views=7)])
    pinned = warehouse.open(BRAND).version
    before = rows_of("account_daily", version=pinned)
    second = take("account_daily", [daily(1, views=9), daily(2, views=1)], captured_at=days(1))
    warehouse.undo(BRAND, second.source_id)
    take("account_daily", [daily(3, views=5)], captured_at=days(2))
    assert rows_of("account_daily", version=pinned) == before
    assert [r["views"] for r in rows_of("account_daily", version=pinned + 1)] == [9, 1]
    assert [r["views"] for r in rows_of("account_daily", version=pinned + 2)] == [7]


def test_a_version_that_never_was_is_not_found():
    with pytest.raises(NotFound):
        warehouse.open(BRAND, 3)


def test_current_rows_name_the_latest_statement_and_its_file(days):
    take("account_daily", [daily(1, views=7, likes=1)])
    later = take("account_daily", [daily(9), daily(1, likes=2)], captured_at=days(1))
    row = rows_of("account_daily")[0]
    assert (row["views"], row["likes"]) == (7, 2)
    assert (row["source_id"], row["source_row"], row["captured_at"]) == (str(later.source_id), 3, days(1))


def test_a_table_without_restatements_is_read_without_grouping(days):
    take("account_daily", [daily(1, views=7)])
    take("account_daily", [daily(2, views=8)], captured_at=days(1))
    state = warehouse.open(BRAND)._state
    running = engine.engine()
    assert running.relation(state, "account_daily__current") == running.relation(state, "account_daily")
    take("account_daily", [daily(2, views=9)], captured_at=days(2))
    state = warehouse.open(BRAND)._state
    assert running.relation(state, "account_daily__current") != running.relation(state, "account_daily")
    assert [r["views"] for r in rows_of("account_daily")] == [7, 9]


def test_current_rows_past_the_memory_limit_are_the_same(days, monkeypatch):
    take("account_daily", [daily(1, views=7), daily(2, views=8)])
    take("account_daily", [daily(1, views=9)], captured_at=days(1))
    kept = rows_of("account_daily")
    engine._engines.clear()
    real = config.limit
    monkeypatch.setattr(config, "limit", lambda name: 0 if name == "materialise_rows_max" else real(name))
    assert rows_of("account_daily") == kept


def test_relations_that_were_pushed_out_come_back(days, monkeypatch):
    take("account_daily", [daily(1, views=7)])
    take("account_daily", [daily(1, views=9)], captured_at=days(1))
    kept = rows_of("account_daily")
    running = engine.engine()
    for kind, name in running.con.execute(
        "SELECT CASE WHEN table_type = 'VIEW' THEN 'VIEW' ELSE 'TABLE' END, table_name FROM information_schema.tables"
    ).fetchall():
        running.con.execute(f'DROP {kind} "{name}"')
    running.results.kept.clear()
    assert rows_of("account_daily") == kept
    real = config.limit
    monkeypatch.setattr(config, "limit", lambda name: 2 if name == "relations_max" else real(name))
    for name in TABLES:
        rows_of(name)
    assert len(running._relations) <= 3
    running.results.kept.clear()
    assert rows_of("account_daily") == kept


def test_a_commit_that_leaves_a_table_alone_keeps_its_results(days):
    take("account_daily", [daily(1, views=7)])
    handle = warehouse.open(BRAND)
    first = handle.fetch(handle.current("account_daily"))
    take("orders", [{"order_key": "o", "ts": NOON}])
    after = warehouse.open(BRAND)
    assert after.version > handle.version
    assert after.fetch(after.current("account_daily")) is first


def test_results_kept_are_bounded_by_their_bytes():
    results = engine.Results(limit=8000)
    for n in range(10):
        results.put(str(n), pa.table({"a": pa.array(range(n * 200, n * 200 + 200), pa.int64())}))
    results.put("large", pa.table({"a": pa.array(range(2000), pa.int64())}))
    assert results.size <= 8000
    assert sorted(results.kept) == ["5", "6", "7", "8", "9"]


def test_a_part_of_an_older_schema_is_read_with_nulls_and_casts():
    take("refunds", [{"refund_key": "r", "amount": Decimal(5), "ts": NOON}])
    (part,) = warehouse.open(BRAND).parts("refunds")
    cursor = engine.engine().cursor()
    path = part.path.as_posix()
    older = f"SELECT * EXCLUDE (reason) REPLACE (amount::DOUBLE AS amount) FROM '{path}'"
    cursor.execute(f"COPY ({older}) TO '{path}' (FORMAT parquet)")
    Part.objects.update(schema_version=0)
    engine._engines.clear()
    from hongqiao.warehouse import state

    state.forget()
    take("refunds", [{"refund_key": "s", "amount": Decimal(6), "ts": NOON, "reason": "质量"}])
    assert [(r["amount"], r["reason"]) for r in rows_of("refunds")] == [(Decimal(5), None), (Decimal(6), "质量")]


def test_a_table_of_the_callers_own_can_be_joined():
    take("account_daily", [daily(1, views=7), daily(3, views=9)])
    handle = warehouse.open(BRAND)
    wanted = ibis.memtable(pa.table({"day": pa.array([date(2026, 4, n) for n in (1, 2, 3)])}))
    rows = handle.current("account_daily")
    joined = wanted.left_join(rows, "day").select(wanted.day, rows.views).order_by("day")
    assert handle.fetch(joined)["views"].to_pylist() == [7, None, 9]


def test_fetch_takes_a_limit_and_single_values():
    take("account_daily", [daily(n, views=n) for n in range(1, 10)])
    handle = warehouse.open(BRAND)
    assert handle.fetch(handle.current("account_daily"), limit=4).num_rows == 4
    assert handle.fetch(handle.current("account_daily").views.sum())[0].to_pylist() == [45]


def test_threads_read_at_once_and_agree(days):
    for n in range(3):
        take("account_daily", [daily(d, views=d + n) for d in range(1, 20)], captured_at=days(n))
    handle = warehouse.open(BRAND)
    rows, answers = handle.current("account_daily"), []

    def read(n):
        for d in range(1, 20):
            found = handle.fetch(rows.filter(rows.day <= date(2026, 4, d)).agg(v=rows.views.sum(), n=ibis.literal(n)))
            answers.append((d, found["v"][0].as_py()))

    threads = [threading.Thread(target=read, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6 * 19
    assert set(answers) == {(d, sum(x + 2 for x in range(1, d + 1))) for d in range(1, 20)}


def test_sources_tell_what_a_version_was_made_from(days):
    first = take("account_daily", [daily(1, views=7)])
    pinned = warehouse.open(BRAND).version
    second = take("orders", [{"order_key": "o", "ts": NOON}], captured_at=days(1))
    assert [s.id for s in warehouse.open(BRAND).sources()] == [second.source_id, first.source_id]
    warehouse.undo(BRAND, first.source_id)
    assert [s.id for s in warehouse.open(BRAND).sources()] == [second.source_id]
    assert [s.id for s in warehouse.open(BRAND, pinned).sources()] == [first.source_id]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("restated", [True, False])
def test_current_rows_compile_for_spark_too(name, restated, monkeypatch):
    # Importing the backend would need pyspark; the compiler itself only asks it for this option.
    monkeypatch.setattr(ibis.options, "pyspark", SparkOptions())
    for mapped in (frozenset(), frozenset({"content_map", "person_map"})):
        sql = PySparkCompiler().to_sqlglot(current_expr(name, restated, mapped).unbind()).sql("spark")
        assert name in sql
        assert ("MAX_BY" in sql) == (
            TABLES[name].kind == "snapshot" and (restated or (bool(mapped) and "source_key" in TABLES[name].key))
        )


# -- random statements against a plain model of "the latest non-null"

MEASURES = ("views", "likes", "completion_rate")
VALUES = {
    "views": st.none() | st.integers(0, 3),
    "likes": st.none() | st.integers(-2, 2),
    "completion_rate": st.none() | st.sampled_from([0.0, 0.25]),
}
STATEMENT = st.fixed_dictionaries(
    {"day": st.integers(1, 3).map(lambda d: date(2026, 4, d)), "channel": st.sampled_from(["", "推荐"]), **VALUES}
)


def said(**values):
    return {"day": date(2026, 4, 1), "channel": "", **dict.fromkeys(MEASURES), **values}


FILE = st.tuples(
    st.integers(0, 3), st.sampled_from([ACCOUNT, SECOND_ACCOUNT]), st.lists(STATEMENT, min_size=1, max_size=5)
)


def model_of(files):
    """What is current after these files: by account, day and channel, each measure's latest non-null value."""
    current = {}
    for _, (_, account, rows) in sorted(enumerate(files), key=lambda f: (f[1][0], f[0])):
        for row in rows:
            known = current.setdefault((str(account), row["day"], row["channel"]), dict.fromkeys(MEASURES))
            known.update({m: row[m] for m in MEASURES if row[m] is not None})
    return current


def current_of(brand):
    return {
        (r["account"], r["day"], r["channel"]): {m: r[m] for m in MEASURES} for r in rows_of("account_daily", brand)
    }


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example takes a second: shrinking would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(
    files=[(0, ACCOUNT, [said(views=1)]), (2, ACCOUNT, [said(views=1)]), (1, ACCOUNT, [said(views=2)])],
    undone=0,
)
@given(files=st.lists(FILE, min_size=1, max_size=5), undone=st.integers(0, 9))
def test_random_statements_give_the_latest_non_null_and_undo_gives_what_the_rest_says(files, undone):
    brand = uuid4()
    receipts = [
        take("account_daily", rows, brand_id=brand, account_id=account, captured_at=NOON + timedelta(days=day))
        for day, account, rows in files
    ]
    assert current_of(brand) == model_of(files)
    at = undone % len(files)
    warehouse.undo(brand, receipts[at].source_id)
    rest = files[:at] + files[at + 1 :]
    assert current_of(brand) == model_of(rest)


# -- identity


def content(key, title, at=datetime(2026, 4, 3, 21, 26, 39)):
    return {"source_key": key, "title": title, "form": "video", "published_at": at}


def test_two_contents_are_one_once_a_person_says_so_and_two_again_when_taken_back(days):
    take("contents", [content("a", "旧标题")])
    take("contents", [content("b", "新标题")], captured_at=days(1))
    take("content_daily", [{"source_key": "a", "day": date(2026, 4, 4), "views": 5, "likes": 1}])
    take("content_daily", [{"source_key": "b", "day": date(2026, 4, 4), "views": 9}], captured_at=days(1))
    pinned = warehouse.open(BRAND).version
    identity.merge(BRAND, "a", "b", "person:1")
    assert [(r["source_key"], r["title"]) for r in rows_of("contents")] == [("a", "新标题")]
    assert [(r["source_key"], r["views"], r["likes"]) for r in rows_of("content_daily")] == [("a", 9, 1)]
    assert len(rows_of("contents", version=pinned)) == 2
    assert identity.unmerge(BRAND, "b") is True
    assert [r["source_key"] for r in rows_of("contents")] == ["a", "b"]
    assert identity.unmerge(BRAND, "b") is False


def test_merges_stay_one_level_deep_and_can_be_turned_around():
    take("contents", [content(k, k) for k in "abc"])
    identity.merge(BRAND, "b", "c", "p")
    identity.merge(BRAND, "a", "b", "p")
    assert {r["source_key"] for r in rows_of("contents")} == {"a"}
    identity.merge(BRAND, "b", "a", "p")
    assert {r["source_key"] for r in rows_of("contents")} == {"b"}


def test_only_two_contents_of_the_brand_can_be_merged():
    take("contents", [content("a", "x")])
    take("contents", [content("b", "y")], brand_id=OTHER_BRAND)
    for other in ("b", "a"):
        with pytest.raises(Exception, match="not_two_contents"):
            identity.merge(BRAND, "a", other, "p")


def test_two_contents_of_one_file_merge_to_the_lower_row():
    take("contents", [content("a", "上"), content("b", "下")])
    identity.merge(BRAND, "b", "a", "p")
    assert [(r["source_key"], r["title"], r["source_row"]) for r in rows_of("contents")] == [("b", "下", 3)]


def test_contents_at_one_second_are_listed_for_the_person():
    at = datetime(2026, 4, 3, 21, 26, 39)
    rows = [{"title": t, "form": "video", "published_at": at} for t in ("旧", "新")]
    take("contents", rows)
    (clash,) = identity.clashes(BRAND, lambda account: "Asia/Shanghai")
    assert (clash.keep_title, clash.other_title) == ("旧", "新")
    identity.merge(BRAND, clash.keep, clash.other, "p")
    assert identity.clashes(BRAND, lambda account: "Asia/Shanghai") == []


def test_two_person_keys_are_one_person_once_mapped():
    rows = [{"event_key": f"e{n}", "event": "visit", "ts": NOON, "person": p} for n, p in enumerate(("甲", "乙"))]
    take("events", rows)
    first, second = (r["person_key"] for r in rows_of("events"))
    identity.merge_persons(BRAND, first, second, "p")
    assert {r["person_key"] for r in rows_of("events")} == {first}
    assert len({r["person_key"] for r in rows_of("events", current=False)}) == 2
    assert identity.unmerge_persons(BRAND, second)
    assert len({r["person_key"] for r in rows_of("events")}) == 2


def test_a_hot_row_is_read_with_the_maps_too():
    inbox.put(BRAND, "events", [{"event": "visit", "ts": NOON, "person": "甲"}], origin(kind="api"), _keys())
    (row,) = rows_of("events")
    identity.merge_persons(BRAND, "p", row["person_key"], "p")
    assert rows_of("events")[0]["person_key"] == "p"


def _keys():
    from tests.warehouse.conftest import Keys

    return Keys()
