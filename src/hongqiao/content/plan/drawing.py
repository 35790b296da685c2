"""The calendar as a picture for a group chat (PNG) or on paper (PDF), drawn by Typst from what the page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.content.plan import present
from hongqiao.errors import N_
from hongqiao.platforms import PLATFORMS
from hongqiao.ui import typeset
from hongqiao.workspace.words import platform_name

SHAPES = {"png": "image/png", "pdf": "application/pdf"}
MOST = 12  # pieces a day are drawn; how many more there are is told
PPI = 160.0
#: What the colour beside a piece says, the gravest first.
INKS = {
    "block": N_("不能这样发"),
    "warn": N_("有冲突"),
    "good": N_("已通过或已排期"),
    "info": N_("审核中"),
    "done": N_("已发布"),
    "plain": N_("准备中"),
}


def draw(shape: str, title: str, sub: str, foot: str, days: Sequence[Mapping[str, Any]], month: str = "") -> bytes:
    """Return days (those of `present.days`, whole weeks) as "png" or "pdf"; those outside `month` (yyyy-mm) are pale.

    Raises NoTypeface.
    """
    drawn = [_day(d, month) for d in days]
    inks = {p["ink"] for d in drawn for p in d["pieces"]}
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
                "days": drawn,
                "legend": [{"ink": k, "label": _(label)} for k, label in INKS.items() if k in inks],
                "places": [{"short": present.short(c), "name": platform_name(c)} for c in _places(days)],
            }
        )
        return sheet.made(shape, PPI)


def _places(days: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the platforms that are drawn, in the house's order."""
    used = {c["row"].platform for d in days for c in d["cards"][:MOST]}
    return [code for code in PLATFORMS if code in used]


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
    ink = card["worst"] or present.STAGE_TONES.get(row.stage) or "plain"
    flag = present.said(found[0]) if found else ""
    return {"clock": card["clock"], "place": present.short(row.platform), "title": row.title, "ink": ink, "flag": flag}
