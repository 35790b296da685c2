"""What the room of figures keeps: views, pins and notes of days; goals; reports and when they are made; lines."""

from hongqiao.insight.alerts.model import AlertRule

from .explorer import Annotation, SavedView, ViewPin
from .goals import Goal
from .reports import Report, Schedule

__all__ = ["AlertRule", "Annotation", "Goal", "Report", "SavedView", "Schedule", "ViewPin"]
