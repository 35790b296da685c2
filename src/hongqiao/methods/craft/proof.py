"""Claims and figures without what proves them (C12)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hongqiao.methods.craft.know import Know
from hongqiao.methods.craft.logic import found
from hongqiao.methods.craft.model import Found
from hongqiao.methods.craft.prose import Part, Prose

_DIGITS = re.compile(r"\d+(?:\.\d+)?|[一二三四五六七八九十百]+")


def check(prose: Prose, evidence: Sequence[str], know: Know) -> Iterator[Found]:
    """Yield appeals to nobody in particular, and figures, where neither the paragraph nor `evidence` proves them."""
    paragraphs = {p.paragraph: p for p in prose.paragraphs}
    for s in prose.body:
        around = paragraphs[s.paragraph].text
        if know.has("sourced", around):
            continue
        if m := know.cues["authority"].search(s.text):
            yield found("craft.claim", s, m.start(), m.end(), word=m.group())
        elif (m := know.cues["figure"].search(s.text)) and _claims(s, m, know) and not _proved(m.group(), evidence):
            yield found("craft.figure", s, m.start(), m.end(), word=m.group())


def _claims(s: Part, m: re.Match[str], know: Know) -> bool:
    return know.has("figure_claims", s.text[max(0, m.start() - 14) : m.end() + 8])


def _proved(figure: str, evidence: Sequence[str]) -> bool:
    bare = _DIGITS.search(figure)
    return any(figure in e or (bare is not None and bare.group() in e) for e in evidence)
