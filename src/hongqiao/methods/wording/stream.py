"""A text as a stream of plain characters: what the eye reads, each with its place in what was written."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

#: Ends of a clause: nothing is read across them.
STOPS = frozenset("。！？；，：…\n\r!?;,:()（）《》〈〉【】[]")
_JOINERS = {"Cf", "Mn", "Me", "Cc"}  # zero-width signs, combining marks, controls
#: One character between two stops is a word pulled apart: 保，录，取.
_BETWEEN = r"[，,、。.;；！!·+【】\[\]|/]{1,2}"
_PULLED = re.compile(rf"{_BETWEEN}(?=\w{_BETWEEN})|(?<=[，,、。.;；！!·+【】\[\]|/]\w){_BETWEEN}")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Stream:
    """`text[i]` was written from `starts[i]` to `ends[i]` of the original."""

    text: str
    starts: list[int]
    ends: list[int]

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Return where the characters `begin` to `end` of the stream stand in the original."""
        return self.starts[begin], self.ends[end - 1]


@lru_cache(maxsize=65_536)
def _plain(char: str) -> str:
    """Return what is read of one character: "" for nothing, "\\n" for the end of a clause."""
    if char in STOPS:
        return "\n"
    kind = unicodedata.category(char)
    if kind in _JOINERS or kind[0] == "Z":
        return ""
    wide = unicodedata.normalize("NFKC", char)
    if wide != char:
        return "".join(_plain(c) for c in wide)
    if char in "%+￥¥&#@=":  # signs that carry meaning
        return char
    bare = unicodedata.normalize("NFD", char)[0] if char.isalpha() else char  # a tone over a letter is not read
    return "" if kind[0] in "PS" else bare.casefold()


def plain_word(word: str) -> str:
    """Return a word of a rule as it is found in a stream: without what is not read, "\n" where it ends a clause."""
    return "".join(map(_plain, word))


class Reading(dict[str, str]):
    """One written character → what is read of it; made from variants, it learns the rest as it meets them."""

    def __missing__(self, char: str) -> str:
        got = _plain(char)
        if len(self) < 65_536:
            self[char] = got
        return got


def read(text: str, reading: Reading, spellings: re.Pattern[str] | None, plain: Mapping[str, str]) -> Stream:
    """Return `text` as its readers take it.

    `reading`: one written character → what is read (traditional forms, look-alikes, emoji). `spellings`: Latin
    spellings inside Chinese, found in the stream and read as `plain` says.
    """
    parts = list(map(reading.__getitem__, text))
    for m in _PULLED.finditer(text):
        parts[m.start() : m.end()] = [""] * (m.end() - m.start())
    starts = [i for i, part in enumerate(parts) for _ in part]
    stream = Stream("".join(parts), starts, [i + 1 for i in starts])
    return _spelt_out(stream, spellings, plain) if spellings else stream


def _spelt_out(stream: Stream, spellings: re.Pattern[str], plain: Mapping[str, str]) -> Stream:
    """Read spellings such as vx or zui as the characters that they stand for, where Chinese is beside them."""
    found = [m for m in spellings.finditer(stream.text) if _beside_han(stream.text, m)]
    if not found:
        return stream
    text, starts, ends, at = "", [], [], 0
    for m in found:
        begin, end = m.span()
        text += stream.text[at:begin] + (said := plain[m.group()])
        starts += stream.starts[at:begin] + [stream.starts[begin]] * len(said)
        ends += stream.ends[at:begin] + [stream.ends[end - 1]] * len(said)
        at = end
    return Stream(text + stream.text[at:], starts + stream.starts[at:], ends + stream.ends[at:])


def _beside_han(text: str, m: re.Match[str]) -> bool:
    """Whether a spelling stands alone as a word and touches Chinese on a side."""
    before, after = text[m.start() - 1 : m.start()], text[m.end() : m.end() + 1]
    if (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha() and m.group()[-1] != "+"):
        return False
    return bool(_HAN.match(before or " ") or _HAN.match(after or " "))
