"""Sparklines, periods, tables, charts and the frame: what the components compute before they draw."""

import re
from datetime import date
from types import SimpleNamespace

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory

from hongqiao.errors import Invalid
from hongqiao.ui import charts, spark
from hongqiao.ui.assets import asset_url
from hongqiao.ui.frame import frame
from hongqiao.ui.icons import ICONS, icon
from hongqiao.ui.period import PRESETS, period_of
from hongqiao.ui.tables import Column, lines
from hongqiao.ui.templatetags._data import direction

TODAY = date(2025, 11, 23)


def shown(source: str, address: str = "/", **values) -> str:
    request = RequestFactory().get(address)
    return Template("{% load ui %}" + source).render(Context({"request": request, **values}))


def test_a_missing_value_breaks_the_sparkline_and_is_no_zero():
    found = spark.runs([1, 2, None, 3, None, None, 2])
    assert [len(r) for r in found] == [2, 1, 1]
    lowest = max(y for run in found for _, y in run)
    assert lowest == spark.HEIGHT - spark.PAD  # the smallest value given, 1, lies there: nothing below it
    assert found[0][0] == (0.0, lowest)


def test_the_sparkline_says_how_many_periods_are_missing():
    assert 'aria-label="近 4 期走势，缺 1 期"' in spark.sparkline([1, None, 2, 3])
    assert spark.sparkline([None, None]) == ""
    assert spark.sparkline([]) == ""


def test_equal_values_make_a_line_in_the_middle():
    assert {y for _, y in spark.runs([5, 5, 5])[0]} == {spark.HEIGHT / 2}


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("", "2025-10-26", "2025-11-22"),
        ("period=d1", "2025-11-22", "2025-11-22"),
        ("period=d7", "2025-11-16", "2025-11-22"),
        ("period=d90", "2025-08-25", "2025-11-22"),
        ("period=month", "2025-11-01", "2025-11-22"),
        ("period=last_month", "2025-10-01", "2025-10-31"),
        ("period=week", "2025-11-17", "2025-11-22"),
        ("period=last_week", "2025-11-10", "2025-11-16"),
        ("period=nonsense", "2025-10-26", "2025-11-22"),
        ("start=2025-11-01&end=2025-11-10", "2025-11-01", "2025-11-10"),
        ("start=2025-11-01", "2025-11-01", "2025-11-22"),
    ],
)
def test_a_period_is_read_from_the_address(query, start, end):
    chosen = period_of(QueryDict(query), TODAY)
    assert (chosen.start.isoformat(), chosen.end.isoformat()) == (start, end)


@pytest.mark.parametrize(
    "query", ["start=2025-02-30", "start=x&end=y", "start=2025-11-10&end=2025-11-01", "start=1900-01-01"]
)
def test_a_period_that_makes_no_sense_is_refused_with_a_next_step(query):
    with pytest.raises(Invalid) as caught:
        period_of(QueryDict(query), TODAY)
    assert caught.value.next_step


def test_on_the_first_of_a_month_this_month_is_that_day():
    chosen = period_of(QueryDict("period=month"), date(2025, 12, 1))
    assert (chosen.start, chosen.end) == (date(2025, 12, 1), date(2025, 12, 1))


def test_a_period_says_its_days_and_what_kind_it_is():
    chosen = period_of(QueryDict("period=d7"), TODAY)
    kinds = {key: period_of(QueryDict(f"period={key}"), TODAY).span for key in PRESETS}
    assert kinds == {
        **dict.fromkeys(("d1", "d7", "d28", "d90"), "days"),
        **dict.fromkeys(("week", "last_week"), "week"),
        **dict.fromkeys(("month", "last_month"), "month"),
    }
    assert period_of(QueryDict("start=2025-11-01&end=2025-11-07"), TODAY).span == ""
    assert chosen.label == "近7日 · 11-16～11-22"
    assert period_of(QueryDict("period=d1"), TODAY).label == "昨日 · 11月22日"


@pytest.mark.parametrize(
    ("change", "better", "way"),
    [
        (0.1, "up", "up"),
        (-0.1, "up", "down"),
        (-0.1, "down", "up"),
        (0.1, "down", "down"),
        (0.1, "", ""),
        (0, "up", ""),
        (None, "up", ""),
    ],
)
def test_a_fall_of_what_should_fall_is_good(change, better, way):
    assert direction(change, better) == way


def test_a_figure_that_is_missing_says_so_and_claims_no_change():
    page = shown('{% kpi "取关" None change=0.5 against="周环比" %}')
    assert "缺数据" in page
    assert "50%" not in page


def test_a_stand_in_is_marked_with_what_it_stands_for():
    assert 'title="1 − 取关 / 期初粉丝">代理指标' in shown(
        '{% kpi "粉丝留存" 0.97 "percent" proxy="1 − 取关 / 期初粉丝" %}'
    )


