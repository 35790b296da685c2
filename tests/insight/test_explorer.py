"""指标探索 as people use it: the address is the state, cells open their rows, what cannot be asked says why."""

from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.http import QueryDict

from hongqiao import metrics, warehouse
from hongqiao.insight.explorer.question import TooMuch, from_json, from_params
from hongqiao.metrics import Query, UnknownMetric
from hongqiao.workspace.models import Account

from .conftest import CHANNELS, SPAN, VIEWS, charts, kpis, signed_in, table, text

URL = "/b/anlan/data/explore/"
START, END, TODAY = date(2026, 4, 1), date(2026, 4, 10), date(2026, 4, 11)


def get(web, query: str = "", **heads):
    return web.get(f"{URL}?{SPAN}&{query}", headers=heads)


def cells(page) -> list[dict]:
    return page.context["table"]["rows"]


@pytest.mark.parametrize(
    "query",
    [
        "m=views",
        "m=views&by=day",
        "m=views&m=likes&by=week&vs=previous",
        "m=visits&by=day&by=channel",
        "m=visits&by=day&by=channel&by=platform",
        "m=gmv&by=status&by=traffic&vs=year",
        "m=line_gmv&by=product&sort=line_gmv",
        "m=gmv&m=orders&by=month&f.status=paid&f.status=finished",
        "m=ad_spend&m=ad_roi&by=campaign",
        "m=brand_index&by=indicator",
        "fd=platform&m=views",
    ],
)
def test_every_kind_of_question_has_a_page_and_a_part(filled, web, query):
    page = get(web, query)
    assert page.status_code == 200
    assert "data-metric=" in text(page)
    part = get(web, query, HX_Request="true")
    assert text(part).lstrip().startswith('<section id="explorer"')
    assert part.headers["HX-Push-Url"].startswith(URL + "?m=")


def test_going_back_in_the_browser_gets_the_whole_page(filled, web):
    assert "<html" in text(get(web, "m=views", HX_Request="true", HX_History_Restore_Request="true"))


def test_a_figure_is_what_the_dictionary_says_and_its_link_leads_to_its_rows(filled, web):
    handle = warehouse.open(filled.id)
    page = get(web, "m=visits&m=visitors&by=day&by=channel")
    told = metrics.query(handle, Query(("visits", "visitors"), ("day", "channel"), {}, START, END, limit=5000))
    assert len(told.rows) == page.context["table"]["count"]
    seen = 0
    for row, shown in zip(told.rows[:50], cells(page), strict=True):
        url = shown["cells"][0].get("url")
        if row["visits"]:
            behind = web.get(url)
            assert f'data-value="{row["visits"]}"' in text(behind), (row, url)
            assert behind.context["behind"]["count"] == row["visits"]
            seen += 1
    assert seen == len(CHANNELS)


def test_totals_are_asked_again_where_adding_is_wrong(filled, web):
    page = get(web, "m=visitors&by=channel")
    handle = warehouse.open(filled.id)
    told = metrics.query(handle, Query(("visitors",), (), {}, START, END)).totals["visitors"]
    assert page.context["table"]["totals"][0]["text"] == str(told)


def test_the_address_is_read_back_exactly(filled):
    asked = "m=visits&m=visitors&by=day&by=channel&f.channel=%E2%88%85&f.channel=a%26b"
    asked += "&period=last_month&vs=year&sort=-visits&page=3"
    question = from_params(QueryDict(asked), TODAY)
    assert question.where == {"channel": (None, "a&b")}
    assert from_params(QueryDict(question.query()[1:]), TODAY) == question
    kept = from_json(question.to_json(), TODAY)
    assert kept == question.but()


def test_a_preset_moves_on_with_the_days_and_dates_do_not():
    rolling = from_json({"metrics": ["views"], "period": "d7"}, TODAY)
    assert (rolling.days(TODAY).end, rolling.days(date(2026, 5, 1)).end) == (date(2026, 4, 10), date(2026, 4, 30))
    fixed = from_json({"metrics": ["views"], "start": "2026-04-01", "end": "2026-04-02"}, TODAY)
    assert fixed.days(date(2026, 5, 1)).end == date(2026, 4, 2)


def test_what_cannot_be_cut_is_named_with_what_can_and_two_ways_out(filled, web):
    page = get(web, "m=views&m=gmv&by=traffic")
    assert page.status_code == 200
    body = text(page)
    assert "「阅读/播放次数」不能按「流量来源」拆或筛选" in body
    assert "它可以用：日期、周、月份、平台、账号、传播渠道" in body
    assert "data-metric=" not in body
    (refused,) = page.context["refused"]
    assert "by=traffic" not in refused["without_dimension"]
    assert "data-metric=" in text(web.get(URL + refused["without_metric"]))


def test_choices_that_do_not_fit_say_why(filled, web):
    body = text(get(web, "m=views&m=gmv"))
    assert "流量来源（阅读/播放次数没有这个维度）" in body
    assert "（不能按流量来源拆）" in text(get(web, "m=gmv&by=traffic"))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("m=nonsense", 422),
        ("m=views&by=nonsense", 422),
        ("m=views&f.nonsense=1", 422),
        ("m=views&vs=decade", 422),
        ("m=views&vs=account:%00", 422),
        ("m=gmv&f.status=%00", 422),
        ("m=views&by=day&by=week&by=month&by=platform", 422),
        ("m=" + "&m=".join(list(metrics.METRICS)[:9]), 422),
        ("m=views&page=99999999999", 200),
        ("m=views&page=-1&by=day", 200),
        ("m=views&vs=account:nobody", 200),
        ("m=views&sort=gmv", 200),
        ("q=" + "阅" * 5000, 200),
        ("q=%00", 422),
    ],
)
def test_a_hostile_address_is_a_clear_page(filled, web, query, status):
    page = get(web, query)
    assert page.status_code == status
    assert "<main" in text(page)


