"""Local times of an account to UTC, a whole column at once, by the zone's own rules and on every system alike."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_EPOCH = datetime(1970, 1, 1)
_SECOND = timedelta(seconds=1)
_FIRST, _LAST = 1900, 2100  # outside, the offset of the nearest of these years holds


def to_utc(values: pa.Array, zone: str) -> pa.Array:
    """Return naive UTC for naive local timestamps (µs). Of a time that comes twice, the first."""
    bounds = pc.min_max(values).as_py()
    if bounds["min"] is None:
        return values
    starts, offsets = _offsets(zone, *(min(max(bounds[b].year, _FIRST), _LAST) for b in ("min", "max")))
    if len(offsets) == 1:
        return pc.subtract(values, pa.scalar(timedelta(microseconds=int(offsets[0])), pa.duration("us")))
    local = pc.fill_null(values.cast(pa.int64()), 0).to_numpy()
    at = np.maximum(np.searchsorted(starts, local, side="right") - 1, 0)
    mask = pc.is_null(values).to_numpy(zero_copy_only=False)
    return pa.array(local - offsets[at], pa.int64(), mask=mask).cast(pa.timestamp("us"))


@lru_cache(maxsize=64)
def _offsets(zone: str, first_year: int, last_year: int) -> tuple[np.ndarray, np.ndarray]:
    """From which local moment (µs since 1970) which offset to UTC (µs) holds, in those years."""
    rules = ZoneInfo(zone)
    day, end = datetime(first_year, 1, 1), datetime(last_year, 12, 31, 23, 59, 59)
    found = [(day, _offset(day, rules))]
    while day < end:
        following = min(day + timedelta(days=1), end)
        if _offset(following, rules) != found[-1][1]:
            found.append(_change(day, following, rules))
        day = following
    starts = np.array([(moment - _EPOCH) // timedelta(microseconds=1) for moment, _ in found])
    return starts, np.array([offset // timedelta(microseconds=1) for _, offset in found])


def _offset(moment: datetime, rules: ZoneInfo) -> timedelta:
    return moment.replace(tzinfo=rules).utcoffset() or timedelta(0)


def _change(low: datetime, high: datetime, rules: ZoneInfo) -> tuple[datetime, timedelta]:
    """The first second of the later offset between two moments."""
    before = _offset(low, rules)
    while high - low > _SECOND:
        middle = low + ((high - low) // 2 // _SECOND) * _SECOND
        low, high = (middle, high) if _offset(middle, rules) == before else (low, middle)
    return high, _offset(high, rules)
