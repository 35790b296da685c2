"""Scores: worked out anew, a part set by hand with its reason, the weights that a person puts in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.content.models import Topic, TopicWeights
from hongqiao.content.topics import queries, settings
from hongqiao.content.topics.evidence import Around
from hongqiao.content.topics.services import kit
from hongqiao.methods import topics as method
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member

SCORED = ("score", "parts", "gates", "scored_at")


def fill(around: Around, topic: Topic) -> bool:
    """Put the score of a topic into it, unsaved; what a person set by hand stays. Return whether anything changed."""
    got, gates = around.score(topic)
    kept = {k: p for k, p in topic.parts.items() if p.get("by")}
    parts = {k: p.as_json() for k, p in got.parts.items()}
    for name, own in kept.items():
        parts[name] = {**own, "rule": parts[name]["level"]}
    total = method.total({k: int(p["level"]) for k, p in parts.items()}, around.weights)
    now = (Decimal(str(total)), parts, [g.as_json() for g in gates])
    changed = (topic.score, topic.parts, topic.gates) != now
    topic.score, topic.parts, topic.gates = now
    topic.scored_at = timezone.now()
    return changed


def rescore_all(brand: Brand, *, ids: Iterable[Any] | None = None) -> int:
    """Score the brand's open topics, or those named, anew; return how many changed. No person acts: no audit."""
    around = Around(brand)
    rows = Topic.objects.filter(brand=brand)
    rows = rows.filter(pk__in=list(ids)) if ids is not None else rows.filter(state__in=[*queries.OPEN, "parked"])
    changed = [t for t in rows.iterator(chunk_size=500) if fill(around, t)]
    Topic.objects.bulk_update(changed, SCORED, batch_size=200)
    return len(changed)


@transaction.atomic
def rescore(*, actor: Member, topic_id: UUID | str) -> Topic:
    """Score one topic anew. Raises NotFound, NotAllowed."""
    row = kit.topic_of(actor, topic_id, None)
    fill(Around(actor.brand), row)
    row.save(update_fields=SCORED)
    audit.record(actor, "topic.rescored", row, name=row.title, score=str(row.score))
    return row


@transaction.atomic
def set_part(
    *, actor: Member, topic_id: UUID | str, seen: int | None, part: str, level: Any, reason: str = ""
) -> Topic:
    """Set a part by hand with its reason, or give it back to its rule (level None). Raises BadTopic, NoReason …"""
    row = kit.topic_of(actor, topic_id, seen)
    if part not in method.PARTS:
        raise kit.BadTopic(field="part", value=str(part)[:20])
    if level in (None, ""):
        row.parts = {**row.parts, part: {k: v for k, v in row.parts.get(part, {}).items() if k != "by"}}
    else:
        if str(level) not in ("1", "2", "3", "4", "5"):
            raise kit.BadTopic(field="level", value=str(level)[:20])
        said = {"level": int(level), "why": "by_hand", "params": {"reason": kit.reason(reason), "name": str(actor)}}
        row.parts = {**row.parts, part: said | {"by": str(actor.pk), "at": timezone.now().isoformat()}}
    fill(Around(actor.brand), row)
    row.save_next(*SCORED)
    audit.record(actor, "topic.part_set", row, name=row.title, part=part, level=str(level or ""), reason=reason[:200])
    return row


@transaction.atomic
def set_weights(
    *, actor: Member, preset: str = "", parts: Mapping[str, Any] | None = None, reason: str = ""
) -> TopicWeights:
    """Put weights in force, a set that ships or the brand's own, and score all open topics by them.

    Raises NotAllowed, BadTopic, NoReason.
    """
    permissions.require(actor, queries.DECIDE)
    known = settings.presets()
    if preset and preset not in known:
        raise kit.BadTopic(field="preset", value=preset[:20])
    chosen = known[preset]["parts"] if preset else {k: w for k, v in (parts or {}).items() if (w := _weight(k, v))}
    if not sum(chosen.values()):
        raise kit.BadTopic(field="weights", value="0")
    why = kit.reason(reason)
    row = TopicWeights.objects.create(brand=actor.brand, by=actor, preset=preset, parts=chosen, reason=why)
    rescore_all(actor.brand)
    audit.record(actor, "topic.weights_set", row, name=preset, reason=row.reason, parts=chosen)
    return row


def _weight(name: str, value: Any) -> float:
    text = str(value or 0)
    if name not in method.PARTS or not text.replace(".", "", 1).isascii() or not text.replace(".", "", 1).isdigit():
        raise kit.BadTopic(field=str(name)[:20], value=text[:20])
    if float(text) > 100:
        raise kit.BadTopic(field=name, value=text[:20])
    return float(text)
