"""What the rows of a book have to hold together, beyond each field by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from string import Formatter
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.crisis import settings
from hongqiao.crisis.models import Incident, Seat, Step
from hongqiao.crisis.statements import writing
from hongqiao.crisis.tending.errors import BadRow, NatureNeeded, RowNeeded, SeatNeeded, Wrong
from hongqiao.crisis.watching import clocks, tables
from hongqiao.errors import N_
from hongqiao.knowledge import read
from hongqiao.workspace.models import Brand

Book = Mapping[str, Any]
Lines = Sequence[Mapping[str, Any]]


def look(brand: Brand, file: str, before: Book, after: Book) -> None:
    """Hold a book as it would be against what it has to hold. Raises BadRow, RowNeeded, SeatNeeded."""
    CHECKS.get(file, lambda *_given: None)(brand, before, after)


def _playbooks(brand: Brand, before: Book, after: Book) -> None:
    """The first answer has to be made before its clock runs out; what was later already is not looked at again."""
    severity = tables.severity(brand)
    names = {p["code"]: _(p["label"]) for p in after["playbooks"]}
    for code, (row, minutes) in _first_answers(after).items():
        was = _first_answers(before)[code]
        clock = answer_clock(brand, severity, next(p for p in after["playbooks"] if p["code"] == code))
        if minutes > clock and (was is None or minutes > was[1]):
            why = N_("“%(playbook)s”要在 %(clock)s 分钟内首次回应，“%(step)s”排在 %(minutes)s 分钟")
            said = {"playbook": names[code], "clock": clock, "step": _(row["words"]), "minutes": minutes}
            raise BadRow({"minutes": Wrong(why, **said).said()})


def _first_answers(book: Book) -> dict[str, Any]:
    """Return, a playbook, its earliest step that always makes the first answer, with its minutes."""
    found: dict[str, Any] = {}
    for one in book["playbooks"]:
        own = {s["code"] for s in one["steps"]}
        steps = [*one["steps"], *(s for s in book["base"] if s["code"] not in own)]
        makes = [s for s in steps if s.get("first") and not s.get("when")]
        if not makes:
            raise RowNeeded(_("“%(playbook)s”里要留一步作首次回应") % {"playbook": _(one["label"])})
        first = min(makes, key=lambda s: s["minutes"])
        found[one["code"]] = (first, first["minutes"])
    return found


def answer_clock(brand: Brand, severity: Book, playbook: Book) -> int:
    """Return within how many minutes a playbook has to make the first answer: the shortest clock of the natures that it
    is for, by their own term or that of their least level; for ordinary complaints that of the lowest level."""
    floors = {n["code"]: n["floor"] for n in settings.of(brand, "grave")["natures"]}
    terms = [severity["natures"].get(n) or severity["levels"][floors[n]]["first_minutes"] for n in playbook["natures"]]
    return int(min(terms, default=severity["levels"]["IV"]["first_minutes"]))


def _roles(brand: Brand, before: Book, after: Book) -> None:
    """A seat stays while a step names it or an incident that is not over has somebody in it."""
    left = {r["code"] for r in after["roles"]}
    gone = [r for r in before["roles"] if r["code"] not in left]
    if not gone:
        return
    whole = settings.of(brand, "playbooks")
    steps = [*whole["base"], *(s for p in whole["playbooks"] for s in p["steps"]), whole["ads"], whole["ads_resume"]]
    for row in gone:
        where = [_(s["words"]) for s in steps if s["role"] == row["code"]][:3]
        where += [f"#{n}" for n in sorted(_busy(brand, row["code"]))][:3]
        if where:
            raise SeatNeeded(where="、".join(where))


def _busy(brand: Brand, role: str) -> set[int]:
    here = {"incident__brand": brand, "incident__state__in": clocks.GATHERS, "role": role}
    held = Seat.objects.filter(**here).exclude(member=None, deputy=None)
    waits = Step.objects.filter(**here, state=Step.State.WAITING)
    return {n for rows in (held, waits) for n in rows.values_list("incident__number", flat=True)}


def _duties(brand: Brand, before: Book, after: Book) -> None:
    """A term that ships may be made shorter, never longer than the law has it."""
    law = {d["code"]: d["days"] for d in read("crisis/duties")["duties"]}
    for row in after["duties"]:
        if row["days"] > law.get(row["code"], row["days"]):
            why = Wrong(N_("不能超过法定的 %(days)s 天"), days=law[row["code"]])
            raise BadRow({"days": why.said()}, _(row["label"]))


def _telling(brand: Brand, before: Book, after: Book) -> None:
    """The first are told at once; two steps of one minute are one step."""
    for level, rows in after["levels"].items():
        minutes = sorted(r["after"] for r in rows)
        if not minutes or minutes[0] != 0:
            raise BadRow({"after": Wrong(N_("%(level)s级的第一批要在 0 分钟"), level=level).said()})
        if len(set(minutes)) < len(minutes):
            raise BadRow({"after": Wrong(N_("同一时间已经有一批了，请合并")).said()})
        if min(rows, key=lambda r: r["after"])["code"] != "first":
            raise BadRow({"after": Wrong(N_("%(level)s级的第一批要在 0 分钟"), level=level).said()})


def _repair(brand: Brand, before: Book, after: Book) -> None:
    """An item is due within its phase; figures of the rule are held together."""
    for row in after["plan"]:
        if row["days"] > row["phase"]:
            why = Wrong(N_("要在这个阶段的 %(days)s 天以内"), days=row["phase"])
            raise BadRow({"days": why.said()}, _(row["label"]))
    if not after["plan"]:
        raise RowNeeded(_("修复计划至少留一项"))
    if after["rule"]["least_days"] > after["rule"]["before"]:
        raise BadRow({"rule.least_days": Wrong(N_("不能比“事前几天”长")).said()})


def _grave(brand: Brand, before: Book, after: Book) -> None:
    """A nature that an incident not yet over has stays."""
    left = {n["code"] for n in after["natures"]}
    for row in before["natures"]:
        if row["code"] not in left:
            rows = Incident.objects.filter(brand=brand, nature=row["code"], state__in=clocks.GATHERS)
            if where := "、".join(f"#{n}" for n in rows.values_list("number", flat=True)[:3]):
                raise NatureNeeded(where=where)


def _statements(brand: Brand, before: Book, after: Book) -> None:
    """A section says what can be filled in; a structure keeps the place of the verified facts."""
    for one in after["kinds"].values():
        names = [name for row in one["sections"] for name in _holes(row["say"])]
        if "facts" not in names:
            raise RowNeeded(_("“%(kind)s”里要留一段写已核实的事实：{facts}") % {"kind": _(one["label"])})


def _holes(say: str) -> set[str]:
    """Return what a sentence of a structure is filled with. Raises BadRow for what nothing is known of."""
    try:
        parts = list(Formatter().parse(say))
    except ValueError:
        raise BadRow({"say": Wrong(N_("大括号要成对")).said()}) from None
    names = {name for _text, name, _spec, _turn in parts if name is not None}
    if any(spec or turn for _text, _name, spec, turn in parts) or names - set(writing.HOLES):
        raise BadRow({"say": Wrong(N_("大括号里只能写列出的内容")).said()})
    return names


CHECKS: dict[str, Callable[[Brand, Book, Book], None]] = {
    "playbooks": _playbooks, "roles": _roles, "duties": _duties, "telling": _telling, "repair": _repair,
    "grave": _grave, "statements": _statements,
}  # fmt: skip
