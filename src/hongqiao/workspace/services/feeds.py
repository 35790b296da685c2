"""The secret address of a member's calendar: made, made anew, ended, opened."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from hongqiao.errors import Conflict, NotFound
from hongqiao.workspace import audit, permissions, secrets
from hongqiao.workspace.models import FeedToken, Member


@transaction.atomic
def make_feed(*, actor: Member) -> str:
    """Return the token of a fresh calendar address of one's own; the one before it ends."""
    permissions.require(actor, "today.view")
    Member.objects.select_for_update().get(pk=actor.pk)
    FeedToken.objects.filter(member=actor, revoked_at=None).update(revoked_at=timezone.now())
    token, kept = secrets.make()
    row = FeedToken.objects.create(brand_id=actor.brand_id, member=actor, token_hash=kept)
    audit.record(actor, "feed.made", row)
    return token


@transaction.atomic
def end_feed(*, actor: Member) -> None:
    """End one's own calendar address. Raises Conflict where there is none."""
    row = FeedToken.objects.select_for_update().filter(member=actor, revoked_at=None).first()
    if row is None:
        raise Conflict()
    row.revoked_at = timezone.now()
    row.save_next("revoked_at")
    audit.record(actor, "feed.ended", row)


def member_by_feed(token: str) -> Member:
    """Return whose calendar it is. Raises NotFound for an unknown or ended address, or who is no member any more."""
    kept, now = secrets.digest(token), timezone.now()
    found = FeedToken.objects.filter(token_hash=kept, revoked_at=None).select_related("member__user", "member__brand")
    row = found.first()
    if row is None or not secrets.same(row.token_hash, kept):
        raise NotFound()
    if row.member.state != Member.State.ACTIVE or not row.member.user.is_active:
        raise NotFound()
    if row.last_used_at is None or now - row.last_used_at > timedelta(minutes=1):
        FeedToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return row.member
