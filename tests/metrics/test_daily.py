"""Account days: sums, gaps, persons, rates and stocks."""

from datetime import date

import pytest

from hongqiao.metrics import Query, query
from hongqiao.metrics.buckets import earlier
from tests.metrics.fake import A, B, Fake, at, day


@pytest.fixture
def house() -> Fake:
    h = Fake()
    for number in (1, 2, 4, 5):
        h.say(
            "account_daily", A, "2026-05-06T01:00:00", day=day(f"2026-05-0{number}"), views=100 * number, shares=number
        )
    h.say("account_daily", B, "2026-05-06T01:00:00", day=day("2026-05-01"), view_users=50, share_users=5)
    h.say("account_daily", B, "2026-05-06T01:00:00", day=day("2026-05-02"), view_users=70, share_users=7)
    h.say("account_daily", B, "2026-05-06T01:00:00", day=day("2026-05-01"), channel="朋友圈", view_users=40)
    h.say("account_daily", B, "2026-05-06T01:00:00", day=day("2026-05-01"), channel="搜一搜", view_users=30)
    h.file("account_daily", A, "2026-05-01", "2026-05-05", "2026-05-06T01:00:00")
    h.file("account_daily", B, "2026-05-01", "2026-05-02", "2026-05-06T01:00:00")
    return h


MAY = {"start": day("2026-05-01"), "end": day("2026-05-05")}


def test_a_missing_day_is_none_and_is_named(house):
    r = query(house, Query(("views",), ("day",), **MAY))
    assert [(x["day"].day, x["views"]) for x in r.rows] == [(1, 100), (2, 200), (3, None), (4, 400), (5, 500)]
    assert r.totals == {"views": 1200}
    mine = next(c for c in r.coverage if c["account"] == A)
    assert mine["missing"] == [day("2026-05-03")]
    assert mine["expected"] == 5
    assert "missing_days" in [n["code"] for n in r.notes]


def test_a_stated_zero_stays_a_zero(house):
    house.say("account_daily", A, day=day("2026-05-03"), views=0)
    r = query(house, Query(("views",), ("day",), **MAY))
    assert r.rows[2]["views"] == 0


def test_a_later_statement_wins_and_a_null_never_overwrites(house):
    house.say("account_daily", A, "2026-05-07T01:00:00", day=day("2026-05-01"), views=111)
    house.say("account_daily", A, "2026-05-08T01:00:00", day=day("2026-05-01"), shares=9)
    r = query(house, Query(("views", "shares"), start=day("2026-05-01"), end=day("2026-05-01")))
    assert r.rows == [{"views": 111, "shares": 9}]


def test_persons_are_shown_where_one_statement_stands_and_never_added(house):
    r = query(house, Query(("readers", "reader_days"), ("day",), {"account": B}, **MAY))
    assert [x["readers"] for x in r.rows[:2]] == [50, 70]
    assert r.totals == {"readers": None, "reader_days": 120}
    assert any(n["code"] == "persons_not_added" and n["metrics"] == ["readers"] for n in r.notes)


def test_the_channel_of_the_whole_is_not_the_sum_of_its_parts(house):
    one = {"start": day("2026-05-01"), "end": day("2026-05-01")}
    parts = query(house, Query(("readers", "reader_days"), ("channel",), **one))
    assert {x["channel"]: x["readers"] for x in parts.rows} == {"朋友圈": 40, "搜一搜": 30}
    assert parts.totals == {"readers": 50, "reader_days": 50}
    assert query(house, Query(("readers",), where={"channel": "朋友圈"}, **one)).totals == {"readers": 40}


def test_share_rate_is_a_ratio_of_sums_with_persons_as_base_for_the_official_account(house):
    r = query(house, Query(("share_rate",), ("platform",), **MAY))
    assert {x["platform"]: x["share_rate"] for x in r.rows} == {
        "douyin": pytest.approx(12 / 1200),
        "wechat_oa": pytest.approx(12 / 120),
    }
    assert r.totals["share_rate"] == pytest.approx(24 / 1320)
    assert "not_comparable" in [n["code"] for n in r.notes]


