"""Complaints that a text denies: a model of runs of characters hears 紧绷 in 洗完不紧绷 and little of the 不 before it.

What denies must stand right before the complaint, with words in between that change nothing, so that 没用三天就紧绷 and
不但紧绷还起皮 stay what they are. The words are data (knowledge/opinion/denials.json).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_CLAUSE = re.compile(r"[^，。！？；…,.!?;~\n]+")


@dataclass(frozen=True)
class Denials:
    """`found` matches a denied complaint, `denied` what denies at all, `unless` what makes a complaint of it again,
    `turned` a word after which the text speaks otherwise.
    """

    found: re.Pattern[str]
    denied: re.Pattern[str]
    unless: re.Pattern[str]
    turned: re.Pattern[str]
    instead: str

    def without(self, folded: Sequence[str]) -> list[str]:
        """Return folded texts, what stands for "it was well" in the place of each complaint that they deny."""
        return [self._without(t) if self.found.search(t) else t for t in folded]

    def _without(self, text: str) -> str:
        last = max((m.start() for m in self.turned.finditer(text)), default=-1)
        return _CLAUSE.sub(lambda c: self._clause(c.group(), "" if c.start() < last else self.instead), text)

    def _clause(self, text: str, instead: str) -> str:
        if self.unless.search(text):
            return text
        out, at = "", 0
        for found in self.found.finditer(text):
            between = text[at : found.start()]
            if self.denied.search(between):  # a denial of the denial: 没有一次不…
                break
            out, at = out + between + instead, found.end()
        return out + text[at:]


def denials_of(data: Mapping[str, Any]) -> Denials:
    """Return compiled denials. Raises re.error where one is no expression."""
    denied, between, complaints, after, unless, turned = (
        "|".join(data[name]) for name in ("denied", "between", "complaints", "after", "unless", "turned")
    )
    one = f"(?:{complaints})(?:感|的感觉)?"
    before = f"(?:{denied})(?:{between})*{one}(?:[、和与或及]?{one})*"
    return Denials(
        found=re.compile(f"{before}|(?:{complaints})(?:{after})"),
        denied=re.compile("没|不|无|未"),
        unless=re.compile(unless),
        turned=re.compile(turned),
        instead=str(data["instead"]),
    )
