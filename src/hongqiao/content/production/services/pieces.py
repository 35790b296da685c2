"""Making a piece, changing what it is, putting it away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao.content.models import Piece, Stage, Topic
from hongqiao.content.production import queries, settings, slots
from hongqiao.content.production.services import kit, tasks, telling
from hongqiao.content.production.services.moving import move
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import audit, notices, permissions
from hongqiao.workspace.models import Member

CHANGEABLE = ("title", "owner_id", "account_id", "publish_at", "brief", "commercial", "buying", "lane")


@transaction.atomic
def create_piece(
    *,
    actor: Member,
    title: str = "",
    topic_id: UUID | str | None = None,
    platform: str,
    account_id: Any = None,
    form: str,
    owner_id: Any = None,
    publish_at: Any = None,
    source_id: UUID | str | None = None,
    brief: Mapping[str, Any] | None = None,
    commercial: str = Piece.Commercial.NONE,
    buying: bool = False,
    solemn_reason: str = "",
) -> Piece:
    """Make a piece for one platform, of a topic or of none, with its tasks. Its topic is then being made.

    Without a title it is called as its topic or its source; a brief that is not given is begun from the topic.
    Raises NotFound, NotAllowed, BadText, BadChoice, BadAccount, BadOwner, BadDay, SolemnDay.
    """
    permissions.require(actor, queries.EDIT)
    topic: Topic | None = Topic.objects.for_member(actor, queries.SEE).locked(topic_id, None) if topic_id else None
    source: Piece | None = queries.pieces(actor).one(source_id) if source_id else None
    if platform not in PLATFORMS:
        raise kit.BadChoice(name="platform", value=str(platform)[:40])
    row = Piece(brand=actor.brand, by=actor, topic=topic, source=source, platform=platform)
    row.form = kit.chosen(form, Piece.Form, "form")
    row.title = kit.line(title or (topic.title if topic else source.title if source else ""), "title")
    row.commercial = kit.chosen(commercial, Piece.Commercial, "commercial")
    row.buying = bool(buying)
    quick = row.form in settings.of(actor.brand, "review")["quick_forms"]
    row.lane = Piece.Lane.QUICK if quick else Piece.Lane.NORMAL
    row.account = kit.account_of(actor, account_id, platform)
    row.owner = kit.member_of(actor, owner_id)
    row.publish_at = kit.a_moment(publish_at, queries.zone_of(row))
    row.brief = kit.brief(brief) if brief is not None else _begun(topic)
    row.save(force_insert=True)
    slots.mind(actor, row, solemn_reason)
    tasks.make(row)
    if topic is not None and topic.state != Topic.State.MAKING:
        topic.state = Topic.State.MAKING
        topic.save_next("state")
    audit.record(actor, "piece.created", row, name=row.title, platform=platform, form=row.form)
    _tell_owner(actor, row)
    return row


def _begun(topic: Topic | None) -> dict[str, str]:
    """Return the brief that a topic already tells."""
    if topic is None:
        return {}
    proof = "\n".join(
        f"{e.get('text') or ''} {e.get('url') or ''}".strip() for e in topic.evidence if isinstance(e, dict)
    )
    audience = topic.persona.name if topic.persona else ""
    said = {"audience": audience, "message": topic.claim or topic.pain, "proof": proof}
    return {k: v[:2000] for k, v in said.items() if v.strip()}


@transaction.atomic
def change_piece(*, actor: Member, piece_id: UUID | str, seen: int | None, **given: Any) -> Piece:
    """Change what is given of title, owner_id, account_id, publish_at, brief, commercial, buying, lane.

    The open tasks follow the slot and the owner. A slot of what is scheduled needs `content.schedule`; taking it away
    sends it back to approved; on a solemn day it wants `solemn_reason`.
    Raises NotFound, NotAllowed, Conflict, WrongStage, SolemnDay, Invalid.
    """
    row = kit.open_piece(actor, piece_id, seen)
    fields = {k: v for k, v in given.items() if k in CHANGEABLE}
    if "publish_at" in fields and row.stage == Stage.SCHEDULED:
        permissions.require(actor, queries.SCHEDULE)
    slot, owner = row.publish_at, row.owner
    _fill(actor, row, fields)
    saved = [k.removesuffix("_id") for k in fields]
    if row.stage == Stage.SCHEDULED and row.publish_at is None:
        kit.stand(row, Stage.APPROVED)
        saved += ["stage", "stage_at"]
    row.save_next(*saved)
    if row.publish_at != slot:
        slots.mind(actor, row, given.get(slots.REASON, ""))
        tasks.follow(row, slot)
    if row.owner != owner:
        tasks.hand_over(row, owner)
        _tell_owner(actor, row)
    audit.record(actor, "piece.changed", row, name=row.title, fields=sorted(fields))
    if row.stage == Stage.SCHEDULED and (row.publish_at != slot or "account_id" in fields):
        slots.tell(actor, row)
    return row


def _fill(actor: Member, row: Piece, given: Mapping[str, Any]) -> None:
    if "title" in given:
        row.title = kit.line(given["title"], "title")
    if "account_id" in given:
        row.account = kit.account_of(actor, given["account_id"], row.platform)
    if "owner_id" in given:
        row.owner = kit.member_of(actor, given["owner_id"])
    if "publish_at" in given:
        row.publish_at = kit.a_moment(given["publish_at"], queries.zone_of(row))
    if "brief" in given:
        row.brief = kit.brief(given["brief"])
    if "commercial" in given:
        row.commercial = kit.chosen(given["commercial"], Piece.Commercial, "commercial")
    if "lane" in given:
        row.lane = kit.chosen(given["lane"], Piece.Lane, "lane")
    if "buying" in given:
        row.buying = bool(given["buying"])


@transaction.atomic
def archive(*, actor: Member, piece_id: UUID | str, seen: int | None) -> Piece:
    """Put a piece away; moving it to the brief brings it back. Raises NotFound, NotAllowed, Conflict, WrongStage."""
    return move(actor=actor, piece_id=piece_id, seen=seen, stage=Stage.ARCHIVED)


def _tell_owner(actor: Member, row: Piece) -> None:
    if row.owner is not None and row.owner != actor:
        notices.tell([row.owner], "piece.given", url=telling.url_of(row), name=str(actor), piece=row.title)
