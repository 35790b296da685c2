"""When was this file downloaded? A proposal from its content or its name, with the reason; a person confirms it."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from hongqiao.platforms.kit import cells, columns
from hongqiao.platforms.kit.convert import Scope
from hongqiao.platforms.kit.engine import Desk
from hongqiao.platforms.kit.headers import head
from hongqiao.platforms.kit.settings import limits
from hongqiao.platforms.kit.sources import Sheet
from hongqiao.platforms.model import Field, Found

#: Exports state their times here, whatever the account's own zone (facts B0.7).
_HOME = ZoneInfo("Asia/Shanghai")
#: No day is too late here: what is unbelievable is told when the rows are read.
_FAR = "2100-01-01"
_STAMP = re.compile(r"(?<!\d)(1[0-9]{9})(\d{3})?(?!\d)")
_PERIOD = re.compile(r"(?<!\d)(20\d{6})[_\-~至到](20\d{6})(?!\d)")
_DATE = re.compile(
    r"(?<!\d)(20\d{2})[-_.年]?(\d{2})[-_.月]?(\d{2})日?(?:[ _T-]?([0-2]\d)[:_-]?([0-5]\d)[:_-]?([0-5]\d))?(?!\d)"
)


def propose(found: Found, sheet: Sheet, name: str) -> None:
    """Set `captured_at` (naive local) and `captured_from` where something says so."""
    if found.layout is None:
        return
    for proposal in (_stamp(name), _last_day(found, sheet), _period(name), _dated(name)):
        if proposal:
            found.captured_at, found.captured_from = proposal
            return


def _stamp(name: str) -> tuple[datetime, str] | None:
    """<unix seconds or milliseconds>_<hash>.csv"""
    match = _STAMP.search(name)
    if not match:
        return None
    moment = datetime.fromtimestamp(int(match[1]), UTC).astimezone(_HOME)
    return moment.replace(tzinfo=None), "name_stamp"


def _after(day: date) -> datetime:
    """A day's figures are whole from the next midnight on."""
    return datetime.combine(day + timedelta(days=1), time())


def _period(name: str) -> tuple[datetime, str] | None:
    match = _PERIOD.search(name)
    day = _day(match[2][:4], match[2][4:6], match[2][6:]) if match else None
    return (_after(day), "name_period") if day else None


def _dated(name: str) -> tuple[datetime, str] | None:
    """The last date in the name; without a time of day, its end: nothing in the file can be later."""
    for match in reversed(list(_DATE.finditer(name))):
        if day := _day(match[1], match[2], match[3]):
            clock = (
                time(int(match[4]), int(match[5]), int(match[6]))
                if match[4] and int(match[4]) < 24
                else time(23, 59, 59)
            )
            return datetime.combine(day, clock), "name_date"
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _last_day(found: Found, sheet: Sheet) -> tuple[datetime, str] | None:
    """The latest day of a daily file that is short enough to look through."""
    layout = found.layout
    if layout is None or layout.captured != "last_day" or not 0 < found.rows <= limits()["scan_rows"]:
        return None
    day = next((f for f in layout.fields if f.column == "day"), None)
    place = next((c for h, c in zip(found.headers, found.columns, strict=True) if day and _is(day.names, h)), None)
    if place is None:
        return None
    rows = sheet.head(found.last_row or sheet.height)[found.header_row :]
    latest = _latest(cells.tidy(cells.column([r[place] if place < len(r) else "" for r in rows])))
    return (_after(latest), "last_day") if latest else None


def _is(names: tuple[str, ...], header: str) -> bool:
    title = head(header)
    return title.full in names or title.name in names


def _latest(texts: pa.Array) -> date | None:
    """The latest of the days that can be read; none before the earliest believable one counts."""
    about = Scope(_HOME.key, limits()["earliest"], _FAR)
    with Desk() as desk:
        made = columns.column(Field("", "", "", "date"), texts, about, desk, percent=False)
    latest: date | None = pc.max(made.values).as_py()
    return latest if latest and latest >= date.fromisoformat(limits()["earliest"]) else None
