"""Threads over HTTP, under /api/threads: list, read, bring in, answer, assign, judge, close. U3."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from hongqiao.audience.feedback import kinds
from hongqiao.audience.inbox import pushing, queries, services
from hongqiao.audience.inbox.settings import EDIT, SEE
from hongqiao.audience.models import Thread, ThreadMessage
from hongqiao.workspace import keys, permissions
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Member
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["threads"])


class ThreadsIn(Schema):
    """`messages`: objects with id, text, at and what docs/feedback.md names; each is checked by itself."""

    messages: list[Any]


class Asked(Paged):
    """`owner`: a key, "me", "none"; `overdue` "1": past the term of the first reply."""

    q: str = ""
    state: str = ""
    owner: str = ""
    account: str = ""
    channel: str = ""
    kind: str = ""
    overdue: str = ""
    subject: str = ""


class ReplyIn(Schema):
    """`confirmed`: why warnings about the words may stand."""

    version: int
    text: str = Field(max_length=5000)
    confirmed: str = ""


class SentIn(Schema):
    """Proof that the answer went out: its link, or `declared`."""

    version: int | None = None
    url: str = ""
    declared: bool = False


class OwnerIn(Schema):
    version: int
    owner: UUID | None = None


class KindIn(Schema):
    version: int
    kind: str = ""


class StateIn(Schema):
    version: int
    state: str


PLAIN = (
    "channel",
    "place",
    "content_key",
    "content_title",
    "url",
    "state",
    "said",
    "said_by",
    "count",
    "kind",
    "product",
)
MOMENTS = ("last_at", "heard_at", "due_at", "first_reply_at", "replied_at", "closed_at", "read_at")


def thread_json(row: Thread, member: Member | None = None) -> dict[str, Any]:
    """Return a thread; whole with its messages, and the author's name to whom answers, one at a time."""
    said: dict[str, Any] = {"id": str(row.pk), "version": row.version, "outer": row.outer}
    said |= {name: getattr(row, name) for name in PLAIN}
    said |= {name: at.isoformat() if (at := getattr(row, name)) else None for name in MOMENTS}
    said |= {"kind_label": kinds.label(row.kind), "negative": row.negative, "read": row.read, "subject": row.subject}
    said["account"] = str(row.account_id) if row.account_id else None
    said["owner"] = str(row.assignee) if row.assignee else None
    if member is not None:
        may = permissions.allows(member, EDIT)
        said["author"] = keys.decrypt(row.author).decode() if may and row.author else None
        said["messages"] = [message_json(m) for m in queries.messages(row)]
    return said


def message_json(row: ThreadMessage) -> dict[str, Any]:
    """Return a message with the proof of an answer."""
    plain: dict[str, Any] = {
        "id": str(row.pk),
        "way": row.way,
        "text": row.text,
        "at": row.at.isoformat(),
        "state": row.state,
    }
    plain |= {"edits": row.edits, "gone_at": row.gone_at.isoformat() if row.gone_at else None}
    return {**plain, "by": str(row.by) if row.by else None, "proof": row.proof}


def _one(request: HttpRequest, key: UUID | str) -> dict[str, Any]:
    member = caller(request, SEE)
    return thread_json(queries.threads(member).select_related("assignee__user", "brand").one(key), member)


@router.get("", response=Rows, summary="Threads")
def list_threads(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """In order of arrival, newest first."""
    member = caller(request, SEE)
    found = queries.found(member, asked.dict(exclude={"after", "limit"})).select_related("assignee__user")
    rows, following = page(found, asked)
    return {"items": [thread_json(r) for r in rows], "next": following}


@router.post("", response={201: dict[str, Any]}, summary="Bring messages in")
@idempotent()
def post_threads(request: HttpRequest, given: ThreadsIn) -> Status[dict[str, Any]]:
    """At most 500 a call. A known id is nothing new; a message with `out` true is an answer that was given there."""
    return Status(201, pushing.take(actor=caller(request, EDIT), rows=given.messages))


@router.get("/{thread_id}", response=dict[str, Any], summary="One thread with its messages")
def get_thread(request: HttpRequest, thread_id: UUID) -> dict[str, Any]:
    return _one(request, thread_id)


@router.post(
    "/{thread_id}/reply", response={201: dict[str, Any]}, summary="Write an answer, checked before it goes out"
)
@idempotent()
def reply(request: HttpRequest, thread_id: UUID, given: ReplyIn) -> Status[dict[str, Any]]:
    body = given.dict()
    row = services.reply(actor=caller(request, SEE), thread_id=thread_id, seen=body.pop("version"), **body)
    return Status(201, message_json(row))


@router.post("/messages/{message_id}/sent", response=dict[str, Any], summary="Note that an answer went out, with proof")
def sent(request: HttpRequest, message_id: UUID, given: SentIn) -> dict[str, Any]:
    body = given.dict()
    row = services.sent(actor=caller(request, SEE), message_id=message_id, seen=body.pop("version"), **body)
    return message_json(row)


@router.post("/{thread_id}/assign", response=dict[str, Any], summary="Give it to somebody")
def assign(request: HttpRequest, thread_id: UUID, given: OwnerIn) -> dict[str, Any]:
    services.assign(actor=caller(request, SEE), thread_id=thread_id, seen=given.version, owner_id=given.owner)
    return _one(request, thread_id)


@router.post("/{thread_id}/judge", response=dict[str, Any], summary="Correct of what it speaks")
def judge(request: HttpRequest, thread_id: UUID, given: KindIn) -> dict[str, Any]:
    services.judge(actor=caller(request, SEE), thread_id=thread_id, seen=given.version, kind=given.kind)
    return _one(request, thread_id)


@router.post("/{thread_id}/state", response=dict[str, Any], summary="Close or open again")
def move(request: HttpRequest, thread_id: UUID, given: StateIn) -> dict[str, Any]:
    services.move(actor=caller(request, SEE), thread_id=thread_id, seen=given.version, state=given.state)
    return _one(request, thread_id)
