"""Writes of the explorer: views, pins, notes of a day. Each takes who acts and what they saw; one audit row each."""

from datetime import date
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from hongqiao.errors import N_, Conflict, Invalid, NotAllowed
from hongqiao.insight import queries
from hongqiao.insight.explorer import limit
from hongqiao.insight.explorer.question import BadView, Question, from_json
from hongqiao.insight.models import Annotation, SavedView, ViewPin
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import audit, figures, permissions
from hongqiao.workspace.models import Account, BrandedQuerySet, Member
from hongqiao.workspace.services import checks

SEE, TEND = "data.view", "data.edit"  # whoever sees figures keeps views; tending others' is for who keeps the boards


class NameTaken(Conflict):
    code = "view_name_taken"
    message = N_("你已有同名的视图：%(name)s")
    next_step = N_("请换一个名称，或先删除原来的")


class BadText(Invalid):
    code = "bad_text"
    message = N_("名称或文字不能为空，最长 %(most)s 字")
    next_step = N_("请修改后再保存")


class TooMany(Invalid):
    code = "too_many"
    message = N_("已达到上限：%(most)s 个")
    next_step = N_("请先删除不用的")


class BadPlace(Invalid):
    code = "bad_place"
    message = N_("没有这个平台或账号")
    next_step = N_("请从列表中选择；账号要属于所选平台")


def views(member: Member) -> BrandedQuerySet:
    """Return the views a member may see: their own and those shared with the brand."""
    found = SavedView.objects.for_member(member, SEE)
    return cast(BrandedQuerySet, found.filter(Q(owner_id=member.id) | Q(shared=True)).select_related("owner__user"))


def view_of(member: Member, view_id: UUID | str) -> SavedView:
    """Return one view. Raises NotFound where it is absent, another brand's, or another's own."""
    return views(member).one(view_id)


def may_tend(member: Member, row: SavedView | Annotation) -> bool:
    """Return whether a member may change or delete it: their own, or anyone's for who keeps the boards."""
    owner = row.owner_id if isinstance(row, SavedView) else row.author_id
    return owner == member.id or permissions.allows(member, TEND)


@transaction.atomic
def save_view(*, actor: Member, name: str, question: Any, shared: bool = False) -> SavedView:
    """Keep a question under a name. Raises NotAllowed, BadText, NameTaken, TooMany, and what is wrong with it."""
    permissions.require(actor, SEE)
    kept = question if isinstance(question, Question) else from_json(question, figures.today_of(actor.brand))
    if not kept.metrics:
        raise BadView()
    if SavedView.objects.filter(owner=actor).count() >= limit("views"):
        raise TooMany(most=limit("views"))
    row = SavedView(
        brand=actor.brand, owner=actor, name=_text(name, "name_letters"), question=kept.to_json(), shared=shared
    )
    with checks.once(NameTaken(name=row.name)):
        row.save()
    audit.record(actor, "data.view_saved", row, name=row.name)
    return row


@transaction.atomic
def change_view(*, actor: Member, view_id: UUID, seen: int | None, name: str, shared: bool) -> SavedView:
    """Rename a view, share it or take it back. Raises NotFound, NotAllowed, Conflict, NameTaken."""
    row = _tended(actor, views(actor).select_related(None).locked(view_id, seen))
    before, row.name, row.shared = row.name, _text(name, "name_letters"), shared
    with checks.once(NameTaken(name=row.name)):
        row.save_next("name", "shared")
    audit.record(actor, "data.view_changed", row, before=before, name=row.name)
    return row


@transaction.atomic
def delete_view(*, actor: Member, view_id: UUID, seen: int | None) -> None:
    """Delete a view and its pins. Raises NotFound, NotAllowed, Conflict."""
    row = _tended(actor, views(actor).select_related(None).locked(view_id, seen))
    audit.record(actor, "data.view_deleted", row, name=row.name)
    row.delete()


