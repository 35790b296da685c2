"""Reads of journeys: the list, who stands at which step, what it brought so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from hongqiao import warehouse
from hongqiao.audience.models import Enrolment, Journey
from hongqiao.ledger.models import Outcome
from hongqiao.ledger.queries import today_of
from hongqiao.workspace.models import BrandedQuerySet, Member

SEE = "users.view"


def journeys(member: Member) -> BrandedQuerySet:
    """Return the journeys a member may see, newest first."""
    found: BrandedQuerySet = Journey.objects.for_member(member, SEE).select_related("brand", "by__user", "action")
    return found


def counted(rows: Sequence[Journey]) -> dict[UUID, dict[str, int]]:
    """Return journey → {"active", "held", "done", "left", "goal", "hold"}: how many persons; hold: of all, held out."""
    found: dict[UUID, dict[str, int]] = {r.pk: {} for r in rows}
    states = Enrolment.objects.filter(journey__in=rows).values("journey", "state")
    held = Count("pk", filter=Q(arm=Enrolment.Arm.HOLD))
    for said in states.annotate(n=Count("pk"), goal=Count("pk", filter=Q(why="goal")), hold=held):
        of = found[said["journey"]]
        of[said["state"]] = said["n"]
        for name in ("goal", "hold"):
            of[name] = of.get(name, 0) + said[name]
    return found


def by_step(row: Journey) -> dict[str, int]:
    """Return step → how many persons wait before it."""
    rows = Enrolment.objects.filter(journey=row, state=Enrolment.State.ACTIVE).values("step")
    return {said["step"]: said["n"] for said in rows.annotate(n=Count("pk"))}


def left(row: Journey) -> list[tuple[str, int]]:
    """Return (why, how many) of those whose way is over, without the held."""
    rows = Enrolment.objects.filter(journey=row, arm=Enrolment.Arm.TREAT).exclude(ended_at=None)
    return Counter(rows.values_list("why", flat=True)).most_common()


def lift(row: Journey) -> dict[str, Any] | None:
    """Return what the hold-out says: the outcome where the action was judged, else as it stands by now; None before
    the start. {"verdict", "reason", "effect", "lo", "hi", "relative", "n", "details", "judged"}.
    """
    if row.action is None:
        return None
    newest: Outcome | None = row.action.outcomes.order_by("-id").first()
    if newest is not None:
        names = ("verdict", "reason", "params", "effect", "lo", "hi", "relative", "n", "details")
        return {**{k: getattr(newest, k, None) for k in names}, "judged": True}
    from hongqiao.ledger.measuring import judging  # SciPy, which a start need not load

    found = judging.interim(row.action, warehouse.open(row.brand_id), today_of(row.brand))
    return {**found, "judged": False} if found else None
