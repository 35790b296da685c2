"""Reads of checking: checks, own words, exemptions, and what a check comes to today."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from hongqiao.compliance import packs
from hongqiao.compliance.models import Check, Exemption, Waiver, Word
from hongqiao.methods.wording import Rules, Term
from hongqiao.workspace.models import Brand, BrandedQuerySet, Member

SEE, REVIEW = "content.view", "content.review"


@dataclass(frozen=True)
class Line:
    """One hit of a check with the exemption that lets it stand, if there is one."""

    hit: dict[str, Any]
    exemption: Exemption | None

    @property
    def holds(self) -> bool:
        """Whether the text may not go out because of it."""
        return self.hit["level"] == Word.Level.BLOCK and self.exemption is None


def checks(member: Member) -> BrandedQuerySet:
    """Return the checks of the brand, newest first."""
    return cast(BrandedQuerySet, Check.objects.for_member(member, SEE).select_related("by__user").order_by("-id"))


def words(member: Member) -> BrandedQuerySet:
    """Return the brand's own words."""
    return cast(BrandedQuerySet, Word.objects.for_member(member, SEE).select_related("by__user").order_by("text", "id"))


def exemptions(member: Member) -> BrandedQuerySet:
    """Return what reviewers let stand, newest first, what has ended too."""
    found = Exemption.objects.for_member(member, SEE).select_related("by__user", "made_at").order_by("-id")
    return cast(BrandedQuerySet, found)


def rules_for(brand: Brand, platform: str, industry: str) -> tuple[Rules, str]:
    """Return the compiled rules with the brand's own words, and what to call them."""
    own = _own(brand)
    terms = tuple(_term(w) for w in own if w.level)
    allowed = tuple(w.text for w in own if not w.level)
    return packs.rule_set(platform, industry, terms, allowed), _mark(own)


def mark_of(brand: Brand) -> str:
    """Return what the rules are called today: the shipped version, and what the brand's own words come to."""
    return _mark(_own(brand))


def _own(brand: Brand) -> list[Word]:
    return list(Word.objects.filter(brand=brand).order_by("text"))


def _mark(own: list[Word]) -> str:
    mark = hashlib.sha256("\n".join(f"{w.text}|{w.level}|{w.instead}" for w in own).encode()).hexdigest()[:6]
    return f"{packs.version()}+{mark}" if own else packs.version()


def _term(w: Word) -> Term:
    return Term("own", "own", w.level, "own", w.instead, word=w.text, unguarded=True)


def lines(check: Check) -> list[Line]:
    """Return the hits of a check with what exempts them today."""
    return lines_of([check])[check.pk]


def lines_of(checks: Sequence[Check]) -> dict[UUID, list[Line]]:
    """Return check → its hits with what exempts them today, for checks of one brand, in one question."""
    if not checks:
        return {}
    held = in_force(checks[0].brand_id, {h["word"] for c in checks for h in c.hits})
    return {c.pk: [Line(h, next((e for e in held if covers(e, h)), None)) for h in c.hits] for c in checks}


def held(found: Iterable[Line]) -> bool:
    """Whether the text may not go out as it is."""
    return any(line.holds for line in found)


def in_force(brand_id: UUID, written: set[str]) -> list[Exemption]:
    """Return the exemptions of a brand that hold today for any of these words."""
    if not written:
        return []
    today = timezone.localdate()
    found = Exemption.objects.filter(brand_id=brand_id, word__in=written, ended_at=None)
    return list(found.filter(Q(until=None) | Q(until__gte=today)).select_related("by__user").order_by("-id"))


def covers(e: Exemption, hit: dict[str, Any]) -> bool:
    """Whether an exemption is for this hit: its rule, its word, its sentence or all sentences."""
    return bool(e.rule == hit["rule"] and e.word == hit["word"] and e.sentence in ("", hit["sentence"]))


def waivers(brand_id: UUID, marks: set[str]) -> dict[str, Waiver]:
    """Return the waivers of a brand that hold today, by what they are bound to."""
    if not marks:
        return {}
    rows = cast(BrandedQuerySet, Waiver.objects.all())
    found = rows.filter(brand_id=brand_id, mark__in=marks, ended_at=None).select_related("by__user").order_by("id")
    return {w.mark: w for w in cast(list[Waiver], list(found))}


def industry_of(brand: Brand) -> str:
    """Return the trade whose rules a brand's texts are held against unless said otherwise, "" where it tells none."""
    named = brand.industry or ""
    return next((i["code"] for i in packs.industries() if any(n in named for n in i["named"])), "")


def digest_of(sentence: str) -> str:
    """Return what tells a sentence from another, however it is spaced."""
    return hashlib.sha256(re.sub(r"\s+", "", sentence).encode()).hexdigest()[:16]
