"""Topics as the screens show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.content.models import Piece, Topic
from hongqiao.content.topics import words
from hongqiao.content.topics.evidence import LAUNCH, Around, moment
from hongqiao.methods import topics as method
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace.words import platform_name

FORMS, MARKS, STATES = dict(Piece.Form.choices), dict(Topic.Mark.choices), dict(Topic.State.choices)


def platforms(around: Around) -> list[tuple[str, str]]:
    """Return the platforms that topics are made for, by code and name."""
    return [(p, platform_name(p)) for p in around.rules["forms"] if p in PLATFORMS]


def url(brand: Any, topic: Topic) -> str:
    """Return the address of a topic's page."""
    return reverse("content_topic", args=[brand.slug, topic.pk])


def choices(around: Around) -> dict[str, Any]:
    """Return what the filters and forms offer."""
    return {
        "platforms": platforms(around),
        "pillars": [(p["code"], p["label"]) for p in around.pillars.values()],
        "personas": [(str(p.pk), p.name) for p in around.personas.values() if p.active],
        "persona_names": [(p.name, p.name) for p in around.personas.values() if p.active],
        "products": [(str(p.pk), p.name) for p in around.products.values() if p.active],
        "states": [("open", _("进行中")), *((k, _(v)) for k, v in Topic.State.choices)],
        "sources": [(k, _(v)) for k, v in Topic.Source.choices],
        "marks": [(k, _(v)) for k, v in Topic.Mark.choices],
        "forms": [(k, _(v)) for k, v in Piece.Form.choices],
    }


def verdict(around: Around, score: Any, gates: Iterable[Any]) -> dict[str, str]:
    """Return what a score comes to: pass, discuss, park, or gated."""
    code = "gated" if list(gates) else method.verdict(float(score or 0), around.rules["verdicts"])
    label, tone = words.VERDICTS[code]
    return {"code": code, "label": _(label), "tone": tone}


def node_words(around: Around, key: str) -> str:
    """Return a node as it is called, a launch with its day."""
    found = moment(key)
    if found is None:
        return ""
    label = _(found.label)
    return f"{label} {found.first:%m-%d}" if key.startswith(LAUNCH) else label


def row(around: Around, topic: Topic) -> dict[str, Any]:
    """Return one line of the library."""
    persona = around.personas.get(topic.persona_id)
    pillar = around.pillars.get(topic.pillar, {})
    return {
        "row": topic,
        "key": topic.key,
        "title": topic.title,
        "url": url(around.brand, topic),
        "score": topic.score,
        "verdict": verdict(around, topic.score, topic.gates),
        "state": _(STATES[topic.state]),
        "tone": words.STATES.get(topic.state, ""),
        "source": _(words.SOURCES[topic.source]),
        "platforms": "、".join(platform_name(p) for p in topic.platforms),
        "form": _(FORMS[topic.form]) if topic.form in FORMS else "",
        "persona": persona.name if persona else "",
        "pillar": pillar.get("label", ""),
        "mark": _(MARKS[topic.mark]) if topic.mark in MARKS else "",
        "node": node_words(around, topic.node),
        "gates": [words.gate(g) for g in topic.gates],
        "by_hand": any(p.get("by") for p in topic.parts.values()),
    }


def parts(around: Around, levels: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the parts of a score: weight, level, points, why. The points add up to the score."""
    whole = sum(w for w in around.weights.values() if w > 0) or 1
    shown = []
    for name in method.PARTS:
        part, weight = levels.get(name) or {}, around.weights.get(name, 0)
        level = int(part.get("level", 0))
        shown.append(
            {
                "code": name,
                "label": _(words.PARTS[name]),
                "weight": weight,
                "share": 100 * weight / whole,
                "level": level,
                "points": 100 * weight * level / 5 / whole,
                "why": words.why(part),
                "by_hand": bool(part.get("by")),
                "rule": part.get("rule"),
            }
        )
    return shown


#: the parts whose reasons a proposal shows at once: of a moment, and of a piece that is renewed
_TOLD = {False: ("relevance", "fit", "timing"), True: ("difference", "relevance", "fit")}


def proposal(around: Around, made: Any) -> dict[str, Any]:
    """Return a proposal as a line, with the reasons of its strongest parts."""
    t = made.topic
    product = around.products.get(t.product_id)
    return row(around, t) | {
        "known": made.known,
        "product": product.name if product else "",
        "reasons": [*words.renewed(t.origin), *(words.why(t.parts[k]) for k in _TOLD[bool(t.origin.get("renews"))])],
        "evidence": t.evidence,
        "parts": parts(around, t.parts),
    }


def whom(around: Around, topic: Topic) -> list[dict[str, Any]]:
    """Return how the topic would score for each persona: whom it is for, and whom it is not for."""
    shown = []
    for persona in (p for p in around.personas.values() if p.active):
        other = Topic(**{f: getattr(topic, f) for f in _SAID}, brand=around.brand, persona=persona)
        got, gates = around.score(other)
        shown.append(
            {
                "name": persona.name,
                "on": persona.pk == topic.persona_id,
                "score": got.total,
                "gates": [words.gate(g.as_json()) for g in gates],
                "why": words.why(got.parts["relevance"].as_json()),
                "verdict": verdict(around, got.total, gates),
            }
        )
    return sorted(shown, key=lambda w: (bool(w["gates"]), -w["score"]))


_SAID = (
    *("title", "pain", "claim", "evidence", "platforms", "form", "node", "hours", "hot_until", "pillar", "product_id"),
    *("source", "mark", "origin"),
)
