"""The notes an answer needs: what is a proxy, what cannot be added or compared, what is too little."""

from typing import TYPE_CHECKING, Any

from hongqiao.metrics.cells import Values, note_counts
from hongqiao.metrics.model import Metric
from hongqiao.metrics.notes import Notes
from hongqiao.metrics.plan import ROWS
from hongqiao.metrics.result import Result
from hongqiao.metrics.settings import data

if TYPE_CHECKING:
    from hongqiao.metrics.engine import Answer


def remark(result: Result, answer: "Answer", notes: Notes) -> None:
    """Add the notes that follow from the metrics and their cells."""
    platforms = _platforms(result, answer)
    for metric in answer.plan.metrics:
        if metric.proxy:
            notes.add("proxy", metric.code)
        if metric.beside:
            notes.add("identified_only", metric.code)
        if metric.not_comparable and len(platforms) > 1:
            notes.add("not_comparable", metric.code)
        if answer.persons_not_added(metric):
            notes.add("persons_not_added", metric.code)
        if metric.retired:
            notes.add("retired", metric.code)
        if _apart(metric):
            notes.add("sums_apart", metric.code)
        if metric.code in result.few:
            notes.add("too_little_data", metric.code, count=int(result.few[metric.code][1]))
        if all(not answer.spans[s] for s in metric.sources) and not _any_row(metric, answer):
            notes.add("never_stated", metric.code)
    for code, count in note_counts(answer.found).items():
        if count:
            notes.add(code, count=count)
    if not answer.filled:
        notes.add("not_filled")


def _apart(metric: Metric) -> bool:
    """Whether a formula stands on sums of several tables, whose accounts and days need not be the same."""
    return metric.formula is not None and len({leaf.table for leaf in metric.leaves}) > 1


def _any_row(metric: Metric, answer: "Answer") -> bool:
    return any(answer.total.get(ROWS + s) for s in metric.sources)


def _platforms(result: Result, answer: "Answer") -> set[str]:
    """Platforms in the answer: those of its rows, else those whose files feed it."""
    if "platform" in answer.plan.by:
        return {r["platform"] for r in result.rows}
    covered = {r["platform"] for r in result.coverage}
    return covered or {s.platform for spans in answer.spans.values() for s in spans}


def few(answer: "Answer") -> dict[str, list[Any]]:
    """Return metric → [part, base] of the ratios whose whole base is below what the house calls enough."""
    found = ((m.code, little(m, answer.values, answer.total)) for m in answer.plan.metrics)
    return {code: said for code, said in found if said}


def little(metric: Metric, values: Values, row: dict[str, Any]) -> list[Any] | None:
    """Return [part, base] of a ratio whose base in `row` is below what the house calls enough, else None."""
    if metric.formula and row:
        parts = (little(part, values, row) for part in metric.formula.paired.values())
        if thin := next((said for said in parts if said), None):
            return thin
    if not metric.few or not row:
        return None
    top, base = _halves(metric, values, row)
    if base is None or base >= data("thresholds")["few"][metric.few]:
        return None
    return [top, base]


def _halves(metric: Metric, values: Values, row: dict[str, Any]) -> tuple[Any, Any]:
    if metric.formula:
        found = [values.worked(metric, tree, row) for tree in (metric.formula.top, metric.formula.base)]
        return found[0], found[1]
    base = values.measure(metric.denominator, row) if metric.denominator is not None else None
    return values.measure(metric.numerator, row), base
