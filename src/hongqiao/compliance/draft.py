"""A draft held against words, law, craft and limits, all as one kind of thing found (C2, C2a, C2b).

`check` finds; `holds` says whether the draft may go on; `summary` counts. What a reviewer let stand comes back as
`info` with `let` in its params: an exemption for a word of law, a waiver for what was held. Nothing is kept here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any, cast
from uuid import UUID

from hongqiao.compliance import packs, products, queries, voice
from hongqiao.compliance.craft import rules
from hongqiao.compliance.models import Exemption, Waiver
from hongqiao.compliance.places import places
from hongqiao.methods import craft, similarity, wording
from hongqiao.methods.craft import Draft, Found
from hongqiao.methods.craft.model import GRAVE, Level
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace.models import Brand

HOLDING = ("block", "hold")


def check(
    brand: Brand,
    draft: Draft,
    *,
    own_posts: Sequence[str] = (),
    day: date | None = None,
    solemn: str = "",
    industry: str | None = None,
    brief: Mapping[str, Any] | None = None,
) -> list[Found]:
    """Return what is found in a draft, the graver first, then by place.

    `own_posts`: texts of the account's posts of late, held against near-copies. `day`: when it is to go out, and
    `solemn` the name of that day where it is a solemn one. `industry`: whose rules of law count, the brand's own where
    None. `brief`: what its piece was asked for (must, avoid).
    """
    of_products, approved = products.look(brand, draft, day)
    law = _law(brand, draft, industry, approved)
    book = [*of_products, *voice.found(brand, draft, brief)]
    return standing(brand, once([*book, *law, *_craft(brand, draft, own_posts, solemn)]))


def mark(brand: Brand) -> str:
    """Return what the rules are called that a draft is held against today: words of law, own words, craft."""
    return f"{queries.mark_of(brand)}/{rules.version(brand)}"


def beside_law(brand: Brand, draft: Draft) -> tuple[list[Found], frozenset[str]]:
    """Return what is found in a draft besides the words of law: products, voice, craft, limits and labels.

    And the claims in force of the products it names, for `proved`.
    """
    of_products, approved = products.look(brand, draft)
    return once([*of_products, *voice.found(brand, draft), *_craft(brand, draft)]), approved


def once(found: Sequence[Found]) -> list[Found]:
    """Of several things found on the same words keep the gravest, the first of equals: one thing is said once."""
    kept: dict[tuple[str, int, int] | int, Found] = {}
    for i, one in enumerate(found):
        key = (one.place, one.start, one.end) if one.end > one.start and not one.heuristic else i
        if key not in kept or GRAVE[one.level] < GRAVE[kept[key].level]:
            kept[key] = one
    return list(kept.values())


def standing(brand: Brand, found: Iterable[Found]) -> list[Found]:
    """Return things found as they stand today: what a reviewer waived is only told; the graver first."""
    return standing_of(brand.pk, {brand.pk: list(found)})[brand.pk]


def standing_of(brand_id: UUID, several: Mapping[UUID, Sequence[Found]]) -> dict[UUID, list[Found]]:
    """Return things found of several drafts of one brand as they stand today, in one question."""
    held = {mark_of(f) for found in several.values() for f in found if f.level == "hold"}
    waivers = queries.waivers(brand_id, held)

    def now(one: Found) -> Found:
        let = waivers.get(mark_of(one)) if one.level == "hold" else None
        return _let(one, let) if let else one

    return {key: sorted(map(now, found), key=_order) for key, found in several.items()}


def _order(f: Found) -> tuple[int, bool, str, int]:
    return GRAVE[f.level], f.place != "title", f.place, f.start


def holds(found: Sequence[Found]) -> bool:
    """Whether a draft may not go on as it is."""
    return any(f.level in HOLDING for f in found)


def summary(found: Sequence[Found]) -> dict[str, int]:
    """Return how many things hold a draft, are to be confirmed, are only told, and were let stand."""
    let = sum("let" in f.params for f in found)
    return {
        "holds": sum(f.level in HOLDING for f in found),
        "warns": sum(f.level == "warn" for f in found),
        "infos": sum(f.level == "info" for f in found) - let,
        "let": let,
    }


def kept(found: Iterable[Found]) -> list[dict[str, Any]]:
    """Return things found as plain data to keep; `read` makes them again."""
    return [{**asdict(f), "params": dict(f.params)} for f in found]


def read(rows: Iterable[Mapping[str, Any]]) -> list[Found]:
    """Return things found that were kept."""
    return [Found(**row) for row in rows]


def joined(draft: Draft) -> tuple[list[tuple[str, int]], str]:
    """Return a draft's places, each with where it begins in the whole, and the whole: a line or more a place."""
    parts = [(place, text) for place, text in places(draft).items() if text.strip()]
    starts, at = [], 0
    for place, text in parts:
        starts.append((place, at))
        at += len(text) + 1
    return starts, "\n".join(text for _, text in parts)


