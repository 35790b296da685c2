"""How alike texts are by the runs of characters that they share, and which of many say the same in the same words.

Two texts: Jaccard's share of common runs. Many: MinHash signatures cut into bands (Broder 1997; Leskovec et al.,
*Mining of Massive Datasets*, ch. 3), each candidate pair then compared exactly. Nothing is drawn by chance and time
grows with the number of texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LETTERS = re.compile(r"\w+")
#: What forwarding puts around a text: the chain of earlier forwarders, names called, addresses, the platform's own
#: words.
_FORWARDED = re.compile(r"//@.*|https?://\S+|@[\w\-]{1,30}:?|转发微博|^(?:转发|回复)\s*:?")
#: 60 hashes in 20 bands of 3: of two texts that share half of their runs 93 % meet in a band, of those that share 0.7
#: all but one in 4,000.
BANDS, ROWS = 20, 3
LIKE, WITHIN, AROUND, LEAST = 0.5, 0.7, 0.38, 12
_CHUNK = 4096


@lru_cache(maxsize=4096)
def shingles(text: str, size: int = 3) -> frozenset[str]:
    """Return the runs of `size` letters and digits of a text, spaces and marks left out."""
    bare = "".join(_LETTERS.findall(text.casefold()))
    return frozenset(bare[i : i + size] for i in range(len(bare) - size + 1))


def common(a: frozenset[str], b: frozenset[str]) -> float:
    """Return Jaccard's share of what two sets have in common, 0 to 1; an empty one shares nothing."""
    return len(a & b) / len(a | b) if a and b else 0.0


def jaccard(a: str, b: str) -> float:
    """Return the share of runs that two texts have in common, 0 to 1; texts too short to have any share nothing."""
    return common(shingles(a), shingles(b))


def nearest(text: str, others: Iterable[str], least: float) -> tuple[int, float] | None:
    """Return which of `others` is most like `text` and how much, None where none reaches `least`.

    A text more than 1 / `least` times as long cannot reach it and is not compared.
    """
    mine, best = shingles(text), None
    for i, other in enumerate(others):
        if not mine or not least * len(text) <= len(other) + 3 <= len(text) / least + 6:
            continue
        like = jaccard(text, other)
        if like >= least and (best is None or like > best[1]):
            best = (i, like)
    return best


def said(text: str) -> str:
    """Return what a text says itself: letters and digits in one width and case, without what forwarding adds.

    A text of nothing but signs or of forwarding alone is kept as written, so that equal ones stay equal; NUL ends texts
    inside and is nothing said.
    """
    wide = unicodedata.normalize("NFKC", text[:4000]).lower()
    own = _FORWARDED.sub(" ", wide) if "@" in wide or "转发" in wide or "回复" in wide or "http" in wide else wide
    return "".join(_LETTERS.findall(own)) or wide.replace("\0", "").strip()


def clusters(texts: Sequence[str], *, like: float = LIKE, within: float = WITHIN) -> list[int]:
    """Return for each text the place of the first text that says the same in the same words (its own where none
    does).

    Same words: `like` of all pairs of neighbouring characters in common, or `within` of the shorter text's found in
    the longer. Steps from text to text end where one is no longer `AROUND` its cluster's longest, so that a short
    remark joins no two long ones.
    """
    first: dict[str, int] = {}
    owner = [first.setdefault(s, i) for i, s in enumerate(map(said, texts))]
    plain = sorted(first, key=lambda s: (-len(s), first[s]))
    longest = _join(_Runs(plain), like, within)
    heads = [first[s] for s in plain]
    for i, j in enumerate(longest):  # a cluster is named by its first text, not by its longest
        heads[j] = min(heads[j], first[plain[i]])
    of = {first[s]: heads[j] for s, j in zip(plain, longest, strict=True)}
    return [of[place] for place in owner]


