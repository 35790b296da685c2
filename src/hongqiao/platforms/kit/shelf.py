"""Layouts by the headers they know: with a hundred of them, a row is held against a few."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from hongqiao.platforms.kit.headers import Head, fold
from hongqiao.platforms.model import Field, Layout

_NONE: frozenset[int] = frozenset()


@lru_cache(maxsize=1024)
def _index(layout: Layout) -> dict[str, tuple[Field, ...]]:
    index: dict[str, tuple[Field, ...]] = {}
    for one in layout.fields:
        for spelling in dict.fromkeys(map(fold, one.names)):
            index[spelling] = (*index.get(spelling, ()), one)
    return index


def field_of(layout: Layout, one: Head) -> tuple[Field, ...]:
    """The fields a header feeds: by its full spelling, else without its unit."""
    index = _index(layout)
    return index.get(fold(one.full)) or (index.get(fold(one.name), ()) if one.name else ())


class Shelf:
    """Layouts in their order, found by the headers they know: a row is held against those few that it could be."""

    def __init__(self, layouts: Iterable[Layout]):
        self.layouts = tuple(layouts)
        self._places: dict[str, set[int]] = {}
        for place, one in enumerate(self.layouts):
            for spelling in _index(one):
                self._places.setdefault(spelling, set()).add(place)

    def fitting(self, titles: Iterable[Head], *, pairs: bool) -> list[Layout]:
        """Those that know as many of the headers as they ask for."""
        known: Counter[int] = Counter()
        for title in titles:
            known.update(self._places.get(fold(title.full), _NONE) | self._places.get(fold(title.name), _NONE))
        asked = ((self.layouts[place], times) for place, times in sorted(known.items()))
        return [one for one, times in asked if times >= one.at_least and (one.shape == "pairs") == pairs]
