"""What is known of a title test: its plan as data, how often each version was shown, and what that says. C3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

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
    test, kept = row.target["test"], row.params.get("counts", {})
    found: dict[str, Count | None] = {arm: Count(**kept[arm]) if arm in kept else None for arm in ARMS}
    if row.state not in (ActionState.PLANNED, *OPEN) or not test["a"]["key"]:
        return found
    return found | _of_facts(member, row, test)


def _of_facts(member: Member, row: Action, test: Mapping[str, Any]) -> dict[str, Count | None]:
    what = compared(test["compare"])
    by, (hits, base) = what["by"], what["facts"]
    keys = {test[arm]["key"]: arm for arm in ARMS}
    span = (row.started_on, None) if by == "creative" else (None, None)  # a piece's totals, an ad's days
    asked = Query((hits, base), (by,), {by: sorted(keys)}, *span, limit=None, totals=False, coverage=False)
    found: dict[str, Count | None] = {}
    for one in figures.answer(warehouse.open(member.brand_id), asked).rows:
        if one[base] and one[hits] is not None and int(one[hits]) <= int(one[base]):
            found[keys[str(one[by])]] = Count(int(one[hits]), int(one[base]), "facts")
    return found


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
