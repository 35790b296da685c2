"""Hold a text against compiled rules."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, repeat
from operator import add

from hongqiao.methods.wording.rules import LEVELS, Ready, Rules, Term
from hongqiao.methods.wording.stream import Stream, read

_ENDS = "。！？!?\n；;"
_END = re.compile(f"[{_ENDS}]")


@dataclass(frozen=True)
class Hit:
    """One hit: text[start:end] of the original, by which rule, how grave, and what to write instead."""

    start: int
    end: int
    rule: str
    group: str
    level: str
    basis: str
    replacement: str
    word: str  # as written
    disguised: bool  # written so that a plain search would miss it
    guard: str = ""  # why it was softened


def check(text: str, rules: Rules) -> list[Hit]:
    """Return the hits of `text` in its order; of overlapping ones the graver, then the longer.

    Every position is looked up once by its first two characters (how long it takes: bench/wording.py).
    """
    stream = read(text, rules.reading, rules.spellings, rules.plain)
    taken = [bytearray(len(stream.text)) for _ in LEVELS]
    lawful, ends = _lawful(stream.text, rules), [m.start() for m in _END.finditer(text)]
    found: list[Hit] = []
    for begin, end, term, instead in sorted(_candidates(stream, rules), key=_gravest):
        grave = LEVELS.index(term.level)
        if any(t[begin] or t[end - 1] for t in taken[grave:]) or lawful.get(begin, 0) >= end:
            continue  # something as grave and longer stands here, or a lawful word
        hit = _judged(text, stream, ends, (begin, end), term, instead, rules)
        if hit:
            found.append(hit)
            if hit.level == term.level:
                taken[grave][begin:end] = b"\x01" * (end - begin)
    return _apart(found)


def _gravest(candidate: tuple[int, int, Term, str]) -> tuple[int, int, int]:
    begin, end, term, _instead = candidate
    return -LEVELS.index(term.level), begin - end, begin


def mended(text: str, hits: list[Hit], *, drop: bool = False) -> str:
    """Return `text` with each hit replaced; those without a replacement stay, or go where `drop`."""
    for hit in sorted(hits, key=lambda h: -h.start):
        if hit.replacement or drop:
            text = text[: hit.start] + hit.replacement + text[hit.end :]
    return text


def _candidates(stream: Stream, rules: Rules) -> Iterator[tuple[int, int, Term, str]]:
    """Every place where a rule's word stands, with what could be written instead."""
    text = stream.text
    for i, known in enumerate(map(rules.words.get, map(add, text, islice(text, 1, None)))):
        for word, term in known or ():
            if text.startswith(word, i):
                yield i, i + len(word), term, rules.swaps.get(word, term.replacement)
    yield from _heard(text, rules)
    for pattern, term in rules.patterns:
        for m in pattern.finditer(text):
            if m.end() > m.start():
                instead = rules.swaps.get(m.group())
                yield m.start(), m.end(), term, m.expand(term.replacement) if instead is None else instead


