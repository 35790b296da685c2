"""From a file to figures: what a layout's columns have become in the warehouse and in the metrics."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from hongqiao import warehouse
from hongqiao.metrics import Query, query
from hongqiao.platforms import read, recognise
from tests.warehouse.conftest import BRAND, ZONE, Keys, origin

MORNING = datetime(2026, 5, 1, 1)  # UTC: nine in the morning of 1 May in Shanghai
SPRING = {"start": date(2026, 4, 1), "end": date(2026, 5, 1)}


def bring_in(path: Path, platform: str, *, captured: datetime = MORNING, keys: Keys | None = None) -> list[Any]:
    """Take every table of a file, as an account of `platform`; the receipts."""
    receipts = []
    for found in recognise(path):
        assert found.ok, (found.note, found.missing)
        if found.layout.stored:
            reading = read(path, found, captured_at=captured, zone=ZONE)
            about = {"platform": platform, "layout": found.layout.code, "sheet": found.sheet, "captured_at": captured}
            receipts.append(warehouse.take(origin(**about), reading, keys=keys or Keys()))
    return receipts


def totals(*metrics: str, **more: Any) -> dict[str, Any]:
    """Totals of April and the first of May."""
    return query(warehouse.open(BRAND), Query(metrics, **{**SPRING, **more})).totals


def rows(table: str) -> list[dict[str, Any]]:
    """What is current, in the order of the files' rows."""
    handle = warehouse.open(BRAND)
    return sorted(handle.fetch(handle.current(table)).to_pylist(), key=lambda r: r["source_row"])
