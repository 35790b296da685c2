"""The notes an answer needs: what is a proxy, what cannot be added or compared, what is too little."""

from typing import TYPE_CHECKING

from hongqiao.metrics.cells import note_counts
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
        _little(metric, answer, notes)
        if all(not answer.spans[s] for s in metric.sources) and not _any_row(metric, answer):
            notes.add("never_stated", metric.code)
    for code, count in note_counts(answer.found).items():
        if count:
            notes.add(code, count=count)
    if not answer.filled:
        notes.add("not_filled")


def _any_row(metric: Metric, answer: "Answer") -> bool:
    return any(answer.total.get(ROWS + s) for s in metric.sources)


def _platforms(result: Result, answer: "Answer") -> set[str]:
    """Platforms in the answer: those of its rows, else those whose files feed it."""
    if "platform" in answer.plan.by:
        return {r["platform"] for r in result.rows}
    covered = {r["platform"] for r in result.coverage}
    return covered or {s.platform for spans in answer.spans.values() for s in spans}


def _little(metric: Metric, answer: "Answer", notes: Notes) -> None:
    """Say so where a ratio's whole base is below what the house calls enough."""
    if not metric.few or metric.denominator is None or not answer.total:
        return
    base = answer.values.measure(metric.denominator, answer.total)
    if base is not None and base < data("thresholds")["few"][metric.few]:
        notes.add("too_little_data", metric.code, count=int(base))
