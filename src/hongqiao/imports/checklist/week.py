"""One week of the list: when each line is due, whether its file is here, and until when a gap can still be closed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hongqiao.imports.checklist.plan import Line, lines
from hongqiao.imports.models import FileState, ImportTable
from hongqiao.warehouse.models import Source
from hongqiao.workspace import figures, permissions
from hongqiao.workspace.models import Brand, Member


@dataclass(frozen=True)
class Task:
    """One line in one week."""

    line: Line
    due: date
    state: str  # done, waiting (handed over, not confirmed), due (today), late, later
    file_id: UUID | None = None
    at: datetime | None = None
    covered: date | None = None  # the last day that any file of this line covers
    last_chance: date | None = None  # a download after this day leaves a gap that nothing closes
    by_interface: bool = False  # no file is needed: the connected account brought the same figures

    @property
    def missing(self) -> bool:
        return self.state in ("due", "late")


@dataclass(frozen=True)
class Week:
    """Tasks of the week that begins on `first`, a Monday; `today` is the brand's."""

    first: date
    today: date
    tasks: list[Task]

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)

    @property
    def done(self) -> int:
        return sum(t.state == "done" for t in self.tasks)

    @property
    def missing(self) -> list[Task]:
        return [t for t in self.tasks if t.missing]


def today_of(brand: Brand) -> date:
    """Return today in the brand's zone; the sample's stands where its files end."""
    return figures.calendar_day(brand)


def week(member: Member, day: date | None = None) -> Week:
    """Return the week around `day` (the brand's today if none) for a member. Raises NotAllowed."""
    permissions.require(member, "imports.view")
    return week_of(member.brand, day)


def week_of(brand: Brand, day: date | None = None) -> Week:
    """Return a brand's week, for work that nobody in particular asked for."""
    today = today_of(brand)
    first = _monday(day or today)
    wanted = [line for line in lines(brand) if _falls(line, first)]
    landed, covered = _landed(brand, wanted, first), _covered(brand, wanted)
    answered = _answered(brand, wanted)
    tasks = [_by_interface(_task(line, first, today, landed, covered), today, answered) for line in wanted]
    return Week(first, today, tasks)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _falls(line: Line, first: date) -> bool:
    """Whether a line is due in this week: every week, or in the one that holds its day of the month's first seven."""
    return line.every == "week" or (first + timedelta(days=line.weekday)).day <= 7


def _landed(brand: Brand, wanted: Sequence[Line], first: date) -> dict[tuple[UUID, str], list[ImportTable]]:
    """Return (account, layout) → tables of files captured in the period of a line, newest first."""
    zone = ZoneInfo(brand.zone)
    earliest = first.replace(day=1) if any(x.every == "month" for x in wanted) else first
    since = datetime.combine(earliest, time.min, zone)
    until = datetime.combine(first + timedelta(days=7), time.min, zone)
    rows = ImportTable.objects.filter(
        brand=brand, file__captured_at__gte=since, file__captured_at__lt=until,
        layout__in={code for line in wanted for code in line.layouts},
        file__state__in=[FileState.DONE, FileState.WAITING, FileState.QUEUED, FileState.RUNNING], skip=False,
    )  # fmt: skip
    found: dict[tuple[UUID, str], list[ImportTable]] = defaultdict(list)
    for row in rows.select_related("file").order_by("-file__captured_at", "-id"):
        if row.file.account_id:
            found[row.file.account_id, row.layout].append(row)
    return found


def _covered(brand: Brand, wanted: Sequence[Line]) -> dict[tuple[UUID, str], date]:
    """Return (account, code of the line) → the last day any of its files covers; lines that reach back only."""
    lines_of: dict[tuple[UUID, str], list[Line]] = defaultdict(list)
    for line in wanted:
        for layout in line.layouts if line.reach_days else ():
            lines_of[line.account.id, layout].append(line)
    layouts = {layout for _account, layout in lines_of}
    rows = ImportTable.objects.filter(
        brand=brand, layout__in=layouts, file__state=FileState.DONE, last_day__isnull=False
    )
    found: dict[tuple[UUID, str], date] = {}
    for table in rows.select_related("file").only("layout", "headers", "last_day", "file__account_id"):
        account, last = table.file.account_id, table.last_day
        if account is None or last is None:
            continue
        for line in lines_of[account, table.layout]:
            if not line.header or line.header in table.headers:
                found[account, line.code] = max(last, found.get((account, line.code), last))
    return found


def _task(
    line: Line,
    first: date,
    today: date,
    landed: dict[tuple[UUID, str], list[ImportTable]],
    covered: dict[tuple[UUID, str], date],
) -> Task:
    due = first + timedelta(days=line.weekday)
    tables = [t for code in line.layouts for t in landed.get((line.account.id, code), []) if _is_it(line, t, first)]
    here = next((t for t in tables if t.file.state == FileState.DONE), None)
    held = here or next(iter(tables), None)
    last = covered.get((line.account.id, line.code))
    chance = last + timedelta(days=1 + line.reach_days) if last and line.reach_days else None
    state = "done" if here else "waiting" if held else _state(due, today)
    return Task(line, due, state, held.file_id if held else None, held.file.captured_at if held else None, last, chance)


def _answered(brand: Brand, wanted: Sequence[Line]) -> dict[tuple[UUID, str], Source]:
    """Return (account, layout) → what its interface brought last, for lines that an interface can bring."""
    layouts = {line.interface for line in wanted if line.interface}
    if not layouts:
        return {}
    rows = Source.objects.filter(brand_id=brand.id, kind="api", layout__in=layouts, undone_at=None)
    rows = rows.filter(last_day__isnull=False).order_by("last_day", "captured_at")
    return {(row.account_id, row.layout): row for row in rows}


def _by_interface(task: Task, today: date, answered: dict[tuple[UUID, str], Source]) -> Task:
    """Return the task done where no file is here, but the interface brought all days before the one it is due on."""
    row = answered.get((task.line.account.id, task.line.interface))
    if row is None or row.last_day is None or task.state in ("done", "waiting"):
        return task
    covered = max(row.last_day, task.covered or row.last_day)
    chance = covered + timedelta(days=1 + task.line.reach_days) if task.line.reach_days else None
    if task.due > today or row.last_day < task.due - timedelta(days=1):
        return replace(task, covered=covered, last_chance=chance)
    return replace(task, state="done", at=row.captured_at, covered=covered, last_chance=chance, by_interface=True)


def _state(due: date, today: date) -> str:
    return "late" if due < today else "due" if due == today else "later"


def _is_it(line: Line, table: Any, first: date) -> bool:
    """Whether a table is this line's file: of the week (or month), and with the column that tells it from its kind."""
    captured = table.file.captured_at.astimezone(ZoneInfo(line.account.zone)).date()
    in_time = captured >= first or line.every == "month"
    return in_time and (not line.header or line.header in table.headers)


def grouped(tasks: Iterable[Task]) -> list[tuple[Any, list[Task]]]:
    """Return (account, its tasks) in order."""
    found: dict[UUID, tuple[Any, list[Task]]] = {}
    for task in tasks:
        found.setdefault(task.line.account.id, (task.line.account, []))[1].append(task)
    return list(found.values())