def test_a_head_turns_the_order_and_forgets_the_page():
    columns = [Column("reads", "阅读", "count", sort=True)]
    page = shown("{% data_table columns rows %}", "/?sort=-reads&after=abc&q=x", columns=columns, rows=[])
    assert 'aria-sort="descending"' in page
    assert 'href="?sort=reads&amp;q=x"' in page


def test_a_cell_is_escaped_and_a_missing_one_is_marked():
    (row,) = lines([Column("a", "甲"), Column("b", "乙", "count")], [{"a": "<b>", "b": None}])
    page = Template("{% for c in row %}{{ c.html }}{% endfor %}").render(Context({"row": row}))
    assert page == '&lt;b&gt;<span class="none" title="缺数据">—</span>'


def test_the_next_page_keeps_every_other_parameter():
    page = shown('{% pager next="n2" %}', "/?q=x&after=n1")
    assert 'href="?q=x&amp;after=n2"' in page
    assert 'href="?q=x"' in page


def test_the_filter_bar_carries_the_order_and_offers_to_clear_only_what_is_set():
    source = '{% filterbar keep="sort" names="q" %}{% search "q" %}{% endfilterbar %}'
    assert 'name="sort" value="-reads"' in shown(source, "/?sort=-reads")
    assert "清除" not in shown(source, "/?sort=-reads")
    assert 'href="?sort=-reads">清除' in shown(source, "/?sort=-reads&q=x")


def test_a_day_all_series_lack_is_missing_and_a_figure_is_never_made_zero():
    chart = charts.checked(
        {
            "type": "line",
            "x": [1, 2, 3],
            "series": [{"name": "a", "values": [1, None, None]}, {"name": "b", "values": [1, None, 2]}],
        }
    )
    assert chart["missing"] == [1]
    assert chart["series"][0]["values"] == [1.0, None, None]
    assert [c["text"] for c in charts.as_table(chart)["rows"][2]["cells"]] == ["—", "2"]


def test_a_chart_that_cannot_be_drawn_is_an_error_where_it_is_made():
    with pytest.raises(ValueError, match="2 values for 1 labels"):
        charts.checked({"type": "line", "x": [1], "series": [{"name": "a", "values": [1, 2]}]})
    with pytest.raises(ValueError, match="pie"):
        charts.checked({"type": "pie", "x": [], "series": []})


def test_the_charts_payload_cannot_close_its_script():
    page = shown(
        '{% chart "x" p %}', p={"type": "bar", "x": ["</script><b>"], "series": [{"name": "a", "values": [1]}]}
    )
    assert "</script><b>" not in page


def test_a_page_without_a_person_has_no_frame_and_does_not_fail():
    assert frame({})["on"] is False
    assert frame({"shell": {"home": "/", "rooms": []}})["on"] is False
    assert frame({"shell": {"profile_url": "/me/"}})["tabs"][0]["label"] == "我的"


def test_the_frame_knows_which_brand_is_open():
    shell = {
        "brand": SimpleNamespace(slug="a", name="甲"),
        "brands": [{"slug": "a", "name": "甲", "url": "/b/a/"}, {"slug": "b", "name": "乙", "url": "/b/b/"}],
        "today": {"code": "today", "label": "今日", "url": "/b/a/", "on": True},
        "bottom": [{"code": "imports", "label": "数据导入", "url": "/b/a/imports/"}],
    }
    made = frame({"shell": shell})
    assert [b["on"] for b in made["brands"]] == [True, False]
    assert [p["key"] for p in made["keyed"]] == ["t", "i"]
    assert [t["label"] for t in made["tabs"]] == ["今日", "导入"]


def test_the_phones_bar_has_room_for_five_places_and_leaves_imports_to_the_drawer():
    rooms = [{"code": c, "label": c, "url": f"/{c}/"} for c in ("content", "users", "channels", "data", "crisis")]
    shell = {
        "today": {"code": "today", "label": "今日", "url": "/"},
        "rooms": rooms,
        "bottom": [{"code": "imports", "label": "数据导入", "url": "/i/"}],
        "profile_url": "/me/",
    }
    made = frame({"shell": shell})
    assert [t["label"] for t in made["tabs"]] == ["今日", "内容", "用户", "数据", "舆情", "我的"]
    assert [p["key"] for p in made["keyed"]] == ["t", "c", "u", "d", "r", "i"]


def test_an_asset_carries_a_mark_of_its_content():
    assert re.fullmatch(r"/static/ui/base\.css\?v=[0-9a-f]{10}", asset_url("ui/base.css"))


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_one_silent_path(name):
    assert re.fullmatch(r'<svg [^>]*aria-hidden="true"><path d="[MmLlHhVvAaCcZz0-9 .,-]+"/></svg>', icon(name))
