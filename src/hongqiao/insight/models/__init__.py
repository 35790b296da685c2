"""What the room of figures keeps: views, pins, notes of days; goals; reports and when they are made; lines; metrics."""

from hongqiao.insight.alerts.model import AlertRule

from .explorer import Annotation, SavedView, ViewPin
from .goals import Goal
from .own import MetricVersion, OwnMetric
from .reports import Report, Schedule

__all__ = [
    "AlertRule",
    "Annotation",
    "Goal",
    "MetricVersion",
    "OwnMetric",
    "Report",
    "SavedView",
    "Schedule",
    "ViewPin",
]
