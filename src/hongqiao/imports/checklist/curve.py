"""D1/D3/D7: which pieces' numbers must be captured when, or there is no curve. Read from what is known of them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hongqiao import warehouse
from hongqiao.imports.checklist.plan import Line, book, lines
from hongqiao.imports.checklist.week import today_of
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Brand, Member


@dataclass(frozen=True)
class Moment:
    """One capture of one piece: the n-th day after publishing."""

    title: str
    published: date
    after: int  # days
    due: date
    got: bool

    @property
    def name(self) -> str:
        """D1, D3, D7: as the trade calls it."""
        return f"D{self.after}"


@dataclass(frozen=True)
class Reminder:
    """Moments of one account's pieces, and the line of the list that captures them all at once."""

    line: Line
    today: list[Moment]
    missed: list[Moment]
    ahead: list[Moment]


def curve(member: Member, day: date | None = None) -> list[Reminder]:
    """Return, account by account, which pieces are due today, which moments passed, and which come. Raises NotAllowed.

    Only pieces that an imported list names are known. A moment counts as captured where a snapshot of the piece was
    taken on its day, or within the days of grace that the plan gives.
    """
    permissions.require(member, "imports.view")
    return curve_of(member.brand, day)


def curve_of(brand: Brand, day: date | None = None) -> list[Reminder]:
    """Return a brand's moments, for work that nobody in particular asked for."""
    today = day or today_of(brand)
    sources = {str(line.account.id): line for line in lines(brand) if line.pieces}
    moments = _moments(brand.id, sources, today)
    return [_reminder(line, moments[account], today) for account, line in sources.items() if moments[account]]


def _reminder(line: Line, moments: list[Moment], today: date) -> Reminder:
    grace = {int(k): v for k, v in book()["moments"]["days"].items()}
    open_ = [m for m in moments if not m.got]
    return Reminder(
        line,
        today=[m for m in open_ if m.due <= today <= m.due + timedelta(days=grace[m.after])],
        missed=[m for m in open_ if m.due + timedelta(days=grace[m.after]) < today],
        ahead=[m for m in open_ if m.due > today],
    )


def _moments(brand_id: UUID, sources: dict[str, Line], today: date) -> dict[str, list[Moment]]:
    """Return account → the moments of pieces published in the days that still matter."""
    found: dict[str, list[Moment]] = defaultdict(list)
    if not sources:
        return found
    days = {int(k): v for k, v in book()["moments"]["days"].items()}
    since = datetime.combine(today - timedelta(days=max(days) + max(days.values())), time.min)
    handle = warehouse.open(brand_id)
    taken = _taken(handle, list(sources), since.date())
    for row in _pieces(handle, list(sources), since):
        zone = ZoneInfo(sources[row["account"]].account.zone)
        published = row["published_at"].replace(tzinfo=UTC).astimezone(zone).date()
        for after, grace in sorted(days.items()):
            due = published + timedelta(days=after)
            got = any(due <= d <= due + timedelta(days=grace) for d in taken[row["account"], row["source_key"]])
            found[row["account"]].append(Moment(row["title"] or "", published, after, due, got))
    return found


def _pieces(handle: Any, accounts: list[str], since: datetime) -> list[dict[str, Any]]:
    rows = handle.current("contents")
    recent = rows.filter(rows.account.isin(accounts) & (rows.published_at >= since))
    asked = recent.select("account", "source_key", "title", "published_at").order_by("published_at", "source_key")
    return handle.fetch(asked).to_pylist()


def _taken(handle: Any, accounts: list[str], since: date) -> dict[tuple[str, str], set[date]]:
    """Return (account, piece) → the days on which its numbers were captured."""
    rows = handle.current("content_snapshots")
    asked = rows.filter(rows.account.isin(accounts) & (rows.day >= since)).select("account", "source_key", "day")
    found: dict[tuple[str, str], set[date]] = defaultdict(set)
    for row in handle.fetch(asked.distinct()).to_pylist():
        found[row["account"], row["source_key"]].add(row["day"])
    return found
