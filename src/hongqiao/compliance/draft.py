"""A draft held against words, law, craft and limits, all as one kind of thing found (C2, C2a, C2b).

`check` finds; `holds` says whether the draft may go on; `summary` counts. What a reviewer let stand comes back as
`info` with `let` in its params: an exemption for a word of law, a waiver for what was held. Nothing is kept here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from hongqiao.compliance import packs, queries
from hongqiao.compliance.craft import rules
from hongqiao.compliance.models import Exemption, Waiver
from hongqiao.methods import craft, similarity, wording
from hongqiao.methods.craft import Draft, Found
from hongqiao.methods.craft.model import Level
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace.models import Brand

HOLDING = ("block", "hold")
GRAVE = {"block": 0, "hold": 1, "warn": 2, "info": 3}


def check(
    brand: Brand, draft: Draft, *, own_posts: Sequence[str] = (), day: str | None = None, industry: str | None = None
) -> list[Found]:
    """Return what is found in a draft, the graver first, then by place.

    `own_posts`: texts of the account's posts of late, held against near-copies. `day`: the name of the solemn day
    that it is to go out on, if it is one. `industry`: whose rules of law count, the brand's own where None.
    """
    found = [*_law(brand, draft, industry), *_craft(brand, draft, own_posts, day)]
    return sorted(found, key=lambda f: (GRAVE[f.level], f.place != "title", f.place, f.start))


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


def places(draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield every text of a draft that readers see or hear, with its place."""
    yield "title", draft.title
    yield "digest", draft.digest
    yield "text", draft.text
    for i, tag in enumerate(draft.tags):
        yield f"tags.{i}", tag
    for i, shot in enumerate(draft.shots):
        yield f"shots.{i}.line", shot.line
        if shot.subtitle.strip() and shot.subtitle != shot.line:
            yield f"shots.{i}.subtitle", shot.subtitle


def _law(brand: Brand, draft: Draft, industry: str | None) -> Iterator[Found]:
    """Yield the hits of wording: all places are read as one text, and each hit is put back where it stands."""
    parts = [(place, text) for place, text in places(draft) if text.strip()]
    whole = "\n".join(text for _, text in parts)
    starts, at = [], 0
    for _place, text in parts:
        starts.append(at)
        at += len(text) + 1
    trade = queries.industry_of(brand) if industry is None else industry
    compiled, _mark = queries.rules_for(brand, draft.platform, trade)
    hits = wording.check(whole, compiled)
    exemptions = queries.in_force(brand.pk, {h.word for h in hits})
    for hit in hits:
        i = bisect_right(starts, hit.start) - 1
        sentence = queries.digest_of(wording.sentence(whole, hit.start, hit.end))
        found = _of_hit(hit, parts[i][0], starts[i])
        told = {"rule": hit.rule, "word": hit.word, "sentence": sentence}
        let = next((e for e in exemptions if queries.covers(e, told)), None)
        yield _let(found, let) if let else found


def _of_hit(hit: wording.Hit, place: str, start: int) -> Found:
    params = {"disguised": True} if hit.disguised else {}
    at = (hit.start - start, hit.end - start, hit.word)
    return Found(f"law.{hit.rule}", cast(Level, hit.level), place, *at, params, hit.basis, hit.replacement)


def _let(found: Found, by: Exemption | Waiver) -> Found:
    why = packs.exemption_kinds().get(by.kind, "") if isinstance(by, Exemption) else ""
    reason = by.evidence if isinstance(by, Exemption) else by.reason
    told = {"let": str(by.pk), "let_why": why, "let_reason": reason, "let_by": str(by.by), "was": found.level}
    return replace(found, level="info", params={**found.params, **told})


def _craft(brand: Brand, draft: Draft, own_posts: Sequence[str], day: str | None) -> Iterator[Found]:
    platform = PLATFORMS.get(draft.platform)
    know = rules.know(brand)
    limits: Mapping[str, Any] = platform.limits if platform else {}
    found = [*craft.check(draft, know, limits), *_house(draft, know, own_posts, day)]
    mine = [
        replace(f, level=level, basis=rules.rules()[f.rule]["basis"])
        for f in found
        if (level := _level(brand, draft, f))
    ]
    waivers = queries.waivers(brand.pk, {mark_of(f) for f in mine if f.level == "hold"})
    for f in mine:
        let = waivers.get(mark_of(f)) if f.level == "hold" else None
        yield _let(f, let) if let else f


def _level(brand: Brand, draft: Draft, found: Found) -> Level | None:
    level = rules.level(brand, found.rule)
    on = level != rules.OFF and rules.asked(found.rule, draft.platform, draft.form)
    return cast(Level, level) if on else None


def mark_of(found: Found) -> str:
    """Return what a waiver is bound to: this rule, on exactly these words."""
    return queries.digest_of(f"{found.rule}|{found.word or found.place}")


def _house(draft: Draft, know: craft.Know, own_posts: Sequence[str], day: str | None) -> Iterator[Found]:
    """Yield what only the house can tell: the day it goes out, and what the account has already said."""
    if day:
        yield Found("craft.solemn_day", "warn", "day", word=day, params={"day": day})
    text = draft.text or "\n".join(s.line for s in draft.shots)
    near = similarity.nearest(text, own_posts, know.thresholds["duplicate_likeness"])
    if near:
        params = {"percent": round(near[1] * 100), "earlier": own_posts[near[0]][:30], "index": near[0]}
        yield Found("craft.duplicate", "warn", "text", params=params, heuristic=True)
