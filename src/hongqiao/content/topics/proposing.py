"""Topics proposed from a moment × a persona's need × a product × what a platform's readers take. C1a, C1b.

The templates are data (knowledge/content/ideas.json). What is proposed is scored like any other topic, and kept only
where a person takes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from hongqiao.book.models import Persona, Product
from hongqiao.content.models import DeclinedIdea, Topic
from hongqiao.content.topics import keys, renewing, settings
from hongqiao.content.topics.evidence import LAUNCH, Around, moment
from hongqiao.errors import NotFound
from hongqiao.knowledge import nodes
from hongqiao.methods.topics import Gate, Score

RENEW = "renew"  # the "node" of own pieces that took off, made anew or gone on with


@dataclass(frozen=True)
class Asked:
    """What is asked for. `node`: a node's key, launch:2026-09-10, renew for own pieces that took off, or "" for all
    that are prepared or on that day."""

    platform: str
    persona: UUID | None = None
    product: UUID | None = None
    node: str = ""
    pillar: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Proposed:
    """An unkept topic with its score, what forbids it, and whether the library has it already."""

    topic: Topic
    score: Score
    gates: list[Gate]
    known: bool

    @property
    def key(self) -> str:
        return self.topic.key


def propose(around: Around, asked: Asked) -> list[Proposed]:
    """Return what may be proposed, best first; what something forbids comes last, with its reason."""
    made: dict[str, Topic] = {}
    for topic in _drafts(around, asked):
        made.setdefault(topic.key, topic)
    for key in declined_keys(around):
        made.pop(key, None)
    drafts = list(made.values())[: settings.limits()["propose"]]
    known = set(Topic.objects.filter(brand=around.brand, key__in=made).values_list("key", flat=True))
    rows = [_scored(around, t, t.key in known) for t in drafts]
    rows.sort(key=lambda p: (bool(p.gates), -p.score.total, -_weight(p), p.topic.title))
    return list({_twin(p.topic): p for p in reversed(rows)}.values())[::-1]


def chosen(around: Around, asked: Asked, keys: Sequence[str]) -> list[Proposed]:
    """Return the proposals of these keys. Raises NotFound where one is not proposed."""
    made = {p.key: p for p in propose(around, asked)}
    if set(keys) - set(made):
        raise NotFound()
    return [made[key] for key in dict.fromkeys(keys)]


def declined_keys(around: Around) -> set[str]:
    """Return the keys of ideas that somebody declined within the days that they stay away."""
    rows = DeclinedIdea.objects.filter(brand=around.brand, created_at__gte=around.declined_since)
    return set(rows.values_list("key", flat=True))


def _twin(topic: Topic) -> tuple[Any, ...]:
    """Return what two proposals share that differ in a word only: the better one is enough."""
    return topic.origin["template"], topic.origin.get("content"), topic.node, topic.persona_id, topic.product_id


def _scored(around: Around, topic: Topic, known: bool) -> Proposed:
    """Return a draft with its score, which stands in the topic too, as a kept one has it."""
    score, gates = around.score(topic)
    topic.score, topic.gates = score.total, [g.as_json() for g in gates]
    topic.parts = {k: p.as_json() for k, p in score.parts.items()}
    return Proposed(topic, score, gates, known)


def _weight(made: Proposed) -> int:
    """Return how often what a topic speaks of is asked for: what decides between two of the same score."""
    return int(made.score.parts["relevance"].params["mentions"])


def _drafts(around: Around, asked: Asked) -> Iterator[Topic]:
    if asked.node == RENEW:
        yield from renewing.drafts(around, asked.platform, asked.persona, asked.product)
        return
    people = _meant(around, asked)
    goods = [p for p in around.products.values() if p.active and asked.product in (None, p.pk)]
    for node, kind in _moments(around, asked):
        for template in settings.shipped("ideas")["templates"]:
            if not _fits(template, around, asked, kind):
                continue
            for persona in people:
                yield from _filled(around, asked, template, node, persona, goods)


def _meant(around: Around, asked: Asked) -> list[Persona]:
    """Return whom topics are made for: the persona asked for, else those who are on the platform.

    For anybody else the gate forbids the topic at once, so they come only where nobody is there: then it says why.
    A persona who names no platform is everywhere.
    """
    active = [p for p in around.personas.values() if p.active and asked.persona in (None, p.pk)]
    there = [p for p in active if not p.platforms or asked.platform in p.platforms]
    return active if asked.persona else there or active


def _moments(around: Around, asked: Asked) -> list[tuple[str, str]]:
    """Return (node's key, kind): the one asked for, else all that are being prepared or on that day."""
    if asked.mark:
        return [("", "gap")]
    if asked.node:
        node = nodes.find(asked.node)
        return [(asked.node, LAUNCH if asked.node.startswith(f"{LAUNCH}:") else node.kind if node else "")]
    near = nodes.ahead(around.today, around.rules["rules"]["soon_days"])
    return [(n.key, n.kind) for n in near if n.prep <= around.today and not n.solemn]


def _fits(template: Mapping[str, Any], around: Around, asked: Asked, kind: str) -> bool:
    trades = template["industries"]
    return (
        asked.platform in template["platforms"]
        and kind in template["moments"]
        and (not asked.mark or template["mark"] == asked.mark)
        and (not trades or any(t in around.brand.industry for t in trades))
    )


def _filled(
    around: Around, asked: Asked, template: Mapping[str, Any], key: str, persona: Persona, goods: Sequence[Product]
) -> Iterator[Topic]:
    """Yield a template filled for a persona: with the products that belong to its theme where it wants one."""
    node = moment(key)
    themes = _themes(around, node.words if node else (), persona, goods, launch=template["moments"] == [LAUNCH])
    wants = template["wants"]
    people = _people(around, persona, node.words if node else ())
    for theme, product in themes:
        if ("product" in wants and product is None) or ("theme" in wants and not theme):
            continue
        if "people" in wants and not people:
            continue
        words = {
            "season": _season(around.today),
            "people": people,
            "theme": theme,
            "scene": _scene(persona, around.today),
            "need": _need(persona, theme),
            "product": product.name if product else "",
            "node": node.label if node else "",
        }
        yield _topic(around, asked, template, key, persona, product, words)


def _topic(
    around: Around,
    asked: Asked,
    template: Mapping[str, Any],
    key: str,
    persona: Persona,
    product: Product | None,
    words: Mapping[str, str],
) -> Topic:
    title = template["title"].format(**words)[: settings.limits()["title"]]
    forms = around.rules["forms"].get(asked.platform, ["note"])
    return Topic(
        brand=around.brand,
        title=title,
        key=keys.of(title),
        pillar=asked.pillar or (template["pillar"] if template["pillar"] in around.pillars else ""),
        mark=template["mark"],
        persona=persona,
        product=product,
        pain=words["need"][:200],
        source=Topic.Source.GAP if asked.mark else Topic.Source.NODE,
        origin={"template": template["code"], "node": key},
        platforms=[asked.platform],
        form=template["form"] or forms[0],
        node=key,
        hours=template["hours"],
    )


def _themes(
    around: Around, words: Sequence[str], persona: Persona, goods: Sequence[Product], *, launch: bool
) -> list[tuple[str, Product | None]]:
    """Return what a topic may be about: a word of the node that a product answers and the persona says or needs.

    A node of which no persona and no product speaks (双12: “年终”, “好价”) is about no theme: then about the products
    that answer the persona.
    """
    if launch or not words:
        return [("", p) for p in goods] or [("", None)]
    if not _spoken(around, words):
        said = [str(w) for w in (*persona.words, *persona.needs)]
        return [("", p) for p in goods if any(w in _says(around, p) for w in said)] or [("", None)]
    theirs = _theirs(persona)
    people = set(around.rules["cues"]["people"])
    wanted = [w for w in words if w not in people and w in theirs]
    pairs: list[tuple[str, Product | None]] = [(w, p) for w in wanted for p in goods if w in _says(around, p)]
    answered = {w for w, _p in pairs}
    return pairs + [(w, None) for w in wanted if w not in answered]


def _theirs(persona: Persona) -> str:
    """Return all that a persona says, needs and does."""
    return "\n".join(map(str, [*persona.words, *persona.needs, *persona.scenes]))


def _spoken(around: Around, words: Sequence[str]) -> bool:
    """Whether a persona or a product of the brand speaks of any of a node's words."""
    told = [_theirs(p) for p in around.personas.values() if p.active]
    told += [_says(around, p) for p in around.products.values() if p.active]
    return any(w in text for w in words for text in told)


def _says(around: Around, product: Product) -> str:
    """Return what a product answers: its names and the claims in force. What it cannot claim it cannot answer."""
    return "\n".join([product.name, *product.aliases, *(c.text for c in around.claims if c.product_id == product.pk)])


def _people(around: Around, persona: Persona, words: Sequence[str]) -> str:
    """Return whom the title names: a word of people that the persona says and the node knows, else its own, else it."""
    cues = around.rules["cues"]["people"]
    said = [w for w in cues if w in persona.words]
    known = [w for w in said if w in words]
    return (known or said or [persona.name])[0]


def _scene(persona: Persona, day: date) -> str:
    """Return a scene of the persona that is not another season's."""
    others = [s[0] for s in settings.shipped("ideas")["seasons"] if s != _season(day)]
    fitting = [str(s) for s in persona.scenes if not any(o in str(s) for o in others)]
    return (fitting or [str(s) for s in persona.scenes] or [persona.name])[0]


def _need(persona: Persona, theme: str) -> str:
    needs = [str(n) for n in persona.needs]
    return next((n for n in needs if theme and theme in n), needs[0] if needs else theme or persona.name)


def _season(day: date) -> str:
    return next(s for s, months in settings.shipped("ideas")["seasons"].items() if day.month in months)
