"""What a draft may be made of: the brief, the topic, and what the brand book says. Nothing else is a fact."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from hongqiao.book import queries as book
from hongqiao.book.models import Book, Claim, Persona, Product
from hongqiao.compliance.voice import phrases
from hongqiao.content.models import Piece
from hongqiao.content.production.services.kit import BRIEF
from hongqiao.workspace.figures import calendar_day


@dataclass(frozen=True)
class Material:
    """The material of one piece; lists in the order in which they are used."""

    piece: Piece
    book: Book
    persona: Persona | None
    product: Product | None
    claims: tuple[Claim, ...]
    brief: dict[str, str]
    evidence: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)

    def source(self) -> str:
        """Return all of it as one text: a figure that is not in it was invented."""
        row, person, product = self.book, self.persona, self.product
        said = [self.piece.title, *self.brief.values(), *self.evidence, row.positioning, row.promise]
        if self.piece.topic:
            said += [self.piece.topic.title, self.piece.topic.pain, self.piece.topic.claim]
        if person:
            said += [person.name, person.who, *person.scenes, *person.needs, *person.words]
        if product:
            said += [product.name, product.filing, product.url, *product.facts, *product.aliases]
        said += [t for c in self.claims for t in (c.text, c.proof)]
        return "\n".join(t for t in said if t)


def of(piece: Piece) -> Material:
    """Gather the material of a piece: persona and product are the topic's, or those that its brief names."""
    kept = piece.brief or {}  # PostgreSQL keeps no order of keys: the form's is the one that is told
    brief = {k: str(kept[k]) for k in BRIEF if str(kept.get(k, "")).strip()}
    told = "\n".join([piece.title, *brief.values()])
    brand, topic = piece.brand, piece.topic
    people, products = book.personas(brand), book.products(brand)
    persona = (topic.persona if topic else None) or _named(people, told, lambda p: [p.name])
    product = (topic.product if topic else None) or _named(products, told, lambda p: [p.name, *p.aliases])
    claims = tuple(
        c for c in book.claims_in_force(brand, calendar_day(brand)) if product and c.product_id == product.pk
    )
    evidence = tuple(str(e.get("text") or "") for e in (topic.evidence if topic else []) if e.get("text"))
    made = Material(piece, book.book_of(brand), persona, product, claims, brief, evidence)
    return replace(made, values=_values(made))


def _named(rows: list[Any], told: str, names: Any) -> Any:
    """Return the row that a text names, None where it names none or several."""
    found = [r for r in rows if any(n and n in told for n in names(r))]
    return found[0] if len(found) == 1 else None


def _values(m: Material) -> dict[str, str]:
    """Return {name}: what a structure is filled with; what is not known is left out."""
    topic, person, product = m.piece.topic, m.persona, m.product
    called = {product.name, *product.aliases} if product else set()
    facts = [f for f in (*phrases(m.brief.get("facts")), *(product.facts if product else ())) if f not in called]
    proofs = [*phrases(m.brief.get("proof")), *m.evidence, *[c.proof for c in m.claims if c.proof]]
    claims = [c.text for c in m.claims]
    scenes, needs, words = (person.scenes, person.needs, person.words) if person else ([], [], [])
    found: dict[str, str] = {
        "message": m.brief.get("message") or (topic.claim if topic else ""),
        "audience": (person.name if person else "") or m.brief.get("audience", ""),
        "who": (person.who if person else "") or m.brief.get("audience", ""),
        "product": product.name if product else "",
        "cta": m.brief.get("cta", ""),
        "self": m.book.first_person or m.piece.brand.name.split("（")[0],
        "promise": m.book.promise,
    }
    found |= _numbered("fact", facts) | _numbered("proof", proofs) | _numbered("claim", claims)
    found |= (
        _numbered("scene", scenes) | _numbered("word", words) | _numbered("need", [topic.pain if topic else "", *needs])
    )
    return {k: " ".join(v.split()).rstrip("。；;") for k, v in found.items() if v.strip()}


def _numbered(name: str, values: list[str]) -> dict[str, str]:
    kept = list(dict.fromkeys(v for v in values if v.strip()))[:3]
    return {name if n == 0 else f"{name}{n + 1}": v for n, v in enumerate(kept)}
