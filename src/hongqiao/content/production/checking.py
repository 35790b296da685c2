"""A text held against the rules, with what a reviewer let stand. Only what blocks or holds stops a piece."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hongqiao.compliance import draft as drafts
from hongqiao.compliance import queries as compliance
from hongqiao.compliance.places import places
from hongqiao.content import body as bodies
from hongqiao.content.assets import queries as assets
from hongqiao.content.models import Asset, Piece, Revision, Stage
from hongqiao.content.production import queries
from hongqiao.methods import wording
from hongqiao.methods.craft import Found
from hongqiao.workspace.models import Brand

STOPS = drafts.HOLDING
OWN = 30  # texts that a new one is held against


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


def check(piece: Piece, body: Mapping[str, Any]) -> list[Line]:
    """Return what law, limits, craft and voice find in a body today, with what a reviewer let stand in this piece."""
    draft = bodies.draft(piece, body, images=_images(piece, body))
    texts, stays = places(draft), (piece.review or {}).get("stays") or {}
    lines = []
    for one in drafts.check(piece.brand, draft, own_posts=own_posts(piece), day=day_of(piece), brief=piece.brief):
        said = _sentence(texts.get(one.place, ""), one)
        key = hashlib.sha256(f"{one.rule}|{one.word}|{''.join(said.split())}".encode()).hexdigest()[:16]
        lines.append(Line(one, key, said, stays.get(key)))
    return lines


def own_posts(piece: Piece) -> list[str]:
    """Return the newest texts of what went out on the same platform, those made from the same source left out."""
    family = [k for k in (piece.pk, piece.source_id) if k]
    live = Piece.objects.filter(brand_id=piece.brand_id, platform=piece.platform, stage=Stage.PUBLISHED)
    live = live.exclude(pk__in=family).exclude(source__in=family).order_by("-stage_at")[:OWN]
    found = Revision.objects.filter(piece__in=list(live)).values_list("piece_id", "number", "text").order_by("number")
    return list({piece_id: text for piece_id, _number, text in found}.values())


def day_of(piece: Piece) -> date | None:
    """Return the day a piece is to go out where its readers are: what is approved may have run out by then."""
    at = queries.local(piece)
    return at.date() if at else None


def _images(piece: Piece, body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what is known of the pictures of a body, in its order; an unknown one keeps its number."""
    return assets.facts_among(Asset.objects.filter(brand_id=piece.brand_id), body.get("images") or ())


def _sentence(text: str, one: Found) -> str:
    return wording.sentence(text, one.start, one.end).strip()[:300] if one.end > one.start else ""


def mark(brand: Brand) -> str:
    """Return what the rules are called today."""
    return compliance.mark_of(brand)


def holding(lines: Iterable[Line]) -> list[Line]:
    """Return what stops a piece."""
    return [line for line in lines if line.holds]


def kept(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Return what was found as a revision keeps it: Found as plain data, and its key."""
    rows = list(lines)
    return [data | {"key": row.key} for data, row in zip(drafts.kept(r.found for r in rows), rows, strict=True)]


def read(row: Mapping[str, Any]) -> Found:
    """Return one thing found that a revision kept."""
    return Found(**{k: v for k, v in row.items() if k != "key"})


def stopped_by(piece: Piece, found: Iterable[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    """Return what stops a piece, of what was found when its text was saved: lists check nothing anew."""
    stays = (piece.review or {}).get("stays") or {}
    return [f for f in found or () if f["level"] in STOPS and f["key"] not in stays]
