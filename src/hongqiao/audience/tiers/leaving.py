"""Who leaves the tiers because no profile is made of them any more."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from hongqiao import warehouse
from hongqiao.audience.tiers import judging, settings, standing
from hongqiao.workspace import figures
from hongqiao.workspace.models import Brand


def let_go(brand: Brand, persons: Sequence[str]) -> int:
    """Take persons out of the tiers. Return how many stood somewhere. Raises Busy."""
    found = standing.of(warehouse.open(brand.pk), persons)
    ts = judging._moment(brand, figures.calendar_day(brand))
    rows = [
        {"move_key": f"{key}|{ts:%Y%m%d%H%M%S%f}", "person_key": key, "ts": ts, "tier": "", "stage": "",
         "was": p.tier, "was_stage": p.stage, "why": settings.NO_PROFILE,
         "rules": settings.digest(settings.rules(brand))}
        for key, p in found.items()
    ]  # fmt: skip
    if rows:
        kinds = {"ts": pa.timestamp("us")}
        table = pa.table({k: pa.array([r[k] for r in rows], kinds.get(k, pa.string())) for k in rows[0]})
        judging._keep(brand, table)
    return len(rows)
