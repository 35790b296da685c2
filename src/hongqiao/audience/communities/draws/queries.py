"""Reads of draws: lists, one with its wins, what somebody won before, how long records stay."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from hongqiao.audience.communities import kit
from hongqiao.audience.communities.draws import forms
from hongqiao.audience.models import Draw, Slip, Win
from hongqiao.errors import NotFound
from hongqiao.methods import draw_rules
from hongqiao.workspace.models import Member


def draws(member: Member) -> QuerySet[Draw]:
    """Return the draws the member may see, newest first, with how many entered (`n`)."""
    found = Draw.objects.for_member(member, kit.SEE).select_related("activity__account", "brand")
    return found.annotate(n=Count("tickets")).order_by("-id")


def draw(member: Member, draw_id: UUID | str) -> Draw:
    """Return one draw. Raises NotFound."""
    row: Draw = draws(member).one(draw_id)  # type: ignore[attr-defined]
    return row


def draws_at(row: Draw) -> datetime | None:
    """Return from when a draw may be drawn: once its beacon can be known, and not before the time that was told."""
    told = [row.due, forms.moment((row.form or {}).get("draw_time"))]
    return max(at for at in told if at) if row.due else None


def tickets(row: Draw) -> QuerySet[Slip]:
    """Return who entered, in order of arrival."""
    return Slip.objects.filter(draw=row).order_by("taken_at", "id")


def wins(row: Draw) -> QuerySet[Win]:
    """Return winners and alternates by rank."""
    return Win.objects.filter(draw=row).select_related("ticket").order_by("rank")


def by_token(token: str) -> Draw:
    """Return a draw by the address of its public page. Raises NotFound; drafts have no such address."""
    found = Draw.objects.filter(token=token[:64]).exclude(token="").select_related("brand").first()
    if found is None:
        raise NotFound()
    return found


def won_before(row: Draw) -> dict[str, Decimal]:
    """Return what each person won (yuan) in other draws of the same activity, given-up prizes left out."""
    if row.activity_id is None:
        return {}
    others = Win.objects.filter(brand_id=row.brand_id, draw__activity=row.activity).exclude(draw=row)
    held = others.exclude(state=Win.State.FORFEITED).exclude(prize="")
    return {r["ticket__who"]: r["sum"] for r in held.values("ticket__who").annotate(sum=Sum("price"))}


def keep_until(row: Draw, ended: date) -> date:
    """Return until when the records stay."""
    return draw_rules.keep_until(ended, forms.rules(row.brand))
