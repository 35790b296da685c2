"""How the parameters of a report are written: figures by unit, names, days against the report's own year, cites."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongqiao.errors import N_
from hongqiao.insight.words import VALUES, label, listed
from hongqiao.ledger import playbook
from hongqiao.ledger.measuring import plans
from hongqiao.ledger.measuring.plans import REASONS
from hongqiao.metrics import DIMENSIONS, METRICS
from hongqiao.ui import formats
from hongqiao.workspace.words import platform_name

TITLE = 36  # letters of a title in a sentence
ROWS = {"finding": N_("问题与机会"), "action": N_("动作"), "outcome": N_("评定"), "decision": N_("待决策")}


class Params:
    """Writes parameters of one report, whose last day says which year goes without saying."""

    def __init__(self, end: date):
        self.end = end

    def said(self, value: Any) -> str:
        """Return a parameter as words; nothing is —."""
        if value is None:
            return formats.NONE
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, (list, tuple)):
            return listed(self.said(v) for v in value)
        if isinstance(value, (int, float)):
            return formats.number(value)
        return str(value)

    def _mapping(self, p: Mapping[str, Any]) -> str:
        for name in ("value", "metric", "platform", "word", "text", "title", "day", "percentile", "join", "cells"):
            if name in p and not (name == "platform" and "account" in p) and not (name == "title" and "action" in p):
                return getattr(self, "_" + name)(p)
        for name in ("account", "days", "slash", "action", "effect", "method", "reason"):
            if name in p:
                return getattr(self, "_" + name)(p)
        return ""

    def _value(self, p: Mapping[str, Any]) -> str:
        value = number(p.get("value"))
        return formats.signed(value, p.get("unit", "")) if p.get("signed") else formats.figure(value, p.get("unit", ""))

    def _metric(self, p: Mapping[str, Any]) -> str:
        return label(p["metric"]) if p["metric"] in METRICS else str(p["metric"])

    def _platform(self, p: Mapping[str, Any]) -> str:
        return platform_name(p["platform"])

    def _account(self, p: Mapping[str, Any]) -> str:
        return f"{platform_name(p['platform'])} · {p['account']}"

    def _word(self, p: Mapping[str, Any]) -> str:
        return _(p["word"]) if p["word"] else ""

    def _text(self, p: Mapping[str, Any]) -> str:
        return " ".join(str(p["text"]).split())

    def _title(self, p: Mapping[str, Any]) -> str:
        text = " ".join(str(p["title"] or "").split())
        if not text:
            return _("（无标题）")
        return text if len(text) <= TITLE else text[: TITLE - 1] + "…"

    def _day(self, p: Mapping[str, Any]) -> str:
        day = date.fromisoformat(p["day"])
        return f"{day:%m-%d}" if day.year == self.end.year else day.isoformat()

    def _days(self, p: Mapping[str, Any]) -> str:
        return ngettext("%(n)s 天", "%(n)s 天", int(p["days"])) % {"n": p["days"]}

    def _percentile(self, p: Mapping[str, Any]) -> str:
        return f"P{min(max(round(p['percentile'] * 100), 1), 99)}"

    def _join(self, p: Mapping[str, Any]) -> str:
        return "".join(t["text"] if isinstance(t, Mapping) and "text" in t else self.said(t) for t in p["join"])

    def _cells(self, p: Mapping[str, Any]) -> str:
        return "  ".join(self.said(v) for v in p["cells"])

    def _slash(self, p: Mapping[str, Any]) -> str:
        return " / ".join(self.said(v) for v in p["slash"])

    def _action(self, p: Mapping[str, Any]) -> str:
        return " ".join(playbook.label(str(p["action"]), str(p.get("title") or "")).split())

    def _effect(self, p: Mapping[str, Any]) -> str:
        text = self.said(p["effect"])
        if "low" in p:
            text += f"（{self.said(p['low'])}～{self.said(p['high'])}）"
        name = p.get("metric_name", "")
        return f"{label(name)} {text}" if name in METRICS else text

    def _method(self, p: Mapping[str, Any]) -> str:
        return _(plans.label(p["method"])) if p["method"] else formats.NONE

    def _reason(self, p: Mapping[str, Any]) -> str:
        return _(REASONS[p["reason"]]) if p["reason"] in REASONS else str(p["reason"])

    def raw(self, value: Any) -> float | int | None:
        """Return the number in a parameter, for cells of a sheet and bars of a chart; None where it is no number."""
        if isinstance(value, bool):
            return None
        if isinstance(value, (int, float)):
            return value
        if isinstance(value, Mapping) and "cells" in value:
            return self.raw(value["cells"][0])
        return number(value.get("value")) if isinstance(value, Mapping) and "value" in value else None

    def cite(self, cite: Mapping[str, Any]) -> str:
        """Return what a cite asks, in words: 新增关注 · 抖音 · 11-16～11-22."""
        if "metrics" not in cite:
            kind = next((k for k in ROWS if k in cite), "")
            return _(ROWS[kind]) if kind else _("取数清单")
        parts = [listed(self._metric({"metric": c}) for c in cite["metrics"])]
        parts += [self._filter(d, v) for d, v in sorted((cite.get("where") or {}).items())]
        start, end = cite.get("start"), cite.get("end")
        if start and end:
            days = [self._day({"day": str(d)[:10]}) for d in dict.fromkeys((start, end))]
            parts.append("～".join(days))
        return " · ".join(p for p in parts if p)

    def _filter(self, dimension: str, value: Any) -> str:
        values = value if isinstance(value, list) else [value]
        if dimension == "platform":
            return listed(platform_name(str(v)) for v in values)
        if dimension in ("account", "content"):
            return _(DIMENSIONS[dimension].label)
        words = VALUES.get(dimension, {})
        name = _(DIMENSIONS[dimension].label) if dimension in DIMENSIONS else dimension
        return f"{name} {listed(_(words[v]) if v in words else str(v) for v in values)}"


def number(value: Any) -> float | int | None:
    """Return a figure as a number: money is kept as text."""
    if value is None or isinstance(value, (int, float)):
        return value
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