@transaction.atomic
def pin_view(*, actor: Member, view_id: UUID, on: bool) -> None:
    """Put a view on the member's 今日, or take it off; twice is once. Raises NotFound, TooMany."""
    row = view_of(actor, view_id)
    pins = ViewPin.objects.filter(member=actor)
    if not on:
        done = pins.filter(view=row).delete()[0]
    else:
        if pins.exclude(view=row).count() >= limit("pinned"):
            raise TooMany(most=limit("pinned"))
        done = ViewPin.objects.get_or_create(member=actor, view=row, defaults={"brand": actor.brand})[1]
    if done:
        audit.record(actor, "data.view_pinned" if on else "data.view_unpinned", row, name=row.name)


def pinned(member: Member) -> list[SavedView]:
    """Return the views on a member's 今日; one that is no longer shared is left out."""
    found = views(member).filter(pins__member=member).order_by("pins__id")
    return list(found[: limit("pinned")])


@transaction.atomic
def annotate(
    *, actor: Member, day: date, text: str, platform: str = "", account_id: UUID | str | None = None
) -> Annotation:
    """Note what happened on a day. Raises NotAllowed, BadText, BadPlace, BadPeriod."""
    permissions.require(actor, SEE)
    row = Annotation(brand=actor.brand, author=actor)
    _put(actor, row, day, text, platform, account_id)
    row.save()
    audit.record(actor, "data.note_added", row, day=day, text=row.text)
    return row


@transaction.atomic
def change_annotation(
    *, actor: Member, note_id: UUID, seen: int | None, day: date, text: str, platform: str = "", account_id: Any = None
) -> Annotation:
    """Change a note. Raises NotFound, NotAllowed, Conflict, BadText, BadPlace."""
    row = _tended(actor, Annotation.objects.for_member(actor, SEE).locked(note_id, seen))
    _put(actor, row, day, text, platform, account_id)
    row.save_next("day", "text", "platform", "account")
    audit.record(actor, "data.note_changed", row, day=day, text=row.text)
    return row


@transaction.atomic
def delete_annotation(*, actor: Member, note_id: UUID, seen: int | None) -> None:
    """Delete a note. Raises NotFound, NotAllowed, Conflict."""
    row = _tended(actor, Annotation.objects.for_member(actor, SEE).locked(note_id, seen))
    audit.record(actor, "data.note_deleted", row, day=row.day, text=row.text)
    row.delete()


def annotations(member: Member, start: date | None = None, end: date | None = None) -> BrandedQuerySet:
    """Return the brand's notes, newest day first."""
    found = Annotation.objects.for_member(member, SEE).select_related("author__user", "account")
    found = found.filter(day__gte=start) if start else found
    return cast(BrandedQuerySet, found.filter(day__lte=end) if end else found)


def marks(member: Member, start: date, end: date, platforms: set[str], accounts: set[str]) -> dict[date, str]:
    """Return day → the notes that concern figures of these platforms and accounts; empty sets mean all."""
    said: dict[date, list[str]] = {}
    for note in annotations(member, start, end).order_by("day", "id"):
        of = note.platform or (note.account.platform if note.account else "")
        if (platforms and of and of not in platforms) or (
            accounts and note.account and str(note.account_id) not in accounts
        ):
            continue
        said.setdefault(note.day, []).append(note.text)
    return {day: _("；").join(texts) for day, texts in said.items()}


def _put(actor: Member, row: Annotation, day: date, text: str, platform: str, account_id: UUID | str | None) -> None:
    queries.checked(day, day)
    row.day, row.text, row.platform = day, _text(text, "note_letters"), platform or ""
    row.account = Account.objects.for_member(actor, SEE).one(account_id) if account_id else None
    wrong = bool(row.account and platform and row.account.platform != platform)
    if wrong or (platform and platform not in PLATFORMS):
        raise BadPlace()


def _tended(actor: Member, row: Any) -> Any:
    if not may_tend(actor, row):
        raise NotAllowed()
    return row


def _text(text: str, most: str) -> str:
    said = " ".join(str(text or "").replace("\x00", " ").split())
    if not said or len(said) > limit(most):
        raise BadText(most=limit(most))
    queries.checked_text("text", said)
    return said
