"""The dictionary is whole, compiles for two engines, and refuses with a reason."""

import json
import re

import ibis
import pytest
import sqlglot
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler

from hongqiao.metrics import (
    DIMENSIONS,
    FAMILIES,
    METRICS,
    NOTES,
    BadPeriod,
    NotCuttable,
    Query,
    UnknownDimension,
    UnknownMetric,
    describe,
    query,
)
from hongqiao.metrics.errors import BadOption
from hongqiao.metrics.listed import groups, listed
from hongqiao.metrics.plan import expressions
from hongqiao.metrics.registry import SOURCES
from hongqiao.metrics.sources import Scope
from hongqiao.platforms import PLATFORMS
from hongqiao.warehouse.counts import counts_table
from hongqiao.warehouse.lists import lists_table
from hongqiao.warehouse.tables import TABLES
from tests.metrics.fake import Fake, day

MAY = {"start": day("2026-05-01"), "end": day("2026-05-31")}


def cuts(metric) -> list[tuple[str, ...]]:
    """No cut, each one alone, and three at once."""
    dims = metric.dimensions
    return [(), *((d,) for d in dims), tuple(d for d in ("week", *dims[3:5]) if d in dims)]


@pytest.fixture
def spark(monkeypatch):
    """Ibis's Spark compiler, without Spark: it only wants its option set to exist."""
    options = type(
        "Options", (ibis.config.Config,), {"__annotations__": {"treat_nan_as_null": bool}, "treat_nan_as_null": False}
    )
    monkeypatch.setattr(ibis.options, "pyspark", options(), raising=False)
    return PySparkCompiler()


@pytest.mark.parametrize("code", METRICS)
def test_every_metric_compiles_for_duckdb_and_for_spark_by_every_dimension(code, spark):
    for by in cuts(METRICS[code]):
        for expr in expressions((code,), by, Fake(), where={"platform": ["douyin", None]}, **MAY):
            for compiler, dialect in ((DuckDBCompiler(), "duckdb"), (spark, "spark")):
                sql = compiler.to_sqlglot(expr.unbind()).sql(dialect)
                assert sqlglot.parse_one(sql, read=dialect).find(sqlglot.exp.Select)


class Counted(Fake):
    """Says that everything was counted beforehand."""

    def counts(self, name: str) -> ibis.Table:
        return counts_table(name)

    def lists(self, name: str) -> ibis.Table:
        return lists_table(name)


@pytest.mark.parametrize("code", ["visits", "events", "identified_events"])
def test_counts_made_beforehand_compile_for_both_too(code, spark):
    for by in ((), ("day",), ("week", "channel"), ("platform", "event")):
        for expr in expressions((code,), by, Counted(), where={"channel": ["a", None]}, **MAY):
            for compiler, dialect in ((DuckDBCompiler(), "duckdb"), (spark, "spark")):
                sql = compiler.to_sqlglot(expr.unbind()).sql(dialect)
                assert "events__counts" in sql
                assert sqlglot.parse_one(sql, read=dialect).find(sqlglot.exp.Select)


@pytest.mark.parametrize("code", ["visitors", "purchasers", "persons_active"])
def test_groups_of_lists_compile_for_both_too(code, spark):
    source, measure = SOURCES["events"], METRICS[code].numerator
    for by in ((), ("day",), ("week", "channel"), ("platform", "event")):
        asked = Scope(Counted(), MAY["start"], MAY["end"], {"channel": ("a", None)}, by)
        assert listed(source, asked, [measure]) == (measure,)
        for compiler, dialect in ((DuckDBCompiler(), "duckdb"), (spark, "spark")):
            sql = compiler.to_sqlglot(groups(source, asked, measure).unbind()).sql(dialect)
            assert sqlglot.parse_one(sql, read=dialect).find(sqlglot.exp.Select)


@pytest.fixture(scope="module")
def empty() -> Fake:
    return Fake()


@pytest.mark.parametrize("code", METRICS)
def test_every_metric_answers_an_empty_house_with_nothing_and_says_so(code, empty):
    h = empty
    r = query(h, Query((code,), **MAY))
    assert r.totals == {code: None}
    assert any(n["code"] == "never_stated" and code in n["metrics"] for n in r.notes)
    for by in cuts(METRICS[code])[1:]:
        rows = query(h, Query((code,), by, **MAY)).rows
        assert all(x[code] is None for x in rows)


