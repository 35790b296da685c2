"""The HTTP interface of mentions, mounted under /api/mentions. X1."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from hongqiao.crisis.intake import coverage, pushing
from hongqiao.crisis.mentions import queries, services
from hongqiao.crisis.models import Mention, Source
from hongqiao.workspace import keys, permissions
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Member
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["mentions"])


class MentionsIn(Schema):
    """`mentions`: objects with id, text, posted_at and what docs/crisis.md names; each is checked by itself."""

    source: str
    mentions: list[Any]


class Asked(Paged):
    q: str = ""
    channel: str = ""
    kind: str = ""
    negative: str = ""
    nature: str = ""
    flag: str = ""
    state: str = ""
    owner: str = ""
    source: str = ""
    incident: str = ""
    drill: str = ""


class JudgeIn(Schema):
    version: int
    negative: bool
    kind: str = ""
    whole: bool = False


class AnswerIn(Schema):
    version: int
    way: str
    text: str = ""
    url: str = ""
    whole: bool = False


class MoveIn(Schema):
    version: int
    state: str
    reason: str = ""
    whole: bool = False


class AssignIn(Schema):
    version: int
    owner: UUID | None = None


SHOWN = (
    *("channel", "title", "text", "url", "thread", "followers", "likes", "reposts", "comments", "guessed_time"),
    *("p", "negative", "kind", "cue", "flags", "nature", "about", "state", "reason", "drill"),
)
MOMENTS = ("posted_at", "heard_at", "read_at", "answered_at", "gone_at")


def mention_json(row: Mention, member: Member | None = None) -> dict[str, Any]:
    """Return a mention; the author's name to whom handles mentions only, and one at a time."""
    said: dict[str, Any] = {"id": str(row.pk), "version": row.version, "source": row.source.name, "outer": row.outer}
    said |= {name: getattr(row, name) for name in SHOWN}
    said |= {name: at.isoformat() if (at := getattr(row, name)) else None for name in MOMENTS}
    said["first"] = str(row.first_id) if row.first_id else None
    said["owner"] = str(row.owner) if row.owner else None
    said["incident"] = str(row.incident_id) if row.incident_id else None
    if member is not None:
        may = permissions.allows(member, queries.HANDLE)
        said["author"] = keys.decrypt(row.author).decode() if may and row.author else None
        said["edits"], said["answer"] = row.edits, row.answer
    return said


@router.get("", response=Rows, summary="Mentions")
def list_mentions(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """In order of arrival, newest first. `state` "todo": all that is not done; `owner`: a key, "me", "none"."""
    member = caller(request, queries.SEE)
    found = queries.found(member, asked.dict(exclude={"after", "limit"})).select_related("source", "owner__user")
    rows, following = page(found, asked)
    return {"items": [mention_json(r) for r in rows], "next": following}


@router.post("", response={201: dict[str, Any]}, summary="Bring mentions in")
@idempotent()
def post_mentions(request: HttpRequest, given: MentionsIn) -> Status[dict[str, Any]]:
    """At most 1,000 a call. A source is made on first use; a known id is an edit, a deletion, or nothing new."""
    member = caller(request, queries.HANDLE)
    return Status(201, pushing.take(actor=member, source=given.source, mentions=given.mentions))


@router.get("/sources", response=Rows, summary="Where the brand listens, and how well it hears")
def list_sources(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    """`hours`: the last 24, oldest first: found, heard, missed, failed or off; lags in minutes from posting."""
    member = caller(request, queries.SEE)
    rows, following = page(Source.objects.for_member(member, queries.SEE).select_related("brand"), asked)
    return {"items": [_source(c) for c in coverage.covered(rows)], "next": following}


def _source(one: coverage.Covered) -> dict[str, Any]:
    row = one.source
    said = {"id": str(row.pk), "name": row.name, "way": row.way, "channel": row.channel, "on": row.on}
    said |= {"heard_at": row.heard_at.isoformat() if row.heard_at else None, "every": row.every, "late": one.late}
    return {**said, "hours": [c.state for c in one.cells], "lag_p50": one.p50, "lag_p95": one.p95}


@router.get("/{mention_id}", response=dict[str, Any], summary="One mention")
def get_mention(request: HttpRequest, mention_id: UUID) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    return mention_json(queries.mentions(member).select_related("source", "owner__user").one(mention_id), member)


@router.post("/{mention_id}/judge", response=dict[str, Any], summary="Correct what was read")
def judge(request: HttpRequest, mention_id: UUID, given: JudgeIn) -> dict[str, Any]:
    """`whole`: all of the same wording."""
    body = given.dict()
    row = services.judge(actor=caller(request, queries.SEE), mention_id=mention_id, seen=body.pop("version"), **body)
    return mention_json(row)


@router.post("/{mention_id}/assign", response=dict[str, Any], summary="Give it to somebody")
def assign(request: HttpRequest, mention_id: UUID, given: AssignIn) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    row = services.assign(actor=member, mention_id=mention_id, seen=given.version, owner_id=given.owner)
    return mention_json(row)


@router.post("/{mention_id}/answer", response=dict[str, Any], summary="Note that it was answered")
def answer(request: HttpRequest, mention_id: UUID, given: AnswerIn) -> dict[str, Any]:
    """`way`: reply, contact or platform; with a link, or how the person was reached."""
    body = given.dict()
    row = services.answer(actor=caller(request, queries.SEE), mention_id=mention_id, seen=body.pop("version"), **body)
    return mention_json(row)


@router.post("/{mention_id}/state", response=dict[str, Any], summary="Set aside, close or open again")
def move(request: HttpRequest, mention_id: UUID, given: MoveIn) -> dict[str, Any]:
    """`state`: aside (with a reason), closed (answered ones), open."""
    body = given.dict()
    row = services.move(actor=caller(request, queries.SEE), mention_id=mention_id, seen=body.pop("version"), **body)
    return mention_json(row)
