"""Tables for a spreadsheet: csv with a BOM so that Excel reads Chinese, and no cell that it would run."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse

_STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(value: Any) -> Any:
    """Return a text that no spreadsheet takes for a formula; numbers pass unchanged."""
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip(" ").startswith(_STARTERS):
        return "'" + value
    return value


def csv_response(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Return a csv download named `name` (any characters)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([harmless(h) for h in heads])
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"import.csv\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    return response
