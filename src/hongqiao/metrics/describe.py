"""The dictionary in words: one entry for the page and the interface, and where a figure comes from."""

from functools import lru_cache
from typing import Any

from hongqiao.metrics.dimensions import DIMENSIONS
from hongqiao.metrics.formula.tree import written
from hongqiao.metrics.model import Metric
from hongqiao.metrics.registry import SOURCES


@lru_cache(maxsize=2048)  # a brand's own metrics come and go
def dimensions_of(metric: Metric) -> tuple[str, ...]:
    """Return the dimensions that every source of the metric carries, in the usual order."""
    return tuple(d for d in DIMENSIONS if all(d in SOURCES[s].dims for s in metric.sources))


def _layouts(table: str, columns: tuple[str, ...]) -> list[str]:
    """Return the codes of the layouts that feed any of the columns."""
    from hongqiao.platforms import PLATFORMS

    found = []
    for platform in PLATFORMS.values():
        for layout in platform.layouts:
            fed = {f.column for f in layout.fields if f.table == table} | {
                d.column for d in getattr(layout, "derived", ()) if d.table == table
            }
            if fed & set(columns):
                found.append(layout.code)
    return found


def lineage(metric: Metric) -> list[dict[str, Any]]:
    """Return one {"part", "table", "columns", "layouts"} a measure: which columns of which layouts feed the figure."""
    found = []
    for part, measure in metric.parts.items():
        table = SOURCES[measure.source].table
        columns = columns_in(table, measure.columns)
        found.append({"part": part, "table": table, "columns": list(columns), "layouts": _layouts(table, columns)})
    return found


def columns_in(table: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Keep the columns that the fact table has; the others are worked out on the way."""
    from hongqiao.warehouse.tables import TABLES

    return tuple(c for c in columns if c in TABLES[table].schema)


def describe(code: str) -> dict[str, Any]:
    """Return one entry of the dictionary as JSON values; words are msgids, `params` fills theirs. Raises
    UnknownMetric.
    """
    from hongqiao.metrics.plan import metric_of

    m = metric_of(code)
    return {
        "code": m.code,
        "label": m.label,
        "family": m.family,
        "definition": m.definition,
        "params": m.params,
        "unit": m.unit,
        "format": m.format,
        "decimals": m.decimals,
        "numerator": m.numerator_text or m.label,
        "denominator": m.denominator_text,
        "table": m.table,
        "grain": m.grain,
        "day_kind": m.day_kind,
        "dimensions": list(m.dimensions),
        "names": dict(m.names),
        "not_comparable": m.not_comparable,
        "proxy": m.proxy,
        "better": m.better,
        "additive": m.additive,
        "beside": list(m.beside),
        "lineage": m.lineage(),
        **_own(m),
    }


def _own(metric: Metric) -> dict[str, Any]:
    """Return what an entry says more where the brand made it: its formula, the version, whether it is retired."""
    if metric.formula is None:
        return {}
    said = written(metric.formula.said, plain=True)
    return {"formula": said, "version": int(metric.stamp.partition("@")[2] or 0), "retired": metric.retired}