def _law(brand: Brand, draft: Draft, industry: str | None, approved: Collection[str]) -> Iterator[Found]:
    """Yield the hits of wording: all places are read as one text, and each hit is put back where it stands.

    A claim that needs proof is not asked about again where the book has it, approved, for a product that is named.
    """
    starts, whole = joined(draft)
    begins = [at for _, at in starts]
    trade = queries.industry_of(brand) if industry is None else industry
    compiled, _mark = queries.rules_for(brand, draft.platform, trade)
    hits = wording.check(whole, compiled)
    exemptions = queries.in_force(brand.pk, {h.word for h in hits})
    for hit in hits:
        if proved(hit.group, hit.level, hit.word, approved):
            continue
        place, at = starts[bisect_right(begins, hit.start) - 1]
        sentence = queries.digest_of(wording.sentence(whole, hit.start, hit.end))
        found = _of_hit(hit, place, at)
        told = {"rule": hit.rule, "word": hit.word, "sentence": sentence}
        let = next((e for e in exemptions if queries.covers(e, told)), None)
        yield _let(found, let) if let else found


def proved(group: str, level: str, word: str, approved: Collection[str]) -> bool:
    """Whether a hit only asks for a registration or proof that the book already holds."""
    return level == "warn" and group in ("cosmetic_claim", "food_claim") and any(word in claim for claim in approved)


def _of_hit(hit: wording.Hit, place: str, start: int) -> Found:
    params = {"disguised": True} if hit.disguised else {}
    at = (hit.start - start, hit.end - start, hit.word)
    return Found(f"law.{hit.rule}", cast(Level, hit.level), place, *at, params, hit.basis, hit.replacement)


def _let(found: Found, by: Exemption | Waiver) -> Found:
    why = packs.exemption_kinds().get(by.kind, "") if isinstance(by, Exemption) else ""
    reason = by.evidence if isinstance(by, Exemption) else by.reason
    told = {"let": str(by.pk), "let_why": why, "let_reason": reason, "let_by": str(by.by), "was": found.level}
    return replace(found, level="info", params={**found.params, **told})


def _craft(brand: Brand, draft: Draft, own_posts: Sequence[str] = (), solemn: str = "") -> Iterator[Found]:
    """Yield what craft, limits and labels say, each at the level that the brand gives its rule."""
    platform = PLATFORMS.get(draft.platform)
    know = rules.know(brand)
    limits: Mapping[str, Any] = platform.limits if platform else {}
    found = [*craft.check(draft, know, limits), *_house(draft, know, own_posts, solemn)]
    yield from (
        replace(f, level=level, basis=rules.rules()[f.rule]["basis"])
        for f in found
        if (level := _level(brand, draft, f))
    )


def _level(brand: Brand, draft: Draft, found: Found) -> Level | None:
    level = rules.level(brand, found.rule)
    on = level != rules.OFF and rules.asked(found.rule, draft.platform, draft.form)
    return cast(Level, level) if on else None


def mark_of(found: Found) -> str:
    """Return what a waiver is bound to: this rule, on exactly these words."""
    return queries.digest_of(f"{found.rule}|{found.word or found.place}")


def _house(draft: Draft, know: craft.Know, own_posts: Sequence[str], solemn: str) -> Iterator[Found]:
    """Yield what only the house can tell: the day it goes out, and what the account has already said."""
    if solemn:
        yield Found("craft.solemn_day", "warn", "day", word=solemn, params={"day": solemn})
    text = draft.text or "\n".join(s.line for s in draft.shots)
    near = similarity.nearest(text, own_posts, know.thresholds["duplicate_likeness"])
    if near:
        params = {"percent": round(near[1] * 100), "earlier": own_posts[near[0]][:30], "index": near[0]}
        yield Found("craft.duplicate", "warn", "text", params=params, heuristic=True)
