"""Whom a text is about: the brand's watch words with their other names, less what is another's of the same name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hongqiao.crisis.models import WatchWord
from hongqiao.crisis.reading.flags import fold
from hongqiao.workspace.models import Brand

About = WatchWord.About
OURS = frozenset({About.BRAND, About.PRODUCT, About.PERSON, About.RISK})


@dataclass(frozen=True)
class Told:
    """What was found in a text: `words` [{about, name}]; `ours`: it is to be looked at as the brand's; `risk`."""

    words: tuple[dict[str, str], ...]
    ours: bool
    risk: bool


@dataclass(frozen=True)
class _Word:
    about: str
    name: str
    says: re.Pattern[str]
    cut: re.Pattern[str] | None  # phrases that hold the name and mean another: 安澜医院
    unless: re.Pattern[str] | None  # words beside which the name means another


def of_brand(brand: Brand) -> list[_Word]:
    """Return the brand's watch words, ready to be looked for."""
    return [w for w in map(_word, WatchWord.objects.filter(brand=brand, on=True).order_by("id")) if w]


def _word(row: WatchWord) -> _Word | None:
    names = sorted({n for n in fold([row.name, *map(str, row.names)]) if n.strip()}, key=len, reverse=True)
    if not names:
        return None
    others = [u for u in fold(list(map(str, row.unless))) if u.strip()]
    inside = [u for u in others if any(n in u for n in names)]
    beside = [u for u in others if u not in inside]
    return _Word(row.about, row.name, _any(names), _any(inside) if inside else None, _any(beside) if beside else None)


def _any(names: Iterable[str]) -> re.Pattern[str]:
    """Return what finds one of the names; one of Latin letters only where no letter or digit touches it."""
    return re.compile("|".join(map(_bounded, names)))


def _bounded(name: str) -> str:
    plain = re.escape(" ".join(name.split())).replace(r"\ ", r"\s*")
    before = r"(?<![a-z0-9])" if name[0].isascii() and name[0].isalnum() else ""
    after = r"(?![a-z0-9])" if name[-1].isascii() and name[-1].isalnum() else ""
    return before + plain + after


def about(words: Sequence[_Word], folded: str) -> Told:
    """Return whom a text is about.

    What names nobody is the brand's: it was heard where the brand listens (a comment under its own post names none).
    What names only rivals, or only another of the same name, is not.
    """
    found: list[dict[str, str]] = []
    another = False
    for word in words:
        rest = word.cut.sub(" ", folded) if word.cut else folded
        if word.says.search(rest) and not (word.unless and word.unless.search(folded)):
            found.append({"about": word.about, "name": word.name})
        elif word.says.search(folded):
            another = True
    kinds = {f["about"] for f in found}
    ours = bool(kinds & OURS) or (not found and not another)
    return Told(tuple(found), ours, About.RISK in kinds)
