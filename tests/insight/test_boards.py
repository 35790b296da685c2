"""今日 and the dashboards as a new user meets them: changes, too little data, empty cards, wrong dates, exports."""

from datetime import date, datetime, timedelta

import pytest

from hongqiao.insight.boards import BOARDS
from hongqiao.insight.pictures import laid_out
from hongqiao.metrics import METRICS
from hongqiao.ui.period import days_words
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry
from tests.imports.conftest import daily, work, works
from tests.platforms.test_own import HEADER as EVENTS

from .conftest import SPAN, bring, charts, export, kpis, lines, signed_in, text


@pytest.fixture
def solo(empty):
    """A brand with one platform, and of it two of its files."""
    account = workspace.create_account(actor=empty, platform="douyin", name="官方")
    days = [(f"2026-04-{d:02d}", 100 + d) for d in range(1, 10)]
    bring(empty, daily(*days), "播放量.xlsx", account)
    bring(empty, daily(*[(d, 7) for d, _v in days], metric="净增粉丝"), "净增.xlsx", account)
    return empty


@pytest.fixture
def one_of_one(empty):
    """One person came, and bought."""
    account = workspace.create_account(actor=empty, platform="own", name="会员")
    rows = ("visit,u-1,2026-04-02 10:00:00,,,直播间,,,v1", "purchase,u-1,2026-04-02 11:00:00,20,CNY,直播间,,o1,p1")
    bring(empty, lines(EVENTS, *rows), "events.csv", account)
    return empty


# ---- what a change is against


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("period=month", "2026-03-01", "2026-03-09"),
        ("period=last_month", "2026-02-01", "2026-02-28"),
        ("period=d7", "2026-03-27", "2026-04-02"),
        ("period=week", "2026-03-30", "2026-04-02"),
        ("start=2026-04-01&end=2026-04-08", "2026-03-01", "2026-03-08"),
    ],
)
def test_a_board_compares_with_the_same_kind_of_period_and_says_which_days(solo, query, first, last):
    page = signed_in(solo).get(f"/b/empty/data/content/?{query}")
    said = days_words(date.fromisoformat(first), date.fromisoformat(last), page.context["period"].today)
    assert f"环比：较 {said}" in text(page)
    assert f'<span class="d" title="较 {said}">' in text(page)


def test_the_days_of_a_change_stand_on_the_metric_page_and_on_today_as_well(solo):
    web = signed_in(solo)
    page = web.get("/b/empty/data/metric/views/?period=d7")
    assert "较 3月27日–4月2日" in text(page).split('class="card kpi"', 1)[1]
    assert "周环比：较 3月27日–4月2日" in text(web.get("/b/empty/"))


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-10-01", "2026-10-23", "10月1日–23日"),
        ("2026-09-28", "2026-10-25", "9月28日–10月25日"),
        ("2026-10-01", "2026-10-01", "10月1日"),
        ("2025-12-01", "2025-12-05", "2025年12月1日–2025年12月5日"),
        ("2025-12-28", "2026-01-03", "2025年12月28日–2026年1月3日"),
    ],
)
def test_days_are_said_as_people_say_them(start, end, said):
    assert days_words(date.fromisoformat(start), date.fromisoformat(end), date(2026, 11, 23)) == said


# ---- too little to be a rate


def test_one_of_one_is_no_hundred_percent_anywhere(one_of_one):
    web = signed_in(one_of_one)
    board = web.get(f"/b/empty/data/channel/?{SPAN}")
    card = text(board).split('data-metric="channel_conversion"', 1)[1].split('data-metric="', 1)[0]
    assert "数据不足" in card
    assert "1/1" in card
    assert "100%" not in card.split('class="d"')[1]
    assert "数据不足" in text(board).split("按渠道", 1)[1]
    assert "conversion" not in {c for c, p in charts(board).items() if p["series"][0]["values"]}
    metric = web.get(f"/b/empty/data/metric/channel_conversion/?{SPAN}&by=channel")
    row = next(r for r in metric.context["cut"]["rows"] if r["name"] == "直播间")
    assert "1/1" in row["few"]
    assert charts(metric)["days"]["series"][0]["few"] == {"1": "1/1"}


