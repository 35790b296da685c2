"""权利请求: what a user asks about their data, answered within so many working days (PIPL 44–50). U1."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from hongqiao.audience.models import Person, Right
from hongqiao.audience.people import merging, settings
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.knowledge import nodes
from hongqiao.workspace import audit, keys, permissions
from hongqiao.workspace.models import Brand, Member

SEE, TEND = "users.view", "users.edit"
LONGEST = 2000


class BadRight(Invalid):
    code = "bad_right"
    message = N_("请选择请求的种类，答复在 2,000 字以内")
    next_step = N_("请改好再提交；不予办理要写明理由")


class RightDone(Conflict):
    code = "right_done"
    message = N_("这项请求已经办结")
    next_step = N_("请刷新查看")


def due(asked: date, days: int) -> date:
    """Return the last of so many working days after a day: no weekends, no announced days off."""
    while days > 0:
        asked += timedelta(days=1)
        days -= asked.weekday() < 5 and asked not in nodes.holidays()
    return asked


def real_day(brand: Brand) -> date:
    """Return today where the brand is: a legal term runs by the clock, also where figures end earlier."""
    return timezone.now().astimezone(ZoneInfo(brand.zone)).date()


@transaction.atomic
def ask(*, actor: Member, key: str, kind: str, note: str = "") -> Right:
    """Take down a request of a person. Raises NotAllowed, BadRight."""
    permissions.require(actor, TEND)
    if kind not in Right.Kind.values or len(note) > LONGEST:
        raise BadRight()
    person = merging.of(actor.brand, key)
    now, today = timezone.now(), real_day(actor.brand)
    row = Right.objects.create(
        brand=actor.brand, person=person, kind=kind, asked_at=now, by=actor,
        due=due(today, settings.rules(actor.brand)["right_days"]), note=_sealed(note),
    )  # fmt: skip
    audit.record(actor, "right.asked", row, kind=kind, due=row.due)
    return row


@transaction.atomic
def answer(*, actor: Member, right_id: UUID | str, seen: int | None, state: str, text: str = "") -> Right:
    """Close a request: done, or refused with a reason. Raises NotAllowed, NotFound, Conflict, BadRight, RightDone."""
    permissions.require(actor, TEND)
    row: Right = Right.objects.for_member(actor, TEND).locked(right_id, seen)
    if row.state != Right.State.OPEN:
        raise RightDone()
    text = text.strip()
    if state not in ("done", "refused") or len(text) > LONGEST or (state == "refused" and not text):
        raise BadRight()
    row.state, row.answer, row.done_at = state, _sealed(text), timezone.now()
    row.save_next("state", "answer", "done_at")
    audit.record(actor, "right.answered", row, state=state, late=row.due < real_day(actor.brand))
    return row


def _sealed(text: str) -> str:
    return keys.encrypt(text.strip().encode()) if text.strip() else ""


def opened(member: Member, state: str = "open") -> list[Right]:
    """Return requests, the earliest due first."""
    rows = Right.objects.for_member(member, SEE).filter(state=state) if state else Right.objects.for_member(member, SEE)
    return list(rows.select_related("person").order_by("due", "pk")[:200])


def of_person(member: Member, person: Person | None) -> list[Right]:
    return list(Right.objects.for_member(member, SEE).filter(person=person).order_by("-pk")) if person else []


WRITES = [ask, answer]
