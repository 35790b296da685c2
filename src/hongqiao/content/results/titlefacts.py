"""What is known of a title test: its plan as data, how often each version was shown, and what that says. C3."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext as _

from hongqiao import warehouse
from hongqiao.content.production.settings import shipped
from hongqiao.content.results.queries import SEE
from hongqiao.errors import N_, Invalid
from hongqiao.ledger import queries as ledger
from hongqiao.ledger.models import Action, ActionState
from hongqiao.metrics import Query
from hongqiao.workspace import figures, permissions
from hongqiao.workspace.models import BrandedQuerySet, Member

ARMS = ("a", "b")  # a: what is used now, b: the new one
OPEN = (ActionState.RUNNING, ActionState.DONE)
ROOM = "content"


class BadTest(Invalid):
    code = "bad_title_test"
    message = N_("测试计划没有写对：%(what)s")
    next_step = N_("改好再提交；比率按百分数写，如 6.5")


@dataclass(frozen=True)
class Count:
    """How often a version was shown (`base`) and how many did what is counted (`hits`). how: facts or typed."""

    hits: int
    base: int
    how: str
    source: str = ""


def data() -> dict[str, Any]:
    """Return knowledge/content/title_tests.json."""
    return shipped("title_tests")


def way(code: str) -> Mapping[str, Any]:
    """Return a way of sharing two versions out. Raises BadTest."""
    return _of("ways", code, _("怎么分给人看"))


def compared(code: str) -> Mapping[str, Any]:
    """Return what may be compared. Raises BadTest."""
    return _of("compare", code, _("比什么"))


def _of(kind: str, code: str, what: str) -> Mapping[str, Any]:
    found = next((x for x in data()[kind] if x["code"] == code), None)
    if found is None:
        raise BadTest(what=what)
    return cast(Mapping[str, Any], found)


def tests(member: Member) -> BrandedQuerySet:
    """Return the tests a member may see, newest first; none for who may not see the ledger. Raises NotAllowed."""
    permissions.require(member, SEE)
    found = ledger.actions(member).filter(room=ROOM, target__has_key="test")
    return cast(BrandedQuerySet, found.select_related("brand", "owner__user", "author__user").order_by("-id"))


def counts(member: Member, row: Action) -> dict[str, Count | None]:
    """Return arm → what is known of it: of the facts where its version is there by itself, else what was typed.

    A judged test keeps the counts that it was judged by.
    """
    return counts_of(member, [row])[row.pk]


def counts_of(member: Member, rows: Iterable[Action]) -> dict[UUID, dict[str, Count | None]]:
    """Return test → `counts` of it. The warehouse is asked once for all that stand on the same kind of thing, pieces
    or materials, however many they are."""
    found, open_by = {}, defaultdict[str, list[Action]](list)
    for row in rows:
        test, kept = row.target["test"], row.params.get("counts", {})
        told: dict[str, Count | None] = {arm: Count(**kept[arm]) if arm in kept else None for arm in ARMS}
        found[row.pk] = told
        if row.state in (ActionState.PLANNED, *OPEN) and test["a"]["key"]:
            open_by[compared(test["compare"])["by"]].append(row)
    for by, some in open_by.items():
        for key, more in _of_facts(member, by, some).items():
            found[key] |= more
    return found


def _of_facts(member: Member, by: str, rows: Sequence[Action]) -> dict[UUID, dict[str, Count]]:
    """Return test → arm → its count, of tests on the same kind of thing: a piece's totals, an ad's days since the
    test's start."""
    daily = by == "creative"
    metrics = sorted({m for row in rows for m in compared(row.target["test"]["compare"])["facts"]})
    keys = sorted({row.target["test"][arm]["key"] for row in rows for arm in ARMS})
    begun = [row.started_on for row in rows]
    since = min(d for d in begun if d) if daily and all(begun) else None
    cut = (by, "day") if daily else (by,)
    asked = Query(tuple(metrics), cut, {by: keys}, since, None, limit=None, totals=False, coverage=False)
    lines = defaultdict[str, list[Mapping[str, Any]]](list)
    for one in figures.answer(warehouse.open(member.brand_id), asked).rows:
        lines[str(one[by])].append(one)
    return {row.pk: _arms(row, lines, daily=daily) for row in rows}


def _arms(row: Action, lines: Mapping[str, Sequence[Mapping[str, Any]]], *, daily: bool) -> dict[str, Count]:
    test = row.target["test"]
    hits, base = compared(test["compare"])["facts"]
    found = {}
    for arm in ARMS:
        known = [x for x in lines.get(test[arm]["key"], ()) if not daily or _since(x["day"], row.started_on)]
        did, shown = (sum(int(x[m]) for x in known if x[m] is not None) for m in (hits, base))
        if shown and did <= shown and any(x[hits] is not None for x in known):
            found[arm] = Count(did, shown, "facts")
    return found


def _since(day: Any, start: date | None) -> bool:
    return start is None or (day is not None and date.fromisoformat(str(day)[:10]) >= start)


def ready(row: Action, known: Mapping[str, Count | None]) -> bool:
    """Whether both versions were shown as often as was planned: the only moment at which they are compared."""
    return all(c is not None and c.base >= row.target["test"]["n"] for c in known.values())


def found(test: Mapping[str, Any], known: Mapping[str, Count]) -> dict[str, Any]:
    """Return what two versions' counts say, as fields of an Outcome."""
    from hongqiao.methods.causal import verdicts

    seen = told(test, known)
    effect, lo, hi = seen.gap
    by_chance = way(test["way"])["random"] and (seen.uneven is None or seen.uneven >= data()["uneven"])
    said = verdicts.verdict(lo, hi, smallest=test["lift"], reason="" if by_chance else "not_random")
    more = {"effect": effect, "lo": lo, "hi": hi, "sd": seen.sd, "relative": seen.relative}
    return {"verdict": said.verdict, "reason": said.reason, "params": {"uneven": seen.uneven}, **more}


def told(test: Mapping[str, Any], known: Mapping[str, Count]) -> Any:
    """Return the rates of both versions and their difference with intervals (methods.split.Split)."""
    from hongqiao.methods import split

    a, b = (split.Arm(known[arm].hits, known[arm].base) for arm in ARMS)
    return split.compare(a, b, level=test["level"], even=bool(way(test["way"])["even"]))
