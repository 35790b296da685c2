"""How well the score told what pieces brought: topics whose pieces are published, held against their results. C1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hongqiao.content.models import Piece, Topic, TopicCalibration
from hongqiao.content.topics import history, settings
from hongqiao.methods import topics as method
from hongqiao.methods.topics import Rank, Suggestion
from hongqiao.workspace import figures
from hongqiao.workspace.models import Brand


@dataclass(frozen=True)
class Told:
    """A topic's score as it stood, and where its pieces came: the mean share of their like that they left behind."""

    topic: Topic
    score: float
    levels: Mapping[str, int]
    share: float


@dataclass(frozen=True)
class Calibration:
    """rows: newest first; whole: the score's own correlation; parts: each part's; suggestion: None below enough."""

    rows: list[Told]
    least: int
    whole: Rank
    parts: dict[str, Rank]
    suggestion: Suggestion | None


def calibration(brand: Brand) -> Calibration:
    """Return how the scores of published topics told their results. Their scores are not worked out anew: they stand as
    they did when the pieces were made."""
    rules = settings.rules(brand)["calibration"]
    rows = _rows(brand)
    came, sure, least = [r.share for r in rows], rules["confidence"], int(rules["least"])
    whole = method.rank_correlation([r.score for r in rows], came, least=least, confidence=sure)
    parts = {
        name: method.rank_correlation(
            [r.levels.get(name, 1) for r in rows], came, least=int(rules["least_part"]), confidence=sure
        )
        for name in method.PARTS
    }
    weights = settings.in_force(brand).parts
    return Calibration(rows, least, whole, parts, method.suggest([r.levels for r in rows], came, weights, rules))


def keep(brand: Brand) -> None:
    """Keep how the score stands this month; looked at again, the month's figure is the newest. Nothing with results:
    nothing is kept."""
    whole = calibration(brand).whole
    if whole.n:
        month = figures.calendar_day(brand).replace(day=1)
        told = {"n": whole.n, "r": whole.r, "low": whole.low, "high": whole.high}
        TopicCalibration.objects.update_or_create(brand=brand, month=month, defaults=told)


def _rows(brand: Brand) -> list[Told]:
    pieces = Piece.objects.filter(brand=brand).exclude(content_key="").exclude(topic=None).select_related("topic")
    found: dict[Any, tuple[Topic, list[float]]] = {}
    listed = list(pieces.order_by("-id"))
    if not listed:
        return []
    shares = {p.key: p.share for p in history.pieces(brand) if p.own and p.share is not None}
    for piece in listed:
        topic, share = piece.topic, shares.get(piece.content_key)
        if topic is None or topic.score is None or share is None:
            continue
        found.setdefault(topic.pk, (topic, []))[1].append(share)
    return [
        Told(t, float(t.score or 0), {k: int(p["level"]) for k, p in t.parts.items()}, sum(s) / len(s))
        for t, s in found.values()
    ]
