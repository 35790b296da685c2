"""What the columns of an answer are, and the titles of the keys in it."""

from typing import Any

from hongqiao.metrics.dimensions import DIMENSIONS
from hongqiao.metrics.model import Metric
from hongqiao.metrics.plan import Plan
from hongqiao.metrics.result import Column
from hongqiao.warehouse.tables import TABLES

#: dimension of keys → (table, column of the key, column of its title); "" = the tables that the figures are read from
TITLES = {"content": ("contents", "source_key", "title"), "creator": ("", "creator_key", "creator_name")}


def columns_of(plan: Plan, shown: tuple[Metric, ...], compared: bool) -> list[Column]:
    """Return dimensions, then metrics each with its comparison and change, then what stands beside."""
    found = [Column(d, DIMENSIONS[d].label, "", "dimension", DIMENSIONS[d].kind) for d in plan.by]
    for m in plan.metrics:
        found.append(_column(m, "metric"))
        if compared:
            found.append(Column(f"{m.code}__compare", m.label, m.unit, "compare", m.format, m.decimals, of=m.code))
            way = "points" if m.format == "rate" else "relative"
            found.append(Column(f"{m.code}__change", m.label, "%", "change", way, 2, of=m.code))
    return found + [_column(m, "beside") for m in shown]


def _column(m: Metric, kind: Any) -> Column:
    return Column(m.code, m.label, m.unit, kind, m.format, m.decimals, m.proxy, m.better)


def labels_of(handle: Any, plan: Plan, rows: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Return dimension → {key: title} for the contents and creators in `rows`."""
    found: dict[str, dict[str, str]] = {}
    for dim, (name, key, title) in TITLES.items():
        wanted = sorted({r[dim] for r in rows if r[dim] is not None}) if dim in plan.by else []
        tables = [name] if name else dict.fromkeys(s.table for s in plan.sources if dim in s.dims)
        for table in (handle.current(t if title in TABLES[t].columns else "orders") for t in tables if wanted):
            known = table.filter(table[key].isin(wanted)).group_by(key=table[key]).aggregate(title=table[title].max())
            found.setdefault(dim, {}).update({r["key"]: r["title"] or "" for r in handle.fetch(known).to_pylist()})
    return found
