"""Shots as subtitles: SRT with short lines that never overlap, and how long a line takes to say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hongqiao.methods.craft.counting import han
from hongqiao.methods.craft.model import Shot

#: Where a subtitle may be parted: after a mark that ends a breath.
_BREATH = re.compile(r"(?<=[，。！？；：、…])[ \t]*|(?<=[,.!?;:])[ \t]+|\n+")
_SPOKEN = re.compile(r"[A-Za-z]+|\d")


@dataclass(frozen=True)
class Cue:
    """One subtitle on screen; seconds from the start."""

    start: float
    end: float
    text: str


def seconds(text: str, rate: float) -> float:
    """Return how long a line takes to say at `rate` characters a second; a foreign word and a digit count as one."""
    return round((han(text) + len(_SPOKEN.findall(text))) / rate, 1)


def lines(text: str, most: int) -> list[str]:
    """Return a text in lines of at most `most` characters, parted at breaths where there are some."""
    found: list[str] = []
    for part in filter(None, (p.strip() for p in _BREATH.split(text))):
        if found and len(found[-1]) + len(part) <= most and not found[-1].endswith(("。", "！", "？", ".", "!", "?")):
            found[-1] += part
            continue
        pieces = -(-len(part) // most)
        size = -(-len(part) // pieces)  # two halves read better than a long line and one letter
        found += [part[at : at + size].strip() for at in range(0, len(part), size)]
    return [one for one in found if one]


def spans(shots: Iterable[Shot], *, rate: float) -> Iterator[tuple[Shot, float, float]]:
    """Yield shots with when each begins and ends, in seconds; none begins before the one before has ended.

    A shot without a length is as long as its words take, half a second at least.
    """
    at = 0.0
    for shot in shots:
        start = max(at, shot.start)
        end = shot.end if shot.end > start else start + max(seconds(shot.line or shot.subtitle, rate), 0.5)
        yield shot, start, end
        at = max(at, end)


def cues(shots: Iterable[Shot], *, most: int, rate: float) -> Iterator[Cue]:
    """Yield the subtitles of shots: of each its subtitle, else what is said, spread over its time by length."""
    for shot, start, end in spans(shots, rate=rate):
        yield from _spread(lines(shot.subtitle or shot.line, most), start, end)


def _spread(said: Sequence[str], start: float, end: float) -> Iterator[Cue]:
    whole, done = sum(map(len, said)), 0
    for one in said:
        first = start + (end - start) * done / whole
        done += len(one)
        yield Cue(first, start + (end - start) * done / whole, one)


def srt(found: Iterable[Cue]) -> str:
    """Return cues as an SRT file."""
    blocks = [f"{n}\n{_time(c.start)} --> {_time(c.end)}\n{c.text}\n" for n, c in enumerate(found, 1)]
    return "\n".join(blocks)


def _time(at: float) -> str:
    ms = round(at * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"
