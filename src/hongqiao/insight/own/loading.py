"""From kept versions to metrics of the dictionary: every version of a brand's own, made once and kept by what is kept.

A version whose formula the dictionary no longer knows (a metric of the house went away) is left out, never guessed.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from hongqiao.insight.models import MetricVersion
from hongqiao.metrics import SHIPPED, Metric
from hongqiao.metrics.formula.making import BadFormula, Definition, make
from hongqiao.metrics.formula.reading import read
from hongqiao.metrics.formula.tree import Tree
from hongqiao.metrics.inforce import Own

log = logging.getLogger("hongqiao.metrics")
CODES = re.compile(r"[a-z][a-z0-9_]*")
KEPT = 64  # brands a process keeps the metrics of
_kept: OrderedDict[UUID, tuple[list[Any], Own]] = OrderedDict()
_lock = threading.Lock()
SAID = ("label", "formula", "format", "better", "note")
FIELDS = ("metric__code", "number", *SAID, "metric__number", "metric__retired_at")


def fetch(brand_id: UUID) -> Own:
    """Return the brand's own metrics: one query, and nothing made anew where nothing changed."""
    rows = list(MetricVersion.objects.filter(brand_id=brand_id).order_by("metric_id", "number").values_list(*FIELDS))
    with _lock:
        kept = _kept.get(brand_id)
    if kept and kept[0] == rows:
        return kept[1]
    made = _Making([dict(zip(FIELDS, row, strict=True)) for row in rows]).own()
    with _lock:
        _kept[brand_id] = (rows, made)
        _kept.move_to_end(brand_id)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


class _Making:
    def __init__(self, rows: list[dict[str, Any]]):
        self.rows = {f"{r['metric__code']}@{r['number']}": r for r in rows}
        self.made: dict[str, Metric] = {}

    def own(self) -> Own:
        every: dict[str, Metric] = {}
        listed = []
        for name, row in self.rows.items():
            code, now = row["metric__code"], row["number"] == row["metric__number"]
            try:
                metric = self._metric(name)
            except (BadFormula, KeyError, RecursionError):
                log.warning("the formula of %s is no longer known", name)
                continue
            every[name] = replace(metric, code=name, label=metric.label if now else f"{metric.label} @{row['number']}")
            if now:
                every[code] = metric
                listed += [] if metric.retired else [code]
        return Own(every, tuple(listed))

    def _metric(self, name: str) -> Metric:
        if name in SHIPPED:
            return SHIPPED[name]
        if name not in self.made:
            row = self.rows[name]
            self.made[name] = make(definition(row, tree_of(row["formula"])), self._metric)
        return self.made[name]


def tree_of(formula: str) -> Tree:
    """Return the tree of a kept formula, which is written in codes alone. Raises BadFormula."""
    return read(formula, {code: (code,) for code in CODES.findall(formula)})


def definition(row: dict[str, Any], tree: Tree) -> Definition:
    return Definition(
        row["metric__code"],
        row["label"],
        tree,
        row["note"],
        row["format"],
        row["better"] or None,
        row["number"],
        row["metric__retired_at"] is not None,
    )


def finder(own: Own) -> Callable[[str], Metric]:
    """Return what finds a metric of the house or one of the brand's own. KeyError for neither."""
    return lambda code: SHIPPED[code] if code in SHIPPED else own.all[code]
