"""How easily a text is read and said: paragraphs, sentences, time, our own readability (C07–C09, C19, C20)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from hongqiao.methods.craft.counting import han
from hongqiao.methods.craft.know import Know
from hongqiao.methods.craft.model import Draft, Found
from hongqiao.methods.craft.prose import HAN, Prose

_STACKED = re.compile(r"(?:[^，。！？；：、\s的]{1,8}的){3,}")


@dataclass(frozen=True)
class Measures:
    """What is counted of a text. `readability` 0–100 is this project's own heuristic, no standard."""

    characters: int
    sentences: int
    average: float
    longest: int
    reading_seconds: int
    speaking_seconds: int
    readability: int

    @property
    def seconds(self) -> int:
        """How long it takes a reader, or a speaker where there are lines to say."""
        return max(self.reading_seconds, self.speaking_seconds)


@cache
def common() -> frozenset[str]:
    """Return the 3,755 characters in common use: level 1 of GB 2312-80 (rows 16 to 55), read from its coding."""
    codes = (bytes((row + 0xA0, cell + 0xA0)) for row in range(16, 56) for cell in range(1, 95))
    return frozenset("".join(code.decode("gb2312", "ignore") for code in codes))


def measures(draft: Draft, prose: Prose, know: Know) -> Measures:
    """Return what a draft comes to: characters, sentences, minutes read or spoken, readability."""
    lengths = [han(s.text) for s in prose.body] or [0]
    n, spoken = sum(lengths), sum(han(s.line) for s in draft.shots)
    return Measures(
        characters=n,
        sentences=len(prose.body),
        average=round(n / len(lengths), 1),
        longest=max(lengths),
        reading_seconds=round(n * 60 / know.thresholds["reading_a_minute"]),
        speaking_seconds=round(spoken * 60 / know.thresholds["speaking_a_minute"]),
        readability=readability(prose),
    )


def readability(prose: Prose) -> int:
    """Return 100 for short sentences of common characters, less for long, rare and stacked ones; own heuristic."""
    said = [s.text for s in prose.body if HAN.search(s.text)]
    if not said:
        return 100
    lengths = [han(s) for s in said]
    chars = HAN.findall("".join(said))
    rare = sum(n for c, n in Counter(chars).items() if c not in common()) / len(chars)
    long = sum(n > 45 for n in lengths) / len(said)
    stacked = sum(bool(_STACKED.search(s)) for s in said) / len(said)
    score = 100 - 1.2 * max(0.0, sum(lengths) / len(said) - 15) - 40 * rare - 30 * long - 20 * stacked
    return max(0, min(100, round(score)))


def check(prose: Prose, know: Know) -> Iterator[Found]:
    """Yield paragraphs and sentences that are too long to read on a phone, and a text that is hard as a whole."""
    most = know.thresholds["paragraph_characters"]
    for p in prose.paragraphs:
        if not p.heading and len(p.text) > most:
            params = {"count": len(p.text), "most": most}
            yield Found("craft.paragraph_long", "info", "text", p.start, p.end, p.text[:20], params)
    longest = know.thresholds["sentence_most"]
    for s in prose.body:
        if (n := han(s.text)) > longest:
            params = {"count": n, "most": longest}
            yield Found("craft.sentence_long", "info", "text", s.start, s.end, s.text[:20], params)
    score = readability(prose)
    if len(prose.body) >= 5 and score < know.thresholds["readable"]["hard"]:
        params = {"score": score, "least": know.thresholds["readable"]["hard"]}
        yield Found("craft.readability", "info", "text", params=params, heuristic=True)


def typos(draft: Draft, know: Know) -> Iterator[Found]:
    """Yield characters and marks written twice where once is meant (C20)."""
    said = (
        ("title", draft.title),
        ("text", draft.text),
        *((f"shots.{i}.line", s.line) for i, s in enumerate(draft.shots)),
    )
    for place, text in said:
        for cue in ("doubled", "doubled_marks"):
            for m in know.cues[cue].finditer(text):
                word = m.group()
                yield Found("craft.typo", "warn", place, m.start(), m.end(), word, {"word": word}, replacement=word[0])


def spoken(draft: Draft, know: Know) -> Iterator[Found]:
    """Yield lines that cannot be said in their time, and subtitles that do not fit or are missing (C09, C19)."""
    fastest, width = know.thresholds["speech_a_second"], know.thresholds["subtitle_characters"]
    said = [(i, s) for i, s in enumerate(draft.shots) if s.line.strip()]
    for i, s in said:
        took = s.end - s.start
        if took > 0 and (n := han(s.line)) > took * fastest * 1.2:
            params = {"count": n, "seconds": round(took, 1), "most": int(took * fastest)}
            place = f"shots.{i}.line"
            yield Found("craft.speech_fast", "warn", place, 0, len(s.line), s.line[:20], params, heuristic=True)
        if any(len(line) > width for line in s.subtitle.splitlines()):
            place, params = f"shots.{i}.subtitle", {"count": len(s.subtitle), "most": width}
            yield Found("craft.subtitle_long", "info", place, 0, len(s.subtitle), s.subtitle[:20], params)
    if said and not any(s.subtitle.strip() for s in draft.shots):
        yield Found("craft.subtitle_missing", "info", "shots")