def _heard(text: str, rules: Rules) -> Iterator[tuple[int, int, Term, str]]:
    """Blocking words written with other characters of the same sound: one in a short word, up to half in a longer."""
    sounds = list(map(rules.sounds.get, text, repeat("")))
    pairs = zip(sounds, islice(sounds, 1, None), strict=False)
    for i, known in enumerate(map(rules.heard.get, pairs)):
        for word, said, term in known or ():
            end = i + len(word)
            if tuple(sounds[i:end]) == said and (written := text[i:end]) != word and written not in rules.ordinary:
                other = sum(a != b for a, b in zip(written, word, strict=True))
                if other <= max(1, len(word) // 2):
                    yield i, end, term, rules.swaps.get(word, term.replacement)


def _lawful(text: str, rules: Rules) -> dict[int, int]:
    """Return how far a lawful longer word reaches over each of its first nine characters: a hit in it is none."""
    reach: dict[int, int] = {}
    for i, known in enumerate(map(rules.safe.get, map(add, text, islice(text, 1, None)))):
        for word in known or ():
            if text.startswith(word, i):
                for at in range(i, min(i + 9, i + len(word))):
                    reach[at] = max(reach.get(at, 0), i + len(word))
    return reach


def _judged(
    text: str, stream: Stream, ends: list[int], at: tuple[int, int], term: Term, instead: str, rules: Rules
) -> Hit | None:
    """Return the hit, softened where a guard says so; None where it is lawful."""
    begin, end = at
    before, after = _clause(stream.text, begin, end)
    if term.before or term.after:
        wide = _widened(term, rules, before, after)
        if wide is None:
            return None
        begin, end = begin - wide[0], end + wide[1]
        before, after = _clause(stream.text, begin, end)
    start, stop = stream.span(begin, end)
    around = _around(text, ends, start, stop)
    if term.near and not rules.asked[term.near].search(around):
        return None
    level, why = term.level, ""
    if not term.unguarded:
        for guard in rules.guards.get(term.group, ()):
            if _speaks(guard, before, after, stream.text[begin:end], around):
                if not guard.level:
                    return None
                if LEVELS.index(guard.level) < LEVELS.index(level):
                    level, why = guard.level, guard.code
    written = text[start:stop]
    disguised = term.word != "" and term.word.casefold() not in written.casefold()
    return Hit(start, stop, term.rule, term.group, level, term.basis, instead, written, disguised, why)


def _widened(term: Term, rules: Rules, before: str, after: str) -> tuple[int, int] | None:
    """Return how many characters before and after belong to the hit, None where what it asks for is not there."""
    left = rules.asked[term.before].search(before) if term.before else None
    right = rules.asked[term.after].match(after) if term.after else None
    if (term.before and not left) or (term.after and not right):
        return None
    return len(left.group()) if left else 0, right.end() if right else 0


def _clause(text: str, begin: int, end: int) -> tuple[str, str]:
    """Return what stands before and after the hit in its clause, 24 characters at most on each side."""
    left = text.rfind("\n", max(0, begin - 24), begin) + 1 or max(0, begin - 24)
    right = text.find("\n", end, end + 24)
    return text[left:begin], text[end : right if right >= 0 else end + 24]


def sentence(text: str, start: int, stop: int) -> str:
    """Return the sentence around text[start:stop], 120 characters at most on each side."""
    left = max((text.rfind(c, max(0, start - 120), start) for c in _ENDS), default=-1) + 1 or max(0, start - 120)
    right = min((p for c in _ENDS if (p := text.find(c, stop, stop + 120)) >= 0), default=min(len(text), stop + 120))
    return text[left:right]


def _around(text: str, ends: list[int], start: int, stop: int) -> str:
    """Return what `sentence` does, by ends of sentences that are known."""
    after, before = bisect_left(ends, stop), bisect_left(ends, start) - 1
    left = ends[before] + 1 if before >= 0 and ends[before] >= start - 120 else max(0, start - 120)
    right = ends[after] if after < len(ends) and ends[after] < stop + 120 else min(len(text), stop + 120)
    return text[left:right]


def _speaks(guard: Ready, before: str, after: str, hit: str, sentence: str) -> bool:
    """Whether everything that the guard asks for is there."""
    return (
        (guard.before is None or guard.before.search(before) is not None)
        and (guard.after is None or guard.after.match(after) is not None)
        and (guard.clause is None or guard.clause.search(before + hit + after) is not None)
        and (guard.sentence is None or guard.sentence.search(sentence) is not None)
        and (guard.unless is None or guard.unless.search(sentence) is None)
    )


def _apart(hits: list[Hit]) -> list[Hit]:
    """Of hits that overlap keep the graver, then the longer, then the earlier."""
    kept: list[Hit] = []
    taken = bytearray(max((h.end for h in hits), default=0))
    for hit in sorted(hits, key=lambda h: (-LEVELS.index(h.level), h.start - h.end, h.start)):
        if not any(taken[hit.start : hit.end]):
            kept.append(hit)
            taken[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
    return sorted(kept, key=lambda h: h.start)
