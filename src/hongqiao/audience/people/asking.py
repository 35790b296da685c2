"""待确认合并: two who may be one, decided by a person. U1."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.audience.models import MergeAsk, Person
from hongqiao.audience.people import merging
from hongqiao.audience.tiers import jobs as tiers
from hongqiao.errors import N_, Conflict
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member

TWO_PHONES, SHARED = "two_phones", "shared_phone"


class Decided(Conflict):
    code = "merge_decided"
    message = N_("这一对已经有人确认过")
    next_step = N_("请刷新查看")


def ask(brand: Brand, left: Person, right: Person, why: str) -> MergeAsk | None:
    """Put a pair into the queue; one that was asked before stays as it was decided. None where they are one already."""
    left, right = merging.root(left), merging.root(right)
    if left.pk == right.pk:
        return None
    first, second = sorted((left, right), key=lambda p: p.pk)
    row, _made = MergeAsk.objects.get_or_create(brand=brand, left=first, right=second, defaults={"why": why})
    return row


@transaction.atomic
def decide(*, actor: Member, ask_id: UUID | str, seen: int | None, same: bool) -> MergeAsk:
    """Say whether two are one. Raises NotAllowed, NotFound, Conflict, Decided."""
    permissions.require(actor, merging.EDIT)
    row: MergeAsk = MergeAsk.objects.for_member(actor, merging.EDIT).locked(ask_id, seen)
    if row.state != MergeAsk.State.WAITING:
        raise Decided()
    if same and merging.root(row.left).pk != merging.root(row.right).pk:
        merging.merge(brand=actor.brand, keep=row.left, other=row.right, rule=merging.BY_PERSON, by=actor)
    row.state = MergeAsk.State.MERGED if same else MergeAsk.State.APART
    row.by, row.done_at = actor, timezone.now()
    row.save_next("state", "by", "done_at")
    audit.record(actor, "person.pair_decided", row, same=same)
    if same:
        tiers.ask(actor.brand)
    return row


WRITES = [decide]