def test_a_rate_leaves_out_days_that_state_only_one_half(house):
    house.say("account_daily", A, "2026-05-06T01:00:00", day=day("2026-05-03"), views=10_000)
    r = query(house, Query(("share_rate",), where={"account": A}, **MAY))
    assert r.totals["share_rate"] == pytest.approx(12 / 1200)


def test_weeks_begin_on_monday_and_cross_the_year(house):
    for text, n in (("2025-12-28", 1), ("2025-12-29", 2), ("2026-01-04", 4), ("2026-01-05", 8)):
        house.say("account_daily", A, day=day(text), views=n)
    r = query(house, Query(("views",), ("week",), start=day("2025-12-22"), end=day("2026-01-11")))
    assert [(x["week"], x["views"]) for x in r.rows] == [
        (day("2025-12-22"), 1),
        (day("2025-12-29"), 6),
        (day("2026-01-05"), 8),
    ]


def test_months_end_where_they_end(house):
    for text, n in (("2028-02-29", 1), ("2028-03-01", 2)):
        house.say("account_daily", A, day=day(text), views=n)
    r = query(house, Query(("views",), grain="month", start=day("2028-02-01"), end=day("2028-03-31")))
    assert [(x["month"], x["views"]) for x in r.rows] == [(day("2028-02-01"), 1), (day("2028-03-01"), 2)]


def test_the_future_is_none_and_never_zero(house):
    r = query(house, Query(("views", "share_rate"), ("day",), start=day("2030-01-01"), end=day("2030-01-02")))
    assert [x["views"] for x in r.rows] == [None, None]
    assert r.totals == {"views": None, "share_rate": None}


def test_one_day_without_statements_has_one_empty_cell(house):
    r = query(house, Query(("views",), start=day("2026-05-03"), end=day("2026-05-03")))
    assert r.rows == [{"views": None}]


def test_the_same_days_before_are_compared_day_by_day(house):
    for number in (26, 27, 28, 29, 30):
        house.say("account_daily", A, day=day(f"2026-04-{number}"), views=100, shares=2)
    r = query(house, Query(("views", "share_rate"), ("day",), {"account": A}, compare="previous", span="days", **MAY))
    assert (r.compare_start, r.compare_end) == (day("2026-04-26"), day("2026-04-30"))
    assert r.compared["views"] == 500
    assert r.change["share_rate"] == pytest.approx(0.01 - 0.02)
    assert r.rows[1]["views__compare"] == 100
    assert r.rows[1]["views__change"] == pytest.approx(1.0)
    assert r.rows[2]["views__change"] is None


def test_no_change_is_given_between_periods_that_files_do_not_cover_alike(house):
    for number in (27, 28, 29, 30):
        house.say("account_daily", A, day=day(f"2026-04-{number}"), views=100, shares=2)
    four = Query(("views",), where={"account": A}, start=day("2026-04-29"), end=day("2026-04-30"), compare="previous")
    assert query(house, four).change["views"] == 0
    r = query(
        house, Query(("views",), where={"account": A}, compare="previous", span="days", **MAY)
    )  # four days before, not five
    assert r.compared["views"] == 400
    assert r.change["views"] is None
    assert "compare_thin" in [n["code"] for n in r.notes]
    parts = query(house, Query(("views",), ("platform",), {"account": A}, compare="previous", span="days", **MAY))
    assert [row["views__change"] for row in parts.rows] == [None]


