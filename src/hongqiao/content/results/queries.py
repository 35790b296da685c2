"""Reads of results: own pieces with their figures, held against the same account's earlier ones. C3."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hongqiao import warehouse
from hongqiao.content.models import Piece
from hongqiao.content.results import boosts, settings
from hongqiao.errors import NotFound
from hongqiao.methods.funnel import Funnel, funnel
from hongqiao.metrics import Query
from hongqiao.workspace import figures, permissions
from hongqiao.workspace.models import Member

SEE, EDIT = "content.view", "content.edit"
BY = ("platform", "account", "form", "content", "day")
LOWER = frozenset(s.code for s in settings.steps() if s.lower)
JUDGED = frozenset(s.code for s in settings.steps() if s.judged)


@dataclass(frozen=True)
class Shown:
    """One piece of the facts: `stated` says by which metric each step is stated there."""

    key: str
    title: str
    platform: str
    account: str
    form: str
    day: date
    values: Mapping[str, float | None]
    stated: Mapping[str, str] = field(default_factory=dict)


class Facts:
    """The brand's own pieces of a span with a year before it, as one version of the facts states them."""

    def __init__(self, member: Member, start: date, end: date) -> None:
        permissions.require(member, SEE)
        self.member, self.start, self.end = member, start, end
        self.handle = warehouse.open(member.brand_id)
        self.today = figures.today_of(member.brand)
        self.pieces = pieces_of(self.handle, start - timedelta(days=settings.data()["peer_days"]), end)
        self.spent = boosts.behind(member.brand, self.handle, self.pieces)
        self._kinds: dict[tuple[str, str], list[Shown]] = defaultdict(list)
        self._natural: dict[tuple[str, str], list[Shown]] = defaultdict(list)
        for one in reversed(self.pieces):
            self._kinds[one.account, one.form].append(one)
            if self.natural(one):
                self._natural[one.account, one.form].append(one)

    @property
    def shown(self) -> list[Shown]:
        """Return the pieces published in the span, newest first."""
        return [p for p in self.pieces if p.day >= self.start]

    def peers(self, one: Shown) -> list[Shown]:
        """Return the same account's pieces of the same form that came out before it, within the data's days, oldest
        first: those that nothing was put behind where there are enough of these, else all."""
        natural = self._before(self._natural, one)
        return natural if len(natural) >= settings.data()["peers"] else self._before(self._kinds, one)

    def _before(self, kinds: Mapping[tuple[str, str], list[Shown]], one: Shown) -> list[Shown]:
        like = kinds.get((one.account, one.form), [])
        first = one.day - timedelta(days=settings.data()["peer_days"])
        return like[bisect_left(like, first, key=_day) : bisect_left(like, one.day, key=_day)]

    def natural(self, one: Shown) -> bool:
        """Whether hardly any of a piece's impressions were bought."""
        return boosts.natural(self.spent.get(one.key, ()), one.values.get("reach"))

    def boosted_peers(self, one: Shown) -> tuple[int, int]:
        """Return (how many boosted pieces were left out of its peers, how many are among them)."""
        with_all, peers = self._before(self._kinds, one), self.peers(one)
        return len(with_all) - len(peers), sum(not self.natural(p) for p in peers)

    def funnel(self, one: Shown) -> Funnel:
        """Return how its steps stand. Steps that neither it nor any peer states are left out: its platform has none.

        Nothing is weak of a piece that has just come out, whose rates are of those who saw it first, nor of one that
        was boosted, whose rates are of those whom money brought.
        """
        peers = self.peers(one)
        past = {s.code: [v for p in peers if (v := p.values.get(s.code)) is not None] for s in settings.steps()}
        values = {c: v for c, v in one.values.items() if v is not None or past[c]}
        told = funnel(values, past, settings.bands(), lower=LOWER, judged=JUDGED)
        return Funnel(tuple(replace(s, weak=False) for s in told.steps), "") if not self.judged(one) else told

    def judged(self, one: Shown) -> bool:
        """Whether a piece's steps may be called weak."""
        return self.natural(one) and not self.young(one)

    def young(self, one: Shown) -> bool:
        """Whether it is out too short a time for its figures to say much."""
        return is_young(one, self.today)


def pieces_of(handle: Any, start: date, end: date) -> list[Shown]:
    """Return the brand's own pieces of a span of days with their figures, newest first."""
    found = figures.answer(
        handle, Query(settings.codes(), BY, {}, start, end, limit=None, totals=False, coverage=False)
    )
    titles = found.labels.get("content", {})
    rows = [_shown(r, titles) for r in found.rows if r["content"] and r["day"]]
    return sorted(rows, key=lambda one: (one.day, one.key), reverse=True)


def is_young(one: Shown, today: date) -> bool:
    """Whether a piece is out too short a time for its figures to say much."""
    return (today - one.day).days <= int(settings.data()["rest_days"])


def out_at(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Return when a piece came out by its account's clock (`at` is naive UTC); None where its source states the day
    alone: it stands at midnight sharp then."""
    local = at.replace(tzinfo=UTC).astimezone(zone) if at else None
    return local if local and local.time() != time() else None


def _day(one: Shown) -> date:
    return one.day


def _shown(row: Mapping[str, Any], titles: Mapping[str, str]) -> Shown:
    values: dict[str, float | None] = {}
    stated = {}
    for step in settings.steps():
        metric = next((m for m in step.metrics if row.get(m) is not None), "")
        values[step.code] = float(row[metric]) if metric else None
        if metric:
            stated[step.code] = metric
    key = str(row["content"])
    title, account, form = (str(v or "") for v in (titles.get(key), row["account"], row["form"]))
    return Shown(key, title, row["platform"], account, form, row["day"], values, stated)


def one(member: Member, key: str) -> tuple[Facts, Shown]:
    """Return one piece with its peers. Raises NotFound for a key that is none of the brand's own pieces."""
    permissions.require(member, SEE)
    if "\x00" in key:  # no engine takes it
        raise NotFound()
    handle = warehouse.open(member.brand_id)
    asked = Query(("posts",), ("content", "day"), {"content": key}, totals=False, coverage=False, limit=2)
    day = next((r["day"] for r in figures.answer(handle, asked).rows if r["day"]), None)
    if day is None:
        raise NotFound()
    facts = Facts(member, day, day)
    found = next((p for p in facts.shown if p.key == key), None)
    if found is None:
        raise NotFound()
    return facts, found


def ours(member: Member, keys: Iterable[str]) -> dict[str, Piece]:
    """Return content key → the piece made here that it is, of those that were matched."""
    rows = Piece.objects.for_member(member, SEE).filter(content_key__in=list(keys))
    return {p.content_key: p for p in rows}


def chosen(pieces: Sequence[Shown], platform: str = "", account: str = "", words: str = "") -> list[Shown]:
    """Return the pieces that fit what the filters ask."""
    return [
        p
        for p in pieces
        if platform in ("", p.platform) and account in ("", p.account) and words.lower() in p.title.lower()
    ]
