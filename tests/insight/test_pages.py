"""今日 and 数据 as people see them: who may, what is shown, what is not, and what is said instead."""

from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from hongqiao import metrics, warehouse
from hongqiao.insight.boards import BOARDS
from hongqiao.insight.links import _text, value_of
from hongqiao.insight.pictures import felt
from hongqiao.insight.words import COLUMNS
from hongqiao.metrics import DIMENSIONS, METRICS, Query
from hongqiao.metrics.describe import columns_in
from hongqiao.metrics.registry import SOURCES
from hongqiao.warehouse.models import Source
from hongqiao.warehouse.tables import TABLES
from hongqiao.workspace import figures
from hongqiao.workspace import services as workspace
from hongqiao.workspace.jobs import enqueue
from hongqiao.workspace.models import Account
from tests.imports.conftest import work, works

from .conftest import CHANNELS, PRODUCTS, SPAN, VIEWS, bring, charts, days, export, kpis, signed_in, table, text

PAGES = [
    "",
    *(f"data/{family}/" for family in BOARDS),
    "data/dictionary/",
    "data/metric/views/",
    "data/metric/line_gmv/?by=product",
    "data/metric/follow_purchase/?part=denominator",
]
START, END = date(2026, 4, 1), date(2026, 4, 10)

# what is wrong in an address → status
WRONG = {
    "data/metric/nonsense/": 404,
    "data/nonsense/": 404,
    "data/metric/views/nonsense.csv": 404,
    "data/metric/views/day.pdf": 404,
    "data/metric/views/?by=nonsense": 422,
    "data/metric/views/?by=product": 422,
    "data/metric/views/?product=x": 422,
    "data/metric/views/rows.csv?product=x": 422,
    "data/metric/views/?part=nonsense": 422,
    "data/metric/views/?after=nonsense": 422,
    "data/metric/views/?after=[%22%5Cu0000%22,2,3,4,5]": 422,
    "data/metric/gmv/?status=%00": 422,
    "data/content/?start=2026-02-30": 422,
    "data/content/?start=2026-04-10&end=2026-04-01": 422,
    "data/content/?start=0001-01-01&end=0001-01-05": 422,
    "data/content/?start=9999-12-30&end=9999-12-31": 422,
    "data/content/?start=1900-01-01&end=2026-01-01": 422,
}


def test_every_page_answers_to_the_owner_and_to_a_specialist(filled, owner, specialist):
    for person in (owner, specialist):
        browser = signed_in(person)
        for path in PAGES:
            page = browser.get(f"/b/anlan/{path}")
            assert page.status_code == 200, path
        assert browser.get("/b/anlan/data/").headers["Location"] == "/b/anlan/data/content/"


def test_strangers_find_nothing_and_nobody_is_sent_to_sign_in(filled, stranger):
    other, nobody = signed_in(stranger), Client()
    for path in PAGES:
        assert other.get(f"/b/anlan/{path}").status_code == 404, path
        sent = nobody.get(f"/b/anlan/{path}")
        assert sent.status_code == 302, path
        assert sent.headers["Location"].startswith("/accounts/login/"), path


def test_a_reviewer_sees_a_closed_today_and_is_told_what_to_do_about_figures(filled, reviewer):
    browser = signed_in(reviewer)
    today = browser.get("/b/anlan/")
    assert today.status_code == 200
    assert "请品牌管理员调整角色" in text(today)
    assert "data-metric" not in text(today)
    for path in (*PAGES[1:], "data/metric/views/rows.csv"):
        page = browser.get(f"/b/anlan/{path}")
        assert page.status_code == 403, path
        assert "请管理员调整角色" in text(page)


def test_an_empty_brand_leads_to_the_import_page(empty):
    web = signed_in(empty)
    for path in ("", *(f"data/{family}/" for family in BOARDS), "data/metric/views/"):
        assert 'href="/b/empty/imports/"' in text(web.get(f"/b/empty/{path}")).split("<main", 1)[1], path


@pytest.mark.parametrize(("path", "status"), WRONG.items())
def test_a_wrong_address_is_a_clear_page_and_never_a_wrong_figure(filled, web, path, status):
    page = web.get(f"/b/anlan/{path}")
    assert page.status_code == status
    assert "<main" in text(page)
    assert "data-metric" not in text(page)


@pytest.mark.parametrize("family", BOARDS)
def test_every_card_says_what_the_dictionary_says_and_opens_on_the_same_figure(filled, web, family):
    handle = warehouse.open(filled.id)
    page = web.get(f"/b/anlan/data/{family}/?{SPAN}")
    cards, folded = kpis(page), {f["code"] for f in page.context["folded"]}
    assert list(cards) == [c for c in BOARDS[family].kpis if c not in folded]
    for code in folded:
        assert metrics.query(handle, Query((code,), (), {}, START, END)).totals[code] is None
    for code, (value, url) in cards.items():
        if url.endswith("/imports/"):  # nothing yet: it leads to where it would come from
            assert value == "", code
            continue
        told = metrics.query(handle, Query((code,), (), {}, START, END)).totals[code]
        assert value == ("" if told is None else str(told)), code
        assert f'data-metric="{code}" data-value="{value}"' in text(web.get(url)), code


