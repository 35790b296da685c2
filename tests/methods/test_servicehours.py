"""Time that counts only while the service is open."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongqiao.methods.servicehours import Hours, due, spent

ZONE = ZoneInfo("Asia/Shanghai")
DAY = Hours(9, 22)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-02T10:00", 120, "2026-11-02T12:00"),
        ("2026-11-02T21:00", 120, "2026-11-03T10:00"),  # an hour tonight, one tomorrow
        ("2026-11-02T23:30", 30, "2026-11-03T09:30"),  # heard after hours
        ("2026-11-02T05:00", 30, "2026-11-02T09:30"),  # heard before them
        ("2026-11-02T10:00", 48 * 60, "2026-11-05T19:00"),  # 12 hours, 13, 13 and 10
    ],
)
def test_a_term_counts_service_hours_alone(start, minutes, end):
    assert due(at(start), minutes, DAY) == at(end)


def test_around_the_clock_is_the_wall():
    assert due(at("2026-11-02T23:30"), 15, Hours(0, 24)) == at("2026-11-02T23:45")
    assert spent(at("2026-11-02T23:00"), at("2026-11-03T01:00"), Hours(0, 24)) == timedelta(hours=2)


def test_a_night_takes_no_time():
    assert spent(at("2026-11-02T22:00"), at("2026-11-03T09:00"), DAY) == timedelta(0)
    assert spent(at("2026-11-02T12:00"), at("2026-11-03T12:00"), DAY) == timedelta(hours=13)
    assert spent(at("2026-11-03T12:00"), at("2026-11-02T12:00"), DAY) == timedelta(0)


def test_hours_that_never_open_are_refused():
    with pytest.raises(ValueError, match="never opens"):
        due(at("2026-11-02T12:00"), 5, Hours(10, 10))


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)).map(lambda d: d.replace(tzinfo=ZONE))


@given(MOMENTS, st.integers(1, 20000), st.sampled_from([DAY, Hours(0, 24), Hours(8, 20), Hours(20, 24)]))
def test_what_is_due_has_spent_exactly_its_minutes(start, minutes, hours):
    end = due(start, minutes, hours)
    assert spent(start, end, hours) == timedelta(minutes=minutes)
    assert spent(start, end - timedelta(seconds=1), hours) < timedelta(minutes=minutes)


@given(MOMENTS, st.integers(0, 10**6), st.integers(0, 10**6))
def test_time_spent_adds_up(start, one, two):
    middle, end = start + timedelta(seconds=one), start + timedelta(seconds=one + two)
    assert spent(start, end, DAY) == spent(start, middle, DAY) + spent(middle, end, DAY)