def test_the_interface_keeps_the_value_and_says_it_is_too_little(one_of_one):
    from hongqiao.insight import queries

    asked = {"start": date(2026, 4, 1), "end": date(2026, 4, 10), "compare": "previous"}
    told = queries.query(one_of_one, codes=["channel_conversion"], by=["channel"], **asked).to_json()
    assert told["totals"] == {"channel_conversion": 1.0}
    assert told["few"] == {"channel_conversion": [1, 1]}
    assert told["change"] == {"channel_conversion": None}
    assert "too_little_data" in [n["code"] for n in told["notes"]]
    assert [r["channel_conversion__few"] for r in told["rows"] if r["channel"] == "直播间"] == [[1, 1]]


# ---- empty cards


def test_an_empty_card_names_the_file_that_fills_it_and_leads_to_the_import_page(solo):
    page = signed_in(solo).get(f"/b/empty/data/users/?{SPAN}")
    cards = {c["code"]: c for c in page.context["cards"]}
    assert cards["followers_net"]["hint"] == ""
    assert "导入 抖音 账号数据总览" in cards["followers_total"]["hint"]
    assert "抖音" in cards["followers_new"]["hint"]
    assert cards["followers_total"]["url"] == "/b/empty/imports/"
    assert cards["followers_total"]["hint"] in text(page)
    visits = next(c for c in page.context["charts"] if c["code"] == "visits")
    assert "抖音" in visits["hint"]
    assert "去数据导入" in text(page)
    posts = signed_in(solo).get(f"/b/empty/data/content/?{SPAN}")
    assert "作品列表" in next(c for c in posts.context["cards"] if c["code"] == "posts")["hint"]
    assert "作品列表" in next(t for t in posts.context["listings"] if t["code"] == "pieces")["hint"]


def test_what_no_account_can_give_is_folded_away_and_says_what_would(solo):
    page = signed_in(solo).get(f"/b/empty/data/conversion/?{SPAN}")
    assert not page.context["cards"]
    assert not page.context["charts"]
    folded = {f["code"]: f["files"] for f in page.context["folded"]}
    assert set(folded) == set(BOARDS["conversion"].kpis)
    assert "抖店" in folded["orders"]
    assert f"另有 {len(folded)} 个指标没有数据来源" in text(page)


def test_every_metric_of_a_board_has_some_file_that_gives_it():
    from hongqiao.insight.fillers import _ways

    for board in BOARDS.values():
        for code in board.kpis:
            assert all(layouts for _table, layouts in _ways(code)), code


def test_today_leads_with_what_is_known(solo):
    cards = kpis(signed_in(solo).get("/b/empty/"))
    assert "followers_net" in cards
    assert cards["followers_net"][0] == str(7 * 7)
    assert "followers_new" not in cards


# ---- dates


@pytest.mark.parametrize("path", ["data/content/", "data/metric/views/"])
def test_wrong_dates_are_said_in_place_and_kept(filled, web, path):
    page = web.get(f"/b/anlan/{path}?start=2026-04-10&end=2026-04-01&platform=douyin")
    assert page.status_code == 422
    body = text(page).split("<main", 1)[1]
    assert "开始日晚于结束日" in body
    assert 'name="start" value="2026-04-10"' in body
    assert 'name="end" value="2026-04-01"' in body
    assert 'type="hidden" name="platform" value="douyin"' in body
    assert "data-metric" not in body
    nonsense = text(web.get(f"/b/anlan/{path}?start=next+week&end=2026-02-30"))
    assert 'value="next week"' in nonsense
    assert 'value="2026-02-30"' in nonsense


# ---- exports


