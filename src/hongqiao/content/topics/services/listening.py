"""What comes from outside into the library: share texts, what people say and search, a team's own table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from hongqiao.content.models import Piece, Signal, Topic
from hongqiao.content.topics import keys, queries, settings, tables
from hongqiao.content.topics.evidence import Around
from hongqiao.content.topics.services import kit, scoring
from hongqiao.content.topics.services.topics import add_topic
from hongqiao.errors import N_, HongqiaoError, Invalid
from hongqiao.methods.topics.shares import Share, shares
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import audit, links, permissions
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import Member

SHARED = (Topic.Source.HOT, Topic.Source.COMPETITOR)
_COUNTED = re.compile(r"^(?:\d{1,3}[.、\s]\s*)?(.*?)(?:[\s,，\t]+(\d[\d,]*(?:\.\d+)?)\s*(万|w|W)?\s*次?)?$")


class NothingFound(Invalid):
    code = "nothing_found"
    message = N_("没有读到能用的内容")
    next_step = N_("请检查粘贴的文字；分享口令要带链接，表格要选出选题或内容那一列")


@dataclass
class Came:
    """What came of it: new, joined to what there was, left out with the reason (row, why)."""

    new: int = 0
    joined: int = 0
    left: list[tuple[int, HongqiaoError]] = field(default_factory=list)


@transaction.atomic
def add_shares(*, actor: Member, text: str, source: str = Topic.Source.COMPETITOR) -> Came:
    """Make topics of the pieces that a pasted text shares; those without a title are called by their platform.

    Raises NotAllowed, BadTopic, NothingFound.
    """
    permissions.require(actor, queries.EDIT)
    kit.one_of(source, SHARED, "source")
    found = shares(text)[: settings.limits()["bulk"]]
    if not found:
        raise NothingFound()
    around, came = Around(actor.brand), Came()
    for n, one in enumerate(found, 1):
        _taken(came, n, actor, around, source, _of_share(around, one))
    return came


def _of_share(around: Around, one: Share) -> dict[str, Any]:
    title = one.title or f"{one.author or one.platform} {one.url}"[:120]
    known = one.platform in around.rules["forms"]
    return {
        "title": title,
        "origin": {"url": one.url, "author": one.author, "platform": one.platform},
        "platforms": [one.platform] if known else [],
        "form": around.rules["forms"][one.platform][0] if known else "",
        "evidence": [{"text": title, "url": one.url, "cite": one.author}],
    }


def _taken(came: Came, n: int, actor: Member, around: Around, source: str, given: Mapping[str, Any]) -> None:
    try:
        with transaction.atomic():
            done = add_topic(actor=actor, source=source, merge=True, around=around, **given)
    except HongqiaoError as error:
        came.left.append((n, error))
        return
    came.new += done.new
    came.joined += not done.new


@transaction.atomic
def add_signals(
    *,
    actor: Member,
    kind: str,
    lines: Sequence[Mapping[str, Any]],
    platform: str = "",
    cite: str = "",
    content_key: str = "",
) -> Came:
    """Keep what people said and searched: `lines` {text, count, day, url}. Known ones count once. Scores follow.

    content_key: the piece that it was said under.

    Raises NotAllowed, BadTopic, NothingFound.
    """
    permissions.require(actor, queries.EDIT)
    if kind not in Signal.Kind.values:
        raise kit.BadTopic(field="kind", value=kind[:20])
    kit.one_of(platform, PLATFORMS, "platform")
    around, came, rows = Around(actor.brand), Came(), {}
    for n, line in enumerate(list(lines)[: settings.limits()["rows"]], 1):
        try:
            row = _signal(actor, kind, line, around.today, content_key)
        except HongqiaoError as error:
            came.left.append((n, error))
            continue
        row.platform, row.cite = platform, kit.plain(cite, "cite", 200)
        rows[row.key] = row
    known = set(Signal.objects.filter(brand=actor.brand, key__in=list(rows)).values_list("key", flat=True))
    fresh = [row for key, row in rows.items() if key not in known]
    if not rows:
        raise NothingFound()
    Signal.objects.bulk_create(fresh, batch_size=500)
    came.new, came.joined = len(fresh), len(rows) - len(fresh)
    if fresh:
        audit.record(actor, "signals.added", None, count=len(fresh), kind=kind)
        scoring.rescore_all(actor.brand)
    return came


def _signal(actor: Member, kind: str, line: Mapping[str, Any], today: date, content_key: str) -> Signal:
    text = kit.plain(line.get("text"), "text", 500)
    if len(text) < 2:
        raise kit.BadTopic(field="text", value=text)
    day = _day(line.get("day"), today)
    url = str(line.get("url") or "").strip()
    if url and (len(url) > 500 or not links.is_page(url)):
        url = ""
    row = Signal(brand=actor.brand, by=actor, kind=kind, text=text, count=_count(line.get("count")), day=day, url=url)
    row.content_key = content_key
    row.key = keys.of_signal(kind, day.isoformat(), text, content_key)
    return row


def _count(value: Any) -> int:
    """Return how often, 1 where nothing is said. Raises BadTopic."""
    text = str(value if value is not None else "").replace(",", "").replace("，", "").strip()
    if not text:
        return 1
    times = 10000 if text[-1:] in ("万", "w", "W") else 1
    try:
        number = float(text.rstrip("万wW次 "))
    except ValueError:
        raise kit.BadTopic(field="count", value=text[:20]) from None
    if not 0 < number * times <= 2_000_000_000:
        raise kit.BadTopic(field="count", value=text[:20])
    return max(1, round(number * times))


def _day(value: Any, today: date) -> date:
    """Return the day of a line: as written, today where nothing is. Raises BadTopic for another century, or later."""
    text = str(value or "").strip()
    if not text:
        return today
    got = re.match(r"(\d{4})\D(\d{1,2})\D(\d{1,2})", text)
    try:
        day = date(*(int(x) for x in got.groups())) if got else None
    except ValueError:
        day = None
    if day is None or not date(2000, 1, 1) <= day <= today + timedelta(days=1):
        raise kit.BadTopic(field="day", value=text[:20])
    return day


def counted_lines(text: str) -> list[dict[str, Any]]:
    """Return pasted lines, one a line: a number of order before and how often after are taken off."""
    found = []
    for line in text.splitlines():
        got = _COUNTED.match(one_line(line))
        if got and got[1]:
            found.append({"text": got[1], "count": f"{got[2] or ''}{got[3] or ''}"})
    return found


@transaction.atomic
def import_table(*, actor: Member, table: tables.Table, columns: Sequence[str], name: str = "") -> Came:
    """Make topics of a team's table; columns without a meaning are kept with the topic as they are.

    Raises NotAllowed, NothingFound.
    """
    permissions.require(actor, queries.EDIT)
    if "title" not in columns:
        raise NothingFound()
    around, came = Around(actor.brand), Came()
    for n, cells in enumerate(table.rows, 1):
        told = {c: v for c, v in zip(columns, cells, strict=False) if c}
        extra = {h: v for h, c, v in zip(table.head, columns, cells, strict=False) if not c and v}
        try:
            given = _of_row(around, told, extra, name)
        except HongqiaoError as error:
            came.left.append((n, error))
            continue
        _taken(came, n, actor, around, Topic.Source.TABLE, given)
    if came.new or came.joined:
        audit.record(actor, "topics.imported", None, name=name[:80], new=came.new, joined=came.joined)
    return came


def _of_row(around: Around, told: Mapping[str, str], extra: dict[str, str], name: str) -> dict[str, Any]:
    """Return a topic's fields of a row; a word that is none of ours is kept beside it, not refused."""
    given: dict[str, Any] = {k: told[k] for k in ("title", "pain", "claim", "hours") if told.get(k)}
    if not given.get("title"):
        raise kit.BadTopic(field="title", value="")
    for field_name, known in _meanings(around).items():
        said = told.get(field_name, "")
        if not said:
            continue
        if field_name == "platforms":
            given["platforms"] = [known[p] for p in re.split(r"[、,，/;；\s]+", said) if p in known]
            if not given["platforms"]:
                extra[field_name] = said
        elif said in known:
            given[{"persona": "persona_id"}.get(field_name, field_name)] = known[said]
        else:
            extra[field_name] = said
    if url := told.get("url", ""):
        given["evidence"] = [{"text": "", "url": url, "cite": ""}] if links.is_page(url) else [{"text": url}]
    if state := told.get("state"):
        extra["state"] = state
    return given | {"origin": {"file": name[:80], "extra": dict(list(extra.items())[:30])}}


def _meanings(around: Around) -> dict[str, dict[str, Any]]:
    """Return field → what is written in a cell → what it means."""
    return {
        "platforms": {n: p.code for p in PLATFORMS.values() for n in (p.name, p.short, p.code)} | _CALLED,
        "form": {str(label): code for code, label in Piece.Form.choices} | {"图文": "note", "视频": "video"},
        "pillar": {p["label"]: code for code, p in around.pillars.items()},
        "persona": {p.name: p.pk for p in around.personas.values()},
        "mark": {str(label): code for code, label in Topic.Mark.choices},
    }


_CALLED = {"公众号": "wechat_oa", "视频号": "channels", "B站": "bilibili", "b站": "bilibili", "红书": "xiaohongshu"}
