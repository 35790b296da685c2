"""Where a text names a person: names that are known, and what looks like one beside a word that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from hongqiao.knowledge import read

_HAN = r"\u4e00-\u9fff"
Span = tuple[int, int]


@cache
def _file() -> dict[str, Any]:
    found: dict[str, Any] = {k: v["terms"] for k, v in read("content/names").items() if isinstance(v, dict)}
    return {k: frozenset(v) if k != "exceptions" else tuple(v) for k, v in found.items()}


def worth(known: Iterable[str]) -> Iterator[str]:
    """Yield the known names that can be told from words: a surname and one or two letters, or a Latin name."""
    for name in sorted({" ".join(n.split()) for n in known}, key=len, reverse=True):
        han = re.fullmatch(rf"[{_HAN}]{{2,4}}", name) and _surname(name) and not _plain(name, 0, len(name))
        if han or re.fullmatch(r"[A-Z][A-Za-z'.-]+(?: [A-Z][A-Za-z'.-]+)+", name):
            yield name


def spans(text: str, known: Sequence[str], public: Sequence[str]) -> list[Span]:
    """Return where names stand, in order, none over another; nothing inside what is public or in 〔…〕."""
    safe = [m.span() for m in re.finditer(r"〔[^〔〕]*〕", text)]
    safe += [m.span() for p in public for m in re.finditer(re.escape(p), text)]
    kept: list[Span] = []
    for span in [*_of_known(text, known), *_by_title(text), *_by_cue(text), *_by_act(text)]:
        if not any(a < span[1] and span[0] < b for a, b in (*safe, *kept)):
            kept.append(span)
    full = {text[a:b] for a, b in kept if b - a > (_surname(text[a:b]) or 9)}
    for name in full:  # a full name that was found once is one wherever it stands
        for m in re.finditer(re.escape(name), text):
            if not any(a < m.end() and m.start() < b for a, b in (*safe, *kept)) and not _plain(text, *m.span()):
                kept.append(m.span())
    return sorted(kept)


def _of_known(text: str, known: Sequence[str]) -> Iterator[Span]:
    for name in known:
        edge = r"\b" if name.isascii() else ""
        for m in re.finditer(edge + re.escape(name) + edge, text):
            yield m.span()


def _surname(text: str) -> int:
    """Return how many letters of a text's beginning are a surname, 0 where none is."""
    if text[:2] in _file()["compound"]:
        return 2
    return 1 if text[:1] and (text[0] in _file()["surnames"] or text[0] in _file()["rare"]) else 0


def _plain(text: str, start: int, end: int) -> bool:
    """Whether letters stand in a word that looks like a name and is none."""
    return any(
        (at := text.find(word, max(0, start - len(word) + 1), end + len(word) - 1)) >= 0
        and at < end
        and start < at + len(word)
        for word in _file()["exceptions"]
    )


def _given(text: str, *, sure: bool = False) -> bool:
    """Whether letters can be a given name. `sure`: something else shows it, so that a number may be in it (钱多多)."""
    never = _file()["not_given"] if sure else _file()["not_given"] | _file()["numbers"]
    return bool(re.fullmatch(rf"[{_HAN}]*", text)) and not any(c in never for c in text)


def _bound(text: str, at: int) -> bool:
    """Whether a phrase begins here: nothing, or no Chinese letter, stands before."""
    return at == 0 or not re.match(rf"[{_HAN}]", text[at - 1])


def _called(text: str, end: int) -> Span | None:
    """Return the longest name that ends here: surname and up to two letters, or 小, 老, 阿 and one or two."""
    best: Span | None = None
    for start in range(end - 1, max(-1, end - 5), -1):
        said = text[start:end]
        if size := _surname(said):
            free = len(said) - size
            sure = said[0] not in _file()["rare"] or free or _bound(text, start)
            if free <= 2 and sure and _given(said[size:], sure=_bound(text, start)) and not _plain(text, start, end):
                best = (start, end)
        elif said[0] in _file()["before_letters"] and 2 <= len(said) <= 3 and _given(said[1:]):
            return None if _plain(text, start, end) else (start, end)
    return best


