"""Watching many daily series at once: what to expect, what is strange, what comes, what takes off early (D2).

`baseline` (a block of one kind) → `join` → `anomalies` → findings; `forecast` for goals; `early` for pieces against
the account's own earlier ones. Arrays in, frozen results out; nothing is read, kept or drawn from a clock here.
"""

from hongqiao.methods.watch.anomalies import Anomalies, Finding, anomalies
from hongqiao.methods.watch.baselines import STATUS, Baseline, baseline, join
from hongqiao.methods.watch.early import Curve, Takeoff, early
from hongqiao.methods.watch.events import Event
from hongqiao.methods.watch.forecasts import Forecast, Pace, forecast, pace
from hongqiao.methods.watch.settings import BadSeries, WatchSettings

__all__ = [
    "STATUS", "Anomalies", "BadSeries", "Baseline", "Curve", "Event", "Finding", "Forecast", "Pace", "Takeoff",
    "WatchSettings", "anomalies", "baseline", "early", "forecast", "join", "pace",
]  # fmt: skip
