"""A text as the model reads it: folded, then as hashed runs of one to three characters. No words, no dictionary."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

BITS = 20
#: A rant says what it says in its beginning and its end.
MOST = 2000
_OUTSIDE = re.compile(r"https?://\S+|@[\w\-]{1,30}")
_U = np.uint32


def fold(text: str, simplified: Mapping[int, int]) -> str:
    """Return a text in one width, case and script, without links and names called; the middle of a very long one
    left out.
    """
    if len(text) > MOST:
        text = text[: MOST // 2] + " " + text[-MOST // 2 :]
    plain = unicodedata.normalize("NFKC", text).lower().replace("\0", " ")
    if "http" in plain or "@" in plain:
        plain = _OUTSIDE.sub(" ", plain)
    return plain if plain.isascii() else plain.translate(simplified)


def columns(folded: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.bool_], NDArray[np.int64]]:
    """Return (columns, counts, starts): three columns a place of the texts laid end to end, whether each counts,
    where each text begins.

    A run that reaches over a text's end does not count. Every text takes one place more than it has characters.
    """
    code = np.frombuffer(("\0".join(folded) + "\0\0\0").encode("utf-32-le", "replace"), _U)
    n = len(code) - 2
    one = code * _U(0x9E3779B1)
    one ^= one >> _U(15)
    two = one[:-1] * _U(0x85EBCA6B) + one[1:]
    two ^= two >> _U(13)
    two *= _U(0xC2B2AE35)
    three = (two[:-1] ^ (two[:-1] >> _U(16))) * _U(0x27D4EB2F) + one[2:]
    three ^= three >> _U(15)
    three *= _U(0x165667B1)
    found = np.stack([one[:n] * _U(0x2545F491), two[:n], three], axis=1) >> _U(32 - BITS)
    inside = code != 0
    counts = np.stack([inside[:n], inside[:n] & inside[1:-1], inside[:n] & inside[1:-1] & inside[2:]], axis=1)
    lengths = np.array([len(t) + 1 for t in folded], np.int64)
    return found, counts, np.cumsum(lengths) - lengths
