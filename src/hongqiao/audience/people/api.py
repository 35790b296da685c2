"""The HTTP interface of people, mounted under /api/people. U1."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from hongqiao.audience.models import Person
from hongqiao.audience.people import card, erasing, exporting, identifying, merging, queries, tagging
from hongqiao.errors import NotFound
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Member
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["people"])


class PeopleIn(Schema):
    """`people`: objects with member, phone, openid … and what docs/people.md names; each is checked by itself."""

    source: str = ""
    people: list[Any]


class Asked(Paged):
    q: str = ""
    tag: str = ""


class TagIn(Schema):
    tag: str
    keys: list[str]


class WithdrawIn(Schema):
    purpose: str
    channel: str = ""


def found(member: Member, q: str, tag: str) -> Any:
    """Return persons of whom something is kept, by what was asked."""
    rows = Person.objects.for_member(member, queries.SEE).filter(into=None)
    if q:
        rows = rows.filter(key__in=[*identifying.find(member.brand, q), q.strip().lower()])
    if tag:
        rows = rows.filter(tagged__tag__name=tag, tagged__off_at=None)
    return rows.prefetch_related("identities", "tagged__tag")


def person_json(row: Person) -> dict[str, Any]:
    """Return a person as everybody may see them: masked."""
    return {
        "key": row.key, "name": card.title(row), "minor": row.minor, "no_profile": row.no_profile,
        "identities": [{"kind": i.kind, "hint": i.hint, "source": i.source} for i in row.identities.all()],
        "tags": sorted(t.tag.name for t in row.tagged.all() if t.off_at is None),
    }  # fmt: skip


@router.get("", response=Rows, summary="Users of whom something is kept")
def list_people(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Newest first. `q`: a telephone, member number, openid … exactly as it is, or a key."""
    rows, following = page(found(caller(request, queries.SEE), asked.q, asked.tag), asked)
    return {"items": [person_json(r) for r in rows], "next": following}


@router.post("", response={201: dict[str, Any]}, summary="Bring members in")
@idempotent()
def post_people(request: HttpRequest, given: PeopleIn) -> Status[dict[str, Any]]:
    """At most 1,000 a call; the same rows again change nothing. Problems are named by their place, never by a value."""
    member = caller(request, merging.EDIT)
    return Status(201, identifying.take(actor=member, rows=given.people, source=given.source))


@router.post("/tags", response=dict[str, Any], summary="Tag many")
def tag_people(request: HttpRequest, given: TagIn) -> dict[str, Any]:
    """`undo` is what `POST /api/people/tags/undo` takes back."""
    member = caller(request, merging.EDIT)
    known = [k for k in given.keys if queries.known(member, k)]
    source, count = tagging.put(actor=member, keys=known, name=given.tag)
    return {"undo": source, "tagged": count}


@router.post("/tags/undo", response=dict[str, Any], summary="Take a tagging back")
def untag_people(request: HttpRequest, undo: str) -> dict[str, Any]:
    return {"untagged": tagging.undo(actor=caller(request, merging.EDIT), source=undo)}


@router.post("/merges/{merge_id}/undo", response=dict[str, Any], summary="Take a merge back")
def undo_merge(request: HttpRequest, merge_id: UUID, version: int | None = None) -> dict[str, Any]:
    row = merging.undo_merge(actor=caller(request, merging.EDIT), merge_id=merge_id, seen=version)
    return {"id": str(row.pk), "keep": row.keep.key, "other": row.other.key}


@router.get("/{key}", response=dict[str, Any], summary="One user")
def get_person(request: HttpRequest, key: str) -> dict[str, Any]:
    """Where they stand, numbers masked, consents, tags, merges."""
    member = caller(request, queries.SEE)
    now = merging.standing(member.brand, key)
    place, row = queries.place(member, now), card.person_of(member, now)
    said: dict[str, Any] = person_json(row) if row else {"key": now}
    said["tier"] = place.tier if place else None
    said["consents"] = [
        {"purpose": c.purpose, "channel": c.channel, "given": c.given, "at": c.at.isoformat(), "source": c.source}
        for c in card.history(member.brand, now)
    ]
    said["merges"] = [
        {"id": str(m.pk), "version": m.version, "other": m.other.key, "rule": m.rule, "undone": m.undone_at is not None}
        for m in (merging.merges_of(row) if row else [])
    ]
    return said


@router.get("/{key}/data", response=dict[str, Any], summary="Everything kept of one user")
def get_data(request: HttpRequest, key: str) -> dict[str, Any]:
    """The rows of the zip that the page gives. Audited."""
    member = caller(request, erasing.ERASE)
    now = merging.standing(member.brand, key)
    rows, _body = exporting.told(actor=member, key=now)
    return rows


@router.post("/{key}/withdraw", response=dict[str, Any], summary="Take a consent back")
def withdraw(request: HttpRequest, key: str, given: WithdrawIn) -> dict[str, Any]:
    """`channel` empty: all of them."""
    member = caller(request, merging.EDIT)
    now = merging.standing(member.brand, key)
    line = card.withdraw(actor=member, key=now, purpose=given.purpose, channel=given.channel)
    return {"purpose": line.purpose, "channel": line.channel, "given": False, "at": line.at.isoformat()}


@router.delete("/{key}", response=dict[str, Any], summary="Erase one user everywhere")
def erase(request: HttpRequest, key: str) -> dict[str, Any]:
    """For good: facts, rows, numbers, name. It cannot be undone."""
    member = caller(request, erasing.ERASE)
    now = merging.standing(member.brand, key)
    if not queries.known(member, now):
        raise NotFound()
    return erasing.counted(erasing.erase(actor=member, key=now, known=lambda k: queries.acted(member, k)))
