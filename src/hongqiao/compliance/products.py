"""What a draft claims of the brand's products, held against what each may claim by law and by its approved list. C2.

Whose claim a word is: where one product is named in the whole draft it is that one's; of several it is the last one
named before it, and then a block is only to be confirmed, for nobody can be sure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from hongqiao.book import queries as book
from hongqiao.book import shipped
from hongqiao.book.models import Claim, Product
from hongqiao.compliance import packs
from hongqiao.compliance.places import places, where
from hongqiao.methods import wording
from hongqiao.methods.craft import Draft, Found
from hongqiao.methods.craft.model import GRAVE
from hongqiao.methods.wording import Guard, Rules, Term
from hongqiao.workspace import figures
from hongqiao.workspace.models import Brand


@dataclass(frozen=True)
class Named:
    """A product named at a place."""

    product: Product
    place: str
    start: int
    end: int
    word: str


@dataclass
class _Desk:
    """A draft with what is known of the products it names."""

    draft: Draft
    day: date
    texts: dict[str, str]
    named: list[Named]
    allowed: dict[Any, list[Claim]]
    refused: list[tuple[Claim, str]]

    def whose(self, place: str, start: int) -> tuple[Product, bool]:
        """Return the product that a claim is made of, and whether that is sure."""
        order = list(self.texts)
        at = (order.index(place), start)
        before = [n for n in self.named if (order.index(n.place), n.start) <= at]
        product = (before[-1] if before else self.named[0]).product
        return product, len({n.product.pk for n in self.named}) == 1


def look(brand: Brand, draft: Draft, day: date | None = None) -> tuple[list[Found], frozenset[str]]:
    """Return what a draft says of the brand's products that it may not, or not without proof.

    And the claims in force of the products that it names: what the lists of words need not ask about.
    """
    texts = places(draft)
    rows = list(Product.objects.filter(brand=brand))
    named = _named(rows, texts)
    if not named:
        return [], frozenset()
    desk = _desk(draft, day or figures.calendar_day(brand), texts, named)
    names = tuple(sorted({w for p in rows for w in _names(p)}))
    hits = [*_refused(desk), *_claims(desk, names), *_values(desk), *_papers(desk)]
    return _once(hits), frozenset(claim.text for claims in desk.allowed.values() for claim in claims)


def _names(product: Product) -> list[str]:
    return [w for w in (product.name, *product.aliases) if len(w) > 1]


def _named(rows: Iterable[Product], texts: dict[str, str]) -> list[Named]:
    """Return where products are named, the longest name of overlapping ones."""
    by_name = {w.lower(): p for p in rows for w in reversed(_names(p))}
    return [Named(by_name[m[0].lower()], place, m.start(), m.end(), m[0]) for place, m in where(texts, by_name)]


def _desk(draft: Draft, day: date, texts: dict[str, str], named: list[Named]) -> _Desk:
    products = {n.product.pk: n.product for n in named}
    allowed: dict[Any, list[Claim]] = defaultdict(list)
    refused = []
    for claims in book.claims_of(list(products.values())).values():
        for claim in claims:
            if why := book.why_not(claim, day):
                refused.append((claim, why))
            else:
                allowed[claim.product_id].append(claim)
    return _Desk(draft, day, texts, named, allowed, refused)


def _refused(desk: _Desk) -> Iterator[Found]:
    """Claims of the book that are made although they are not in force. Of a filing its product is told."""
    levels: dict[str, Any] = {"expired": "block", "pending": "hold"}
    for claim, why in desk.refused:
        if why not in levels or any(claim.text in c.text for c in desk.allowed[claim.product_id]):
            continue
        said = re.compile(r"\s*".join(re.escape(c) for c in re.sub(r"\s+", "", claim.text)), re.I)
        for place, text in desk.texts.items():
            for m in said.finditer(text):
                product, _sure = desk.whose(place, m.start())
                if product.pk == claim.product_id and not _in_name(desk, place, m):
                    more = {"product": product.name, "until": str(claim.until or "")}
                    rule = f"products.{why}"
                    yield Found(rule, levels[why], place, *m.span(), word=m[0], params=more, basis="cosmetic_22")


def _in_name(desk: _Desk, place: str, m: re.Match[str]) -> bool:
    return any(n.place == place and n.start <= m.start() and m.end() <= n.end for n in desk.named)


def _claims(desk: _Desk, names: tuple[str, ...]) -> Iterator[Found]:
    """Effects that the law keeps for other kinds of products, or that no approved claim of this one has."""
    rules, groups = _rules(names), {g["code"]: g for g in packs.product_rules()["groups"]}
    for place, text in desk.texts.items():
        for hit in wording.check(text, rules):
            product, sure = desk.whose(place, hit.start)
            code, _at, family = hit.rule.partition("@")
            group = groups[code]
            level = group["kinds"].get(product.kind)
            if level is None or family in _families(tuple(c.text for c in desk.allowed[product.pk])):
                continue
            least: Any = max(level, hit.level, "block" if sure else "warn", key=lambda one: GRAVE[one])
            more = {"product": product.name, "kind": product.kind}
            yield Found(
                code, least, place, hit.start, hit.end, hit.word, more, group["basis"], hit.replacement,
                heuristic=not sure,
            )  # fmt: skip


def _values(desk: _Desk) -> Iterator[Found]:
    """Printed values (SPF, PA) that no approved claim has."""
    for value in packs.product_rules()["values"]:
        pattern = re.compile(value["pattern"], re.I)
        for place, text in desk.texts.items():
            for m in pattern.finditer(text):
                product, sure = desk.whose(place, m.start())
                level = value["kinds"].get(product.kind)
                approved = {_bare(v) for c in desk.allowed[product.pk] for v in pattern.findall(c.text)}
                if level is None or _bare(m[0]) in approved or _in_name(desk, place, m):
                    continue
                more = {"product": product.name, "kind": product.kind}
                least: Any = level if sure else "warn"
                instead = next((v for c in desk.allowed[product.pk] for v in pattern.findall(c.text)), "")
                yield Found(
                    value["code"], least, place, *m.span(), m[0], more, value["basis"], instead, heuristic=not sure
                )


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text).upper()


def _papers(desk: _Desk) -> Iterator[Found]:
    """Numbers that are missing or past their day, and what an advertisement of a health food has to say."""
    advert = desk.draft.commercial != "none"
    first = {n.product.pk: n for n in reversed(desk.named)}
    for named in first.values():
        product, about = named.product, {"product": named.product.name}
        at: dict[str, Any] = {"place": named.place, "start": named.start, "end": named.end, "word": named.word}
        over = product.filing_until is not None and product.filing_until < desk.day
        if not product.active:
            yield Found("products.ended", "warn", **at, params=about, basis="own")
        if over or (not product.filing and shipped.kinds()[product.kind].get("needs")):
            level: Any = "block" if over or advert else "warn"
            more = about | {"until": str(product.filing_until or "")}
            yield Found("products.filing", level, **at, params=more, basis=_filed_under(product.kind))
        if product.kind == Product.Kind.HEALTH_FOOD and advert and not _says_not_medicine(desk):
            yield Found("products.not_medicine", "block", **at, params=about, basis="ad_18")


def _says_not_medicine(desk: _Desk) -> bool:
    pattern = packs.product_rules()["not_medicine"]
    return any(re.search(pattern, text) for text in desk.texts.values())


def _filed_under(kind: str) -> str:
    return {"health_food": "food_78", "device": "ad_46", "drug": "ad_46", "disinfectant": "own"}.get(
        kind, "cosmetic_16"
    )


@lru_cache(maxsize=64)
def _rules(names: tuple[str, ...] = ()) -> Rules:
    """Return the compiled words of every family; in the names of products nothing is claimed."""
    terms = [
        Term(f"{g['code']}@{family}", g["group"], "block", g["basis"], "", word=word, exceptions=tuple(g["exceptions"]))
        for g in packs.product_rules()["groups"]
        for family, words in g["families"].items()
        for word in words
    ]
    guards: list[Guard] = packs.compiled_guards()
    return wording.compiled(terms, guards, safe=names)


@lru_cache(maxsize=256)
def _families(claims: tuple[str, ...]) -> frozenset[str]:
    """Return the families of effects that approved claims cover."""
    words = [(family, w) for g in packs.product_rules()["groups"] for family, ws in g["families"].items() for w in ws]
    return frozenset(family for family, w in words if any(w in claim for claim in claims))


def _once(hits: list[Found]) -> list[Found]:
    """Of several at one place the gravest stays: what is said of a claim twice helps nobody."""
    kept: list[Found] = []
    for one in sorted(hits, key=lambda f: GRAVE[f.level]):
        if not any(
            k.place == one.place and k.start < one.end and one.start < k.end and k.word == one.word for k in kept
        ):
            kept.append(one)
    return sorted(kept, key=lambda f: (f.place, f.start))