def test_too_much_and_unknown_are_refused_by_name():
    with pytest.raises(TooMuch):
        from_params(QueryDict("m=views&by=day&by=week&by=month&by=platform"), TODAY)
    with pytest.raises(UnknownMetric):
        from_json({"metrics": ["veiws"]}, TODAY)


def test_days_in_a_line_are_gaps_where_no_file_says_anything(filled, web):
    chart = charts(get(web, "m=views&by=day&f.platform=douyin"))["chart_0"]
    assert chart["type"] == "line"
    assert chart["series"][0]["values"] == [VIEWS.get(d) for d in range(1, 11)]
    assert chart["missing"] == [4]
    bars = charts(get(web, "m=visits&by=channel"))["chart_0"]
    assert bars["type"] == "hbar"
    panels = charts(get(web, "m=visits&by=day&by=platform&by=channel"))
    assert panels["chart_0"]["type"] == "line"


def test_the_table_sorts_and_pages_and_keeps_the_question(filled, web):
    rows = cells(get(web, "m=line_gmv&by=product&sort=line_gmv"))
    values = [r["cells"][0]["text"] for r in rows]
    assert values[0] == "¥10.50"
    page = get(web, "m=visits&by=day&by=channel&page=2")
    shown = page.context["table"]
    assert shown["pages"] == 2
    assert "page=2" not in shown["previous"]
    assert parse_qs(urlsplit(shown["previous"]).query)["by"] == ["day", "channel"]


def test_the_files_hold_every_cell_and_the_totals(filled, web, specialist):
    got = table(web.get(f"{URL}table.csv?{SPAN}&m=line_gmv&by=product&vs=previous"))
    assert len(got) == 10
    assert got[-1]["商品"] == "合计"
    assert Decimal(got[-1]["商品下单金额"]) == sum(Decimal(r["商品下单金额"]) for r in got[:-1])
    assert {"'=1+1", "'@cmd"} <= {r["商品"] for r in got}
    book = signed_in(specialist).get(f"{URL}table.xlsx?{SPAN}&m=views&by=day")
    assert book.status_code == 200
    assert book.content[:2] == b"PK"
    assert web.get(f"{URL}table.pdf?m=views").status_code == 404
    assert web.get(f"{URL}table.csv?m=views&by=product").status_code == 422


def test_another_account_stands_beside_every_cell(filled, web):
    own = Account.objects.get(platform="douyin")
    page = get(web, f"m=views&by=day&vs=account:{own.id}")
    assert page.context["against"] == own.name
    first = cells(page)[0]["cells"]
    assert [c["text"] for c in first] == ["101", "101", "持平"]
    refused = get(web, f"m=views&by=account&vs=account:{own.id}")
    assert any("没有可对上的行" in r for r in refused.context["reasons"])
    assert refused.context["against"] == ""


@pytest.mark.parametrize("query", ["m=views&by=day", "m=views&by=platform", "m=views&by=week&by=account"])
def test_an_earlier_figure_opens_the_rows_of_its_own_days(filled, web, query):
    page = web.get(f"{URL}?start=2026-04-06&end=2026-04-09&vs=previous&{query}")
    opened = 0
    for row in cells(page):
        before = row["cells"][1]
        if before["text"]:
            behind = web.get(before["url"])
            shown = behind.context["cards"][0]["value"]
            assert f"{shown:,}" == before["text"]
            assert behind.context["behind"]["rows"]
            opened += 1
    assert opened or "week" in query


def test_files_that_cover_two_accounts_unlike_give_no_change(filled, web):
    shop = Account.objects.get(platform="doudian")
    page = get(web, f"m=views&by=day&vs=account:{shop.id}")
    assert page.status_code == 200
    assert page.context["answer"].result.change["views"] is None


def test_a_competitors_account_is_in_no_figure_until_it_is_asked_for(filled, web):
    every = kpis(get(web, "m=views&by=day"))["views"][0]
    rival = Account.objects.get(platform="douyin")
    rival.relation = Account.Relation.COMPETITOR
    rival.save()
    assert every
    assert 'data-metric="views" data-value=""' in text(get(web, "m=views&by=day"))
    assert kpis(get(web, f"m=views&f.account={rival.id}"))["views"][0] == every
    beside = get(web, f"m=views&by=day&vs=account:{rival.id}")
    assert beside.context["answer"].result.compared["views"] == int(every)
    assert "竞品账号" in text(beside)
    assert f'data-value="{every}"' not in text(web.get(f"/b/anlan/data/content/?{SPAN}"))
    rows = web.get(f"{URL}rows/?{SPAN}&m=views")
    assert rows.context["behind"]["count"] == 0


def test_who_may_not_see_figures_may_not_explore(filled, reviewer, stranger, empty):
    for path in ("explore/?m=views", "explore/rows/?m=views", "explore/table.csv?m=views", "views/"):
        assert signed_in(reviewer).get(f"/b/anlan/data/{path}").status_code == 403, path
        assert signed_in(stranger).get(f"/b/anlan/data/{path}").status_code == 404, path
    assert 'href="/b/empty/imports/"' in text(signed_in(empty).get("/b/empty/data/explore/"))


def test_a_value_with_markup_is_text_everywhere(filled, web):
    page = get(web, "m=visits&by=channel&fd=channel&" + urlencode({"f.channel": CHANNELS[1]}))
    assert "<script>alert" not in text(page)
    assert page.context["table"]["count"] == 1


def test_nothing_chosen_yet_asks_for_a_metric(filled, web):
    assert "先选一个指标，或用一句话查" in text(web.get(URL))
