"""Proposed topics over HTTP: list, take, decline, want again. `/api/topics/proposals`. C1."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from hongqiao.content.models import DeclinedIdea
from hongqiao.content.topics import proposing, queries, services
from hongqiao.content.topics.api import topic_json
from hongqiao.content.topics.evidence import Around
from hongqiao.content.topics.proposing import Asked, Proposed
from hongqiao.workspace import permissions
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Member
from hongqiao.workspace.paging import BadCursor, Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["topics"])


class Wanted(Schema):
    """`node`: a node's key, launch:2026-09-10, renew for own pieces that took off; `day`: as of which day."""

    platform: str
    persona: UUID | None = None
    product: UUID | None = None
    node: str = ""
    day: date | None = None

    def asked(self) -> Asked:
        return Asked(self.platform, self.persona, self.product, self.node)


class WantedPage(Wanted, Paged):
    """A page of them; `after` is the key of the last one of the page before."""


class TakeIn(Wanted):
    """`keys`: those of the list, asked for in the same way."""

    keys: list[str]


class DeclineIn(Wanted):
    key: str
    reason: str


def proposal_json(around: Around, made: Proposed) -> dict[str, Any]:
    """Return a proposal: a topic that is not kept yet, with its open score. `known`: the library has it."""
    topic = topic_json(around, made.topic, whole=True)
    return {**topic, "id": None, "version": None, "key": made.key, "known": made.known}


def declined_json(around: Around, row: DeclinedIdea) -> dict[str, Any]:
    """Return a declined idea; `until`: from then on it may be proposed again."""
    until = row.created_at + timedelta(days=around.rules["proposals"]["declined_days"])
    told = {"id": str(row.pk), "key": row.key, "title": row.title, "reason": row.reason, "by": str(row.by or "")}
    return told | {"at": row.created_at.isoformat(), "until": until.isoformat()}


@transaction.atomic
def take(member: Member, wanted: Wanted, keys: list[str]) -> tuple[Around, list[services.Taken]]:
    """Take proposals into the library, all of them or none. Raises NotAllowed, NotFound."""
    permissions.require(member, queries.EDIT)
    around = Around(member.brand, wanted.day)
    chosen = proposing.chosen(around, wanted.asked(), keys)
    return around, [services.take(actor=member, proposed=p, around=around) for p in chosen]


def decline(member: Member, wanted: Wanted, key: str, reason: str) -> dict[str, Any]:
    """Decline a proposal, as a call or a command does. Raises NotAllowed, NotFound, NoReason."""
    around = Around(member.brand, wanted.day)
    (made,) = proposing.chosen(around, wanted.asked(), [key])
    return declined_json(around, services.decline(actor=member, proposed=made, reason=reason))


@router.get("", response=Rows, summary="What may be proposed")
def list_proposals(request: HttpRequest, asked: Query[WantedPage]) -> dict[str, Any]:
    """Best first, with parts and reasons. What was declined of late is not among them."""
    around = Around(caller(request, queries.SEE).brand, asked.day)
    made = proposing.propose(around, asked.asked())
    keys = [p.key for p in made]
    if asked.after and asked.after not in keys:
        raise BadCursor()
    first = keys.index(asked.after) + 1 if asked.after else 0
    shown, last = made[first : first + asked.limit], first + asked.limit
    return {"items": [proposal_json(around, p) for p in shown], "next": keys[last - 1] if last < len(keys) else None}


@router.post("/take", response={201: dict[str, Any]}, summary="Take proposals into the library")
@idempotent()
def take_proposals(request: HttpRequest, given: TakeIn) -> Status[dict[str, Any]]:
    """`new`: how many the library did not have. 404 where a key is not proposed (any more)."""
    around, came = take(caller(request, queries.SEE), given, given.keys)
    items = [topic_json(around, c.topic, whole=True) for c in came]
    return Status(201, {"items": items, "new": sum(c.new for c in came)})


@router.post("/decline", response={201: dict[str, Any]}, summary="Decline a proposal")
@idempotent()
def decline_proposal(request: HttpRequest, given: DeclineIn) -> Status[dict[str, Any]]:
    """It is not proposed again `until` then; wants a `reason`."""
    return Status(201, decline(caller(request, queries.SEE), given, given.key, given.reason))


@router.get("/declined", response=Rows, summary="Declined proposals")
def list_declined(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    """Those that stay away now."""
    member = caller(request, queries.SEE)
    around = Around(member.brand)
    rows, following = page(queries.declined(member, around), asked)
    return {"items": [declined_json(around, r) for r in rows], "next": following}


@router.post("/declined/{declined_id}/restore", response=dict[str, Any], summary="Want a declined proposal again")
def restore_proposal(request: HttpRequest, declined_id: UUID) -> dict[str, Any]:
    row = services.want_again(actor=caller(request, queries.SEE), declined_id=declined_id)
    return {"key": row.key, "title": row.title}
