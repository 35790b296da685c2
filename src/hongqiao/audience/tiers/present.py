"""The tiers in words, colours and charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.audience import addresses
from hongqiao.audience.models import TierRun
from hongqiao.audience.tiers import settings
from hongqiao.audience.tiers.flow import TIERS, Cell
from hongqiao.workspace.models import Brand

ROOMS = {"potential": "data", "active": "users", "loyal": "content", "lapsed": "muted"}
FUNNEL = ("followed", "bought", "again", "loyal")


def tier(code: str) -> str:
    """Return the name of a tier; "" is not there yet."""
    return _(settings.labels("tiers").get(code, "")) if code else _("未进入")


def stage(code: str) -> str:
    """Return the name of a stage."""
    return _(settings.labels("stages").get(code, code))


def why(code: str) -> str:
    """Return what moved somebody, in words."""
    return _(settings.labels("drivers").get(code, code))


def counts(brand: Brand, now: TierRun, before: TierRun | None) -> list[dict[str, Any]]:
    """Return the four cards: persons, change against the week before, share, and where they are listed."""
    whole = sum(now.summary["tiers"].values()) or 1
    found = []
    for code in TIERS:
        n = now.summary["tiers"].get(code, 0)
        was = before.summary["tiers"].get(code, 0) if before else 0
        found.append(
            {
                "label": tier(code),
                "value": n,
                "change": (n - was) / was if was else None,
                "share": n / whole,
                "better": "down" if code == "lapsed" else "up",
                "url": addresses.page("users_people", brand, tier=code),
            }
        )
    return found


def weeks(runs: Sequence[TierRun]) -> dict[str, Any]:
    """Return the chart of persons by tier at the end of each week."""
    return {
        "type": "stacked",
        "x": [run.day.isoformat() for run in runs],
        "unit": "count",
        "series": [
            {"name": tier(code), "values": [run.summary["tiers"].get(code, 0) for run in runs], "room": ROOMS[code]}
            for code in TIERS
        ],
        "links": ["?" + f"week={run.day.isoformat()}" for run in runs],
        "size": "m",
    }


def matrix(brand: Brand, cells: dict[tuple[str, str], Cell], days: tuple[date, date], channel: str) -> dict[str, Any]:
    """Return the rows of the movement: tier then, by tier now, with share of the row and the way to the persons."""
    rows = []
    for before in (*TIERS, ""):
        line = [cells.get((before, after)) for after in TIERS]
        total = sum(c.n for c in line if c)
        shown = [_cell(brand, c, before, after, total, days, channel) for c, after in zip(line, TIERS, strict=True)]
        rows.append({"code": before, "label": tier(before), "total": total, "cells": shown})
    return {"heads": [tier(code) for code in TIERS], "rows": rows}


def _cell(
    brand: Brand, cell: Cell | None, before: str, after: str, total: int, days: tuple[date, date], channel: str
) -> dict[str, Any]:
    n = cell.n if cell else 0
    tone = "" if not cell or before == after or not before else "up" if cell.up else "down"
    asked = {"from": before or "none", "tier": after, "since": days[0].isoformat(), "until": days[1].isoformat()}
    return {
        "n": n,
        "share": n / total if total and before else None,
        "tone": tone,
        "stayed": before == after,
        "url": addresses.page("users_people", brand, channel=channel, **asked) if n and before != after else "",
    }


def drivers(cells: dict[tuple[str, str], Cell]) -> list[dict[str, Any]]:
    """Return every move with its reasons, the largest first; who arrived last."""
    moved = [c for c in cells.values() if not c.stayed and c.after]
    ordered = sorted(moved, key=lambda c: (c.before == "", -c.n))
    return [
        {
            "before": tier(c.before),
            "after": tier(c.after),
            "n": c.n,
            "up": c.up,
            "arrived": not c.before,
            "whys": [(why(code), n) for code, n in _largest(c.whys)],
            "channels": [(name or _("未知渠道"), n) for name, n in _largest(c.channels)[:3]],
        }
        for c in ordered
    ]


def _largest(counted: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def funnel(run: TierRun) -> list[dict[str, Any]]:
    """Return the way from following to loyal: persons of each step, share of the first and of the step before."""
    held = run.summary.get("funnel", {})
    names = {"followed": _("关注过"), "bought": _("买过"), "again": _("买过两次以上"), "loyal": _("现在是忠诚用户")}
    first, last, found = held.get("followed", 0), None, []
    for code in FUNNEL:
        n = held.get(code, 0)
        found.append({"label": names[code], "n": n, "of_first": n / first if first else None,
                      "of_last": n / last if last else None})  # fmt: skip
        last = n
    return found


def channels(run: TierRun) -> list[dict[str, Any]]:
    """Return channels of acquisition with their persons by tier and the share that is loyal, largest first."""
    found = []
    for name, row in run.summary.get("channels", {}).items():
        whole = sum(row.values())
        if whole:
            shares = {code: row.get(code, 0) / whole for code in ("loyal", "lapsed")}
            cells = [row.get(code, 0) for code in TIERS]
            found.append({"name": name or _("未知渠道"), "code": name, "n": whole, "cells": cells, **shares})
    return found


def stages(brand: Brand, run: TierRun) -> list[dict[str, Any]]:
    """Return persons by stage."""
    held = run.summary["stages"]
    return [
        {"label": stage(code), "n": held.get(code, 0), "url": addresses.page("users_people", brand, stage=code)}
        for code in settings.labels("stages")
    ]


def classes(run: TierRun) -> list[dict[str, Any]]:
    """Return the eight classes of RFM."""
    held, names = run.summary["classes"], settings.labels("classes")
    whole = sum(int(row["n"]) for row in held.values()) or 1
    return [{"code": c, "label": _(names[c]), "share": held[c]["n"] / whole, **held[c]} for c in names]
