"""A plain text in its parts: sections, paragraphs, sentences, each with its place; what two of them share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;”」』）)]*")
HAN = re.compile(r"[\u3400-\u9fff]")
_RUN = re.compile(r"[\u3400-\u9fff]+|[A-Za-z0-9]{2,}")


@dataclass(frozen=True)
class Part:
    """text[start:end] of the whole: a paragraph, a heading or a sentence; `section` counts headings before it."""

    text: str
    start: int
    end: int
    section: int
    paragraph: int
    heading: bool = False


@dataclass(frozen=True)
class Prose:
    """A text read once."""

    text: str
    paragraphs: tuple[Part, ...]
    sentences: tuple[Part, ...] = field(default=())

    @cached_property
    def body(self) -> tuple[Part, ...]:
        """Sentences that are no heading."""
        return tuple(s for s in self.sentences if not s.heading)


def read(text: str) -> Prose:
    """Return the parts of a text: a line is a paragraph, "## " begins a heading."""
    paragraphs: list[Part] = []
    sentences: list[Part] = []
    at = section = 0
    for line in text.split("\n"):
        if line.strip():
            heading = line.startswith("## ")
            section += heading
            skip = 3 if heading else len(line) - len(line.lstrip())
            start, end = at + skip, at + len(line.rstrip())
            paragraphs.append(Part(text[start:end], start, end, section, len(paragraphs), heading))
            sentences += _sentences(paragraphs[-1])
        at += len(line) + 1
    return Prose(text, tuple(paragraphs), tuple(sentences))


def _sentences(p: Part) -> list[Part]:
    return [
        Part(m.group(), p.start + m.start(), p.start + m.end(), p.section, p.paragraph, p.heading)
        for m in _SENTENCE.finditer(p.text)
        if m.group().strip()
    ]


@lru_cache(maxsize=8192)
def grams(text: str, size: int = 2) -> frozenset[str]:
    """Return the runs of `size` characters of a text, nothing across what is no letter."""
    return frozenset(run[i : i + size] for run in _RUN.findall(text) for i in range(len(run) - size + 1))


def content(text: str, stop: frozenset[str], words: frozenset[str]) -> frozenset[str]:
    """Return the pairs of characters that carry meaning: neither is a function character, the pair no empty word."""
    return frozenset(g for g in grams(text) if g[0] not in stop and g[1] not in stop and g not in words)


def number(text: str) -> int | None:
    """Return a whole number written in digits or in Chinese below a hundred, None where it is none."""
    if text.isascii() and text.isdigit():
        return int(text)
    digits = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}
    tens, ten, ones = text.rpartition("十")
    if any(c not in digits for c in tens + ones) or len(tens) > 1 or len(ones) > 1 or not text:
        return None
    return (digits[tens] if tens else 1) * 10 * bool(ten) + (digits[ones] if ones else 0)
