"""When an account's pieces did better, read from the hours the facts state. C3."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hongqiao.content.production.settings import shipped
from hongqiao.content.results.queries import SEE, Facts, Shown
from hongqiao.methods.timing import Rules, Timing, timing
from hongqiao.workspace import figures, permissions
from hongqiao.workspace.models import Account, Member

STEP = "views"  # how many read or played it: every platform states that


@dataclass(frozen=True)
class Asked:
    """An account and a form with its pieces of the last days, oldest first, and how many of them state an hour."""

    account: str
    form: str
    pieces: tuple[Shown, ...]
    hours: tuple[datetime, ...]  # in the account's zone, one a piece
    without: int  # pieces whose platform tells the day alone
    found: Timing


def bands() -> list[dict[str, Any]]:
    """Return the parts of the day, in order: from which hour, and how they are called."""
    found: list[dict[str, Any]] = shipped("timing")["bands"]
    return found


def band_of(at: datetime) -> int:
    """Return the number of the part of the day in which a local time lies."""
    return bisect_right([b["from"] for b in bands()], at.hour) - 1


def facts(member: Member) -> Facts:
    """Return the facts of the days that are looked at. Raises Forbidden."""
    today = figures.today_of(member.brand)
    return Facts(member, today - timedelta(days=shipped("timing")["days"]), today)


def groups(known: Facts) -> list[tuple[str, str, int]]:
    """Return account, form and number of its pieces, the most first."""
    counted = Counter((p.account, p.form) for p in known.shown if p.values.get(STEP) is not None)
    return [(account, form, n) for (account, form), n in counted.most_common()]


def asked(member: Member, known: Facts, account: str, form: str) -> Asked:
    """Return when this account's pieces of this form did better. Those just out are left aside."""
    permissions.require(member, SEE)
    mine = [p for p in known.shown if (p.account, p.form) == (account, form) and not known.young(p)]
    mine = [p for p in mine if p.values.get(STEP) is not None]
    at = _hours(member, known, account)
    told = sorted(((at[p.key], p) for p in mine if p.key in at), key=lambda one: (one[0], one[1].key))
    pieces, hours = tuple(p for _at, p in told), tuple(a for a, _p in told)
    return Asked(account, form, pieces, hours, len(mine) - len(told), _found(pieces, hours))


def _found(pieces: Sequence[Shown], hours: Sequence[datetime]) -> Timing:
    data = shipped("timing")
    values = [float(p.values[STEP] or 0) for p in pieces]
    rules = Rules(data["least"], data["neighbours"], data["level"])
    return timing(values, [h.weekday() for h in hours], [band_of(h) for h in hours], len(data["bands"]), rules)


def _hours(member: Member, known: Facts, account: str) -> dict[str, datetime]:
    """Return key → when it came out, in the account's zone; midnight sharp is a day without an hour."""
    row = Account.objects.filter(brand=member.brand, pk=account).first()
    zone = ZoneInfo(row.zone if row else member.brand.zone)
    table = known.handle.current("contents")
    rows = table.filter(table.account == account, table.published_at.notnull(), table.day >= known.start)
    found = {}
    for one in known.handle.fetch(rows.select("source_key", "published_at")).to_pylist():
        local = one["published_at"].replace(tzinfo=UTC).astimezone(zone)
        if local.time() != time():
            found[str(one["source_key"])] = local
    return found
