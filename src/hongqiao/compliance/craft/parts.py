"""A draft as a check keeps it: plain data and back, cleaned, and with words put in place of others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any
from uuid import UUID

from hongqiao.compliance import draft as drafts
from hongqiao.compliance.models import Check
from hongqiao.compliance.places import places
from hongqiao.methods.craft import Draft, Found, Shot

#: what a check keeps of a draft: what people type
KEPT = (
    "platform",
    "form",
    "title",
    "digest",
    "author",
    "text",
    "tags",
    "commercial",
    "buying",
    "ad_label",
    "ai",
    "ai_label",
)
Swap = tuple[int, int, str]  # start and end in the whole text, what to write instead


def kept(draft: Draft) -> dict[str, Any]:
    """Return a draft as plain data."""
    return {k: getattr(draft, k) for k in KEPT} | {
        "tags": list(draft.tags),
        "shots": [asdict(s) for s in draft.shots],
        "evidence": list(draft.evidence),
    }


def draft_of(data: Mapping[str, Any]) -> Draft:
    """Return a draft of plain data that was kept."""
    known = {f.name for f in fields(Draft)}
    given = {k: v for k, v in data.items() if k in known}
    given["tags"], given["evidence"] = tuple(data.get("tags") or ()), tuple(data.get("evidence") or ())
    given["shots"] = tuple(Shot(**s) for s in data.get("shots") or ())
    return Draft(**given)


def cleaned(draft: Draft, plain: Callable[[str], str]) -> Draft:
    """Return a draft without what no row can hold, and without empty tags."""

    def line(text: str) -> str:
        return plain(text).replace("\r\n", "\n")

    def shot(old: Shot) -> Shot:
        said: dict[str, Any] = {k: line(v) for k, v in asdict(old).items() if isinstance(v, str)}
        return replace(old, **said)

    tags = tuple(t for one in draft.tags if (t := line(one).strip("#＃ \n")))
    texts: dict[str, Any] = {k: line(getattr(draft, k)) for k in ("title", "digest", "author", "text")}
    return replace(
        draft, shots=tuple(map(shot, draft.shots)), tags=tags, evidence=tuple(map(line, draft.evidence)), **texts
    )


def swapped(draft: Draft, swaps: Iterable[Swap]) -> Draft:
    """Return a draft with words replaced: each swap counts characters of the whole text (`drafts.joined`)."""
    texts = dict(places(draft))
    starts, _whole = drafts.joined(draft)
    for start, end, instead in sorted(swaps, reverse=True):
        place, at = next((p, at) for p, at in reversed(starts) if at <= start)
        old = texts[place]
        texts[place] = old[: start - at] + instead + old[end - at :]
    shots = tuple(
        replace(s, line=texts.get(f"shots.{i}.line", s.line), subtitle=texts.get(f"shots.{i}.subtitle", s.subtitle))
        for i, s in enumerate(draft.shots)
    )
    tags = tuple(texts.get(f"tags.{i}", tag) for i, tag in enumerate(draft.tags))
    said: dict[str, Any] = {k: texts.get(k, getattr(draft, k)) for k in ("title", "digest", "text")}
    return replace(draft, shots=shots, tags=tags, **said)


def standing(checks: Sequence[Check]) -> dict[UUID, list[Found]]:
    """Return check → what is found besides words of law, as it stands today; checks of one brand, in one question."""
    read = {c.pk: drafts.read(c.found) for c in checks}
    if not any(read.values()):
        return read
    return drafts.standing_of(checks[0].brand_id, read)
