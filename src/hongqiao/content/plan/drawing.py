"""The calendar as a picture for a group chat (PNG) or on paper (PDF), drawn by Typst from what the page shows."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hongqiao.content.plan import present
from hongqiao.ui import fonts

SHAPES = {"png": "image/png", "pdf": "application/pdf"}
MOST = 12  # pieces a day are drawn; how many more there are is told
PPI = 160.0


def draw(shape: str, title: str, sub: str, foot: str, days: Sequence[Mapping[str, Any]], month: str = "") -> bytes:
    """Return days (those of `present.days`, whole weeks) as "png" or "pdf"; those outside `month` (yyyy-mm) are pale.

    Raises NoTypeface.
    """
    import typst

    known, family = fonts.found()
    told = {
        "whole": shape == "png",  # a picture is as long as it must be, paper has pages
        "font": family,
        "lang": "zh" if (get_language() or "zh").startswith("zh") else "en",
        "title": title,
        "sub": sub,
        "foot": foot,
        "weekdays": [_(w) for w in present.WEEKDAYS],
        "days": [_day(d, month) for d in days],
    }
    with tempfile.TemporaryDirectory(prefix="hongqiao-calendar-") as folder:
        place = Path(folder)
        template = files("hongqiao.content.plan").joinpath("month.typ").read_text("utf-8")
        (place / "month.typ").write_text(template, "utf-8")
        (place / "month.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
        compiler = typst.Compiler(place / "month.typ", root=place, font_paths=known)
        made = compiler.compile(format=shape, ppi=PPI)  # type: ignore[arg-type]
    return b"".join(made) if isinstance(made, list) else bytes(made or b"")


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
