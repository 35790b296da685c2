"""What journeys ask of the facts: who moved since, who stands where, who reached the goal. By person key alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, time
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from hongqiao.audience.journeys.book import of
from hongqiao.metrics.purchases import PURCHASE, purchases
from hongqiao.workspace.models import Brand

#: `rank` counts microseconds of the moment a statement came in.
SECOND = 1_000_000


class Came(NamedTuple):
    """Somebody whom a trigger names: by which move or event, and its place in the order of what came in."""

    move: str
    person: str
    rank: int


def newest(handle: Any, table: str) -> int:
    """Return the place of what came in last, 0 where nothing did."""
    rows = handle.current(table)
    found = handle.fetch(rows.aggregate(rank=rows["rank"].max()))["rank"].to_pylist()
    return int(found[0] or 0)


def standing(handle: Any, tier: str, stage: str = "") -> list[Came]:
    """Return who stands in a tier now, by their latest move."""
    return _came(handle, _standing(handle, tier, stage).select("move", "person_key", "rank"))


def _standing(handle: Any, tier: str, stage: str) -> Any:
    rows = handle.current("tiers")
    rows = rows.mutate(stage=rows.stage.fill_null(""))
    last = rows.group_by("person_key").aggregate(
        tier=rows.tier.argmax(rows.ts),
        stage=rows.stage.argmax(rows.ts),
        move=rows.move_key.argmax(rows.ts),
        rank=rows["rank"].argmax(rows.ts),
    )
    last = last.filter(last.tier == tier)
    return last.filter(last.stage == stage) if stage else last


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


def moved(handle: Any, brand: Brand, trigger: Mapping[str, Any], cursor: int) -> list[Came]:
    """Return whom a trigger names in what came in after `cursor`, some seconds before it included: what comes in the
    same second has the same place, and whoever was let in is known by the move. Of moves between tiers the latest of
    each person counts: a history that comes in, or is computed anew, names nobody who has long moved on."""
    since = cursor - of(brand)["overlap_seconds"] * SECOND * SECOND
    if trigger["kind"] == "tier":
        last = _standing(handle, trigger["tier"], trigger.get("stage", ""))
        return _came(handle, last.filter(last["rank"] > since).select("move", "person_key", "rank"))
    rows = handle.current("events")
    rows = rows.filter(rows["rank"] > since, rows.event == trigger["event"], rows.person_key.notnull())
    return _came(handle, rows.select(move=rows.event_key, person_key=rows.person_key, rank=rows["rank"]))


def _came(handle: Any, rows: Any) -> list[Came]:
    found = handle.fetch(rows.order_by(["rank", "person_key"]))
    columns = (found[name].to_pylist() for name in ("move", "person_key", "rank"))
    return [Came(str(m)[:160], str(p), int(r)) for m, p, r in zip(*columns, strict=True)]


def reached(handle: Any, event: str, since: Mapping[str, datetime]) -> set[str]:
    """Return those of the persons who did the event at or after their moment; a purchase is also a paid order."""
    first = min(since.values()).astimezone(UTC).date().replace(day=1)  # few different questions, each asked once
    last = dict[str, datetime]()
    rows = purchases(handle) if event == PURCHASE else handle.current("events")
    begin = datetime.combine(first, time())
    rows = rows.filter(rows.event == event, rows.person_key.notnull(), rows.ts >= begin)
    _latest(handle, rows, since, last)
    return {key for key, at in last.items() if at >= since[key].astimezone(UTC).replace(tzinfo=None)}


def _latest(handle: Any, rows: Any, people: Collection[str], last: dict[str, datetime]) -> None:
    found = _only(handle.fetch(rows.group_by("person_key").aggregate(at=rows.ts.max())), people)
    for key, at in zip(found["person_key"].to_pylist(), found["at"].to_pylist(), strict=True):
        last[key] = max(at, last.get(key, at))
