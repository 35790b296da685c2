"""Tags on people, by hand and many at once; every act can be undone, and taken off they stay as history. U1."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from hongqiao.audience.models import Person, Tag, Tagged
from hongqiao.audience.people import merging
from hongqiao.errors import N_, Invalid
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member

EDIT = "users.edit"
HAND = "hand"
MOST = 5_000  # persons that one act tags


class BadTag(Invalid):
    code = "bad_tag"
    message = N_("标签是 1–40 个字，一次最多给 %(most)s 人打")
    next_step = N_("请改短，或先把用户筛得少一些")


def _named(actor: Member, name: str, people: int) -> Tag:
    clean = " ".join(name.replace("\x00", "").split())
    if not 0 < len(clean) <= 40 or not 0 < people <= MOST:
        raise BadTag(most=MOST)
    tag, _made = Tag.objects.get_or_create(brand=actor.brand, name=clean)
    return tag


@transaction.atomic
def put(*, actor: Member, keys: Sequence[str], name: str) -> tuple[str, int]:
    """Put a tag on persons; return (what undoes it, how many did not wear it yet). Raises NotAllowed, BadTag."""
    permissions.require(actor, EDIT)
    keys = list(dict.fromkeys(keys))
    tag = _named(actor, name, len(keys))
    rows = _people(actor, keys)
    worn = set(Tagged.objects.filter(tag=tag, off_at=None, brand=actor.brand).values_list("person_id", flat=True))
    fresh = [p for p in rows if p.pk not in worn]
    source = f"{HAND}:{uuid4().hex[:12]}"
    Tagged.objects.bulk_create(Tagged(brand=actor.brand, person=p, tag=tag, source=source, by=actor) for p in fresh)
    audit.record(actor, "person.tagged", tag, tag=tag.name, count=len(fresh))
    return source, len(fresh)


def _people(actor: Member, keys: list[str]) -> list[Person]:
    """Return the rows of persons, made where there is none; a merged one is whoever they are now. Each once."""
    found: dict[str, Person] = {}
    for some in (keys[n : n + 500] for n in range(0, len(keys), 500)):
        known = {p.key: p for p in Person.objects.filter(brand=actor.brand, key__in=some).select_related("into")}
        Person.objects.bulk_create(Person(brand=actor.brand, key=k) for k in some if k not in known)
        for row in Person.objects.filter(brand=actor.brand, key__in=some).select_related("into"):
            top = merging.root(row)
            found[top.key] = top
    return list(found.values())


@transaction.atomic
def undo(*, actor: Member, source: str) -> int:
    """Take back one act of putting. Return how many. Raises NotAllowed."""
    permissions.require(actor, EDIT)
    rows = Tagged.objects.filter(brand=actor.brand, source=source, off_at=None) if source.startswith(HAND) else None
    n = rows.update(off_at=timezone.now()) if rows is not None else 0
    audit.record(actor, "person.tags_undone", count=n)
    return n


@transaction.atomic
def take_off(*, actor: Member, tagged_id: UUID | str) -> Tagged:
    """Take a tag off one person; it stays in the history. Raises NotAllowed, NotFound."""
    permissions.require(actor, EDIT)
    row: Tagged = Tagged.objects.for_member(actor, EDIT).locked(tagged_id, None)
    if row.off_at is None:
        row.off_at = timezone.now()
        row.save_next("off_at")
        audit.record(actor, "person.untagged", row.tag, tag=row.tag.name)
    return row


def worn(brand: Brand, tag_id: str) -> list[str]:
    """Return the keys of whoever wears a tag."""
    try:
        rows = Tagged.objects.filter(brand=brand, tag_id=UUID(tag_id), off_at=None, person__into=None)
    except ValueError:
        return []
    return sorted(rows.values_list("person__key", flat=True))


def names(member: Member) -> list[Tag]:
    """Return the brand's tags that somebody wears, by name."""
    worn_now = Tagged.objects.filter(brand=member.brand, off_at=None).values("tag")
    return list(Tag.objects.for_member(member, "users.view").filter(pk__in=worn_now).order_by("name"))


WRITES = [put, undo, take_off]