@pytest.mark.parametrize(
    ("start", "end", "span", "first", "last"),
    [
        ("2026-11-01", "2026-11-23", "", "2026-10-01", "2026-10-23"),  # a month to date
        ("2026-03-01", "2026-03-30", "", "2026-02-01", "2026-02-28"),  # cut at the end of a shorter month
        ("2028-03-01", "2028-03-30", "", "2028-02-01", "2028-02-29"),
        ("2026-01-01", "2026-01-05", "", "2025-12-01", "2025-12-05"),
        ("2026-11-01", "2026-11-01", "month", "2026-10-01", "2026-10-01"),  # 本月 on its second day
        ("2026-11-01", "2026-11-01", "", "2026-10-31", "2026-10-31"),  # a day clicked in a chart: the day before
        ("2026-11-01", "2026-11-07", "days", "2026-10-25", "2026-10-31"),  # 近7日 that begins on the first
        ("2026-11-01", "2026-11-30", "", "2026-10-01", "2026-10-31"),
        ("2026-01-01", "2026-03-31", "", "2025-10-01", "2025-12-31"),
        ("2026-11-16", "2026-11-18", "", "2026-11-09", "2026-11-11"),  # Monday to Wednesday: the same weekdays
        ("2026-11-16", "2026-11-16", "week", "2026-11-09", "2026-11-09"),
        ("2026-11-16", "2026-11-22", "", "2026-11-09", "2026-11-15"),
        ("2026-10-26", "2026-11-22", "days", "2026-09-28", "2026-10-25"),
        ("2026-11-04", "2026-11-10", "", "2026-10-28", "2026-11-03"),
    ],
)
def test_the_period_before_follows_the_kind_of_the_period(start, end, span, first, last):
    assert earlier(day(start), day(end), "previous", span) == (day(first), day(last))


def test_the_29th_of_february_meets_the_28th_a_year_before():
    assert earlier(day("2028-02-01"), day("2028-02-29"), "year") == (day("2027-02-01"), day("2027-02-28"))
    assert earlier(day("2028-02-23"), day("2028-02-29"), "year") == (day("2027-02-23"), day("2027-02-28"))
    assert earlier(day("2026-11-01"), day("2026-11-23"), "year") == (day("2025-11-01"), day("2025-11-23"))


def test_sums_of_months_of_unequal_length_are_compared_a_day():
    """31 days of 100 after 30 days of 100: more in sum, no change."""
    h = Fake()
    for month, length in ((4, 30), (5, 31)):
        for number in range(1, length + 1):
            h.say("account_daily", A, day=date(2026, month, number), views=100, shares=2, followers_total=1000 + month)
    codes = ("views", "share_rate", "followers_total")
    span = {"start": day("2026-05-01"), "end": day("2026-05-31"), "compare": "previous"}
    r = query(h, Query(codes, **span))
    assert (r.totals["views"], r.compared["views"], r.change["views"]) == (3100, 3000, pytest.approx(0))
    assert r.change["followers_total"] == pytest.approx(1005 / 1004 - 1)
    assert r.change["share_rate"] == pytest.approx(0)
    note = next(n for n in r.notes if n["code"] == "compare_uneven")
    assert (note["metrics"], note["params"]) == (["views"], {"days": 31, "before": 30})
    cells = query(h, Query(("views",), ("month", "platform"), **span))
    assert cells.rows[0]["views__change"] == pytest.approx(0)
    days = query(h, Query(("views",), ("day",), **span))
    assert days.rows[0]["views__change"] == 0
    assert days.rows[30]["views__compare"] is None
    even = query(h, Query(("views",), compare="previous", span="days", start=day("2026-05-02"), end=day("2026-05-31")))
    assert "compare_uneven" not in [n["code"] for n in even.notes]


def test_persons_of_unequal_periods_are_not_compared():
    h = Fake()
    for person, when in (("p1", "2026-04-03"), ("p2", "2026-05-03"), ("p3", "2026-05-31")):
        h.say("events", A, day=day(when), event_key=person, event="visit", person_key=person, ts=at(f"{when}T10:00:00"))
    r = query(h, Query(("visitors",), start=day("2026-05-01"), end=day("2026-05-31"), compare="previous"))
    assert (r.totals["visitors"], r.compared["visitors"], r.change["visitors"]) == (2, 1, None)
    assert "compare_uneven" in [n["code"] for n in r.notes]


