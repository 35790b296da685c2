"""The words a sentence is read with: the dictionary's own, the platforms', the brand's accounts, and synonyms."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from hongqiao.insight import queries
from hongqiao.insight.explorer import data
from hongqiao.metrics import DIMENSIONS, METRICS, SHIPPED
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace.models import Account, Member

#: Roles of words that say in which order, see `ranking`.
ORDER = ("which", "most", "least", "best", "worst", "rank", "down", "up", "gap", "more", "less")

#: role of a word → its list in lexicon.json; later ones go before.
ROLES = (
    ("cut", "cut_before"),
    ("stop", "stop"),
    ("against", "against"),
    ("trend", "trend"),
    ("why", "why"),
    ("moved", "moved"),
    ("previous", "previous"),
    ("year", "year"),
    *((role, role) for role in ORDER),
)


@dataclass
class Word:
    """What a word may mean: codes by kind. `sure`: the dictionary's own name goes before a platform's."""

    metrics: dict[str, bool] = field(default_factory=dict)  # code → whether it is the metric's own name or a synonym
    dimension: str = ""
    platform: str = ""
    accounts: list[str] = field(default_factory=list)
    role: str = ""  # trend, why, moved, previous, year, against, cut, stop, one of ORDER

    def codes(self) -> list[str]:
        """Return the metrics it may mean: those whose own name it is, else all."""
        own = [c for c, sure in self.metrics.items() if sure]
        return own or list(self.metrics)


def plain(text: str) -> str:
    """Return text as it is matched: full width as half width, capitals as small letters."""
    return unicodedata.normalize("NFKC", text).lower()


def _head(label: str) -> str:
    """A label without what stands in brackets, a piece's without "作品"; empty where that is no name of its own."""
    head = label.partition("（")[0].partition("(")[0].removeprefix("作品").strip()
    return head if head != label and "截至导出" not in label else ""


class _Book(dict[str, Word]):
    """Words by how they are matched; one that is not there yet begins empty."""

    def word(self, text: str) -> Word:
        return self.setdefault(plain(text).strip(), Word())


@cache
def _fixed() -> dict[str, Word]:
    """Words that do not depend on a brand."""
    book, lexicon = _Book(), data("lexicon")
    _metrics(book, lexicon)
    for text, code in lexicon["dimensions"].items():
        book.word(text).dimension = code
    for code, dimension in DIMENSIONS.items():
        word = book.word(dimension.label)
        word.dimension = word.dimension or code
    for code, names in lexicon["platforms"].items():
        for text in (*names, PLATFORMS[code].name) if code in PLATFORMS else ():
            book.word(text).platform = code
    for role, key in ROLES:
        for text in lexicon[key]:
            word = book.word(text)
            word.role = role if not word.role or role in ("cut", "previous", "year", "against", *ORDER) else word.role
    return {text: word for text, word in book.items() if text}


def _metrics(book: _Book, lexicon: Mapping[str, Any]) -> None:
    """The dictionary's own names in every language, then synonyms, then names without their brackets where they are
    nobody else's ("New followers (live)" is not meant by "new followers"), then what platforms call them."""
    labels = [(code, label) for code, metric in SHIPPED.items() for label in _labels(metric.label)]
    for code, label in labels:
        for text in {label, label.replace(" ", "")} if not label.isascii() else {label}:
            book.word(text).metrics.setdefault(code, True)
    for text, codes in lexicon["metrics"].items():
        word = book.word(text)
        if not any(word.metrics.values()):
            word.metrics |= dict.fromkeys([c for c in codes if c in SHIPPED], True)
    named = {text for text, word in book.items() if word.metrics}
    for code, label in labels:
        if (head := plain(_head(label))) and head not in named:
            book.word(head).metrics.setdefault(code, True)
    for code, metric in SHIPPED.items():
        for text in metric.names.values():
            book.word(text).metrics.setdefault(code, False)


def _labels(label: str) -> list[str]:
    """A label in every language."""
    found = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.append(gettext(label))
    return list(dict.fromkeys(found))


def words(member: Member) -> dict[str, Word]:
    """Return every word a member's sentence may hold, with the brand's own accounts."""
    found = dict(_fixed())
    for code in METRICS.own:
        name = plain(METRICS[code].label)
        found[name] = Word(dict.fromkeys([*found.get(name, Word()).codes(), code], True))
    for account in Account.objects.filter(brand_id=member.brand_id):
        name = plain(account.name).strip()
        if len(name) > 1:
            old = found.get(name, Word())
            accounts = [*old.accounts, str(account.id)]
            found[name] = Word(dict(old.metrics), old.dimension, old.platform, accounts, old.role)
    return found


def channels(member: Member, days: tuple[date, date]) -> dict[str, str]:
    """Return the channels that the brand's facts name in those days, by how they are matched."""
    handle = queries.opened(member)
    asked = queries.Query(("visits",), ("channel",), {}, *days, totals=False, coverage=False, limit=200)
    rows = queries.answer(handle, asked).rows
    return {plain(r["channel"]): r["channel"] for r in rows if r["channel"] and len(r["channel"]) > 1}
