"""Build a document: one kind, one brand, one version, first and last day. No clock, no randomness."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hongqiao.insight.reports.desk import Desk
from hongqiao.insight.reports.document import Document
from hongqiao.insight.reports.kinds import Kind, checked
from hongqiao.warehouse.models import Source
from hongqiao.workspace.models import Brand


def document(brand: Brand, kind: Kind, handle: Any, start: date, end: date) -> Document:
    """Return the document of these days at the handle's version. Raises BadReportDays."""
    checked(start, end)
    desk = Desk(brand, handle, start, end)
    sections = tuple(kind.build(desk))
    kept = tuple(s for s in sections if s.blocks)
    return Document(kind.code, brand.name, brand.slug, start, end, handle.version, kept, _fresh(handle.sources(), end))


Say = Callable[[float, str], None]


def _fresh(sources: list[Source], end: date) -> date | None:
    """Return the newest day of the facts, not after the report's last one."""
    days = [s.last_day for s in sources if s.last_day]
    return min(max(days), end) if days else None
