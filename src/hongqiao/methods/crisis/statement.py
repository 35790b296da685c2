"""What a statement lacks or says amiss, by its structure: day, measures with terms, contact, apology, advice. X2.

Plain text in, findings out; the words and limits are data (knowledge/crisis/statements.json).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_DAY = re.compile(r"(\d{4}\s*年\s*)?\d{1,2}\s*月\s*\d{1,2}\s*日|\d{4}[-./]\d{1,2}[-./]\d{1,2}")
_TERM = re.compile(
    r"\d{1,3}\s*(?:个)?\s*(?:小时|工作日|天|日|周|个月|月)\s*(?:之?内|以内)|即日起|立即|今日内|当日|今天内|"
    + _DAY.pattern
)
_MEASURE = re.compile(r"^\s*(?:[（(]?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*[)）.．、]|[①-⑨•·●-])\s*(.+)$", re.M)
_OWNER = re.compile(r"负责|牵头|由.{1,16}(?:执行|落实|完成|跟进|对接)")
_CONTACT = re.compile(
    r"(?<!\d)(?:400[-\s]?\d{3,4}[-\s]?\d{3,4}|1[3-9]\d{9}|0\d{2,3}[-\s]?\d{7,8}|\d{5,6}(?=热线))(?!\d)"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:在线|官方|专属|店铺|旗舰店)客服|客服(?:热线|电话|邮箱|入口)|私信"
)
_HOLE = re.compile(r"\{[a-z_]+\}|【[^】]{0,20}】|_{3,}|×{2,}|[xX]{3,}")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Flaw:
    """One thing found; `start`:`end` in the text where it stands, both 0 where something is missing."""

    rule: str
    start: int = 0
    end: int = 0
    word: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """A statement as it is judged. `facts`: (text, state) of the facts that it is to say; `strategy` "" while none is
    chosen; `bodily`: somebody's body is concerned, so that it has to say what to do.
    """

    kind: str
    text: str
    strategy: str = ""
    facts: Sequence[tuple[str, str]] = ()
    bodily: bool = False


def lint(said: Said, book: Mapping[str, Any]) -> list[Flaw]:
    """Return every flaw of a statement; `book` is statements.json. Raises KeyError for a kind that it has not."""
    return [
        *_length(said, book["kinds"][said.kind]),
        *_missing(said, book["kinds"][said.kind]),
        *_apology(said, book),
        *_advice(said, book["advice"]),
        *_words(said.text, "evasion", book["evasions"], book.get("evasion_exceptions") or {}),
        *_words(said.text, "promise", book["promises"], {}),
        *_words(said.text, "diagnosis", book["diagnoses"], {}),
        *_facts(said),
        *(Flaw("hole", m.start(), m.end(), m[0], {"word": m[0]}) for m in _HOLE.finditer(said.text)),
    ]


def measures(text: str) -> list[str]:
    """Return the numbered lines that say what is done."""
    return [m[1].strip() for m in _MEASURE.finditer(text)]


def timed(measure: str) -> bool:
    """Return whether a measure says until when."""
    return bool(_TERM.search(measure))


def _length(said: Said, kind: Mapping[str, Any]) -> Iterator[Flaw]:
    length = len(_BLANK.sub("", said.text))
    if length > kind["most"]:
        yield Flaw("too_long", params={"length": length, "most": kind["most"]})
    elif length < kind["least"]:
        yield Flaw("too_short", params={"length": length, "least": kind["least"]})


def _missing(said: Said, kind: Mapping[str, Any]) -> Iterator[Flaw]:
    if not _DAY.search(said.text):
        yield Flaw("no_date")
    if not _CONTACT.search(said.text):
        yield Flaw("no_contact")
    if least := kind["measures"]:
        found = measures(said.text)
        if sum(map(timed, found)) < least:
            yield Flaw("few_measures", params={"least": least})
        elif not all(_OWNER.search(m) for m in found):
            yield Flaw("no_owner")


def _apology(said: Said, book: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield an apology that is missing, or that the strategy forbids: whoever denies does not apologise for it."""
    found = next((w for w in book["apology"] if w in said.text), "")
    if not said.strategy:
        yield Flaw("no_strategy")
    elif said.strategy == "rebuild" and not found and said.kind == "apology":
        yield Flaw("apology_missing")
    elif said.strategy != "rebuild" and found:
        at = said.text.index(found)
        yield Flaw("apology_unfit", at, at + len(found), found, {"word": found})


def _advice(said: Said, book: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield what a statement does not ask of people where bodies are concerned: to stop using it, to see a doctor."""
    rule = "no_advice" if said.kind in book["must"] else "advice_missed" if said.kind in book["should"] else ""
    if not said.bodily or not rule:
        return
    for one in (book["stop"], book["care"]):
        if not asked(said.text, one["terms"], book):
            yield Flaw(rule, params={"what": one["label"]})


def asked(text: str, words: Sequence[str], book: Mapping[str, Any]) -> bool:
    """Return whether a sentence asks for one of these words: 用户已就医 tells, 无需停用 asks for the contrary."""
    asks, unless = ("|".join(map(re.escape, book[name])) for name in ("asks", "unless"))
    wanted = re.compile(f"(?:{asks})((?:(?!{asks})[^。！？!?\n])*?)(?:{'|'.join(map(re.escape, words))})")
    return any(not re.search(unless, m[1]) for m in wanted.finditer(text))


def _words(text: str, rule: str, words: Sequence[str], let: Mapping[str, Sequence[str]]) -> Iterator[Flaw]:
    for word in words:
        spared = [(m.start(), m.end()) for one in let.get(word, ()) for m in re.finditer(re.escape(one), text)]
        for m in re.finditer(re.escape(word), text):
            if not any(a <= m.start() and m.end() <= b for a, b in spared):
                yield Flaw(rule, m.start(), m.end(), word, {"word": word})


def _facts(said: Said) -> Iterator[Flaw]:
    bare = _BLANK.sub("", said.text)
    for text, state in said.facts:
        short = text[:40]
        if state != "verified":
            yield Flaw("unverified", word=short, params={"fact": short})
        elif _BLANK.sub("", text).rstrip("。.；;") not in bare:
            yield Flaw("fact_gone", word=short, params={"fact": short})
