"""How many different persons are in some lists: persons numbered by this process, marked one by one, counted."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

_SPARSE = 32  # lists with fewer persons than one in so many are sorted, others are marked


class Numbering:
    """The numbers of a brand's persons in this process. Who has one keeps it; a new one gets the next."""

    def __init__(self, limit: int):
        self._persons, self._given = np.empty(0, np.uint64), np.empty(0, np.uint32)
        self._maps: OrderedDict[str, np.ndarray] = OrderedDict()
        self._limit, self._lock = limit, threading.Lock()

    def __len__(self) -> int:
        return len(self._persons)

    def of(self, label: str, persons: Callable[[], np.ndarray]) -> np.ndarray:
        """Return the numbers of these persons; `label` names them for the next time."""
        with self._lock:
            if label not in self._maps:
                self._maps[label] = self._number(persons())
                while sum(m.nbytes for m in self._maps.values()) > self._limit and len(self._maps) > 1:
                    self._maps.popitem(last=False)
            self._maps.move_to_end(label)
            return self._maps[label]

    def _number(self, persons: np.ndarray) -> np.ndarray:
        at = np.searchsorted(self._persons, persons)
        unknown = at == len(self)
        unknown[~unknown] = self._persons[at[~unknown]] != persons[~unknown]
        fresh = np.unique(persons[unknown])
        if len(fresh):
            new = np.arange(len(self), len(self) + len(fresh), dtype=np.uint32)
            places = np.searchsorted(self._persons, fresh)
            self._given = np.insert(self._given, places, new)
            self._persons = np.insert(self._persons, places, fresh)
        return self._given[np.searchsorted(self._persons, persons)]


def replaced(persons: np.ndarray, old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """These persons, those in `old` as the one they were merged into."""
    order = np.argsort(old)
    old, new = old[order], new[order]
    at = np.minimum(np.searchsorted(old, persons), len(old) - 1)
    return np.where(old[at] == persons, new[at], persons)


@dataclass(frozen=True)
class Chunk:
    """The lists of a part and the number of each of its persons."""

    numbers: np.ndarray
    given: np.ndarray

    def take(self, first: np.ndarray, length: np.ndarray) -> np.ndarray:
        """The persons of some of its lists, by their numbers."""
        if not len(first):
            return np.empty(0, np.uint32)
        ends = np.cumsum(length)
        if np.array_equal(first[1:], first[:-1] + length[:-1]):  # neighbours
            places = self.numbers[first[0] : first[0] + ends[-1]]
        else:
            places = self.numbers[np.repeat(first - (ends - length), length) + np.arange(ends[-1])]
        return self.given[places]


def distinct(
    chunks: Mapping[str, Chunk], labels: Sequence[str], part: np.ndarray, first: np.ndarray, length: np.ndarray,
    codes: np.ndarray, cells: int, persons: int,
) -> np.ndarray:  # fmt: skip
    """Return for each cell how many different persons are in its lists.

    A list is `length` places from `first` on of the chunk `labels[part]` and belongs to the cell `codes`.
    """
    order = np.lexsort((first, part, codes))
    part, first, length, codes = part[order], first[order], length[order], codes[order]
    bounds = np.searchsorted(codes, np.arange(cells + 1))
    marks = np.zeros(persons, np.bool_)
    found = np.zeros(cells, np.int64)
    for cell in range(cells):
        low, high = bounds[cell], bounds[cell + 1]
        inside = np.searchsorted(part[low:high], np.arange(len(labels) + 1)) + low
        who = np.concatenate(
            [np.empty(0, np.uint32)]
            + [
                chunks[label].take(first[a:b], length[a:b])
                for label, a, b in zip(labels, inside[:-1], inside[1:], strict=True)
                if a < b
            ]
        )
        found[cell] = _different(who, marks)
    return found


def _different(who: np.ndarray, marks: np.ndarray) -> int:
    if len(who) * _SPARSE < len(marks):
        who = np.sort(who)
        return int(np.count_nonzero(who[1:] != who[:-1])) + bool(len(who))
    marks[:] = False
    marks[who] = True
    return int(np.count_nonzero(marks))
