"""What people do about a mention: correct the reader, take it, answer with proof, set aside, hand to an incident."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.crisis import addresses, watching
from hongqiao.crisis.incidents import kit
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.mentions import queries
from hongqiao.crisis.mentions.errors import NoProof, NoReason, NotNow
from hongqiao.crisis.models import Mention
from hongqiao.crisis.reading import reader, whom
from hongqiao.crisis.reading.flags import fold
from hongqiao.crisis.reading.judging import words_of
from hongqiao.errors import Conflict, Invalid
from hongqiao.knowledge import opinions
from hongqiao.workspace import audit, links, notices, permissions, shots
from hongqiao.workspace.models import Member

State = Mention.State
WAYS = ("reply", "contact", "platform")  # said where it was said · reached the person · the platform acted
ASSIGNED = "mention.assigned"


def locked(actor: Member, mention_id: UUID | str, seen: int | None) -> Mention:
    """Return a mention, locked. Raises NotFound, NotAllowed, Conflict."""
    row: Mention = Mention.objects.for_member(actor, queries.SEE).locked(mention_id, None)
    permissions.require(actor, queries.HANDLE)
    if seen is not None and row.version != int(seen):
        raise Conflict()
    return row


@transaction.atomic
def judge(
    *, actor: Member, mention_id: UUID | str, seen: int | None, negative: bool, kind: str, whole: bool = False
) -> Mention:
    """Say whether a mention is against the brand and of what it complains; the reader learns it. `whole`: with all of
    the same wording. Raises NotFound, NotAllowed, Conflict, Invalid."""
    row = locked(actor, mention_id, seen)
    if kind and kind not in opinions.kinds().order:
        raise Invalid()
    now, words = timezone.now(), whom.of_brand(actor.brand)
    turned = [one for one in _with_copies(row, whole) if _judged(one, actor, negative, kind, now, words)]
    audit.record(actor, "mention.judged", row, negative=negative, kind=kind)
    if turned:
        watching.hear(actor.brand, turned)
    row.refresh_from_db()
    return row


def _judged(row: Mention, actor: Member, negative: bool, kind: str, now: Any, words: Any) -> bool:
    """Set a person's word; return whether somebody must hear of it who had not to before."""
    before = (row.negative, row.nature)
    row.judged = {"negative": negative, "kind": kind, "by": str(actor.pk), "at": now.isoformat()}
    row.negative, row.kind, row.judged_at = negative, kind, now
    row.nature = reader.nature_of(row, reader.natures_of(row.brand), fold([words_of(row)])[0])
    bad = negative or bool(row.nature)
    if row.state in (State.OPEN, State.ASIDE, State.NEW):
        row.state, row.reason = (State.OPEN if bad else State.ASIDE), ""
    row.read_at = row.read_at or now
    row.save_next("judged", "negative", "kind", "judged_at", "nature", "state", "reason", "read_at")
    fresh = reader.fresh(row, limits(row.brand))
    ours = fresh and whom.about(words, fold([words_of(row)])[0]).ours
    return ours and bad and (row.negative, row.nature) != before


def _with_copies(row: Mention, whole: bool) -> list[Mention]:
    if not whole:
        return [row]
    others = queries.wave(row).exclude(pk=row.pk).select_for_update().order_by("id")
    return [row, *others[: limits()["batch"]]]


@transaction.atomic
def assign(*, actor: Member, mention_id: UUID | str, seen: int | None, owner_id: UUID | str | None) -> Mention:
    """Give a mention to a colleague who may handle it, or take it oneself; None: to nobody.

    Raises NotFound, NotAllowed, Conflict, Invalid.
    """
    row = locked(actor, mention_id, seen)
    owner = Member.objects.for_member(actor, queries.SEE).one(owner_id) if owner_id else None
    if owner and not permissions.allows(owner, queries.HANDLE):
        raise Invalid()
    row.owner, row.assigned_at = owner, timezone.now() if owner else None
    if owner and row.state in (State.NEW, State.OPEN, State.ASIDE):
        row.state = State.DOING
    elif owner is None and row.state == State.DOING:
        row.state = State.OPEN
    row.save_next("owner", "assigned_at", "state")
    audit.record(actor, "mention.assigned", row, to=str(owner) if owner else "")
    if owner and owner.pk != actor.pk:
        notices.tell([owner], ASSIGNED, url=addresses.mention(row), name=str(actor), title=str(row)[:60])
    return row


@transaction.atomic
def answer(
    *,
    actor: Member,
    mention_id: UUID | str,
    seen: int | None,
    way: str,
    text: str = "",
    url: str = "",
    picture: bytes | None = None,
    whole: bool = False,
) -> Mention:
    """Note that it was answered, with proof: a link, a screenshot, or how the person was reached. The first answer
    stops the clock; a later one is added. Raises NotFound, NotAllowed, Conflict, NoProof, TooLong, Invalid,
    NotAPicture."""
    row = locked(actor, mention_id, seen)
    note, link = kit.clean(text, 2000, lines=True), kit.clean(url, 1000)
    if way not in WAYS or (link and not links.is_page(link)):
        raise Invalid()
    if not (link or picture or len(note) >= 4):
        raise NoProof()
    shot = shots.keep(actor.brand_id, picture) if picture else ""
    now = timezone.now()
    said = {"way": way, "text": note, "url": link, "shot": shot, "by": str(actor.pk), "at": now.isoformat()}
    for one in _with_copies(row, whole):
        more = [*one.answer.get("more", []), said][-50:] if one.answered_at else []
        one.answer = {**one.answer, "more": more} if one.answered_at else said
        one.answered_at = one.answered_at or now
        if one.state != State.CLOSED:
            one.state = State.ANSWERED
        one.owner = one.owner or actor
        one.save_next("answer", "answered_at", "state", "owner")
    audit.record(actor, "mention.answered", row, way=way)
    return row


@transaction.atomic
def move(
    *, actor: Member, mention_id: UUID | str, seen: int | None, state: str, reason: str = "", whole: bool = False
) -> Mention:
    """Set a mention aside (with a reason), close one that was answered, or open it again.

    Raises NotFound, NotAllowed, Conflict, NoReason, NotNow, TooLong.
    """
    row = locked(actor, mention_id, seen)
    why = kit.clean(reason, 200)
    if state == State.ASIDE and len(why) < 2:
        raise NoReason()
    if state not in (State.ASIDE, State.CLOSED, State.OPEN) or (state == State.CLOSED and not row.answered_at):
        raise NotNow()
    for one in _with_copies(row, whole):
        if state == State.CLOSED and not one.answered_at:
            continue
        one.state, one.reason, one.read_at = state, why, one.read_at or timezone.now()
        one.save_next("state", "reason", "read_at")
    audit.record(actor, "mention.moved", row, state=state, reason=why)
    return row
