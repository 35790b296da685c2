"""What the room of figures keeps: views, pins and notes of days; goals; reports and when they are made."""

from .explorer import Annotation, SavedView, ViewPin
from .goals import Goal
from .reports import Report, Schedule

__all__ = ["Annotation", "Goal", "Report", "SavedView", "Schedule", "ViewPin"]
