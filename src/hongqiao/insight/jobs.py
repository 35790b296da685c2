"""Background work of the room: building reports (registered where it is written)."""

from hongqiao.insight.reports import jobs

__all__ = ["jobs"]