def test_a_whole_month_is_compared_with_the_whole_month_before_and_a_year_with_its_year(house):
    r = query(house, Query(("views",), start=day("2026-05-01"), end=day("2026-05-31"), compare="previous"))
    assert (r.compare_start, r.compare_end) == (day("2026-04-01"), day("2026-04-30"))
    r = query(house, Query(("views",), start=day("2028-02-01"), end=day("2028-02-29"), compare="year"))
    assert (r.compare_start, r.compare_end) == (day("2027-02-01"), day("2027-02-28"))
    r = query(house, Query(("views",), start=day("2026-02-27"), end=day("2026-03-02"), compare="year"))
    assert (r.compare_start, r.compare_end) == (day("2025-02-27"), day("2025-03-02"))
    assert "compare_missing" in [n["code"] for n in r.notes]


def test_a_day_captured_before_it_was_over_is_partial_in_the_accounts_zone(house):
    house.say("account_daily", A, "2026-05-06T15:30:00", day=day("2026-05-06"), views=3)  # 23:30 in Shanghai
    r = query(house, Query(("views",), where={"account": A}, start=day("2026-05-01"), end=day("2026-05-06")))
    assert r.coverage[0]["partial"] == [day("2026-05-06")]
    house.say("account_daily", A, "2026-05-06T16:30:00", day=day("2026-05-06"), views=4)  # 00:30 of the 7th
    r = query(house, Query(("views",), where={"account": A}, start=day("2026-05-01"), end=day("2026-05-06")))
    assert r.coverage[0]["partial"] == []


def test_an_account_that_lags_the_others_is_late(house):
    house.file("account_daily", A, "2026-05-06", "2026-05-20", "2026-05-21T01:00:00")
    r = query(house, Query(("views",), start=day("2026-05-01"), end=day("2026-05-20")))
    assert {f["account"]: f["late"] for f in r.freshness} == {A: False, B: True}
    assert next(f for f in r.freshness if f["account"] == B)["lag_days"] == 18


def test_followers_close_with_the_last_stated_day_and_retention_is_a_labelled_proxy():
    h = Fake()
    h.say("account_daily", A, day=day("2026-05-01"), followers_total=1010, followers_net=10, followers_lost=5)
    h.say("account_daily", A, day=day("2026-05-02"), followers_net=-3, followers_lost=15)
    h.say("account_daily", A, day=day("2026-05-03"), followers_total=1020, followers_net=13, followers_lost=0)
    h.say("account_daily", B, day=day("2026-05-02"), followers_total=500, followers_new=20, followers_lost=10)
    r = query(h, Query(("followers_total", "follower_retention", "followers_new", "followers_net"), **MAY))
    assert r.totals["followers_total"] == 1020 + 500
    assert r.totals["follower_retention"] == pytest.approx(1 - (20 + 10) / (1000 + 490))
    assert r.totals["followers_new"] == (10 + 5) + (-3 + 15) + 13 + 20
    assert r.totals["followers_net"] == 10 - 3 + 13 + 10
    assert "proxy" in [n["code"] for n in r.notes]
    split = query(h, Query(("follower_retention",), ("account",), **MAY))
    assert {x["account"]: x["follower_retention"] for x in split.rows} == {
        A: pytest.approx(0.98),
        B: pytest.approx(1 - 10 / 490),
    }


def test_a_stated_rate_is_weighted_by_what_it_was_a_rate_of():
    h = Fake()
    h.say("account_daily", A, day=day("2026-05-01"), completion_rate=0.5, views=100, cover_ctr=0.1, impressions=1000)
    h.say("account_daily", A, day=day("2026-05-02"), completion_rate=0.2, views=300, cover_ctr=0.3, impressions=3000)
    h.say("account_daily", A, day=day("2026-05-03"), completion_rate=0.9)
    r = query(h, Query(("completion_rate", "cover_ctr"), **MAY))
    assert r.totals["completion_rate"] == pytest.approx((50 + 60) / 400)
    assert r.totals["cover_ctr"] == pytest.approx((100 + 900) / 4000)
