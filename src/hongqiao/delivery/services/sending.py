"""Putting messages into the outbox, once a key; the job of each sends it when it is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.delivery import cards, quiet
from hongqiao.delivery.models import Group, Message
from hongqiao.errors import Conflict
from hongqiao.workspace import audit, jobs, notices, permissions
from hongqiao.workspace.adapter import mail_works
from hongqiao.workspace.models import Brand, Member

SEND = "delivery.send"


@transaction.atomic
def post(
    brand: Brand,
    kind: str,
    payload: Mapping[str, Any],
    *,
    key: str,
    members: Iterable[Member] = (),
    notice: tuple[str, Mapping[str, Any]] | None = None,
    url: str = "",
    urgent: bool = False,
    email: bool = True,
    groups: bool = False,
    at: datetime | None = None,
) -> list[Message]:
    """Tell members, each the way they asked for, and the groups that want this kind, in the caller's transaction.

    The same key again makes nothing. `notice` is the in-app line (code and params of the notices' words); e-mail goes
    to those who want it, outside their quiet hours unless it is urgent and they let urgent ones through. Raises
    LookupError for a kind nobody registered.
    """
    if kind not in cards.kinds():
        raise LookupError(f"unknown kind of message {kind!r}")
    sent = []
    for member in members:
        if notice and (one := _in_app(brand, kind, payload, key, member, notice, url)):
            sent.append(one)
        wish = quiet.wish(member)
        if email and wish.email and mail_works():
            due = quiet.due(wish, at or timezone.now(), member.user.zone(), urgent)
            sent.append(put(brand, kind, payload, key=f"{key}|email|{member.pk}", member=member, at=due))
    for group in Group.objects.filter(brand=brand, active=True) if groups else ():
        if kind in group.wants:
            sent.append(put(brand, kind, payload, key=f"{key}|group|{group.pk}", group=group, at=at))
    return sent


def put(
    brand: Brand,
    kind: str,
    payload: Mapping[str, Any],
    *,
    key: str,
    member: Member | None = None,
    group: Group | None = None,
    at: datetime | None = None,
) -> Message:
    """Keep one message and ask for its job; a key that is known gives the message there is."""
    way = Message.Way.GROUP if group else Message.Way.EMAIL
    fields = {"way": way, "kind": kind, "payload": dict(payload), "member": member, "group": group}
    row, made = Message.objects.get_or_create(brand=brand, key=key, defaults={**fields, "due_at": at or timezone.now()})
    if made:
        _queue(row)
    return row


def _in_app(
    brand: Brand,
    kind: str,
    payload: Mapping[str, Any],
    key: str,
    member: Member,
    notice: tuple[str, Mapping[str, Any]],
    url: str,
) -> Message | None:
    """Leave a line in the app at once: nobody is woken by it. None where this key left one before."""
    now = timezone.now()
    fields: dict[str, Any] = {"way": Message.Way.IN_APP, "kind": kind, "payload": dict(payload), "member": member}
    fields |= {"state": Message.State.SENT, "due_at": now, "sent_at": now}
    row, made = Message.objects.get_or_create(brand=brand, key=f"{key}|app|{member.pk}", defaults=fields)
    if not made:
        return None
    notices.tell([member], notice[0], url=url, **notice[1])
    return row


def _queue(row: Message) -> None:
    payload = {"message": str(row.pk)}
    jobs.enqueue(SEND, brand_id=row.brand_id, key=str(row.pk), payload=payload, run_at=row.due_at, again=True)


@transaction.atomic
def resend_message(*, actor: Member, message_id: UUID | str) -> Message:
    """Queue a message that failed again. Raises NotFound, NotAllowed, Conflict."""
    permissions.require(actor, "settings.groups")
    row: Message = Message.objects.for_member(actor, "settings.groups").locked(message_id, None)
    if row.state != Message.State.FAILED:
        raise Conflict()
    row.state, row.due_at, row.error = Message.State.WAITING, timezone.now(), None
    row.save_next("state", "due_at", "error")
    _queue(row)
    audit.record(actor, "message.resent", row, name=str(row.group or row.member or ""))
    return row
