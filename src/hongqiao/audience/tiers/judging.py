"""Judging: facts of a day → tier and stage of each person → a row for whoever stands elsewhere than before.

In full once a day, when thresholds change and when a file brings more; between, for those of whom something was heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils import timezone

from hongqiao import warehouse
from hongqiao.audience.models import TierRun
from hongqiao.audience.tiers import days, facts, settings, standing, summing
from hongqiao.audience.tiers.days import Days
from hongqiao.audience.tiers.history import LAYOUT
from hongqiao.errors import N_
from hongqiao.knowledge import audiences
from hongqiao.methods.tiers import Facts, Rules, moves
from hongqiao.methods.tiers.placed import STAGES, TIERS, stages, tiers
from hongqiao.warehouse import inbox
from hongqiao.workspace import figures, keys
from hongqiao.workspace.models import Brand
from hongqiao.workspace.own import own_system

TABLE = "tiers"
SYSTEM = N_("用户分层")  # the own system under which moves stand
FEW = 200  # so many persons' rows are read by themselves; past that their rows are everywhere


class Judging:
    """Judges everybody, one day after another; what was read of the last day tells why people moved on the next.

    many: of many days, so that facts that fit into memory are read once.
    """

    def __init__(self, brand: Brand, *, many: bool = False):
        self.brand = brand
        self.last: facts.People | None = None
        handle = warehouse.open(brand.pk)
        self.days = Days.read(handle, audiences.tier_words()) if many and days.fit(handle) else None

    def judge(self, day: date | None = None) -> TierRun:
        """Judge everybody for the end of a day (today's so far); keep the moves and the run. Raises Busy."""
        brand, day = self.brand, day or figures.calendar_day(self.brand)
        handle, held = warehouse.open(brand.pk), settings.rules(brand)
        version = self.days.version if self.days else handle.version
        everybody = self._people(handle, day, held)
        rules = held.fitted(everybody.every)
        moved = _moved(handle, brand, everybody, rules, self.last)
        self.last = everybody
        run, _ = TierRun.objects.update_or_create(
            brand=brand,
            day=day,
            defaults={
                "facts": version, "rules": settings.digest(held), "judged": len(everybody), "moved": len(moved),
                "source": _keep(brand, moved) if len(moved) else None, "summary": summing.summary(everybody, rules),
            },
        )  # fmt: skip
        return run

    def _people(self, handle: Any, day: date, rules: Rules) -> facts.People:
        if self.days is not None:
            return self.days.people(day, rules)
        return facts.people(handle, day, rules, audiences.tier_words())


def judge(brand: Brand, day: date | None = None) -> TierRun:
    """Judge everybody for the end of one day. Raises Busy."""
    return Judging(brand).judge(day)


def judge_some(brand: Brand, persons: Sequence[str], run: TierRun, version: int) -> int:
    """Judge those of whom something was heard since the last look; return how many moved. Raises Busy."""
    handle, held = warehouse.open(brand.pk), settings.rules(brand)
    if len(persons) <= FEW:
        handle = handle.about(persons)
    rules = replace(held, cycle_days=run.summary.get("cycle_days", held.cycle_days))
    some = facts.people(handle, figures.calendar_day(brand), rules, audiences.tier_words(), keys=persons)
    moved = _moved(handle, brand, some, rules)
    if len(moved):
        inbox.put(brand.pk, TABLE, moved.to_pylist(), _origin(brand), keys.person_keys(brand.pk))
    TierRun.objects.filter(pk=run.pk).update(facts=version)
    return len(moved)


def stood(brand: Brand, handle: Any, persons: Sequence[str], moment: datetime) -> dict[str, tuple[str, str]]:
    """Return tier and stage in which persons stood at a moment by all that is known today, thresholds included; who was
    not there yet is left out."""
    held, run = settings.rules(brand), TierRun.objects.filter(brand=brand).order_by("-day").first()
    rules = replace(held, cycle_days=run.summary.get("cycle_days", held.cycle_days)) if run else held
    day = moment.astimezone(ZoneInfo(brand.zone)).date()
    some = facts.people(handle, day, rules, audiences.tier_words(), keys=persons, until=moment)
    tier = tiers(some.facts, rules)
    pairs = zip(tier, stages(some.facts, rules, tier), strict=True)
    return {key: (TIERS[t], STAGES[s]) for key, (t, s) in zip(some.keys.to_pylist(), pairs, strict=True)}


def _moved(handle: Any, brand: Brand, now: facts.People, rules: Rules, last: facts.People | None = None) -> pa.Table:
    """Return rows of `tiers` for whoever stands elsewhere than before."""
    tier = tiers(now.facts, rules)
    stage = stages(now.facts, rules, tier)
    was, was_stage = _before(handle, now)
    changed = np.flatnonzero((was != tier) | (was_stage != stage))
    if not len(changed):
        return pa.table({})
    why = _why(handle, brand, now, rules, changed, was, tier, last)
    return _rows(brand, now, changed, tier, stage, was, was_stage, why)


def _before(handle: Any, now: facts.People) -> tuple[Any, Any]:
    """Return tier and stage of each until now, as code numbers; who was not placed yet is outside."""
    found = handle.fetch(standing.current(handle).select("key", "tier", "stage"))
    at = pc.fill_null(pc.index_in(now.keys, value_set=found["key"].combine_chunks()), -1)
    places = at.to_numpy(zero_copy_only=False)
    held = []
    for column, names in (("tier", TIERS), ("stage", STAGES)):
        codes = pc.fill_null(pc.index_in(found[column].combine_chunks(), value_set=pa.array(names)), 0)
        held.append(np.append(codes.to_numpy(zero_copy_only=False), 0)[places])
    return held[0], held[1]


def _why(
    handle: Any, brand: Brand, now: facts.People, rules: Rules, changed: Any, was: Any, tier: Any,
    last: facts.People | None,
) -> Any:  # fmt: skip
    """Return the code of what moved each of the changed: their facts then against their facts now."""
    after, run = _taken(now.facts, changed), TierRun.objects.filter(brand=brand).order_by("-day").first()
    if run is None:
        then = _nothing(len(changed))
    elif run.rules != settings.digest(settings.rules(brand)):
        then = after
    else:
        then = _then(handle, brand, now, rules, now.keys.take(pa.array(changed)), last)
    return np.array(moves.DRIVERS)[moves.drivers(then, after, was[changed], tier[changed], rules)]


def _then(
    handle: Any, brand: Brand, now: facts.People, rules: Rules, persons: pa.Array, last: facts.People | None
) -> Facts:
    """Return the facts of these persons at the judgement before; `last` where they are at hand."""
    day = _before_day(brand, now.day)
    if last is None or last.day != day:
        last = facts.people(handle, day, rules, audiences.tier_words(), keys=persons.to_pylist())
    at = pc.fill_null(pc.index_in(persons, value_set=last.keys), -1).to_numpy(zero_copy_only=False)
    return _taken(last.facts, at)


def _before_day(brand: Brand, day: date) -> date:
    runs = TierRun.objects.filter(brand=brand, day__lt=day).order_by("-day")
    return runs.values_list("day", flat=True).first() or day - timedelta(days=1)


def _nothing(n: int) -> Facts:
    """Return facts of persons of whom nothing is known."""
    known = {name: np.zeros(n, bool) for name in ("follows", "bought")}
    return Facts.of({name: known.get(name, np.full(n, np.nan)) for name in Facts.__dataclass_fields__})


def _taken(held: Facts, at: Any) -> Facts:
    """Return the facts at these places; -1 is somebody of whom nothing was known."""
    nobody = _nothing(1)
    return Facts(**{k: np.append(v, getattr(nobody, k))[at] for k, v in vars(held).items()})


def _rows(
    brand: Brand, now: facts.People, changed: Any, tier: Any, stage: Any, was: Any, was_stage: Any, why: Any
) -> pa.Table:
    ts = _moment(brand, now.day)
    some = now.keys.take(pa.array(changed))
    name = lambda names, codes: pa.array([None if c == 0 else names[c] for c in codes[changed]])  # noqa: E731
    told = lambda names, codes: pa.array(["" if c == 0 else names[c] for c in codes[changed]])  # noqa: E731
    money = pc.round(pa.array(np.nan_to_num(now.spent[changed])), 4).cast(pa.decimal128(18, 4), safe=False)
    return pa.table(
        {
            "move_key": pc.binary_join_element_wise(some, pa.scalar(f"{ts:%Y%m%d%H%M%S%f}"), "|"),
            "person_key": some,
            "ts": pa.repeat(pa.scalar(ts, pa.timestamp("us")), len(changed)),
            "tier": told(TIERS, tier),
            "stage": told(STAGES, stage),
            "was": name(TIERS, was),
            "was_stage": name(STAGES, was_stage),
            "why": pa.array(why),
            "channel": now.channel.take(pa.array(changed)),
            "orders": pa.array(now.orders[changed].astype(np.int64)),
            "spent": money,
            "rules": pa.repeat(pa.scalar(settings.digest(settings.rules(brand))), len(changed)),
        }
    )


def _moment(brand: Brand, day: date) -> datetime:
    """Return the end of the day in local time, as readings state it; of today: now."""
    zone = ZoneInfo(brand.zone)
    return min(datetime.combine(day, time(23, 59, 59)), timezone.now().astimezone(zone).replace(tzinfo=None))


class _Moves:
    """Moves as the warehouse takes a reading."""

    def __init__(self, rows: pa.Table):
        self.rows = rows
        self.problems: list[Any] = []

    def batches(self) -> Iterator[tuple[str, pa.RecordBatch]]:
        numbers, done = np.arange(1, self.rows.num_rows + 1), 0
        for batch in self.rows.to_batches(max_chunksize=100_000):
            own = pa.array(numbers[done : done + batch.num_rows])
            done += batch.num_rows
            yield TABLE, batch.append_column("source_row", own)


def _keep(brand: Brand, rows: pa.Table) -> UUID | None:
    """Keep the moves as one source, so that judging a day anew can take them out."""
    receipt = warehouse.take(_origin(brand), _Moves(rows), keys=keys.person_keys(brand.pk))
    return receipt.source_id


def _origin(brand: Brand) -> Any:
    account = own_system(brand, SYSTEM)
    return warehouse.Origin(
        brand_id=brand.pk, platform=account.platform, account_id=account.pk, zone=brand.zone,
        captured_at=timezone.now().astimezone(UTC).replace(tzinfo=None), file_hash="", file_name=LAYOUT, sheet="",
        layout=LAYOUT, kind="api",
    )  # fmt: skip
