"""Reminding of late steps and of terms of law that draw near: once a step and stage, through delivery."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.crisis import addresses
from hongqiao.crisis.incidents import book, kit, seating
from hongqiao.crisis.models import Duty, Incident, Step
from hongqiao.delivery import cards
from hongqiao.delivery.services import post
from hongqiao.workspace import links, notices
from hongqiao.workspace.models import Brand, Member
from hongqiao.workspace.words import say

KIND = "crisis.late"
BURNING = (Incident.State.OPEN, Incident.State.HANDLING, Incident.State.MENDING)
LOOK_BACK = timedelta(days=60)  # what is overdue longer is no news


def remind(now: datetime | None = None) -> int:
    """Tell whoever is to do what is late, in every brand; again it tells nobody twice. Returns how many messages."""
    moment = now or timezone.now()
    return sum(_step(s, moment) for s in _steps(moment)) + sum(_duty(d, moment) for d in _duties())


def _steps(now: datetime) -> Iterable[Step]:
    rows = Step.objects.filter(state=Step.State.WAITING, due_at__lte=now, due_at__gt=now - LOOK_BACK)
    rows = rows.filter(incident__state__in=BURNING)
    return rows.select_related("incident__brand", "incident__commander__user", "owner__user").order_by("due_at")


def _duties() -> Iterable[Duty]:
    rows = Duty.objects.filter(done_at=None, incident__state__in=(*BURNING, Incident.State.CLOSED))
    return rows.select_related("incident__brand", "incident__commander__user").order_by("due_at")


def _step(row: Step, now: datetime) -> int:
    incident = row.incident
    people = [row.owner] if row.owner else seating.who(incident, row.role)
    key, said = f"step:{row.pk}:{row.due_at.timestamp():.0f}", {"step": row.code, "own": book.own_words(row)}
    sent = _tell(row, people, key, "incident.step_late", **said)
    again = row.due_at + timedelta(minutes=book.remind_again(incident.brand))
    if now >= again and incident.commander and incident.commander not in people:
        sent += _tell(row, [incident.commander], f"{key}:again", "incident.step_late", **said)
    return sent


def _duty(row: Duty, now: datetime) -> int:
    """Tell the seats of law and of facts, some days before and when it is over."""
    days = sorted(int(d) for d in book.law(row.incident.brand)["remind_days"])
    left = row.due_at - now
    near = next((f"{d}d" for d in days if left <= timedelta(days=d)), "")
    stage = "over" if left <= timedelta(0) else near
    if not stage:
        return 0
    people = dict.fromkeys([*seating.who(row.incident, "legal"), *seating.who(row.incident, "facts")])
    at = timezone.localtime(row.due_at).strftime("%m-%d %H:%M")
    return _tell(
        row, people, f"duty:{row.pk}:{stage}", "incident.duty_near", duty=row.code, own=book.own_label(row), at=at
    )


@transaction.atomic
def _tell(row: Step | Duty, people: Iterable[Member | None], key: str, code: str, **params: Any) -> int:
    """Send one reminder; in a drill only inside the house. Nobody in the seats: everybody who handles is told."""
    incident = row.incident
    told = [m for m in people if m is not None] or notices.holders(incident.brand, kit.HANDLE)
    tab = "steps" if isinstance(row, Step) else "terms"
    url = addresses.incident(incident, tab)
    said = {"name": kit.named(incident), **params}
    payload = {"code": code, "url": url, **said}
    ways: dict[str, Any] = {"email": not incident.drill, "groups": not incident.drill, "urgent": True}
    sent = post(incident.brand, KIND, payload, key=key, members=told, notice=(code, said), url=url, **ways)
    return len(sent)


def card(brand: Brand, payload: Mapping[str, Any]) -> cards.Card:
    """Return the message of one reminder."""
    title = say("notice", str(payload["code"]), payload)
    return cards.Card(title, (cards.Line(_("到事件页处理")),), url=links.absolute(str(payload["url"])))