def summed(rows: list[dict[str, str]], *columns: str) -> Decimal:
    return sum((Decimal(r[c]) for r in rows for c in columns if r.get(c)), Decimal(0))


@pytest.mark.parametrize(
    ("family", "code", "columns"),
    [
        ("content", "views", ["阅读/播放次数"]),
        ("users", "followers_new", ["净增关注", "取消关注"]),
        ("users", "followers_lost", ["取消关注"]),
        ("conversion", "gmv", ["下单金额"]),
    ],
)
def test_a_figure_is_the_sum_of_the_rows_its_link_leads_to(filled, web, family, code, columns):
    value, url = kpis(web.get(f"/b/anlan/data/{family}/?{SPAN}"))[code]
    assert summed(table(export(web, url)), *columns) == Decimal(value)


def test_a_count_is_the_number_of_rows_behind_it(filled, web):
    for family, code in (("conversion", "orders"), ("channel", "visits"), ("content", "posts")):
        value, url = kpis(web.get(f"/b/anlan/data/{family}/?{SPAN}"))[code]
        assert len(table(export(web, url))) == int(value) > 0, code


def test_a_point_of_a_chart_opens_on_the_rows_of_its_day_and_platform(filled, web):
    chart = charts(web.get(f"/b/anlan/data/content/?{SPAN}"))["views"]
    for series in chart["series"]:
        for value, url in zip(series["values"], series["links"], strict=True):
            if value is not None:
                assert summed(table(export(web, url)), "阅读/播放次数") == Decimal(str(value))


def test_missing_days_are_gaps_and_partial_days_are_marked(filled, web):
    page = web.get(f"/b/anlan/data/content/?{SPAN}&platform=douyin")
    chart = charts(page)["views"]
    assert chart["x"] == days("2026-04-01", 10)
    assert chart["series"][0]["values"] == [VIEWS.get(d) for d in range(1, 11)]
    assert chart["missing"] == [4]
    assert chart["series"][0]["partial"] == [9]
    assert "缺 1 天：" in text(page)
    assert "未满一天：" in text(page)
    week = web.get("/b/anlan/")
    assert "缺 1 天：" in text(week)


def test_boards_are_narrowed_by_platform_and_account(filled, web):
    douyin = Account.objects.get(platform="douyin")
    every = kpis(web.get(f"/b/anlan/data/channel/?{SPAN}"))
    for query in ({"platform": "douyin"}, {"account": str(douyin.id)}):
        page = web.get(f"/b/anlan/data/channel/?{SPAN}&{urlencode(query)}")
        shown = kpis(page)
        assert "visits" not in shown  # a platform that cannot give it shows no empty card for it
        assert every["visits"][0] not in ("", "0")
        assert all(urlencode(query) in url for _value, url in shown.values() if not url.endswith("/imports/"))
    nothing = web.get(f"/b/anlan/data/content/?{SPAN}&platform={urlencode({'': '’ OR 1=1 --'})[1:]}")
    assert not kpis(nothing)
    assert len(nothing.context["folded"]) == len(BOARDS["content"].kpis)


@pytest.mark.parametrize(
    ("dimension", "code", "values"), [("product", "line_gmv", PRODUCTS), ("channel", "visits", CHANNELS)]
)
def test_any_value_can_be_followed_to_its_rows_whatever_it_is_called(filled, web, dimension, code, values):
    """Quotes, markup, SQL, and the very sign that stands for "not stated"."""
    handle = warehouse.open(filled.id)
    told = metrics.query(handle, Query((code,), (dimension,), {}, START, END)).rows
    assert set(values) <= {r[dimension] for r in told}
    page = web.get(f"/b/anlan/data/metric/{code}/?{SPAN}&by={dimension}")
    urls = page.context["cut"]["rows"]
    assert len(urls) == len(told)
    assert "<script>alert" not in text(page)
    assert "<b>加粗" not in text(page)
    for cell, shown in zip(told, urls, strict=True):
        narrowed = web.get(shown["url"])
        assert narrowed.status_code == 200
        assert f'data-value="{cell[code]}"' in text(narrowed), cell
        rows = table(export(web, shown["url"]))
        assert (summed(rows, "下单金额") if dimension == "product" else len(rows)) == cell[code], cell


def test_what_an_address_says_is_read_back_exactly():
    for value in (None, "", "∅", "∅-", "∅∅", "-", "a∅", "<b>"):
        assert value_of(_text(value)) == value


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "'; DROP TABLE x; --", '"><img src=x onerror=1>', "\x00"]
)
def test_hostile_addresses_are_shown_as_text_or_refused(filled, web, hostile):
    for path, key in (
        ("data/content/", "platform"),
        ("data/metric/gmv/", "status"),
        ("data/metric/gmv/", "by"),
        ("data/metric/gmv/", "after"),
        ("data/metric/gmv/", "start"),
        ("data/dictionary/", "q"),
        ("data/dictionary/", "family"),
    ):
        page = web.get(f"/b/anlan/{path}", {key: hostile})
        assert page.status_code in (200, 422), (path, key)
        assert "<script>alert" not in text(page)
        assert "<img src=x" not in text(page)


