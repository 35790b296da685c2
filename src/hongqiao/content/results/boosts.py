"""What was put behind a piece: spend of files that name it, and what a person wrote down. C3."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction

from hongqiao.content.models import Boost, Piece
from hongqiao.content.production.services import kit
from hongqiao.content.results import matching, settings
from hongqiao.errors import N_, Invalid
from hongqiao.metrics import Query
from hongqiao.warehouse import identity
from hongqiao.workspace import audit, figures, permissions
from hongqiao.workspace.boosted import Named
from hongqiao.workspace.models import Brand, Member

SEE, EDIT = "content.view", "content.edit"
BY = ("platform", "account", "content", "creative")
#: spend and shows of the two tables: by day, and totals as of an export.
DAILY, TOTALS = ("ad_spend", "ad_shows"), ("placement_spend", "placement_shows")


class NotABoost(Invalid):
    code = "not_a_boost"
    message = N_("金额、展示次数或日期不对")
    next_step = N_("金额要大于 0，结束日不早于开始日和发布日，日期按 2026-11-26 的样子写")


class OnePiece(Named, Protocol):
    """A piece that something may be written down for: not before it came out."""

    @property
    def day(self) -> date: ...


@dataclass(frozen=True)
class Spent:
    """Money behind one piece by one tool (yuan). `how`: id, title, person; `first` is None where no day is stated;
    `counted` is False where a file tells the same already."""

    tool: str
    spend: float
    shows: float | None
    first: date | None
    last: date | None
    how: str
    account: str = ""
    row: Boost | None = None
    counted: bool = True


def tools(platform: str) -> list[dict[str, Any]]:
    """Return the tools for a platform's pieces as knowledge/content/boosts.json has them."""
    return [t for t in settings.boosts()["tools"] if platform in t["platforms"] or not t["platforms"]]


def behind(brand: Brand, handle: Any, pieces: Sequence[Named]) -> dict[str, tuple[Spent, ...]]:
    """Return content key → what was put behind it, of these pieces."""
    found: dict[str, list[Spent]] = defaultdict(list)
    for key, spent in _of_files(brand, handle, pieces):
        found[key].append(spent)
    rows = list(Boost.objects.filter(brand=brand).order_by("first", "id"))
    merged = identity.kept(brand.pk, {r.content_key for r in rows})
    for row in rows:
        key = merged.get(row.content_key, row.content_key)
        told = any(s.tool == row.tool for s in found[key] if s.row is None)
        found[key].append(
            Spent(row.tool, float(row.spend), row.shows, row.first, row.last, "person", row=row, counted=not told)
        )
    known = {p.key for p in pieces}
    return {k: tuple(v) for k, v in found.items() if v and k in known}


def _of_files(brand: Brand, handle: Any, pieces: Sequence[Named]) -> Iterable[tuple[str, Spent]]:
    """Yield what ads' reports say of pieces: by the day where there is such a report, else totals of an export."""
    names = _Names(brand, handle, pieces)
    by_day: set[tuple[str, str]] = set()
    for metrics in (DAILY, TOTALS):
        rows = figures.answer(handle, Query(metrics, BY, {}, limit=None, totals=False, coverage=False)).rows
        sums: dict[tuple[str, str, str, str], list[Mapping[str, Any]]] = defaultdict(list)
        for row in rows:
            key, how = names.of(row)
            if key and row[metrics[0]]:
                sums[key, str(row["platform"]), str(row["account"]), how].append(row)
        for (key, tool, account, how), same in sums.items():
            if metrics is TOTALS and (key, account) in by_day:
                continue  # the same money, once more as a total
            by_day.add((key, account))
            shows = [r[metrics[1]] for r in same if r[metrics[1]] is not None]
            first, last = _days(handle, account, same) if metrics is DAILY else (None, None)
            money = sum(float(r[metrics[0]]) for r in same)
            yield key, Spent(tool, money, sum(shows) if shows else None, first, last, how, account)


def _days(handle: Any, account: str, rows: Sequence[Mapping[str, Any]]) -> tuple[date | None, date | None]:
    where = {"account": account, "creative": [r["creative"] for r in rows], "content": [r["content"] for r in rows]}
    asked = Query(DAILY[:1], ("day",), where, limit=None, totals=False, coverage=False)
    days = [r["day"] for r in figures.answer(handle, asked).rows if r[DAILY[0]]]
    return (min(days), max(days)) if days else (None, None)


