"""Asking for a publication, in the caller's transaction: once a text and account, never beside another version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import connectors, states
from hongqiao.delivery.publishing.errors import AlreadyOnItsWay, BadMoment, Competitor
from hongqiao.delivery.publishing.rules import rules
from hongqiao.workspace import audit, jobs, permissions
from hongqiao.workspace.models import Account, Member

SEE, HAND, SCHEDULE = "content.view", "content.edit", "content.schedule"
PUBLISH = "delivery.publish"
Way, State = Publication.Way, Publication.State


def way_of(account: Account) -> str:
    """Return how this account is published to today: its connector, where it is connected and may; else a person."""
    return Way.API if connectors.of(account) is not None else Way.ASSISTED


@transaction.atomic
def ask(
    *,
    actor: Member,
    account: Account,
    subject: str,
    subject_id: UUID,
    title: str,
    payload: Mapping[str, Any],
    digest: str,
    due_at: datetime,
    way: str = "",
) -> Publication:
    """Put a text on its way to an account. The same text for the same account again gives the publication there is.

    `payload` {form, title, text, tags, body, labels, parts [{name, path below the data folder, mime}]} is kept as it
    was approved. Raises NotAllowed, Competitor, BadMoment, AlreadyOnItsWay.
    """
    permissions.require(actor, SCHEDULE)
    _fits(actor, account)
    due = moment(due_at)
    Account.objects.select_for_update().get(pk=account.pk)  # two who ask at once stand in line
    mine = Publication.objects.filter(brand=actor.brand, subject=subject, subject_id=subject_id, account=account)
    key = f"{subject}:{subject_id}:{account.pk}:{digest}"
    found = mine.select_for_update().filter(key=key).first()
    if mine.filter(state__in=states.ON_ITS_WAY).exclude(key=key).exists():
        raise AlreadyOnItsWay()
    chosen = way if way in Way.values else way_of(account)
    fields = {"title": title[:120], "payload": dict(payload), "digest": digest, "due_at": due, "way": chosen}
    row = found or Publication(brand=actor.brand, key=key, account=account, subject=subject, subject_id=subject_id)
    if found and found.state not in (State.STOPPED, State.FAILED):
        return found
    for name, value in {**fields, "by": actor, "error": None, "attempts": 0}.items():
        setattr(row, name, value)
    if found:
        states.move(row, State.WAITING, *fields, "by", "error", "attempts")
    else:
        row.save()
        states.tell(row, "")
    queue(row)
    audit.record(actor, "publication.asked", row, title=row.title, account=account.name, at=due, way=chosen)
    return row


def queue(row: Publication) -> None:
    """Ask for the job of what goes out by an interface. A person's work is on the desk and needs none."""
    if row.way == Way.API and row.state == State.WAITING:
        payload = {"publication": str(row.pk), "version": row.version}
        key = f"{row.pk}:{row.version}"
        jobs.enqueue(PUBLISH, brand_id=row.brand_id, key=key, payload=payload, run_at=row.due_at, again=True)


def moment(at: datetime) -> datetime:
    """Return the moment, now where it has just gone by. Raises BadMoment."""
    now = timezone.now()
    if at < now - timedelta(minutes=5) or at > now + timedelta(days=rules()["days_ahead_most"]):
        raise BadMoment()
    return max(at, now)


def _fits(actor: Member, account: Account) -> None:
    open_ = account.state == Account.State.OPEN and account.relation == Account.Relation.OWN
    if account.brand_id != actor.brand_id or not open_:
        raise Competitor()
