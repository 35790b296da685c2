"""Two windows' sums of a metric by the finest dimensions over which they add up: what a change is explained on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from hongqiao.methods.rootcause import Explained, explain
from hongqiao.metrics import METRICS, Result

#: Dimensions that a change is looked for in, of those the metric carries and that are not fixed already.
DIMS = ("platform", "account", "channel", "traffic", "campaign", "product", "form")
#: A platform states some cuts for a part of its figures only: sums may miss the whole by this share.
AGREE = 0.005

#: The verdict where no dimension has more than one value.
ONE_PLACE = "one_place"

Rows = dict[tuple, list[float]]


class Leaves:
    """Sums of one metric, or of a ratio's numerator and denominator, by some dimensions, asked once each.

    `ask` is `Look.ask`; `windows` are the first and last days before and after.
    """

    def __init__(
        self,
        ask: Callable[..., Result],
        codes: Sequence[str],
        where: Mapping[str, Any],
        windows: tuple[tuple[date, date], tuple[date, date]],
    ) -> None:
        self.ask, self.codes, self.where, self.windows = ask, tuple(codes), where, windows
        self._rows: dict[tuple[str, ...], Rows] = {}

    def by(self, dims: tuple[str, ...]) -> Rows:
        """Return key → [first code before, second before, first after, second after] (one code: before, after).

        A key without any figure in both windows is not there: what is missing is no zero.
        """
        if dims not in self._rows:
            self._rows[dims] = self._asked(dims)
        return self._rows[dims]

    def _asked(self, dims: tuple[str, ...]) -> Rows:
        rows: Rows = {}
        width = len(self.codes)
        for i, (start, end) in enumerate(self.windows):
            for row in self.ask(self.codes, dims, self.where, start, end, totals=False, coverage=False).rows:
                told = [row[code] for code in self.codes]
                if any(value is not None for value in told):
                    held = rows.setdefault(tuple(row[d] for d in dims), [0.0] * (2 * width))
                    held[i * width : (i + 1) * width] = [float(value or 0) for value in told]
        return rows

    def totals(self, dims: tuple[str, ...] = ()) -> list[float]:
        """Return the sums over all keys, in the order of `by`; zeros where there is none."""
        rows = self.by(dims)
        return [sum(row[i] for row in rows.values()) for i in range(2 * len(self.codes))]

    def carried(self, among: Sequence[str] = DIMS) -> tuple[str, ...]:
        """Return the dimensions that every code carries and that are not fixed."""
        return tuple(d for d in among if d not in self.where and all(d in METRICS[c].dimensions for c in self.codes))

    def additive(self, wanted: Sequence[str], most: int = len(DIMS)) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return at most so many dimensions over which the figures add up to the whole, and those left out."""
        whole = self.totals()
        kept: tuple[str, ...] = ()
        out: list[str] = []
        for dim in wanted:
            finer = self.totals((*kept, dim))
            same = all(abs(a - b) <= AGREE * abs(b) for a, b in zip(finer, whole, strict=True))
            if same and len(kept) < most:
                kept = (*kept, dim)
            else:
                out.append(dim)
        return kept, tuple(out)

    def explained(self, dims: tuple[str, ...]) -> Explained | None:
        """Return what made the change over those of `dims` that have more than one value; None where none has."""
        rows = self.by(dims)
        columns = {d: ["" if key[j] is None else str(key[j]) for key in rows] for j, d in enumerate(dims)}
        told = {d: column for d, column in columns.items() if len(set(column)) > 1}
        if not told:
            return None
        return self._explained(told, rows)

    def undivided(self) -> Explained:
        """Return the change where there is one place only: the whole is its one part."""
        rows = self.by(())
        return replace(self._explained({"": [""] * len(rows)}, rows), verdict=ONE_PLACE, by_dim={})

    def _explained(self, told: Mapping[str, Any], rows: Rows) -> Explained:
        figures = [np.array([row[i] for row in rows.values()]) for i in range(2 * len(self.codes))]
        if len(self.codes) == 2:
            return explain(told, figures[0], figures[2], base_before=figures[1], base_after=figures[3])
        return explain(told, figures[0], figures[1])
