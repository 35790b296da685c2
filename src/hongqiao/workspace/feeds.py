"""A member's calendar for their own calendar program: entries of the rooms as iCalendar (RFC 5545).

A room registers `feeds.register("checklist", entries)` in its `feeds.py`; `entries(member)` yields what that member may
see. Days are days; moments are written in Asia/Shanghai, with the zone's rules in the file, whatever zone they came in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hongqiao.workspace import dictionary
from hongqiao.workspace.models import Member

ZONE = "Asia/Shanghai"
ZONE_RULES = (  # China keeps no summer time since 1991-09-15
    "BEGIN:VTIMEZONE",
    f"TZID:{ZONE}",
    "BEGIN:STANDARD",
    "DTSTART:19910915T000000",
    "TZOFFSETFROM:+0900",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True)
class Entry:
    """One line of the calendar. `uid` is the same for the same thing for ever; `changed` moves when it changes.

    `start` is a day (an entry for the whole day; `end` is then its last day) or an aware moment.
    """

    uid: str
    start: date | datetime
    summary: str
    changed: datetime
    end: date | datetime | None = None
    description: str = ""
    url: str = ""
    cancelled: bool = False


Source = Callable[[Member], Iterable[Entry]]
_SOURCES: dict[str, Source] = {}


def register(name: str, entries: Source) -> None:
    """Say that a room has entries for calendars."""
    _SOURCES[name] = entries


def entries_of(member: Member) -> list[Entry]:
    """Return all entries of the rooms for a member, by day; of what two rooms tell, the one told first.

    RFC 5545, 3.8.4.7: a uid names one thing.
    """
    from hongqiao.workspace.registry import discover

    discover()
    with dictionary.using(member.brand_id):
        found: dict[str, Entry] = {}
        for source in _SOURCES.values():
            for entry in source(member):
                found.setdefault(entry.uid, entry)
    return sorted(found.values(), key=lambda e: (_day(e.start), e.uid))


def _day(start: date | datetime) -> date:
    return start.astimezone(ZoneInfo(ZONE)).date() if isinstance(start, datetime) else start


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """Return the calendar file: CRLF, lines of at most 75 octets, text escaped."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Hongqiao//Hongqiao//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        f"X-WR-TIMEZONE:{ZONE}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        *ZONE_RULES,
    ]
    for entry in entries:
        lines += _event(entry)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _event(entry: Entry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(entry.uid)}"
    yield f"DTSTAMP:{entry.changed.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"LAST-MODIFIED:{entry.changed.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield from _times(entry)
    yield f"SUMMARY:{escaped(entry.summary)}"
    if entry.description:
        yield f"DESCRIPTION:{escaped(entry.description)}"
    if entry.url:
        yield f"URL:{_bare(entry.url)}"
    if entry.cancelled:
        yield "STATUS:CANCELLED"
    if not isinstance(entry.start, datetime):
        yield "TRANSP:TRANSPARENT"  # a day on which something is due does not make the person busy
    yield "END:VEVENT"


def _times(entry: Entry) -> Iterator[str]:
    if isinstance(entry.start, datetime):
        yield f"DTSTART;TZID={ZONE}:{_local(entry.start)}"
        if isinstance(entry.end, datetime):
            yield f"DTEND;TZID={ZONE}:{_local(entry.end)}"
        return
    last = entry.end if entry.end is not None else entry.start
    yield f"DTSTART;VALUE=DATE:{entry.start:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}"  # the day after the last one


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(ZONE)):%Y%m%dT%H%M%S}"


def escaped(text: str) -> str:
    """Return a TEXT value: backslash, semicolon, comma and line ends escaped, other controls left out."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(c for c in plain if c in "\n\t" or (c >= " " and c != "\x7f"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _bare(url: str) -> str:
    return "".join(c for c in url if c > " " and c != "\x7f")


def folded(line: str) -> bytes:
    """Return the line in octets, folded so that none is longer than 75, never inside a character."""
    parts: list[bytes] = [b""]
    for character in line:
        octets = character.encode("utf-8", "replace")
        if len(parts[-1]) + len(octets) > (75 if len(parts) == 1 else 74):
            parts.append(b"")
        parts[-1] += octets
    return b"\r\n ".join(parts) + b"\r\n"
