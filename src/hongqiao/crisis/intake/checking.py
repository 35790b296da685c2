"""A mention as another system sends it: checked by itself, good ones made ready, others named by what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hongqiao.crisis.intake.arriving import COUNTS, Heard
from hongqiao.errors import N_

#: field of a call → other names it may have
TEXTS: dict[str, tuple[str, ...]] = {
    "outer": ("id", "mention_id"),
    "text": ("content",),
    "title": (),
    "channel": ("platform",),
    "url": ("link",),
    "thread": ("thread_id",),
    "author": (),
}
TIME = ("posted_at", "ts", "published_at")
PROBLEMS = {
    "not_an_object": N_("这一条不是对象"),
    "missing_text": N_("没有内容"),
    "gone_unknown": N_("要删除的这一条从没有收到过"),
    "not_text": N_("应为文字"),
    "not_a_date": N_("时间认不出，按收到的时间算"),
    "not_a_number": N_("应为不小于 0 的整数，已忽略"),
}


@dataclass
class Checked:
    """One mention made ready, or what is wrong with it; `heard` is None where it cannot be taken."""

    heard: Heard | None = None
    problems: list[dict[str, Any]] = field(default_factory=list)

    def say(self, code: str, column: str) -> None:
        self.problems.append({"code": code, "column": column})


def check(given: Any, zone: str) -> Checked:
    """Return a mention of a call. A time without an offset is local in `zone`; one that is none is told and guessed."""
    done = Checked()
    if not isinstance(given, Mapping):
        done.say("not_an_object", "")
        return done
    texts = {name: _text(done, given, name, others) for name, others in TEXTS.items()}
    if any(value is None for value in texts.values()):
        return done
    counts: dict[str, Any] = {name: _count(done, given.get(name), name) for name in COUNTS}
    said = next((given[k] for k in TIME if given.get(k) not in (None, "")), None)
    posted = moment(said, zone)
    if said is not None and posted is None:
        done.say("not_a_date", "posted_at")
    gone = given.get("gone") in (True, "true", 1)
    told: dict[str, Any] = {k: v or "" for k, v in texts.items()} | counts
    done.heard = Heard(**told, posted_at=posted, gone=gone)
    return done


def _text(done: Checked, given: Mapping[str, Any], name: str, others: tuple[str, ...]) -> str | None:
    value = next((given[k] for k in (name, *others) if given.get(k) not in (None, "")), "")
    if isinstance(value, bool | float | list | dict):
        done.say("not_text", name)
        return None
    return str(value)


def _count(done: Checked, value: Any, name: str) -> int | None:
    if value is None or value == "":
        return None
    try:
        if isinstance(value, bool | list | dict):
            raise ValueError
        number = int(str(value).replace(",", ""))
        if not 0 <= number < 2**53:
            raise ValueError
        return number
    except ValueError:
        done.say("not_a_number", name)
        return None


def moment(value: Any, zone: str) -> datetime | None:
    """Return a time as systems write it: ISO 8601, "2026-11-27 08:00:00", or seconds or milliseconds since 1970."""
    if value is None or isinstance(value, bool | list | dict):
        return None
    text = str(value).strip()
    try:
        if text.replace(".", "", 1).isdigit() and len(text.partition(".")[0]) >= 9:
            seconds = float(text)
            return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        if len(text) < 10:
            return None
        found = datetime.fromisoformat(text.replace("/", "-"))
        return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def said(problem: Mapping[str, Any]) -> dict[str, Any]:
    """Return a problem with its words."""
    return {**problem, "message": _(PROBLEMS.get(str(problem.get("code")), ""))}
