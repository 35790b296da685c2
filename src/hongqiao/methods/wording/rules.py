"""Rules as the engine takes them: terms by their first two characters, patterns, guards."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hongqiao.methods.wording.stream import Reading, plain_word

LEVELS = ("info", "warn", "block")


@dataclass(frozen=True)
class Term:
    """One thing that may not, or should not, be written: a `word`, or a `pattern` (regex) on the plain stream."""

    rule: str  # "superlative.most"
    group: str  # "superlative"
    level: str  # one of LEVELS
    basis: str  # code of the statute or platform rule
    replacement: str  # what to write instead ("" = take it out); of a pattern it may name its parts, as in re.sub
    word: str = ""
    pattern: str = ""
    exceptions: tuple[str, ...] = ()  # longer words in which it is no hit
    near: str = ""  # counts only where this regex is found in the same sentence
    before: str = ""  # counts only where this stands right before it in its clause; it belongs to the hit
    after: str = ""  # the same, right after it
    unguarded: bool = False  # hit even inside a negation (diversion, inducement)


@dataclass(frozen=True)
class Guard:
    """Where a hit is lawful (`level` "") or only to be confirmed ("warn"). Regexes on what stands around the hit."""

    code: str
    groups: tuple[str, ...]  # () = every group
    before: str = ""  # must end right before the hit
    after: str = ""  # must begin right after it
    clause: str = ""  # anywhere in the hit's clause
    unless: str = ""  # not where this is anywhere in the hit's sentence
    sentence: str = ""  # anywhere in the hit's sentence
    level: str = ""


@dataclass(frozen=True)
class Rules:
    """A compiled set. Make it once with `compiled`, use it for any number of texts."""

    words: Mapping[str, tuple[tuple[str, Term], ...]]  # first two characters → words, longest first
    patterns: tuple[tuple[re.Pattern[str], Term], ...]
    guards: Mapping[str, tuple["Ready", ...]]  # by group
    safe: Mapping[str, tuple[str, ...]]  # first two characters → words in which nothing is hit
    reading: Reading  # one written character → what is read of it
    spellings: re.Pattern[str] | None
    plain: Mapping[str, str]
    swaps: Mapping[str, str]  # what is written instead of a word, whichever rule found it
    sounds: Mapping[str, str]  # character → what it sounds like
    heard: Mapping[tuple[str, str], tuple[tuple[str, tuple[str, ...], Term], ...]]  # first two sounds → blocking words
    ordinary: frozenset[str]  # what sounds like a word of the rules and is ordinary writing
    asked: Mapping[str, re.Pattern[str]] = field(default_factory=dict)  # near, before and after of terms


@dataclass(frozen=True)
class Ready:
    """A guard with its regexes compiled."""

    code: str
    level: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    clause: re.Pattern[str] | None
    sentence: re.Pattern[str] | None
    unless: re.Pattern[str] | None


def compiled(
    terms: Iterable[Term],
    guards: Iterable[Guard] = (),
    *,
    safe: Iterable[str] = (),
    variants: Mapping[str, str] | None = None,
    spellings: Mapping[str, str] | None = None,
    swaps: Mapping[str, str] | None = None,
    heard: Iterable[Term] = (),
    sounds: Mapping[str, str] | None = None,
    ordinary: Iterable[str] = (),
) -> Rules:
    """Return rules ready to check with; `heard` are those of the terms that are found by their sound as well.

    Raises ValueError naming the first term or guard that cannot be used."""
    terms = list(terms)
    plain = {k.casefold(): v for k, v in (spellings or {}).items()}
    return Rules(
        words=_by_start((_needs_word(t), t) for t in terms if not t.pattern),
        patterns=tuple((_regex(t.pattern, t.rule), t) for t in terms if t.pattern),
        guards=_by_group(list(guards), {t.group for t in terms}),
        safe={k: tuple(w for w, _ in v) for k, v in _by_start((w, None) for w in _all_safe(terms, safe)).items()},
        reading=Reading(variants or {}),
        spellings=re.compile("|".join(sorted(map(re.escape, plain), key=len, reverse=True))) if plain else None,
        plain=plain,
        swaps=dict(swaps or {}),
        sounds=dict(sounds or {}),
        heard=_by_sound(heard, sounds or {}),
        ordinary=frozenset(ordinary),
        asked=_asked(terms),
    )


def _asked(terms: list[Term]) -> dict[str, re.Pattern[str]]:
    found = {t.near: _regex(t.near, t.rule) for t in terms if t.near}
    found |= {t.before: _regex(f"(?:{t.before})$", t.rule) for t in terms if t.before}
    return found | {t.after: _regex(t.after, t.rule) for t in terms if t.after}


def _needs_word(term: Term) -> str:
    word = plain_word(term.word)
    if len(word) < 2 or term.level not in LEVELS:
        raise ValueError(f"a word needs two characters and a known level: {term.rule} {term.word!r}")
    return word


def _all_safe(terms: list[Term], safe: Iterable[str]) -> set[str]:
    return {plain_word(w) for t in terms for w in t.exceptions} | {plain_word(w) for w in safe}


def _by_start(pairs: Iterable[tuple[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """Words by their first two characters, the longest first."""
    out: dict[str, list[tuple[str, Any]]] = {}
    for word, what in pairs:
        out.setdefault(word[:2], []).append((word, what))
    return {k: tuple(sorted(v, key=lambda pair: -len(pair[0]))) for k, v in out.items()}


def _by_sound(terms: Iterable[Term], sounds: Mapping[str, str]) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Blocking words of two to eight characters by their first two sounds: word, its sounds, term."""
    out: dict[tuple[str, str], list[Any]] = {}
    for t in terms:
        said = tuple(sounds.get(c, "") for c in t.word)
        if t.level == "block" and 2 <= len(said) <= 8 and all(said):
            out.setdefault((said[0], said[1]), []).append((t.word, said, t))
    return {k: tuple(v) for k, v in out.items()}


def _by_group(guards: list[Guard], groups: set[str]) -> dict[str, tuple[Ready, ...]]:
    ready = [(g.groups, _ready(g)) for g in guards]
    return {group: tuple(r for of, r in ready if not of or group in of) for group in groups}


def _ready(g: Guard) -> Ready:
    made = [
        _regex(text, g.code) if text else None
        for text in (f"(?:{g.before})$" if g.before else "", g.after, g.clause, g.sentence, g.unless)
    ]
    return Ready(g.code, g.level, *made)


def _regex(text: str, name: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"{name}: {error}") from error
