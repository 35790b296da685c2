"""When an account's pieces did better, read from the hours the facts state. C3."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hongqiao import warehouse
from hongqiao.content.production.settings import shipped
from hongqiao.content.results.queries import SEE, Shown, is_young, out_at, pieces_of
from hongqiao.methods.timing import Rules, Timing, timing
from hongqiao.workspace import figures, permissions
from hongqiao.workspace.models import Account, Brand, Member

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


def pieces(member: Member) -> list[Shown]:
    """Return the brand's pieces of the days that are looked at whose readers are counted. Raises NotAllowed."""
    permissions.require(member, SEE)
    today = figures.today_of(member.brand)
    found = pieces_of(warehouse.open(member.brand_id), _since(today), today)
    return [p for p in found if p.values.get(STEP) is not None]


def groups(known: Sequence[Shown]) -> list[tuple[str, str, int]]:
    """Return account, form and number of its pieces, the most first."""
    counted = Counter((p.account, p.form) for p in known)
    return [(account, form, n) for (account, form), n in counted.most_common()]


def asked(brand: Brand, known: Sequence[Shown], account: str, form: str) -> Asked:
    """Return when this account's pieces of this form did better. Those just out are left aside."""
    today = figures.today_of(brand)
    mine = [p for p in known if (p.account, p.form) == (account, form) and not is_young(p, today)]
    at = _hours(brand, account, _since(today))
    told = sorted(((at[p.key], p) for p in mine if p.key in at), key=lambda one: (one[0], one[1].key))
    out, hours = tuple(p for _at, p in told), tuple(a for a, _p in told)
    return Asked(account, form, out, hours, len(mine) - len(told), _found(out, hours))


def _since(today: date) -> date:
    return today - timedelta(days=shipped("timing")["days"])


def _found(pieces: Sequence[Shown], hours: Sequence[datetime]) -> Timing:
    data = shipped("timing")
    values = [float(p.values[STEP] or 0) for p in pieces]
    rules = Rules(data["least"], data["neighbours"], data["level"])
    return timing(values, [h.weekday() for h in hours], [band_of(h) for h in hours], len(data["bands"]), rules)


def _hours(brand: Brand, account: str, since: date) -> dict[str, datetime]:
    """Return key → when it came out, in the account's zone, of those whose source states an hour."""
    row = Account.objects.filter(brand=brand, pk=account).first()
    zone, handle = ZoneInfo(row.zone if row else brand.zone), warehouse.open(brand.pk)
    table = handle.current("contents")
    rows = table.filter(table.account == account, table.published_at.notnull(), table.day >= since)
    told = handle.fetch(rows.select("source_key", "published_at")).to_pylist()
    return {str(r["source_key"]): at for r in told if (at := out_at(r["published_at"], zone))}
