"""What journeys ask of the facts: who moved since, who stands where, who reached the goal. By person key alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, time
from typing import Any, NamedTuple

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from hongqiao.metrics.purchases import PURCHASE, purchases

#: `rank` counts microseconds of the second in which a statement came in.
SECOND = 1_000_000


class Came(NamedTuple):
    """Somebody whom a trigger names, by which move or event. `left`: when they were last put elsewhere, or when the
    event was: only what is later than they came in may let them in again. `why`: what moved them, "" of an event."""

    move: str
    person: str
    left: datetime | None
    why: str = ""


def newest(handle: Any, table: str) -> int:
    """Return the place of what came in last, 0 where nothing did."""
    rows = handle.current(table)
    found = handle.fetch(rows.aggregate(rank=rows["rank"].max()))["rank"].to_pylist()
    return int(found[0] or 0)


def standing(handle: Any, trigger: Mapping[str, Any]) -> list[Came]:
    """Return who stands in the trigger's place now, by the move that brought them there."""
    return _came(handle, _arrived(_moves(handle, trigger)))


def moved(handle: Any, trigger: Mapping[str, Any], since: int, after: datetime | None = None) -> list[Came]:
    """Return who stands in the trigger's place by a move that came in after `since` and is itself later than `after`
    (None: whenever it was). A move within the place brings nobody there; nor does one of who has moved on."""
    rows = _moves(handle, trigger)
    heard = rows.filter(rows["rank"] > since).select(heard=rows.person_key).distinct()
    there = _arrived(rows.semi_join(heard, rows.person_key == heard.heard))
    there = there.filter(there["rank"] > since)
    return _came(handle, there if after is None else there.filter(there.ts > _naive(after)))


def happened(handle: Any, event: str, since: int, after: datetime) -> list[Came]:
    """Return who did an event later than `after` that came in after `since`: each by their latest."""
    rows = handle.current("events")
    rows = rows.filter(rows["rank"] > since, rows.event == event, rows.person_key.notnull(), rows.ts > _naive(after))
    last = rows.group_by("person_key").aggregate(move=rows.event_key.argmax(rows.ts), left=rows.ts.max())
    return _came(handle, last.mutate(why=ibis.literal("")))


def _moves(handle: Any, trigger: Mapping[str, Any]) -> Any:
    """Moves, and of each whether it says that its person stands in the trigger's place."""
    rows = handle.current("tiers")
    there = rows.tier == trigger["tier"]
    if stage := trigger.get("stage"):
        there &= rows.stage.fill_null("") == stage
    return rows.mutate(there=there)


def _arrived(rows: Any) -> Any:
    """Of each person who stands there: the first move there since they were last elsewhere."""
    last = rows.group_by("person_key").aggregate(stands=rows.there.argmax(rows.ts), left=rows.ts.max(where=~rows.there))
    last = last.filter(last.stands)
    mine = rows.filter(rows.there).select("person_key", "ts", "move_key", "rank", "why").join(last, "person_key")
    mine = mine.filter(mine.left.isnull() | (mine.ts > mine.left))
    return mine.group_by("person_key").aggregate(
        move=mine.move_key.argmin(mine.ts),
        rank=mine["rank"].argmin(mine.ts),
        why=mine.why.fill_null("").argmin(mine.ts),
        ts=mine.ts.min(),
        left=mine.left.max(),
    )


def _came(handle: Any, rows: Any) -> list[Came]:
    found = handle.fetch(rows.select("move", "person_key", "left", "why").order_by("person_key"))
    columns = (found[name].to_pylist() for name in ("move", "person_key", "left", "why"))
    aware = lambda at: at and at.replace(tzinfo=UTC)  # noqa: E731
    return [Came(str(m)[:160], str(p), aware(at), why or "") for m, p, at, why in zip(*columns, strict=True)]


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def places(handle: Any, people: Collection[str]) -> dict[str, str]:
    """Return person → tier of these, by their latest move."""
    rows = handle.current("tiers")
    last = handle.fetch(rows.group_by("person_key").aggregate(tier=rows.tier.argmax(rows.ts)))
    found = _only(last, people)
    return dict(zip(found["person_key"].to_pylist(), found["tier"].to_pylist(), strict=True))


def _only(table: pa.Table, people: Collection[str]) -> pa.Table:
    """Return the rows of some persons. Asked of the answer, not of the facts: a question that names thousands of keys
    takes a second to write, one that names none is answered once a version."""
    return table.filter(pc.is_in(table["person_key"], pa.array(sorted(people), pa.string())))


def reached(handle: Any, event: str, since: Mapping[str, datetime]) -> set[str]:
    """Return those of the persons who did the event at or after their moment; a purchase is also a paid order."""
    first = min(since.values()).astimezone(UTC).date().replace(day=1)  # few different questions, each asked once
    last = dict[str, datetime]()
    rows = purchases(handle) if event == PURCHASE else handle.current("events")
    begin = datetime.combine(first, time())
    rows = rows.filter(rows.event == event, rows.person_key.notnull(), rows.ts >= begin)
    _latest(handle, rows, since, last)
    return {key for key, at in last.items() if at >= _naive(since[key])}


def _latest(handle: Any, rows: Any, people: Collection[str], last: dict[str, datetime]) -> None:
    found = _only(handle.fetch(rows.group_by("person_key").aggregate(at=rows.ts.max())), people)
    for key, at in zip(found["person_key"].to_pylist(), found["at"].to_pylist(), strict=True):
        last[key] = max(at, last.get(key, at))
