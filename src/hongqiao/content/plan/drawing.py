"""The calendar as a picture for a group chat (PNG) or on paper (PDF), drawn by Typst from what the page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.content.plan import present
from hongqiao.ui import typeset

SHAPES = {"png": "image/png", "pdf": "application/pdf"}
MOST = 12  # pieces a day are drawn; how many more there are is told
PPI = 160.0


def draw(shape: str, title: str, sub: str, foot: str, days: Sequence[Mapping[str, Any]], month: str = "") -> bytes:
    """Return days (those of `present.days`, whole weeks) as "png" or "pdf"; those outside `month` (yyyy-mm) are pale.

    Raises NoTypeface.
    """
    with typeset.sheet("hongqiao.content.plan", "month.typ") as sheet:
        sheet.told(
            {
                "whole": shape == "png",  # a picture is as long as it must be, paper has pages
                "font": sheet.family,
                "lang": typeset.language(),
                "title": title,
                "sub": sub,
                "foot": foot,
                "weekdays": [_(w) for w in present.WEEKDAYS],
                "days": [_day(d, month) for d in days],
            }
        )
        return sheet.made(shape, PPI)


def _day(day: Mapping[str, Any], month: str) -> dict[str, Any]:
    left = len(day["cards"]) - MOST
    return {
        "number": f"{day['day'].day}" if day["day"].day > 1 else f"{day['day']:%m-%d}",
        "other": bool(month) and not day["iso"].startswith(month),
        "nodes": [{"label": n["label"], "solemn": n["solemn"]} for n in day["nodes"]],
        "pieces": [_piece(c) for c in day["cards"][:MOST]],
        "more": _("还有 %(n)s 条") % {"n": left} if left > 0 else "",
    }


def _piece(card: Mapping[str, Any]) -> dict[str, str]:
    row, found = card["row"], card["found"]
    ink = card["worst"] or present.STAGE_TONES.get(row.stage, "plain")
    flag = present.said(found[0]) if found else ""
    return {"clock": card["clock"], "place": present.short(row.platform), "title": row.title, "ink": ink, "flag": flag}
