"""How a journey is told on its page: its steps in words, its lift as a line."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongqiao.audience.journeys import book, questionnaires, words
from hongqiao.audience.models import Journey
from hongqiao.delivery.models import Channel, CouponPool, Purpose
from hongqiao.delivery.reaching import rules, texts
from hongqiao.ledger.measuring.plans import REASONS
from hongqiao.ledger.models import Verdict
from hongqiao.workspace.models import Brand

#: The width of the drawing of a lift, in its own units.
WIDE, EDGE = 400, 20
COLOURS = {"worked": "good", "did_not": "danger", "cannot_tell": ""}


def trigger(row: Journey) -> str:
    """Return whom a journey lets in, in words."""
    said = row.trigger
    if said["kind"] == "event":
        return _("发生「%(event)s」的人") % {"event": said["event"]}
    tier = book.label(row.brand, "tiers", said["tier"])
    if said.get("existing"):
        return _("现在的%(tier)s，以及以后成为%(tier)s的人") % {"tier": tier}
    return _("启用后成为%(tier)s的人") % {"tier": tier}


def span(hours: int) -> str:
    """Return so many hours in words."""
    if hours % 24 == 0:
        return ngettext("%(n)s 天", "%(n)s 天", hours // 24) % {"n": hours // 24}
    return ngettext("%(n)s 小时", "%(n)s 小时", hours) % {"n": hours}


def flow(row: Journey, waiting: dict[str, int], problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the steps as the page draws them."""
    wrong: dict[int, list[str]] = {}
    for one in problems:
        wrong.setdefault(one["n"], []).append(one["why"])
    return [
        {**_step(row, step), "n": n, "step": step, "waiting": waiting.get(step["id"], 0), "wrong": wrong.get(n, [])}
        for n, step in enumerate(row.steps, 1)
    ]


def _step(row: Journey, step: dict[str, Any]) -> dict[str, Any]:
    brand = row.brand
    if step["kind"] == book.WAIT:
        return {"title": _("等待 %(time)s") % {"time": span(step["hours"])}}
    if step["kind"] == book.EXIT:
        return {"title": _("结束")}
    if step["kind"] == book.CONDITION:
        return {"title": _condition(brand, step), "no": _no(row, step)}
    said = {"title": _way(step["channel"], step["purpose"]), "lines": _content(brand, step["channel"], step["content"])}
    if other := step.get("fallback"):
        said["other"] = _(str(Channel(other["channel"]).label))
        said["other_lines"] = _content(brand, other["channel"], other["content"])
    return said


def _way(channel: str, purpose: str) -> str:
    return f"{_(str(Channel(channel).label))} · {_(str(Purpose(purpose).label))}"


def _condition(brand: Brand, step: dict[str, Any]) -> str:
    label = book.label(brand, "tests", step["test"])
    part = {"joined": "stages", "tier": "tiers"}.get(step["test"])
    said = f"{label} {book.label(brand, part, step['value'])}" if part else label
    if step["test"] == questionnaires.ANSWERED:
        said = _("已回答问卷「%(title)s」") % {"title": questionnaires.title(brand, step["value"])}
    if step["within_hours"]:
        return _("%(time)s内：%(what)s") % {"time": span(step["within_hours"]), "what": said}
    return said


def _no(row: Journey, step: dict[str, Any]) -> str:
    at = book.place(row.steps, step["else"]) if step["else"] else -1
    return _("否则到第 %(n)s 步") % {"n": at + 1} if at >= 0 else _("否则退出")


def _content(brand: Brand, channel: str, content: dict[str, Any]) -> dict[str, Any]:
    shown = {"link": _("（申请链接）"), "survey": _("（问卷链接）"), **(content.get("values") or {})}
    text, _values = texts.filled({**content, "values": shown}, _("（券码）"))
    pool = CouponPool.objects.filter(brand=brand, pk=content["pool"]).first() if content.get("pool") else None
    said = {"subject": content.get("subject", ""), "text": text, "template": content.get("template", "")}
    said["pool"] = pool.name if pool else ""
    said["survey"] = questionnaires.title(brand, content["survey"]) if content.get("survey") else ""
    if channel == Channel.SMS:
        said["letters"], said["pieces"] = len(text), texts.pieces(text, rules.of(brand))
    return said


def lift(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the lift with its words, and the places of its drawing where it has an interval."""
    if found is None:
        return None
    said: dict[str, Any] = {
        **found,
        "words": _(str(Verdict(found["verdict"]).label)),
        "colour": COLOURS[found["verdict"]],
    }
    reason = str(found.get("reason") or "")
    said["why"] = _(REASONS[reason]) if reason in REASONS else ""
    said["arms"] = (found.get("details") or {}).get("arms") or (found.get("params") or {})
    said["watched"] = (found.get("details") or {}).get("watched")
    if found.get("lo") is None or found.get("hi") is None:
        return said
    low, high = min(found["lo"], 0.0), max(found["hi"], 0.0)
    room = (high - low) or 1.0

    def place(value: float) -> float:
        return round(EDGE + (value - low) / room * (WIDE - 2 * EDGE), 1)

    said["drawn"] = {name: place(found[key]) for name, key in (("lo", "lo"), ("hi", "hi"), ("mid", "effect"))}
    said["drawn"]["zero"] = place(0.0)
    return said


def left(found: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return why people left, in words."""
    return [(words.why(code), n) for code, n in found]
