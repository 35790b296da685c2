"""Local times to UTC agree with Python's own rules at every hour of years with and without summer time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from hongqiao.warehouse.clock import to_utc


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("year", [1988, 2026])
def test_every_half_hour_of_a_year_is_converted_as_python_does(zone, year):
    local = [datetime(year, 1, 1) + timedelta(minutes=30 * n) for n in range(2 * 24 * 365)]
    expected = [t.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None) for t in local]
    assert to_utc(pa.array(local, pa.timestamp("us")), zone).to_pylist() == expected


def test_nothing_stays_nothing_and_times_far_off_keep_the_nearest_rules():
    values = pa.array([None, datetime(2026, 7, 1, 12), datetime(2300, 1, 1, 12)], pa.timestamp("us"))
    assert to_utc(values, "Europe/Berlin").to_pylist()[:2] == [None, datetime(2026, 7, 1, 10)]
    assert to_utc(values, "Europe/Berlin").to_pylist()[2] == datetime(2300, 1, 1, 11)
    assert to_utc(values[:1], "Europe/Berlin").to_pylist() == [None]
