"""同时发生: what was published, paused, spent, noted, done, and what the calendar and the files say of the same days.

Told beside a change, never as its cause. Each statement names the question that gives its rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hongqiao.insight.models import Annotation
from hongqiao.insight.rules import hits, saying, windows
from hongqiao.insight.rules.windows import Window
from hongqiao.insight.watching import nodes, settings
from hongqiao.ledger import playbook
from hongqiao.ledger.measuring import plans
from hongqiao.ledger.models import Action
from hongqiao.ledger.rules import Look, Statement
from hongqiao.metrics import METRICS

Where = Mapping[str, Any]
ONE_DAY = timedelta(days=1)
MOST = 3  # of one kind


def coincided(look: Look, code: str, where: Where, window: Window, change: float | None = None) -> Iterator[Statement]:
    """Yield what happened at the same time; `change` is what a strong piece's share is of."""
    yield from pieces(look, code, where, window, change)
    yield from paused(look, where, window)
    yield from spent(look, code, where, window)
    yield from around(look, code, where, window)


def around(look: Look, code: str, where: Where, window: Window) -> Iterator[Statement]:
    """Yield what stands in the notes, the calendar, the ledger and the coverage of the files."""
    yield from noted(look, code, where, window)
    yield from calendar(code, where, window)
    yield from acted(look, code, where, window)
    yield from lacking(look, code, where, window)


def pieces(look: Look, code: str, where: Where, window: Window, change: float | None) -> Iterator[Statement]:
    """Yield how many pieces were published, and the strongest with its share of a rise, or whose fading a fall is."""
    if not set(where) <= hits.PLACES:
        return
    counts = [look.ask(["posts"], (), where, *days, coverage=False).totals.get("posts") or 0 for days in window.both]
    if any(counts):
        cited = saying.cite(["posts"], where, window.before.start, window.end)
        yield saying.statement("posts", cited, before=counts[0], after=counts[1])
    if change is not None and change < 0:
        if found := hits.fading(look, code, where, window.start, window.end):
            yield hits.faded_statement(code, where, found, window.end)
    elif change:
        first = window.start - timedelta(days=settings(look.brand)["acts"]["hit_lead"])
        if hit := hits.strongest(look, code, where, first, window.end):
            share = hit.value / change
            if share >= settings(look.brand)["acts"]["hit_told"]:
                yield saying.statement("hit", hit.cite, **hit.told(), share=saying.share(share))


def paused(look: Look, where: Where, window: Window) -> Iterator[Statement]:
    """Yield a pause of publishing that touches the window and is longer than any earlier one in half a year."""
    known = settings(look.brand)["acts"]
    if not set(where) <= hits.PLACES:
        return
    first = window.end - timedelta(days=known["pause_days"])
    rows = look.ask(["posts"], ("day",), where, first, window.end, totals=False, coverage=False).rows
    days = sorted(r["day"] for r in rows if r["posts"])
    last = min(_seen_until(look, where), window.end)
    if days and days[-1] < last:
        days.append(last + ONE_DAY)  # still silent on the last day that the files know
    gaps = [(a + ONE_DAY, b - ONE_DAY) for a, b in pairwise(days) if (b - a).days > 1]
    lengths = [(b - a).days + 1 for a, b in gaps]
    told = [i for i, (_a, end) in enumerate(gaps) if end >= window.start and i >= known["pause_least"]]
    if not told:
        return
    i = max(told, key=lambda n: lengths[n])
    longest = max(lengths[: told[0]])
    if lengths[i] > max(longest, 2):
        cited = saying.cite(["posts"], where, first, window.end)
        days_off = {"n": lengths[i], "start": saying.day(gaps[i][0]), "end": saying.day(gaps[i][1])}
        yield saying.statement("paused", cited, **days_off, longest=longest, days=known["pause_days"])


def _seen_until(look: Look, where: Where) -> date:
    """Return the last day on which the lists of pieces were fetched."""
    table = look.handle.table("contents")
    for name, value in where.items():
        table = table.filter(table[name].isin([str(v) for v in plans.values(value)]))
    newest = look.handle.fetch(table.aggregate(at=table.captured_at.max())).to_pylist()[0]["at"]
    return newest.date() - ONE_DAY if newest else date.min


def spent(look: Look, code: str, where: Where, window: Window) -> Iterator[Statement]:
    """Yield a step in spend, and what the lag test says of it."""
    if spend := windows.spend_change(look, where, window, least=settings(look.brand)["acts"]["spend"]):
        yield windows.spend_statement(look, where, window, spend)
        yield from windows.lagged(look, code, where, window)


def calendar(code: str, where: Where, window: Window) -> Iterator[Statement]:
    """Yield the festivals and shopping nodes of these days, and of those before, which a change is held against."""
    for said, days in (("event", window), ("event_before", window.before)):
        met = [e for e in nodes() if e["first"] <= days.end and days.start <= e["last"]]
        for one in met[:MOST]:
            told = {"name": {"word": one["label"]}, "start": saying.day(one["first"]), "end": saying.day(one["last"])}
            yield saying.statement(said, saying.cite([code], where, days.start, days.end), **told)


def noted(look: Look, code: str, where: Where, window: Window) -> Iterator[Statement]:
    """Yield people's notes on these days."""
    near = {"day__gte": window.start - timedelta(days=3), "day__lte": window.end}
    platforms = [str(v) for v in plans.values(where.get("platform") or "")]
    notes = Annotation.objects.filter(brand=look.brand, **near, platform__in=["", *platforms])
    cited = saying.cite([code], where, window.start, window.end)
    for note in notes.order_by("day", "id")[:MOST]:
        yield saying.statement("note", cited, day=saying.day(note.day), text=note.text)


def acted(look: Look, code: str, where: Where, window: Window) -> Iterator[Statement]:
    """Yield the team's own actions that began or ended."""
    cited = saying.cite([code], where, window.start, window.end)
    for said, field, back in (("acted", "started_on", 7), ("ended", "ended_on", 7)):
        days = {f"{field}__gte": window.start - timedelta(days=back), f"{field}__lte": window.end}
        rows = Action.objects.filter(brand=look.brand, **days).exclude(state="cancelled")
        for row in rows.order_by(field, "id")[:MOST]:
            label = playbook.of(look.brand).get(row.template, {}).get("label", row.template)
            text = row.title or {"word": label}
            yield saying.statement(said, cited, text=text, day=saying.day(getattr(row, field)))


def lacking(look: Look, code: str, where: Where, window: Window) -> Iterator[Statement]:
    """Yield days without a file or not over, and accounts whose figures began in or after the days before."""
    places = {k: {str(v) for v in plans.values(given)} for k, given in where.items() if k in hits.PLACES}
    answer = look.ask([code], ("day",), where, window.before.start, window.end, totals=False)
    rows = [e for e in answer.coverage if all(str(e[k]) in v for k, v in places.items())]
    cited = saying.cite([code], where, window.before.start, window.end)
    both = [d for first, last in window.both for d in _days(first, last)]
    for said, field in (("missing", "missing"), ("late", "partial")):
        if days := {d for e in rows for d in e[field]} & set(both):
            yield saying.statement(said, cited, n=len(days))
    own = METRICS[code].table
    for entry in rows:
        if entry["first_day"] and entry["first_day"] > window.before.start and own == "account_daily":
            account = saying.named(look, "account", entry["account"])
            yield saying.statement("joined", cited, day=saying.day(entry["first_day"]), account=account)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]