@pytest.mark.parametrize("code", METRICS)
def test_every_metric_says_what_it_is(code):
    m = METRICS[code]
    entry = json.loads(json.dumps(describe(code), ensure_ascii=False))
    assert entry["family"] in FAMILIES
    assert re.search("[\u4e00-\u9fff]", entry["label"])
    assert len(entry["definition"]) > 6
    assert entry["definition"] % entry["params"]
    assert entry["numerator"] % entry["params"]
    assert "%(" not in entry["label"]
    assert entry["grain"]
    assert entry["day_kind"]
    assert bool(m.denominator) <= bool(entry["denominator"])
    assert set(m.names) <= set(PLATFORMS)
    assert set(m.beside) <= set(METRICS)
    assert {"day", "week", "month", "platform", "account"} <= set(m.dimensions)
    for part in entry["lineage"]:
        assert part["columns"]
        assert set(part["columns"]) <= set(TABLES[part["table"]].schema)


def test_the_four_families_hold_every_metric_once():
    assert list(FAMILIES) == ["content", "users", "conversion", "channel"]
    listed = [c for f in FAMILIES.values() for c in f.metrics]
    assert sorted(listed) == sorted(METRICS)
    for family in FAMILIES.values():
        for code, dimension in family.also:
            assert dimension in METRICS[code].dimensions


def test_figures_that_a_platform_names_are_fed_by_a_layout_of_it():
    unfed = []
    for m in METRICS.values():
        fed = {layout.split(".")[0] for part in m.lineage() for layout in part["layouts"]}
        unfed += [(m.code, p) for p in m.names if p not in fed]
    assert not unfed


def test_metrics_of_one_table_are_one_statement():
    h = Fake()
    query(h, Query(("views", "likes", "share_rate", "impressions", "completion_rate"), ("day",), coverage=False, **MAY))
    assert len(h.sql) == 1
    assert "DISTINCT" not in h.sql[0]
    assert "JOIN" not in h.sql[0]


def test_an_unknown_metric_is_refused_with_its_neighbours():
    with pytest.raises(UnknownMetric) as e:
        query(Fake(), Query(("veiws",), **MAY))
    assert e.value.params["metric"] == "veiws"
    assert "views" in e.value.params["near"]
    with pytest.raises(UnknownMetric) as e:
        query(Fake(), Query(("xyzzy",), **MAY))
    assert "相近的有" not in e.value.next_step


def test_an_unknown_dimension_is_refused_with_those_there_are():
    with pytest.raises(UnknownDimension) as e:
        query(Fake(), Query(("views",), ("colour",), **MAY))
    assert e.value.params["possible"].split("、") == list(DIMENSIONS)


@pytest.mark.parametrize("asked", [{"by": ("creator",)}, {"where": {"creator": "k"}}])
def test_a_cut_that_the_facts_do_not_carry_is_refused_with_those_they_do(asked):
    with pytest.raises(NotCuttable) as e:
        query(Fake(), Query(("views",), **asked, **MAY))
    assert e.value.params["possible"].split("、") == ["day", "week", "month", "platform", "account", "channel"]
    assert e.value.message % e.value.params
    assert e.value.next_step % e.value.params


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(BadPeriod):
        query(Fake(), Query(("views",), start=day("2026-05-02"), end=day("2026-05-01")))
    with pytest.raises(BadPeriod):
        query(Fake(), Query(("views",), compare="previous"))


@pytest.mark.parametrize("asked", [{"order": "nothing"}, {"compare": "decade"}, {"grain": "hour"}])
def test_an_option_that_does_not_exist_is_refused_with_those_that_do(asked):
    with pytest.raises(BadOption) as e:
        query(Fake(), Query(("views",), **asked, **MAY))
    assert e.value.params["possible"]


def test_every_note_has_words():
    assert all(re.search("[\u4e00-\u9fff]", words) for words in NOTES.values())


def test_an_answer_is_kept_a_version_and_no_caller_can_change_it():
    h = Fake()
    h.brand_id = "brand-of-this-test"
    h.say("account_daily", day=day("2026-05-01"), views=10)
    first = query(h, Query(("views",), ("day",), **MAY))
    asked = len(h.sql)
    first.rows[0]["views"] = 99
    again = query(h, Query(("views",), ("day",), **MAY))
    assert len(h.sql) == asked
    assert again.rows[0]["views"] == 10
    h.version += 1
    h.say("account_daily", captured="2026-06-02T01:00:00", day=day("2026-05-01"), views=11)
    assert query(h, Query(("views",), ("day",), **MAY)).rows[0]["views"] == 11
