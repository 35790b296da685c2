"""The long picture for a group chat: 1080 pixels wide, as long as it must be."""

from __future__ import annotations

from hongqiao.insight.reports.formats import RowsOf
from hongqiao.insight.reports.formats.pdf import compiled
from hongqiao.insight.reports.written import Written

PPI = 144.0  # a page of 540 pt is 1080 pixels wide


def write(report: Written, rows: RowsOf) -> bytes:
    """Return the PNG. Raises NoTypeface."""
    return compiled(report, "picture", "png", PPI)