@cache
def _titles() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_file()["titles"], key=len, reverse=True)))


@cache
def _short() -> re.Pattern[str]:
    titles, said = "".join(_file()["short_titles"]), "|".join(_file()["said"])
    return re.compile(rf"(?<![{_HAN}])([{_HAN}])(?=[{titles}](?:{said}|[，,。：:、\s]|$))")


def _by_title(text: str) -> Iterator[Span]:
    """Yield names before a title: 张女士, 李晓明老师; and 王姐, 陈总 where a phrase begins or a person is spoken of."""
    for m in _titles().finditer(text):
        if span := _called(text, m.start()):
            yield span
    for m in _short().finditer(text):
        if m[1] in _file()["surnames"] and not _plain(text, *m.span()):
            yield m.span()


@cache
def _cues() -> re.Pattern[str]:
    strong, people = (sorted(_file()[k], key=len, reverse=True) for k in ("strong", "people"))
    return re.compile(f"(?P<strong>{'|'.join(strong)})|(?P<people>{'|'.join(people)})")


def _by_cue(text: str) -> Iterator[Span]:
    """Yield names after 我叫, 署名, 联系人 …, and after 用户, 会员 … where what follows shows that it is a name."""
    for m in _cues().finditer(text):
        at = m.end()
        if gap := re.match(r"[\"”]?\s*[：:是为]?\s*[“\"@]?", text[at:]):
            at += gap.end()
        if span := _begun(text, at, sure=text[m.end() : at].strip() != ""):
            yield span


def _by_act(text: str) -> Iterator[Span]:
    """Yield full names that begin a phrase and do what only a person does: 倪虹同意使用."""
    acts = "|".join(sorted((s for s in _file()["said"] if len(s) > 1), key=len, reverse=True))
    for m in re.finditer(rf"(?<![{_HAN}])([{_HAN}]{{2,4}}?)(?={acts})", text):
        size = _surname(m[1])
        if size and 1 <= len(m[1]) - size <= 2 and _given(m[1][size:]) and not _plain(text, *m.span()):
            yield m.span()


def _begun(text: str, at: int, *, sure: bool) -> Span | None:
    """Return the name that begins here. `sure`: a colon stands before it, so that its end alone shows it."""
    size = _surname(text[at : at + 2])
    if not size and text[at : at + 1] not in _file()["before_letters"]:
        return _twice(text, at, sure=sure)
    first = at + (size or 1)
    fitting = [
        end
        for end in (first + 2, first + 1)
        if end <= len(text)
        and _given(text[first:end], sure=_stops(text, end))
        and not _plain(text, at, end)
        and _ends(text, end, sure=sure)
    ]
    acts = [end for end in fitting if any(len(s) > 1 and text.startswith(s, end) for s in _file()["said"])]
    return (at, min(acts)) if acts else (at, fitting[0]) if fitting else None


def _twice(text: str, at: int, *, sure: bool) -> Span | None:
    """Return a name of one letter said twice (丽丽) that begins here."""
    said = text[at : at + 2]
    if len(said) < 2 or said[0] != said[1] or not _given(said) or not re.match(rf"[{_HAN}]", said):
        return None
    return (at, at + 2) if _ends(text, at + 2, sure=sure) and not _plain(text, at, at + 2) else None


def _stops(text: str, at: int) -> bool:
    """Whether a phrase stops here: nothing, or no Chinese letter, follows."""
    return not re.match(rf"[{_HAN}]", text[at : at + 1])


def _ends(text: str, end: int, *, sure: bool) -> bool:
    """Whether a name may end here: the phrase ends, or somebody does something."""
    after = text[end : end + 4]
    if _stops(text, end):
        return True
    if any(after.startswith(s) for s in _file()["said"]) or after[0] in "，。的":
        return True
    return sure and after[0] in _file()["not_given"]