class _Names:
    """Finds the piece that a row of an ad's report names: by the platform's id, else by a title that is one piece's."""

    def __init__(self, brand: Brand, handle: Any, pieces: Sequence[Named]) -> None:
        rules = settings.boosts()
        serves = {t["code"]: t["platforms"] for t in rules["tools"] if t.get("files")}
        self.serves: Mapping[str, Sequence[str]] = serves
        self.ids: dict[str, str] = {p.key: p.key for p in pieces} | _ids(brand, handle)
        self.titles: dict[tuple[str, str], set[str]] = defaultdict(set)
        for p in pieces:
            if len(name := matching.bare(p.title)) >= int(rules["title_letters"]):
                self.titles[p.platform, name].add(p.key)
        self.known = {p.key for p in pieces}

    def of(self, row: Mapping[str, Any]) -> tuple[str, str]:
        """Return (content key, id | title), ("", "") where it names no piece, or more than one."""
        key = self.ids.get(str(row["content"] or ""), "")
        if key in self.known:
            return key, matching.ID
        tool, name = str(row["platform"]), matching.bare(str(row["creative"] or ""))
        places = self.serves.get(tool, (tool,))  # a file by a template may be of the platform itself
        found = {k for place in places for k in self.titles.get((place, name), ())}
        return (found.pop(), matching.TITLE) if len(found) == 1 else ("", "")


def _ids(brand: Brand, handle: Any) -> dict[str, str]:
    """Return what platforms call pieces → content key: of the facts' own addresses, and of pieces made here."""
    rules = settings.matching()
    table = handle.current("contents")
    wanted = table.filter(table.url.notnull()).select("source_key", "platform", "url")
    told = [(str(r["source_key"]), str(r["platform"]), str(r["url"])) for r in handle.fetch(wanted).to_pylist()]
    made = Piece.objects.filter(brand=brand).exclude(content_key="").exclude(address="")
    told += list(made.values_list("content_key", "platform", "address"))
    return {value: key for key, platform, url in told for value in matching.ids_of(url, platform, rules).values()}


def total(spent: Sequence[Spent]) -> float:
    """Return the money behind a piece (yuan), each only once."""
    return sum(s.spend for s in spent if s.counted)


def share(spent: Sequence[Spent], impressions: float | None) -> float | None:
    """Return how much of a piece's impressions was bought, 0-1; None where one of the two is not stated.

    Two systems count: the ad's own shows over the platform's impressions of the piece.
    """
    counted = [s for s in spent if s.counted]
    if not impressions or not counted or any(s.shows is None for s in counted):
        return None
    return min(1.0, sum(float(s.shows or 0) for s in counted) / impressions)


def natural(spent: Sequence[Spent], impressions: float | None) -> bool:
    """Whether a piece's figures may be held to be natural: nothing behind it, or hardly anything."""
    bought = share(spent, impressions)
    return not spent or (bought is not None and bought <= settings.boosts()["small"])


@transaction.atomic
def add(*, actor: Member, piece: OnePiece, tool: str, spend: str, shows: str = "", first: str, last: str = "") -> Boost:
    """Write down what was put behind a piece of the brand's. Raises NotAllowed, BadChoice, BadDay, NotABoost."""
    permissions.require(actor, EDIT)
    if tool not in {t["code"] for t in tools(piece.platform)}:
        raise kit.BadChoice(name=N_("投放工具"), value=tool[:40])
    start = kit.a_day(first)
    end = kit.a_day(last) or start
    if start is None or end is None or end < max(start, piece.day):
        raise NotABoost()
    rules = settings.boosts()
    row: Boost = Boost.objects.create(
        brand=actor.brand,
        content_key=piece.key,
        tool=tool,
        spend=_amount(spend, Decimal("0.01"), rules["most"]),
        shows=int(_amount(shows, Decimal(0), rules["shows_most"])) if shows.strip() else None,
        first=start,
        last=end,
        by=actor,
    )
    audit.record(actor, "boost.added", row, name=piece.title, tool=tool, spend=str(row.spend))
    return row


def _amount(text: str, least: Decimal, most: int) -> Decimal:
    try:
        found = Decimal(text.strip().replace(",", "").replace("，", ""))
        found = round(found, 2)
    except (InvalidOperation, ValueError, OverflowError):
        raise NotABoost() from None
    if not found.is_finite() or not least <= found <= most:
        raise NotABoost()
    return found


@transaction.atomic
def remove(*, actor: Member, boost_id: UUID | str, seen: int | None) -> None:
    """Take back what was written down. Raises NotFound, NotAllowed, Conflict."""
    row: Boost = Boost.objects.for_member(actor, SEE).locked(boost_id, seen)
    permissions.require(actor, EDIT)
    audit.record(actor, "boost.removed", row, tool=row.tool, spend=str(row.spend), first=row.first)
    row.delete()
