"""Moves between tiers and purchases, as the facts hold them; persons by their key."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from hongqiao.audience.models import TierRun
from hongqiao.warehouse import inbox
from hongqiao.warehouse.intake import Origin
from hongqiao.workspace import figures
from hongqiao.workspace.keys import person_keys
from hongqiao.workspace.models import Account


def _origin(account: Account, at: datetime, layout: str) -> Origin:
    captured = at.astimezone(UTC).replace(tzinfo=None)
    return Origin(
        brand_id=account.brand_id,
        platform=account.platform,
        account_id=account.pk,
        zone="Asia/Shanghai",
        captured_at=captured,
        file_hash="",
        file_name=layout,
        sheet="",
        layout=layout,
        kind="api",
    )


def move(account: Account, people: Iterable[str], tier: str, at: datetime, **more: Any) -> None:
    """Let persons stand in a tier since a moment; everybody is judged up to today."""
    day = at.astimezone(UTC)
    rows = [
        {"move_key": f"{p}|{day:%Y-%m-%d}", "person_key": p, "ts": day.isoformat(), "tier": tier, **more}
        for p in people
    ]
    inbox.put(account.brand_id, "tiers", rows, _origin(account, at, "tiers"), person_keys(account.brand_id))
    today = figures.calendar_day(account.brand)
    TierRun.objects.get_or_create(brand=account.brand, day=today, defaults={"rules": "test"})


def buy(account: Account, people: Iterable[str], at: datetime, amount: str = "99.00") -> list[str]:
    """Let persons, by their raw ids, buy something; return their keys."""
    keys, ids = person_keys(account.brand_id), list(people)
    rows = [{"event": "purchase", "ts": at.isoformat(), "person": p, "amount": amount} for p in ids]
    inbox.put(account.brand_id, "events", rows, _origin(account, at, "events"), keys)
    return keys.hash(ids)
