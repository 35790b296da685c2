"""Background work of the room, and how its reports and goals are found (registered where they are written)."""

from hongqiao.insight.reports import finders, jobs, rewording
from hongqiao.insight.sample import jobs as sample

__all__ = ["finders", "jobs", "rewording", "sample"]
