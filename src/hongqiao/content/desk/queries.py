"""Reads of the desk: the hours of a day, what burns, what is not on it yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from hongqiao.content.desk.asking import SEE, SUBJECT
from hongqiao.content.models import Piece, Stage
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import pacing
from hongqiao.delivery.publishing import queries as publishing
from hongqiao.delivery.publishing.states import LIVE, ON_ITS_WAY, State
from hongqiao.workspace import figures, pause
from hongqiao.workspace.models import Account, Brand, BrandedQuerySet, Member, Pause


def today_of(brand: Brand) -> date:
    """Return today: the day of the calendar."""
    return figures.real_day(brand)


def span(brand: Brand, day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a day of the brand, and of the next."""
    start = datetime.combine(day, time(), ZoneInfo(brand.zone))
    return start, datetime.combine(day + timedelta(days=1), time(), ZoneInfo(brand.zone))


def of_day(member: Member, day: date) -> list[Publication]:
    """Return what is due or went out on a day, by the hour."""
    return list(publishing.of_day(member, *span(member.brand, day)))


def burning(member: Member) -> list[Publication]:
    """Return what should be out and is not, failed, or is gone."""
    return list(publishing.burning(member, timezone.now()))


def under_way(member: Member) -> list[Publication]:
    return list(publishing.under_way(member).order_by("submitted_at"))


def _not_asked() -> Any:
    live = Publication.objects.filter(subject=SUBJECT, subject_id=OuterRef("pk"), state__in=ON_ITS_WAY)
    return ~Exists(live)


def ready(member: Member) -> BrandedQuerySet:
    """Return pieces that are approved, or stand on the calendar, and are not on the desk yet."""
    rows = Piece.objects.for_member(member, SEE).filter(stage__in=(Stage.APPROVED, Stage.SCHEDULED))
    found = rows.filter(_not_asked()).select_related("account", "owner__user")
    return cast(BrandedQuerySet, found.order_by("publish_at", "id"))


def accounts(member: Member) -> list[Account]:
    """Return the brand's own open accounts, with their connections where they have one."""
    rows = Account.objects.filter(brand=member.brand, relation=Account.Relation.OWN, state=Account.State.OPEN)
    return list(rows.select_related("connection").order_by("platform", "name"))


def pauses(brand: Brand) -> list[Pause]:
    """Return the switches that keep something of publishing from going out now, the widest first."""
    names = (pacing.SCOPE, *(p for p in pause.parts(brand) if p.startswith(f"{pacing.SCOPE}/")))
    return pause.standing(brand, *names)


def counts(rows: Iterable[Publication]) -> dict[str, int]:
    """Return how many of a day's are out, of these proved, how many wait, and the rest: at a platform or failed."""
    found = list(rows)
    out = [r for r in found if r.state in LIVE]
    proved = sum(r.state == State.VERIFIED for r in out)
    left = sum(r.state == State.WAITING for r in found)
    return {"all": len(found), "out": len(out), "proved": proved, "left": left, "rest": len(found) - len(out) - left}


def waiting_of(member: Member, account: Account) -> int:
    """Return how many wait for an account, for its pace."""
    rows = publishing.publications(member).filter(Q(state=State.WAITING), account=account)
    return rows.count()
