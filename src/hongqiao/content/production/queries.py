"""Reads of production: pieces on their way, their texts, their tasks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from hongqiao.content.models import HalfWritten, Piece, Remark, ReviewLink, Revision, Stage, Task
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Account, Brand, BrandedQuerySet, Member

SEE, EDIT, REVIEW, SCHEDULE = "content.view", "content.edit", "content.review", "content.schedule"
#: In the order of the board. What is published or archived is not on its way any more.
OPEN = (Stage.BRIEF, Stage.COPY, Stage.MAKING, Stage.REVIEW, Stage.APPROVED, Stage.SCHEDULED)


def pieces(member: Member) -> BrandedQuerySet:
    """Return the brand's pieces with owner, account and topic, newest first."""
    found = Piece.objects.for_member(member, SEE).select_related("owner__user", "account", "topic", "by__user")
    return cast(BrandedQuerySet, found.order_by("-id"))


def mine(member: Member) -> BrandedQuerySet:
    """Return what is on its way and the member owns."""
    return cast(BrandedQuerySet, pieces(member).filter(owner=member, stage__in=OPEN))


def revisions(member: Member) -> BrandedQuerySet:
    """Return what the brand's pieces said, newest first."""
    found = Revision.objects.for_member(member, SEE).select_related("by__user").order_by("-id")
    return cast(BrandedQuerySet, found)


def newest(piece: Piece) -> Revision | None:
    """Return what a piece says now, None where nothing is written."""
    return Revision.objects.filter(piece=piece, number=piece.revision).select_related("by__user").first()


def newest_of(pieces: Iterable[Piece]) -> dict[Any, Revision]:
    """Return piece key → what it says now, in one question."""
    wanted = {p.pk: p.revision for p in pieces}
    rows = Revision.objects.filter(piece__in=list(wanted)).defer("text")
    return {r.piece_id: r for r in rows if r.number == wanted[r.piece_id]}


def writers(piece: Piece) -> set[Any]:
    """Return the keys of the members who wrote what a piece says now: since its last approved text, or all of it."""
    rows = list(Revision.objects.filter(piece=piece).order_by("-number").values_list("by_id", "digest"))
    found: set[Any] = set()
    for by, digest in rows:
        if piece.approved and digest == piece.approved and found:
            break
        found.add(by)
    return found - {None}


def zone_of(piece: Piece) -> ZoneInfo:
    """Return the zone that a piece's slot is read in: its account's, else the brand's."""
    return ZoneInfo(piece.account.zone if piece.account else piece.brand.zone)


def local(piece: Piece) -> datetime | None:
    """Return a piece's slot as its readers' clock says it."""
    return piece.publish_at.astimezone(zone_of(piece)) if piece.publish_at else None


def tasks(member: Member) -> BrandedQuerySet:
    """Return the tasks of the brand's pieces, the nearest due day first."""
    found = Task.objects.for_member(member, SEE).select_related("owner__user", "piece", "done_by__user")
    return cast(BrandedQuerySet, found.order_by("due", "id"))


def my_tasks(member: Member) -> BrandedQuerySet:
    """Return what the member is to do on pieces on their way."""
    return cast(BrandedQuerySet, tasks(member).filter(owner=member, done_at=None, piece__stage__in=OPEN))


def late_tasks(brand: Brand, today: date) -> BrandedQuerySet:
    """Return the tasks of a brand whose day is over and that are not done."""
    found = Task.objects.filter(brand=brand, done_at=None, due__lt=today, piece__stage__in=OPEN)
    return cast(BrandedQuerySet, found.select_related("owner__user", "piece"))


def half_of(member: Member, piece: Piece) -> HalfWritten | None:
    """Return what the member typed on a piece and did not save."""
    return HalfWritten.objects.filter(piece=piece, member=member).first()


def colleagues(member: Member, permission: str = EDIT) -> list[Member]:
    """Return the brand's active members who may do this, for choosing one."""
    people = Member.objects.filter(brand=member.brand, state=Member.State.ACTIVE).select_related("user", "brand")
    return [p for p in people.order_by("created_at") if permissions.allows(p, permission)]


def colleagues_of(brand: Brand) -> list[Member]:
    """Return the brand's active members, for telling some of them."""
    people = Member.objects.filter(brand=brand, state=Member.State.ACTIVE).select_related("user", "brand")
    return list(people.order_by("created_at"))


def remarks(member: Member) -> BrandedQuerySet:
    """Return what was remarked upon, the oldest first."""
    found = Remark.objects.for_member(member, SEE).select_related("by__user", "link", "settled_by__user")
    return cast(BrandedQuerySet, found.order_by("id"))


def links(member: Member) -> BrandedQuerySet:
    """Return the links given to people outside, newest first."""
    found = ReviewLink.objects.for_member(member, SEE).select_related("by__user").order_by("-id")
    return cast(BrandedQuerySet, found)


def accounts(member: Member) -> BrandedQuerySet:
    """Return the brand's own accounts that are in use: where a piece may go."""
    own = {"relation": Account.Relation.OWN, "state": Account.State.OPEN}
    return cast(BrandedQuerySet, Account.objects.for_member(member, SEE).filter(**own).order_by("platform", "name"))