class _Runs:
    """The different pairs of characters of many texts: sorted hashes, text after text; `start[i]` is where text i
    begins.
    """

    def __init__(self, plain: list[str]) -> None:
        parts = [_pairs(plain[i : i + _CHUNK]) for i in range(0, len(plain), _CHUNK)]
        self.size = np.concatenate([p[0] for p in parts]) if parts else np.zeros(0, np.int64)
        self.hashes = np.concatenate([p[1] for p in parts]) if parts else np.zeros(0, np.uint32)
        self.start = np.concatenate([[0], np.cumsum(self.size)])

    def shared(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many runs each pair of texts has in common."""
        found = [self._shared(left[i : i + _CHUNK], right[i : i + _CHUNK]) for i in range(0, len(left), _CHUNK)]
        return np.concatenate(found) if found else np.zeros(0, np.int64)

    def _shared(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
        both = np.concatenate([left, right])
        size = self.size[both]
        pair = np.repeat(np.tile(np.arange(len(left)), 2), size)
        step = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
        key = (pair.astype(np.uint64) << np.uint64(32)) | self.hashes[np.repeat(self.start[both], size) + step]
        key.sort()
        twice = key[1:][key[1:] == key[:-1]] >> np.uint64(32)
        return np.bincount(twice.astype(np.int64), minlength=len(left))


def _pairs(plain: list[str]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Return (how many, which) different runs of two characters each text has; a single character is one run."""
    code = np.frombuffer("".join(s + "\0" for s in plain).encode("utf-32-le", "replace"), np.uint32)
    ends = code == 0
    text = np.cumsum(ends) - ends
    alone = ends[1:] & np.concatenate([[True], ends[:-2]])
    kept = ~ends[:-1] & (~ends[1:] | alone)
    run = _mix(code[:-1] * np.uint32(0x9E3779B1) + code[1:] + np.uint32(1))[kept]
    key = np.sort((text[:-1][kept].astype(np.uint64) << np.uint64(32)) | run)
    key = key[np.concatenate([[True], key[1:] != key[:-1]])] if len(key) else key
    return np.bincount((key >> np.uint64(32)).astype(np.int64), minlength=len(plain)), key.astype(np.uint32)


def _mix(x: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Scatter 32-bit numbers (the finaliser of MurmurHash3)."""
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return x ^ (x >> np.uint32(16))


def _candidates(runs: _Runs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs (earlier, later) that meet in a band: each text with the band's first and with the one before it."""
    texts = np.flatnonzero(runs.size)
    if len(texts) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    odd = (_mix(np.arange(1, BANDS * ROWS + 1, dtype=np.uint32)) | np.uint32(1)).tolist()
    begin, found = runs.start[texts], []
    for band in range(BANDS):
        key = np.zeros(len(texts), np.uint64)
        for factor in odd[band * ROWS : band * ROWS + ROWS]:
            hashed = runs.hashes * np.uint32(factor)
            hashed ^= hashed >> np.uint32(15)
            least = np.minimum.reduceat(hashed * np.uint32(0x2C1B3C6D), begin)
            key = key * np.uint64(0x9E3779B97F4A7C15) + least
        order = np.argsort(key, kind="stable")
        new = np.concatenate([[True], np.diff(key[order]) != 0])
        head = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
        later = np.flatnonzero(~new)
        found += [np.stack([order[head[later]], order[later]]), np.stack([order[later - 1], order[later]])]
    pair = np.concatenate(found, axis=1)
    key = np.unique(pair[1].astype(np.int64) * len(texts) + pair[0])
    return texts[key % len(texts)], texts[key // len(texts)]


def _alike(both: Any, x: Any, y: Any, like: float, within: float) -> Any:
    """Whether texts of x and y runs that share `both` are alike; a text of few runs is in too many others by chance."""
    small = np.minimum(x, y)
    return (both >= like * (x + y - both)) | ((both >= within * small) & (small >= LEAST))


def _join(runs: _Runs, like: float, within: float) -> list[int]:
    """Return the first of its cluster for each text (the longest, as they come): steps along alike pairs that stay
    around it.
    """
    a, b = _candidates(runs)
    alike = _alike(runs.shared(a, b), runs.size[a], runs.size[b], like, within)
    root = list(range(len(runs.size)))
    sets: dict[int, frozenset[int]] = {}

    def top(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    def around(i: int, j: int) -> bool:
        for k in (i, j):
            if k not in sets:
                sets[k] = frozenset(runs.hashes[runs.start[k] : runs.start[k + 1]].tolist())
        x, y = sets[i], sets[j]
        return bool(_alike(len(x & y), len(x), len(y), AROUND, within))

    for i, j in zip(a[alike].tolist(), b[alike].tolist(), strict=True):
        x, y = sorted((top(i), top(j)))
        if x != y and ((x, y) == (i, j) or around(x, y)):
            root[y] = x
    return [top(i) for i in range(len(root))]
