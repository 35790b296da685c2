"""Who has a thread open to answer it: a short lease that the page renews, so that two do not answer at once.

A warning, no lock: what two send is settled by the version that each saw.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.audience.inbox import queries
from hongqiao.audience.inbox.settings import EDIT, SEE, limits
from hongqiao.audience.models import Hold, Thread
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Member


@transaction.atomic
def hold(*, actor: Member, thread_id: UUID | str) -> list[Member]:
    """Renew the member's lease of a thread and return who else holds it. Raises NotFound, NotAllowed.

    No audit row: that a page is open is no act, and it is forgotten within the minute.
    """
    row: Thread = Thread.objects.for_member(actor, SEE).one(thread_id)
    permissions.require(actor, EDIT)
    until = timezone.now() + timedelta(seconds=limits(actor.brand)["hold_seconds"])
    if not Hold.objects.filter(thread=row, member=actor).update(until=until):
        Hold.objects.get_or_create(brand=actor.brand, thread=row, member=actor, defaults={"until": until})
    return queries.holders(row, actor)


@transaction.atomic
def let_go(*, actor: Member, thread_id: UUID | str) -> None:
    """End the member's lease."""
    Hold.objects.filter(thread__pk=thread_id, member=actor).delete()


def clear() -> int:
    """Forget leases that are over; return how many."""
    return Hold.objects.filter(until__lt=timezone.now() - timedelta(minutes=5)).delete()[0]
