"""Statistics of 公众号 as rows of the warehouse's tables: what the interface states, and the increments it implies.

Totals of an article come cumulative by day (`stat_date`): each is a snapshot of that day. The difference of two
neighbouring days is that day's; over a gap of days nothing is spread. Persons are counted once an article, so the
difference is of persons who read it for the first time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa

from hongqiao.platforms.model import Problem
from hongqiao.platforms.wechat_oa.api.client import Json, WeChat, book

#: (address id, title, publish day) → the key that the warehouse knows the article by, None where it knows none
Known = Callable[[str, str, date], str | None]

_TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(("form", "title", "url", "source_key", "channel", "extra"), pa.string()),
    **dict.fromkeys(("completion_rate", "delivered_read_rate"), pa.float64()),
    "published_at": pa.timestamp("us"),
    "day": pa.date32(),
    "tips": pa.decimal128(18, 4),
}


@dataclass
class Answers:
    """What the interface said. `delayed`: the platform has not counted the last day to the end yet."""

    articles: list[Json] = field(default_factory=list)
    new: list[Json] = field(default_factory=list)
    total: list[Json] = field(default_factory=list)
    delayed: bool = False


def fetch(wechat: WeChat, published: tuple[date, date], days: tuple[date, date]) -> Answers:
    """Ask for the articles published in these days, and for the followers of those. All or nothing."""
    said = Answers()
    for day in _days(*published):
        answer = wechat.datacube_answer("getarticletotaldetail", day, day)
        said.articles += list(answer.get("list") or ())
        said.delayed |= bool(answer.get("is_delay"))
    span = book("quota")["calls"]["datacube/getusersummary"]["span"]
    first, last = days
    while first <= last:
        end = min(last, first + timedelta(days=span - 1))
        said.new += wechat.datacube("getusersummary", first, end)
        said.total += wechat.datacube("getusercumulate", first, end)
        first = end + timedelta(days=1)
    return said


def _days(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def address_id(url: str) -> str:
    """Return "mid_idx" of an article's address: the two parts of its msgid. "" for an address without them."""
    try:
        query = parse_qs(urlsplit(url).query)
    except ValueError:
        return ""
    mid, idx = (next(iter(query.get(name, ())), "") for name in ("mid", "idx"))
    return f"{mid}_{idx}" if mid.isdecimal() and idx.isdecimal() else ""


class Rows:
    """A reading that the warehouse takes: rows by table, and what could not be taken."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.named: set[tuple[str, date]] = set()
        self._rows: dict[str, list[dict[str, Any]]] = {}

    def add(self, table: str, row: dict[str, Any]) -> None:
        self._rows.setdefault(table, []).append(row)

    def refuse(self, number: int, column: str, code: str, value: Any) -> None:
        self.problems.append(Problem(number, column, code, str(value)[:80], True))

    def __bool__(self) -> bool:
        return bool(self._rows)

    def batches(self) -> Iterator[tuple[str, pa.RecordBatch]]:
        for table, rows in self._rows.items():
            names = list(dict.fromkeys(name for row in rows for name in row))
            columns = [pa.array([row.get(name) for row in rows], _TYPES.get(name, pa.int64())) for name in names]
            yield table, pa.RecordBatch.from_arrays(columns, names=names)


def articles(answers: Answers, known: Known, since: date) -> Rows:
    """Return what is said of the articles from a day on."""
    rows = Rows()
    for number, said in enumerate(answers.articles, 1):
        piece = _piece(rows, number, said, known)
        if piece is None:
            continue
        rows.add("contents", {**piece, "source_row": number})
        context = {k: v for k, v in piece.items() if k != "url"}
        before: tuple[date, Mapping[str, Any]] | None = None
        for day, detail in _details(rows, number, said):
            totals = measures(detail)
            if day >= since:
                aside = {k: detail[k] for k in book("statistics")["kept_aside"] if k in detail}
                extra = json.dumps(aside, ensure_ascii=False) if aside else None
                rows.add("content_snapshots", {**context, "source_row": number, "day": day, "extra": extra, **totals})
                _increments(rows, number, context, day, detail, before, _day(said["ref_date"]))
            before = (day, detail)
    return rows


def _piece(rows: Rows, number: int, said: Mapping[str, Any], known: Known) -> dict[str, Any] | None:
    title, msgid, day = str(said.get("title") or ""), str(said.get("msgid") or ""), _day(said.get("ref_date"))
    if not title or not msgid or day is None:
        column = "title" if not title else "msgid" if not msgid else "ref_date"
        rows.refuse(number, column, "missing_value", said.get(column))
        return None
    url = str(said.get("content_url") or "") or None
    key = known(msgid, title, day)
    if key:  # how the files name it: their moment and title stand, ours knows the day alone
        return {"source_key": key, "url": url}
    piece = {"form": "article", "title": title, "published_at": datetime(day.year, day.month, day.day), "url": url}
    if (title, day) in rows.named:  # a second one of that title and day: known by its own number
        piece["source_key"] = msgid
    rows.named.add((title, day))
    return piece


def _details(rows: Rows, number: int, said: Mapping[str, Any]) -> list[tuple[date, Mapping[str, Any]]]:
    found: dict[date, Mapping[str, Any]] = {}
    for detail in said.get("detail_list") or ():
        day = _day(detail.get("stat_date")) if isinstance(detail, Mapping) else None
        if day is None:
            rows.refuse(number, "stat_date", "not_a_date", detail)
        else:
            found[day] = detail
    return sorted(found.items())


def _increments(
    rows: Rows,
    number: int,
    context: Mapping[str, Any],
    day: date,
    detail: Mapping[str, Any],
    before: tuple[date, Mapping[str, Any]] | None,
    published: date | None,
) -> None:
    """Add the day's own figures; none where the day before it is not stated."""
    if before is None and day != published:
        return
    if before is not None and day - before[0] != timedelta(days=1):
        return
    earlier: Mapping[str, Any] = before[1] if before else {}
    shared = {**context, "source_row": number, "day": day}
    now, then = _counts(detail), _counts(earlier)
    rows.add("content_daily", {**shared, "channel": "", **{k: v - then.get(k, 0) for k, v in now.items()}})
    scenes, past = _scenes(detail), _scenes(earlier)
    for scene, count in scenes.items():
        rows.add("content_daily", {**shared, "channel": scene, "view_users": count - past.get(scene, 0)})


