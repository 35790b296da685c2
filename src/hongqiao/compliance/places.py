"""Where words stand in a draft."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from hongqiao.methods.craft import Draft


def places(draft: Draft) -> dict[str, str]:
    """Return place → its plain text, of all that is written of a draft, in reading order."""
    found = {"title": draft.title, "digest": draft.digest, "text": draft.text}
    for number, shot in enumerate(draft.shots):
        found |= {f"shots.{number}.line": shot.line, f"shots.{number}.subtitle": shot.subtitle}
    found |= {f"tags.{number}": tag for number, tag in enumerate(draft.tags)}
    return {k: v for k, v in found.items() if v}


def where(texts: Mapping[str, str], words: Iterable[str]) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield where words stand, the longest of overlapping ones; one character alone would hit everywhere."""
    known = sorted({w for w in words if len(w) > 1}, key=len, reverse=True)
    if not known:
        return
    either = re.compile("|".join(re.escape(w) for w in known), re.I)
    for place, text in texts.items():
        for m in either.finditer(text):
            yield place, m
