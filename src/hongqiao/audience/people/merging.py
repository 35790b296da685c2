"""Two persons found to be one, and back: facts by a map, rows by their keepers (`workspace.persons`). U1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.audience.models import Identity, Merge, Person
from hongqiao.audience.tiers import jobs as tiers
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.warehouse import identity
from hongqiao.workspace import audit, permissions, persons
from hongqiao.workspace.models import Brand, Member

EDIT = "users.edit"
BY_PERSON = "person"


class SamePerson(Invalid):
    code = "same_person"
    message = N_("这两个编号已经是同一个用户")
    next_step = N_("请选择另一个用户")


class LaterMerge(Conflict):
    code = "later_merge"
    message = N_("这次合并之后，合并出来的用户又并入了别的用户")
    next_step = N_("请先撤销后来的合并")


class UndoneAlready(Conflict):
    code = "merge_undone"
    message = N_("这次合并已经撤销")
    next_step = N_("请刷新查看")


def root(person: Person) -> Person:
    """Return the person that this one was found to be."""
    while person.into is not None:
        person = person.into
    return person


def of(brand: Brand, key: str) -> Person:
    """Return the row of a person of the facts, made on first use; the one it was merged into. Not yet checked."""
    row, _made = Person.objects.get_or_create(brand=brand, key=key)
    return root(row)


def keys_of(person: Person) -> list[str]:
    """Return every key by which facts and rows may know this person: their own and those found to be them."""
    found, fresh = {person.key}, [person]
    while fresh:
        fresh = list(Person.objects.filter(into__in=fresh))
        found |= {p.key for p in fresh}
    return sorted(found | {k for key in found for k in identity.pointing(person.brand_id, key)})


def standing(brand: Brand, key: str) -> str:
    """Return the key under which a person is shown now: that of whoever they were found to be."""
    row = Person.objects.filter(brand=brand, key=key).select_related("into").first()
    return root(row).key if row else identity.said_of(brand.pk, [key]).get(key, key)


@transaction.atomic
def merge(*, brand: Brand, keep: Person, other: Person, rule: str, by: Member | None = None, via: str = "") -> Merge:
    """Make `other` a part of `keep`, by a rule or a person. `via`: the digest of what both share.

    Raises SamePerson.
    """
    keep, other = root(keep), root(other)
    if keep.pk == other.pk:
        raise SamePerson()
    lent = [f for f in ("minor", "no_profile") if getattr(other, f) and not getattr(keep, f)]
    moved: dict[str, Any] = {"via": via, "flags": lent, "name": bool(other.name and not keep.name)}
    ids = list(Identity.objects.filter(person=other).values_list("pk", flat=True))
    Identity.objects.filter(pk__in=ids).update(person=keep)
    moved["identities"] = [str(pk) for pk in ids]
    moved["rows"] = {n: k.move(brand.pk, other.key, keep.key) for n, k in persons.keepers().items()}
    pointed = identity.pointing(brand.pk, other.key)
    moved["map"] = [k for k in pointed if k != keep.key]
    keep.minor, keep.no_profile = keep.minor or other.minor, keep.no_profile or other.no_profile
    keep.name = keep.name or other.name
    keep.save_next("minor", "no_profile", "name")
    other.into = keep
    other.save_next("into")
    row = Merge.objects.create(brand=brand, keep=keep, other=other, rule=rule, moved=moved, by=by)
    identity.point_persons(
        brand.pk, dict.fromkeys([other.key, *moved["map"]], keep.key) | {keep.key: ""}, str(by or rule), method=rule
    )
    return row


@transaction.atomic
def merge_by_hand(*, actor: Member, keep_id: UUID | str, other_id: UUID | str) -> Merge:
    """Merge because a person says so. Raises NotAllowed, NotFound, SamePerson."""
    permissions.require(actor, EDIT)
    rows = Person.objects.for_member(actor, EDIT)
    keep, other = rows.locked(keep_id, None), rows.locked(other_id, None)
    row = merge(brand=actor.brand, keep=keep, other=other, rule=BY_PERSON, by=actor)
    audit.record(actor, "person.merged", row.keep, rule=BY_PERSON)
    tiers.ask(actor.brand)
    return row


@transaction.atomic
def merge_keys(*, actor: Member, keep: str, other: str) -> Merge:
    """Merge because a person says so, of whom facts alone may tell. Raises NotAllowed, SamePerson."""
    permissions.require(actor, EDIT)
    rows = [Person.objects.get_or_create(brand=actor.brand, key=key)[0] for key in (keep, other)]
    return merge_by_hand(actor=actor, keep_id=rows[0].pk, other_id=rows[1].pk)


def undo(row: Merge) -> None:
    """Give everything back that moved. Raises UndoneAlready, LaterMerge."""
    if row.undone_at is not None:
        raise UndoneAlready()
    keep, other, moved = row.keep, row.other, row.moved
    if keep.into_id is not None:
        raise LaterMerge()
    Identity.objects.filter(pk__in=moved["identities"]).update(person=other)
    known = persons.keepers()
    for name, ids in moved["rows"].items():
        if name in known:
            known[name].back(row.brand_id, ids, other.key)
    for flag in moved["flags"]:
        setattr(keep, flag, False)
    if moved["name"] and keep.name == other.name:
        keep.name = ""
    keep.save_next("minor", "no_profile", "name")
    other.into = None
    other.save_next("into")
    row.undone_at = timezone.now()
    row.save_next("undone_at")
    identity.point_persons(
        row.brand_id, {other.key: ""} | dict.fromkeys(moved["map"], other.key), "undo", method="undo"
    )


@transaction.atomic
def undo_merge(*, actor: Member, merge_id: UUID | str, seen: int | None) -> Merge:
    """Take a merge back. Raises NotAllowed, NotFound, Conflict, UndoneAlready, LaterMerge."""
    permissions.require(actor, EDIT)
    row: Merge = Merge.objects.for_member(actor, EDIT).locked(merge_id, seen)
    undo(row)
    audit.record(actor, "person.unmerged", row.keep, rule=row.rule)
    tiers.ask(actor.brand)
    return row


def merges_of(person: Person) -> list[Merge]:
    """Return the merges into this person, the newest first; of those merged into it too."""
    ids, fresh = {person.pk}, [person]
    while fresh:
        fresh = list(Person.objects.filter(into__in=fresh))
        ids |= {p.pk for p in fresh}
    found: Iterable[Merge] = Merge.objects.filter(keep__in=ids).select_related("keep", "other", "by__user")
    return sorted(found, key=lambda m: m.created_at, reverse=True)


WRITES = [merge_by_hand, merge_keys, undo_merge]
