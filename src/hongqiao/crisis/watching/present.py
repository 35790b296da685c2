"""Alarms and incidents as pages show them: levels with their colour, both clocks, everything in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.crisis import addresses
from hongqiao.crisis.models import Alarm, Incident
from hongqiao.crisis.watching import clocks, gathering, tables, words
from hongqiao.crisis.watching.clocks import State
from hongqiao.methods.crisis.severity import LEVELS, Table
from hongqiao.ui import formats
from hongqiao.workspace.models import Brand, Member

STATES = {"open": "danger", "handling": "warn", "mending": "info", "closed": "", "merged": ""}


def lines(brand: Brand, rows: Iterable[Incident]) -> list[dict[str, Any]]:
    """Return incidents as rows of a list, with the clock that runs."""
    held = list(rows)
    table, said = tables.table(brand), clocks.last_words(held)
    return [line(row, table, said.get(row.pk)) for row in held]


def line(row: Incident, table: Table, word_at: Any = None) -> dict[str, Any]:
    """Return one incident in words."""
    now, book = timezone.now(), tables.telling(row.brand)
    clock = clocks.running(row, table, now, word_at=word_at)
    return {
        "row": row,
        "url": addresses.incident(row),
        "level": words.level(row.level),
        "tone": words.TONES[row.level],
        "state": _(State(row.state).label),
        "state_tone": STATES[row.state],
        "kind": words.nature(row.brand, row.nature) if row.nature else words.kind(row.kind),
        "n": getattr(row, "n", None),
        "posted": _since(now - row.posted_at),
        "heard": _since(now - row.heard_at),
        "clock": words.clock(clock) if clock else "",
        "clock_late": bool(clock and clock.late),
        "clock_near": bool(clock and clock.near(book)),
        "clock_due": clock.due_at if clock else None,
        "answered": answered(row),
        "hand": bool(row.by_hand),
        "batches": gathering.words_of(row, gathering.BATCH),
        "drill": row.drill,
    }


def _since(time: timedelta) -> str:
    return words.span(time)


def answered(row: Incident) -> str:
    """Return how long after it was first heard it was answered; "" where it is not yet."""
    if row.answered_at is None:
        return ""
    return _("首次听到后 %(span)s回应") % {"span": words.span(row.answered_at - row.heard_at)}


def alarm(row: Alarm) -> dict[str, Any]:
    """Return an alarm in words, with whom it was told."""
    incident = row.incident
    return {
        "row": row,
        "text": words.sentence(row),
        "title": incident.title if incident else "",
        "number": incident.number if incident else None,
        "url": addresses.incident(incident) if incident else "",
        "level": words.level(incident.level) if incident else "",
        "tone": words.TONES[incident.level] if incident else "",
        "wait": words.span(timezone.now() - row.at),
        "next": words.span(row.next_at - timezone.now()) if row.next_at and row.next_at > timezone.now() else "",
        "drill": row.drill,
        "words": mention_words(row),
    }


def grouped(rows: Iterable[Alarm]) -> list[dict[str, Any]]:
    """Return alarms by incident, in the order of the first of each: taking one takes all of its incident."""
    found: dict[Any, dict[str, Any]] = {}
    for row in rows:
        one = alarm(row)
        held = found.setdefault(row.incident_id or row.pk, {**one, "id": row.pk, "alarms": [], "people": set()})
        held["alarms"].append(one)
        held["people"] |= {key for step in row.told for key in step.get("members", [])}
        held["code"] = row.incident.level if row.incident else "IV"
    for held in found.values():
        held["told"] = len(held["people"])
        held["next"] = min((a["next"] for a in held["alarms"] if a["next"]), default="", key=len)
    return list(found.values())


def mention_words(row: Alarm) -> str:
    """Return the beginning of what was said, for who may see the room."""
    text = " ".join((row.mention.title or row.mention.text).split()) if row.mention else ""
    return text[:80] + ("…" if len(text) > 80 else "")


def choices(member: Member) -> dict[str, Any]:
    """Return what forms and filters offer."""
    return {
        "levels": [(code, words.level(code)) for code in LEVELS],
        "states": [("burning", _("未了结"))] + [(code, _(label)) for code, label in State.choices],
        "kinds": [(code, words.kind(code)) for code in tables.kinds()],
        "mine": [("me", _("我指挥的"))],
        "natures": [(n.code, words.nature(member.brand, n.code)) for n in tables.natures(member.brand)],
    }


def parts(row: Incident) -> list[dict[str, Any]]:
    """Return what the level rests on, column by column, so that a person can recompute it."""
    held, columns = row.parts, row.parts.get("columns", {})
    if not held:
        return []
    people = " · ".join(f"{words.kind(k)} {n}" for k, n in (held.get("persons") or {}).items())
    marks = [_(words.MARKS[m]) for m in held.get("marks", []) if m in words.MARKS]
    said = {
        "volume": _("每小时负面 %(negative)s 条，平时 %(usual)s 条，%(times)s 倍")
        % {"negative": f"{held['negative']:g}", "usual": round(held["usual"], 1), "times": held["times"]},
        "share": _("%(share)s%%，全部 %(total)s 条")
        % {"share": round(100 * held["share"], 1), "total": f"{held['total']:g}"},
        "reach": _("%(platforms)s 个渠道，最大账号粉丝 %(followers)s，合计 %(reach)s，媒体 %(press)s 篇")
        % {k: formats.number(held[k]) for k in ("platforms", "followers", "reach", "press")},
        "nature": " · ".join(p for p in (words.nature(row.brand, row.nature), people, *marks) if p) or "—",
    }
    if held["usual"] < (least := tables.severity(row.brand)["baseline_least"]):
        said["volume"] += _("（平时不足 %(n)s 条的按 %(n)s 条比）") % {"n": least}
    if held.get("hot"):
        said["reach"] += "，" + _("热榜第 %(n)s") % {"n": held["hot"]}
    return [
        {
            "label": _(words.COLUMNS[name]),
            "text": text,
            "level": words.level(columns[name]) if columns.get(name) else "—",
        }
        for name, text in said.items()
    ]
