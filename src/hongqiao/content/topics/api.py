"""The topic library over HTTP: list, read, add, change, decide, set a part, propose, take in what people say. C1."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from hongqiao.content.models import Signal, Topic
from hongqiao.content.topics import present, queries, services, words
from hongqiao.content.topics.evidence import Around
from hongqiao.workspace.access import caller
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["topics"])


class TopicIn(Schema):
    title: str
    pillar: str = ""
    mark: str = ""
    persona_id: UUID | None = None
    product_id: UUID | None = None
    pain: str = ""
    claim: str = ""
    evidence: list[dict[str, Any]] = []
    platforms: list[str] = []
    form: str = ""
    node: str = ""
    campaign: str = ""
    hot_until: datetime | None = None
    hours: float | None = None
    owner_id: UUID | None = None


class TopicChange(Schema):
    version: int
    fields: dict[str, Any]


class MoveIn(Schema):
    version: int
    state: str
    reason: str = ""


class PartIn(Schema):
    version: int
    part: str
    level: int | None = None
    reason: str = ""


class Asked(Paged):
    q: str = ""
    state: str = ""
    source: str = ""
    platform: str = ""
    pillar: str = ""
    persona: str = ""
    node: str = ""
    mark: str = ""


class SharesIn(Schema):
    text: str
    source: str = Topic.Source.COMPETITOR


class Line(Schema):
    text: str
    count: int = 1
    day: str = ""
    url: str = ""


class SignalsIn(Schema):
    kind: str = Signal.Kind.COMMENT
    lines: list[Line]
    platform: str = ""
    cite: str = ""


def topic_json(around: Around, row: Topic, *, whole: bool = False) -> dict[str, Any]:
    """Return a topic; `whole` with the parts of its score and the reasons in words."""
    shown = ("title", "state", "source", "pillar", "mark", "pain", "claim", "platforms", "form", "node", "reason")
    persona, product = around.personas.get(row.persona_id), around.products.get(row.product_id)
    said: dict[str, Any] = {
        "id": str(row.pk),
        "version": row.version,
        **{k: getattr(row, k) for k in shown},
        "score": None if row.score is None else float(row.score),
        "verdict": present.verdict(around, row.score, row.gates)["code"],
        "persona": persona.name if persona else None,
        "product": product.name if product else None,
        "hours": None if row.hours is None else float(row.hours),
        "gates": [{**g, "text": words.gate(g)} for g in row.gates],
        "created_at": row.created_at.isoformat() if row.created_at else None,
    }
    if whole:
        keep = ("code", "weight", "level", "points", "why", "by_hand")
        said["parts"] = [{k: p[k] for k in keep} for p in present.parts(around, row.parts)]
        said["evidence"], said["origin"] = row.evidence, row.origin
    return said


@router.get("", response=Rows, summary="Topics")
def list_topics(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    rows, following = page(queries.found(member, asked.dict(exclude={"after", "limit"})), asked)
    around = Around(member.brand)
    return {"items": [topic_json(around, r) for r in rows], "next": following}


@router.post("", response={201: dict[str, Any]}, summary="Add a topic")
@idempotent()
def add_topic(request: HttpRequest, given: TopicIn) -> Status[dict[str, Any]]:
    """The topic is scored at once. A title that the library has already is refused."""
    member = caller(request, queries.SEE)
    row = services.add_topic(actor=member, **given.dict()).topic
    return Status(201, topic_json(Around(member.brand), row, whole=True))


@router.post("/shares", response=dict[str, Any], summary="Take topics from share texts")
def add_shares(request: HttpRequest, given: SharesIn) -> dict[str, Any]:
    return _came(services.add_shares(actor=caller(request, queries.SEE), text=given.text[:50000], source=given.source))


@router.post("/signals", response=dict[str, Any], summary="Take in comments, tickets, searches, hot topics")
def add_signals(request: HttpRequest, given: SignalsIn) -> dict[str, Any]:
    """`kind`: comment, ticket, search, hot. What was said on the same day is kept once."""
    lines = [line.dict() for line in given.lines]
    came = services.add_signals(
        actor=caller(request, queries.SEE), kind=given.kind, lines=lines, platform=given.platform, cite=given.cite
    )
    return _came(came)


def _came(came: services.Came) -> dict[str, Any]:
    return {"new": came.new, "joined": came.joined, "left": [{"row": n, "code": e.code} for n, e in came.left]}


@router.get("/{topic_id}", response=dict[str, Any], summary="One topic with its open score")
def get_topic(request: HttpRequest, topic_id: UUID) -> dict[str, Any]:
    """`whom`: what the same topic would score for each persona."""
    member = caller(request, queries.SEE)
    row, around = queries.topics(member).one(topic_id), Around(member.brand)
    return topic_json(around, row, whole=True) | {"whom": present.whom(around, row)}


@router.patch("/{topic_id}", response=dict[str, Any], summary="Change a topic")
def change_topic(request: HttpRequest, topic_id: UUID, given: TopicChange) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    row = services.change_topic(actor=member, topic_id=topic_id, seen=given.version, **given.fields)
    return topic_json(Around(member.brand), row, whole=True)


@router.post("/{topic_id}/state", response=dict[str, Any], summary="Move a topic")
def move_topic(request: HttpRequest, topic_id: UUID, given: MoveIn) -> dict[str, Any]:
    """`state`: waiting, passed, planned, parked, rejected …; parked and rejected want a reason."""
    member = caller(request, queries.SEE)
    row = services.move(actor=member, topic_id=topic_id, seen=given.version, state=given.state, reason=given.reason)
    return topic_json(Around(member.brand), row)


@router.post("/{topic_id}/parts", response=dict[str, Any], summary="Set a part of the score by hand")
def set_part(request: HttpRequest, topic_id: UUID, given: PartIn) -> dict[str, Any]:
    """Without a level the part is scored by its rule again."""
    member = caller(request, queries.SEE)
    row = services.set_part(
        actor=member, topic_id=topic_id, seen=given.version, part=given.part, level=given.level, reason=given.reason
    )
    return topic_json(Around(member.brand), row, whole=True)
