"""A text held against the rules, with what a reviewer let stand. Only what blocks or holds stops a piece."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from hongqiao.compliance import queries as compliance
from hongqiao.content import body as bodies
from hongqiao.content.models import Piece
from hongqiao.methods import wording
from hongqiao.methods.craft import Draft, Found
from hongqiao.workspace.models import Brand

STOPS = ("block", "hold")


@dataclass(frozen=True)
class Line:
    """One thing found; `stays`: the reviewer's words that let it stand, `key`: what it is known by in later texts."""

    found: Found
    key: str
    said: str
    stays: Mapping[str, Any] | None

    @property
    def holds(self) -> bool:
        """Whether the piece may not go on because of it."""
        return self.found.level in STOPS and self.stays is None


def places(draft: Draft) -> dict[str, str]:
    """Return place → its plain text, of all that is written of a draft."""
    found = {"title": draft.title, "digest": draft.digest, "text": draft.text}
    for number, shot in enumerate(draft.shots):
        found |= {f"shots.{number}.line": shot.line, f"shots.{number}.subtitle": shot.subtitle}
    return {k: v for k, v in found.items() if v}


def check(piece: Piece, body: Mapping[str, Any]) -> list[Line]:
    """Return what the rules of today find in a body of a piece, with what a reviewer let stand."""
    draft = bodies.draft(piece, body)
    texts, stays = places(draft), (piece.review or {}).get("stays") or {}
    lines = []
    for one in _found(piece.brand, draft, texts):
        said = _sentence(texts.get(one.place, ""), one)
        key = hashlib.sha256(f"{one.rule}|{one.word}|{''.join(said.split())}".encode()).hexdigest()[:16]
        lines.append(Line(one, key, said, stays.get(key)))
    return lines


def _found(brand: Brand, draft: Draft, texts: Mapping[str, str]) -> list[Found]:
    rules, _mark = compliance.rules_for(brand, draft.platform, compliance.industry_of(brand))
    found = []
    for place, text in texts.items():
        for hit in wording.check(text, rules):
            more = {"word": hit.word, "basis": hit.basis, "replacement": hit.replacement}
            found.append(Found(hit.rule, hit.level, place, hit.start, hit.end, **more))  # type: ignore[arg-type]
    return found


def _sentence(text: str, one: Found) -> str:
    return wording.sentence(text, one.start, one.end).strip()[:300] if one.end > one.start else ""


def mark(brand: Brand) -> str:
    """Return what the rules are called today."""
    return compliance.mark_of(brand)


def holding(lines: Iterable[Line]) -> list[Line]:
    """Return what stops a piece."""
    return [line for line in lines if line.holds]


def kept(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Return what was found as a revision keeps it."""
    return [asdict(line.found) | {"key": line.key} for line in lines]


def stopped_by(piece: Piece, found: Iterable[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    """Return what stops a piece, of what was found when its text was saved: lists check nothing anew."""
    stays = (piece.review or {}).get("stays") or {}
    return [f for f in found or () if f["level"] in STOPS and f["key"] not in stays]