def test_the_rows_name_the_file_and_row_and_no_column_twice(filled, web):
    page = web.get(f"/b/anlan/data/metric/visits/?{SPAN}")
    heads = [h.code for h in page.context["behind"]["heads"]]
    assert len(heads) == len(set(heads))
    assert not {"day", "platform", "account"} & set(heads)
    body = text(page)
    assert "events.csv" in body
    source = Source.objects.get(file_name="events.csv")
    assert f'href="/b/anlan/imports/source/{source.id}/"' in body
    assert "13800" not in body


def test_every_column_that_can_stand_behind_a_figure_has_a_name():
    for metric in METRICS.values():
        for measure in metric.measures:
            name = SOURCES[measure.source].table
            shown = {*TABLES[name].key, *columns_in(name, measure.columns)} - {"day", "platform", "account"}
            assert shown <= set(COLUMNS), metric.code


def test_rows_come_in_pages_by_cursor(empty):
    account = workspace.create_account(actor=empty, platform="douyin", name="官方")
    bring(empty, works(*(work(n % 9).replace(f" {n % 9},", f" {n},", 1) for n in range(70))), "作品.csv", account)
    web, url = signed_in(empty), "/b/empty/data/metric/posts/?start=2026-04-01&end=2026-04-30"
    first = web.get(url).context["behind"]
    assert (len(first["rows"]), first["count"]) == (50, 70)
    query = {"start": "2026-04-01", "end": "2026-04-30", "after": first["after"]}
    page = web.get("/b/empty/data/metric/posts/", query, headers={"HX-Request": "true", "HX-Target": "rows"})
    assert "<main" not in text(page)
    assert len(page.context["behind"]["rows"]) == 20
    assert not page.context["behind"]["after"]


def test_the_dictionary_is_searched_by_name_code_and_the_platforms_words(filled, web):
    for word, code in (("净增", "followers_net"), ("FOLLOW_PURCHASE", "follow_purchase"), ("播放量", "views")):
        page = text(web.get("/b/anlan/data/dictionary/", {"q": word}))
        assert f'id="{code}"' in page
        assert 'id="refund_rate"' not in page
    only = text(web.get("/b/anlan/data/dictionary/?family=users"))
    assert 'id="followers_new"' in only
    assert 'id="gmv"' not in only
    assert "没有匹配的指标" in text(web.get("/b/anlan/data/dictionary/?q=zzz"))


def test_every_kind_of_metric_has_a_page(filled, web):
    """One of each family, unit and set of cuts: that every metric answers at all, tests/metrics holds."""
    kinds = {(m.family, m.unit, m.dimensions): code for code, m in METRICS.items()}
    assert len(kinds) >= 20
    for code in kinds.values():
        assert web.get(f"/b/anlan/data/metric/{code}/?{SPAN}").status_code == 200, code


def test_every_board_metric_can_be_cut_as_its_pictures_say():
    for board in BOARDS.values():
        asks = [(c, ("day", "platform", "account")) for c in board.kpis]
        asks += [(c, chart.by) for chart in board.charts for c in chart.metrics]
        asks += [(c, (one.by,)) for one in board.listings for c in one.metrics]
        for code, by in asks:
            assert set(by) <= set(METRICS[code].dimensions), (board.family, code)
            assert set(by) <= set(DIMENSIONS)


def test_old_facts_are_looked_at_from_the_day_after_them(filled):
    """Imported in spring, looked at a season later: the screens open on the last days, not on emptiness."""
    found: dict[str, date] = {}
    for source in Source.objects.exclude(last_day=None):
        found[source.account_id] = max(source.last_day, found.get(source.account_id, source.last_day))
    last = figures.today_of(filled) - timedelta(days=1)
    assert (timezone.localdate() - last).days > 7
    assert last in found.values()
    assert sum(day >= last for day in found.values()) * 2 >= len(found)


def test_an_empty_brand_is_looked_at_from_today(empty):
    assert abs((figures.today_of(empty.brand) - timezone.localdate()).days) <= 1


def test_each_board_names_its_family(filled, web):
    for family, label in (("content", "内容"), ("users", "用户增长"), ("conversion", "转化"), ("channel", "渠道")):
        page = text(web.get(f"/b/anlan/data/{family}/"))
        assert f"<h1>数据 · {label}</h1>" in page
        assert f"<title>{label} · 数据" in page


def test_a_change_that_rounds_to_nothing_is_neither_good_nor_bad():
    assert felt(0.0004, "points") == 0
    assert felt(-0.0004, "percent") == 0
    assert felt(-0.02, "points") == -0.02
    assert felt(None, "points") is None


def test_today_shows_no_ledger_while_the_samples_story_is_half_told(web, filled):
    assert "有效率" in web.get("/b/anlan/").content.decode()
    enqueue("insight.sample", brand_id=filled.pk, key="", payload={})
    page = web.get("/b/anlan/").content.decode()
    assert "正在准备示例的台账" in page
    assert "有效率" not in page
