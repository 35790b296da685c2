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
        said, figure = know.cues["authority"].search(s.text), _figure(s, evidence, know)
        if said:
            end = figure.end() if figure and figure.end() > said.end() else said.end()
            yield found("craft.claim", s, said.start(), end, word=said.group())
        elif figure:
            yield found("craft.figure", s, figure.start(), figure.end(), word=figure.group())


def _figure(s: Part, evidence: Sequence[str], know: Know) -> re.Match[str] | None:
    """Return the first figure of a sentence that claims something and that no evidence has."""
    every = know.cues["figure"].finditer(s.text)
    return next((m for m in every if _claims(s, m, know) and not _proved(m.group(), evidence)), None)


def _claims(s: Part, m: re.Match[str], know: Know) -> bool:
    return know.has("figure_claims", s.text[max(0, m.start() - 14) : m.end() + 8])


def _proved(figure: str, evidence: Sequence[str]) -> bool:
    bare = _DIGITS.search(figure)
    return any(figure in e or (bare is not None and bare.group() in e) for e in evidence)
