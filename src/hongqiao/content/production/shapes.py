"""The shapes of production's HTTP interface, and pieces as programs and the command line see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Schema

from hongqiao.content.models import Piece, Remark, Revision, Stage
from hongqiao.content.production import checking, prelive, reviews
from hongqiao.workspace.paging import Paged


class PiecesAsked(Paged):
    stage: str = ""
    platform: str = ""
    form: str = ""
    mine: bool = False
    overdue: bool = False  # waits for a reviewer who is late


class PieceIn(Schema):
    title: str = ""
    platform: str
    form: str
    topic: UUID | None = None
    account: UUID | None = None
    owner: UUID | None = None
    publish_at: str = ""
    source: UUID | None = None
    brief: dict[str, str] | None = None
    commercial: str = Piece.Commercial.NONE
    buying: bool = False
    solemn_reason: str = ""  # why it stands on a solemn day all the same


class PieceChange(Schema):
    """What is given is changed. `version` is the one you saw: another one is a conflict."""

    version: int
    title: str | None = None
    account: UUID | None = None
    owner: UUID | None = None
    publish_at: str | None = None
    brief: dict[str, str] | None = None
    commercial: str | None = None
    buying: bool | None = None
    lane: str | None = None
    solemn_reason: str = ""


class RevisionIn(Schema):
    """`seen`: the number of the revision the text was begun from, 0 where there was none."""

    seen: int
    body: dict[str, Any]
    note: str = ""


class MoveIn(Schema):
    version: int | None = None
    stage: str
    solemn_reason: str = ""


class DecideIn(Schema):
    """`number`: the revision that was looked at."""

    decision: str
    number: int
    note: str = ""
    to: str = Stage.COPY


class RemarkIn(Schema):
    """`anchor`: {field, start, quote} of a text, or {asset, x, y, w, h} of a picture (0–1); none for the whole."""

    text: str
    anchor: dict[str, Any] | None = None
    answers: UUID | None = None


def piece_json(row: Piece) -> dict[str, Any]:
    """Return a piece as lists show it."""
    return {
        "id": str(row.pk),
        "version": row.version,
        "title": row.title,
        "platform": row.platform,
        "form": row.form,
        "stage": row.stage,
        "stage_since": moment(row.stage_at),
        "lane": row.lane,
        "risk": row.risk,
        "account": key(row.account_id),
        "owner": key(row.owner_id),
        "owner_name": str(row.owner or ""),
        "publish_at": moment(row.publish_at),
        "revision": row.revision,
        "approved": row.approved or None,
        "source": key(row.source_id),
        "topic": key(row.topic_id),
        "commercial": row.commercial,
        "buying": row.buying,
        "address": row.address or None,
    }


def whole_json(row: Piece, text: Revision | None, steps: Sequence[reviews.Step]) -> dict[str, Any]:
    """Return a piece with what it says, what was found in it today, and its steps of review."""
    lines = checking.check(row, text.body) if text else []
    found = [
        data | {"key": line.key, "holds": line.holds} for data, line in zip(checking.kept(lines), lines, strict=True)
    ]
    said = revision_json(text) if text else None
    told = [{"step": s.code, "done": s.done is not None, "until": moment(s.until), "late": s.late} for s in steps]
    more = {"brief": row.brief, "text": said, "found": found, "steps": told}
    return piece_json(row) | more | {"checks_open": [_(c) for c in prelive.open_checks(row)]}


def revision_json(row: Revision) -> dict[str, Any]:
    """Return what a piece said at a moment."""
    more = {"by": str(row.by or ""), "at": moment(row.created_at), "origin": row.origin, "note": row.note}
    return {"number": row.number, "digest": row.digest, "body": row.body, **more}


def remark_json(row: Remark) -> dict[str, Any]:
    """Return a remark; `outside`: through a review link."""
    who = str(row.by) if row.by else row.link.reviewer if row.link else ""
    more = {"anchor": row.anchor, "answers": key(row.answers_id), "settled": row.settled_at is not None}
    told = {"id": str(row.pk), "revision": row.revision, "text": row.text, "by": who, "outside": row.by_id is None}
    return told | more | {"at": moment(row.created_at)}


def key(value: Any) -> str | None:
    """Return a key as JSON has it."""
    return str(value) if value else None


def moment(value: datetime | None) -> str | None:
    """Return a moment as JSON has it."""
    return value.isoformat() if value else None
