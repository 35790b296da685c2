"""老题新做 and 续集: own pieces that took off, taken up again, with how they did as evidence. C1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from hongqiao.content.models import Piece, Topic
from hongqiao.content.topics import borrowing, history, keys, settings
from hongqiao.content.topics.evidence import Around
from hongqiao.methods.topics.scoring import found

_TAG = re.compile(r"\s*#\s*[^\s#]+")  # tags of a title belong to the post that it was


def drafts(around: Around, platform: str, persona: UUID | None, product: UUID | None) -> Iterator[Topic]:
    """Yield a topic for each own piece of a platform that took off: gone on with while it is young, else made anew."""
    hits = [p for p in borrowing.hits(around) if p.platform == platform][: around.rules["history"]["most"]]
    made = _pieces(around, hits)
    for past in hits:
        for kind in settings.shipped("ideas")["renewals"]:
            if kind["from_days"] <= (around.today - past.day).days < kind["to_days"]:
                topic = _topic(around, past, kind, made.get(past.key))
                if persona in (None, topic.persona_id) and product in (None, topic.product_id):
                    yield topic


def _pieces(around: Around, hits: Iterable[history.Past]) -> dict[str, Topic]:
    """Return content key → the topic that a piece was made of, where it was made here."""
    rows = Piece.objects.filter(brand=around.brand, content_key__in=[p.key for p in hits]).exclude(topic=None)
    return {row.content_key: row.topic for row in rows.select_related("topic") if row.topic}


def _topic(around: Around, past: history.Past, kind: dict[str, Any], before: Topic | None) -> Topic:
    """Return a topic of a piece: its persona and product are those of its own topic, else those that its title says."""
    title = kind["title"].format(title=_TAG.sub("", past.title).strip() or past.title)[: settings.limits()["title"]]
    product = (
        before.product_id if before else _said(around.products.values(), past.title, lambda p: [p.name, *p.aliases])
    )
    persona = before.persona_id if before else _said(around.personas.values(), past.title, lambda p: [p.name, *p.words])
    told = {"title": past.title, "day": past.day.isoformat(), "views": past.views, "share": past.share}
    return Topic(
        brand=around.brand,
        title=title,
        key=keys.of(title),
        pillar=before.pillar if before else "",
        mark=before.mark if before else "",
        persona=around.personas.get(persona),
        product=around.products.get(product),
        pain=before.pain if before else "",
        source=Topic.Source.HISTORY,
        origin={
            "template": kind["code"],
            "content": past.key,
            "account": past.account,
            "renews": told | {"peers": past.peers},
        },
        platforms=[past.platform],
        form=borrowing.form_of(past),
        evidence=[borrowing.evidence(past)],
    )


def _said(rows: Iterable[Any], title: str, words: Any) -> Any:
    """Return the key of the active row whose words a title says most, None where it says none."""
    counted = [(len(found(words(r), title)), r.pk) for r in rows if r.active]
    most = max((n for n, _pk in counted), default=0)
    return next(pk for n, pk in counted if n == most) if most else None