@pytest.mark.parametrize(("what", "kind"), [("rows", "csv"), ("day", "xlsx"), ("platform", "csv")])
def test_an_export_leaves_an_audit_row(filled, web, owner, what, kind):
    export(web, f"/b/anlan/data/metric/views/?{SPAN}", what, kind)
    entry = AuditEntry.objects.filter(brand=filled, code="data.exported").latest("at")
    assert entry.member == owner
    rows = {"rows": 9, "day": 10, "platform": 1}[what]
    said = {"metric": METRICS["views"].label, "of": "views", "kind": kind, "rows": rows}
    assert said.items() <= entry.params.items()
    assert entry.params["period"] == "2026-04-01～2026-04-10"


def test_a_refused_export_leaves_none(filled, web):
    before = AuditEntry.objects.filter(code="data.exported").count()
    assert export(web, f"/b/anlan/data/metric/views/?{SPAN}", "product").status_code == 404
    assert web.get("/b/anlan/data/metric/views/day.csv?start=x&end=y").status_code == 422
    assert AuditEntry.objects.filter(code="data.exported").count() == before


# ---- pictures


def test_half_pictures_stand_in_pairs_and_one_left_over_takes_the_row():
    def laid(*wide: bool) -> list[tuple[int, bool]]:
        return [(c["code"], c["wide"]) for c in laid_out([{"code": n, "wide": w} for n, w in enumerate(wide)])]

    assert laid(True, False, False) == [(0, True), (1, False), (2, False)]
    assert laid(False, True, False) == [(0, False), (2, False), (1, True)]
    assert laid(False, True) == [(0, True), (1, True)]
    assert laid(False, False, False) == [(0, False), (1, False), (2, True)]
    assert laid() == []


def test_a_day_without_a_post_is_not_missing_data(empty):
    account = workspace.create_account(actor=empty, platform="douyin", name="官方")
    bring(empty, works(work(1, 500), work(3, 700)), "作品.csv", account)
    bring(empty, daily(("2026-04-01", 5), ("2026-04-03", 6)), "播放量.xlsx", account)
    web = signed_in(empty)
    pieces = charts(web.get("/b/empty/data/metric/piece_views/?start=2026-04-01&end=2026-04-05"))["days"]
    assert pieces["series"][0]["values"].count(None) == 3
    assert pieces["missing"] == []
    assert len(pieces["quiet"]) == 3
    views = charts(web.get("/b/empty/data/metric/views/?start=2026-04-01&end=2026-04-05"))["days"]
    assert 1 in views["missing"]
    assert not views["quiet"]
    table = text(web.get("/b/empty/data/metric/piece_views/?start=2026-04-01&end=2026-04-05"))
    assert "缺数据" not in table.split('data-chart="days"', 1)[1].split("</figure>", 1)[0].split("</script>", 1)[1]


def test_a_row_behind_names_its_columns_on_a_phone(filled, web):
    body = text(web.get(f"/b/anlan/data/metric/views/?{SPAN}"))
    row = body.split('<div id="rows">', 1)[1].split("<tbody>", 1)[1].split("</tr>", 1)[0]
    for head in ("日期", "账号", "数据来源", "行", "下载时间"):
        assert f'data-label="{head}"' in row, head


# ---- cost


def test_a_board_asks_few_questions(solo, monkeypatch):
    """Each question is compiled and run: a first view after an import must not take dozens."""
    from hongqiao import metrics
    from hongqiao.warehouse.handle import Handle

    asked = []
    real = Handle.fetch
    monkeypatch.setattr(Handle, "fetch", lambda self, *a, **k: asked.append(1) or real(self, *a, **k))
    web = signed_in(solo)
    start = datetime(2026, 3, 1)
    for family in BOARDS:
        metrics.cache.forget()
        asked.clear()
        end = start + timedelta(20)
        web.get(f"/b/empty/data/{family}/?start={start:%Y-%m-%d}&end={end:%Y-%m-%d}")
        assert len(asked) <= 21, (family, len(asked))
