"""How figures are written: the trade's short forms, a true minus, and "—" for what is not there, never a zero."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from hongqiao.ui import formats


def shown(source: str, **values) -> str:
    return Template("{% load ui %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("value", "text"),
    [(386000, "38.6 万"), (1204, "1,204"), (9999, "9,999"), (10000, "1.0 万"), (-236, "−236"), (120_000_000, "1.20 亿")]
    + [(99_999_600, "1.00 亿"), (0, "0"), (1.84, "1.84"), (Decimal("12345.6"), "1.2 万"), (-386000, "−38.6 万")],
)
def test_counts_are_short_in_wan_and_yi(value, text):
    assert formats.short(value) == text


def test_in_english_thousands_and_millions_stand_for_wan():
    with translation.override("en"):
        assert formats.short(386000) == "386.0K"
        assert formats.short(12_000_000) == "12.0M"


@pytest.mark.parametrize(
    "name", ["wan", "num", "pct", "money", "signed", "seconds", "figure", "filesize", "ago", "day", "moment"]
)
def test_every_filter_says_missing_where_there_is_nothing(name):
    page = shown("{{ value|%s }}" % name, value=None)  # noqa: UP031
    assert page == '<span class="none" title="缺数据">—</span>'


def test_not_a_number_is_missing_too():
    assert formats.short(float("nan")) == "—"
    assert formats.percent(float("inf")) == "—"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(-0.18, "percent", "−18%"), (0.12, "percent", "+12%"), (0.004, "percent", "+0.4%"), (1204, "", "+1,204")]
    + [
        (0, "percent", "0%"),
        (0.012, "points", "+1.2 个百分点"),
        (-0.00001, "percent", "0.0%"),
        (-386000, "money", "−¥38.6 万"),
    ],
)
def test_a_change_carries_its_sign_and_none_when_nothing_moved(value, unit, text):
    assert formats.signed(value, unit) == text


def test_money_is_exact_to_the_fen_or_short_on_request():
    assert formats.money(Decimal("1234.5")) == "¥1,234.50"
    assert formats.money(386000, "wan") == "¥38.6 万"
    assert formats.money(-5) == "−¥5.00"


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (timedelta(minutes=21, seconds=1), "21 分钟"),
        (7140, "119 分钟"),
        (7200, "2 小时"),
        (timedelta(hours=3, minutes=5), "3 小时 5 分"),
    ]
    + [(timedelta(days=8, hours=4), "8 天"), (-300, "5 分钟"), (0, "0 分钟"), (None, "—")],
)
def test_a_stretch_of_time_is_said_to_the_minute_and_later_to_the_day(time, text):
    assert formats.span(time) == text
    assert text in shown("{{ v|span }}", v=time)


def test_durations_read_as_people_say_them():
    assert [formats.duration(s) for s in (8.4, 8, 125, 3780)] == ["8.4 秒", "8 秒", "2 分 05 秒", "1 小时 03 分"]


def test_time_is_told_by_its_distance_until_two_days():
    now = timezone.now()
    told = [formats.ago(now - timedelta(**d), now) for d in ({"seconds": 5}, {"minutes": 5}, {"hours": 3}, {"days": 1})]
    assert told == ["刚刚", "5 分钟前", "3 小时前", "1 天前"]
    old = timezone.make_aware(datetime(2019, 3, 4, 5, 6))
    assert formats.ago(old, now) == "2019-03-04 05:06"


def test_a_day_of_another_year_shows_its_year():
    assert formats.day(date(2019, 3, 4)) == "2019-03-04"
    assert formats.day(timezone.localdate()) == timezone.localdate().strftime("%m-%d")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_every_number_is_written_with_a_true_minus_and_no_minus_zero(value):
    for text in (formats.short(value), formats.percent(value), formats.money(value), formats.signed(value)):
        assert "-" not in text
        assert not (text.startswith("−") and not any(c in "123456789" for c in text))


@pytest.mark.parametrize(
    ("minutes", "text"), [(1, "1 min"), (180, "3 hours"), (49 * 60, "2 days"), (30 * 1440, "30 days")]
)
def test_a_stretch_of_time_is_one_or_many_in_english(minutes, text):
    from hongqiao.audience.feedback import words

    with translation.override("en"):
        assert formats.span(60 * minutes) == words.span(timedelta(minutes=minutes)) == text