def _scenes(detail: Mapping[str, Any]) -> dict[str, int]:
    whole = book("statistics")["whole_scenes"]
    found: dict[str, int] = {}
    for one in detail.get("read_user_source") or ():
        count = _whole(one.get("user_count"))
        if one.get("scene_desc") and one["scene_desc"] not in whole and count is not None:
            found[str(one["scene_desc"])] = count
    return found


def _counts(detail: Mapping[str, Any]) -> dict[str, int]:
    named = book("statistics")["counts"].items()
    return {to: n for name, to in named if (n := _whole(detail.get(name))) is not None}


def measures(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return the totals of one day in the warehouse's names and units."""
    found: dict[str, Any] = dict(_counts(detail))
    for name, to in book("statistics")["money_fen"].items():
        if (fen := _whole(detail.get(name))) is not None:
            found[to] = Decimal(fen) / 100
    for name, to in book("statistics")["rates"].items():
        rate = _number(detail.get(name))
        if rate is not None and 0 <= rate <= 1:
            found[to] = float(rate)
    return found


def users(answers: Answers) -> Rows:
    """Return new, gone and all followers by day."""
    days: dict[date, dict[str, Any]] = {}
    rows = Rows()
    for number, said in enumerate(answers.new, 1):
        day = _day(said.get("ref_date"))
        if day is None:
            rows.refuse(number, "ref_date", "not_a_date", said.get("ref_date"))
            continue
        held = days.setdefault(day, {})
        for name, to in (("new_user", "followers_new"), ("cancel_user", "followers_lost")):
            held[to] = held.get(to, 0) + (_whole(said.get(name)) or 0)
        held["followers_net"] = held["followers_new"] - held["followers_lost"]
    for said in answers.total:
        day, count = _day(said.get("ref_date")), _whole(said.get("cumulate_user"))
        if day and count is not None and str(said.get("user_source", 0)) == "0":
            days.setdefault(day, {})["followers_total"] = count
    for number, (day, held) in enumerate(sorted(days.items()), 1):
        rows.add("account_daily", {"source_row": number, "day": day, "channel": "", **held})
    return rows


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def _number(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number == number.to_integral_value() and abs(number) < 2**53 else None


def layouts() -> Sequence[str]:
    """Return the names under which these rows stand beside those of files."""
    return (book("statistics")["articles_layout"], book("statistics")["users_layout"])
