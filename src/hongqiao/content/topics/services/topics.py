"""Topics come into the library and are changed; the same idea from another source is added to the one there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.content.models import DeclinedIdea, Topic
from hongqiao.content.topics import keys, proposing, queries, settings
from hongqiao.content.topics.evidence import Around
from hongqiao.content.topics.services import kit
from hongqiao.content.topics.services.scoring import SCORED, fill
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member


@dataclass(frozen=True)
class Taken:
    """A topic, and whether it is new or was there already."""

    topic: Topic
    new: bool


@transaction.atomic
def add_topic(
    *,
    actor: Member,
    source: str = Topic.Source.HAND,
    origin: Mapping[str, Any] | None = None,
    merge: bool = False,
    around: Around | None = None,
    **given: Any,
) -> Taken:
    """Add an idea. With `merge` the same idea from another source joins the one there is, evidence and origin with it.

    Raises NotAllowed, BadTopic, TopicTaken.
    """
    permissions.require(actor, queries.EDIT)
    fields = kit.cleaned(actor, given)
    if not fields.get("title"):
        raise kit.BadTopic(field="title", value="")
    key = keys.of(fields["title"])
    there: Topic | None = Topic.objects.select_for_update().filter(brand=actor.brand, key=key).first()
    if there is not None:
        if not merge:
            raise kit.TopicTaken(title=there.title)
        return Taken(_join(actor, there, source, origin or {}, fields), False)
    row = Topic(brand=actor.brand, by=actor, key=key, source=kit.one_of(source, Topic.Source.values, "source"))
    row.origin = dict(origin or {})
    _put(row, fields)
    fill(around or Around(actor.brand), row)
    row.save(force_insert=True)
    audit.record(actor, "topic.added", row, name=row.title, source=row.source)
    return Taken(row, True)


def _join(actor: Member, row: Topic, source: str, origin: Mapping[str, Any], fields: Mapping[str, Any]) -> Topic:
    """Add what another source says to a topic: where else it came from, its evidence, platforms it did not have."""
    also = list(row.origin.get("also", ()))
    told = {"source": source, **origin}
    if told in also or (source == row.source and all(row.origin.get(k) == v for k, v in origin.items())):
        return row
    row.origin = {**row.origin, "also": [*also, told][-20:]}
    row.evidence = [*row.evidence, *(e for e in fields.get("evidence", ()) if e not in row.evidence)]
    row.evidence = row.evidence[: settings.limits()["evidence"]]
    row.platforms = list(dict.fromkeys([*row.platforms, *fields.get("platforms", ())]))
    row.save_next("origin", "evidence", "platforms")
    audit.record(actor, "topic.joined", row, name=row.title, source=source)
    return row


@transaction.atomic
def change_topic(*, actor: Member, topic_id: UUID | str, seen: int | None, **given: Any) -> Topic:
    """Change what is given, and score it anew. Raises NotFound, NotAllowed, Conflict, BadTopic, TopicTaken."""
    row = kit.topic_of(actor, topic_id, seen)
    fields = kit.cleaned(actor, given)
    if "title" in fields:
        row.key = keys.of(fields["title"])
        if other := Topic.objects.filter(brand=actor.brand, key=row.key).exclude(pk=row.pk).first():
            raise kit.TopicTaken(title=other.title)
    _put(row, fields)
    fill(Around(actor.brand), row)
    row.save_next(*(k.removesuffix("_id") for k in fields), "key", *SCORED)
    audit.record(actor, "topic.changed", row, name=row.title, fields=sorted(fields))
    return row


def _put(row: Topic, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)


@transaction.atomic
def decline(*, actor: Member, proposed: proposing.Proposed, reason: str) -> DeclinedIdea:
    """Not want a proposal: it is not proposed again for the days that the rules say. Raises NotAllowed, NoReason."""
    permissions.require(actor, queries.EDIT)
    told = {"title": proposed.topic.title, "reason": kit.reason(reason), "by": actor, "created_at": timezone.now()}
    row, _new = DeclinedIdea.objects.update_or_create(brand=actor.brand, key=proposed.key, defaults=told)
    audit.record(actor, "topic.declined", row, name=row.title, reason=row.reason)
    return row


@transaction.atomic
def want_again(*, actor: Member, declined_id: UUID | str) -> DeclinedIdea:
    """Let a declined idea be proposed again. Raises NotFound, NotAllowed."""
    row: DeclinedIdea = DeclinedIdea.objects.for_member(actor, queries.SEE).locked(declined_id, None)
    permissions.require(actor, queries.EDIT)
    audit.record(actor, "topic.wanted_again", row, name=row.title)
    row.delete()
    return row


@transaction.atomic
def take(*, actor: Member, proposed: proposing.Proposed, around: Around) -> Taken:
    """Take a proposal into the library. Raises NotAllowed."""
    t = proposed.topic
    fields = {k: getattr(t, k) for k in kit.FIELDS if getattr(t, k) not in (None, "", [])}
    return add_topic(actor=actor, source=t.source, origin=t.origin, merge=True, around=around, **fields)
