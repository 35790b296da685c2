"""What the program proposes about a file before a person confirms it: what is in it, whose it is, when it was taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from hongqiao import platforms
from hongqiao.errors import HongqiaoError
from hongqiao.imports import naming, queries
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import FileState, ImportFile, ImportTable
from hongqiao.workspace.models import Account


@dataclass
class Look:
    """What one look into a file gave: its tables with proposals, or the reason why it cannot be read."""

    tables: list[ImportTable] = field(default_factory=list)
    account: Account | None = None
    captured_at: datetime | None = None
    captured_from: str = ""
    error: HongqiaoError | None = None


def look(file: ImportFile) -> Look:
    """Recognise the tables of a kept file. Reads it and writes nothing; what a person already chose stays chosen."""
    try:
        found = platforms.recognise(file.path, name=file.name, **queries.layouts_for(file))
    except HongqiaoError as error:
        return Look(error=error)
    tables = [table_of(file, n, f) for n, f in enumerate(found)]
    owner = file.account or account(file, tables)
    zone = owner.zone if owner else file.brand.zone
    moment, why = (file.captured_at, "person") if file.captured_from == "person" else captured(zone, found)
    return Look(tables=tables, account=owner, captured_at=moment, captured_from=why)


def table_of(file: ImportFile, position: int, found: Any) -> ImportTable:
    """Return the row to keep for one recognised (or unknown) table."""
    layout = found.layout
    return ImportTable(
        brand=file.brand,
        file=file,
        position=position,
        sheet=found.sheet[:255],
        block=found.block,
        layout=layout.code if layout else "",
        label=layout.label if layout else "",
        platform=layout.platform if layout else "",
        mapped=bool(layout and layout.headers),
        stored=layout.stored if layout else True,
        header_row=found.header_row,
        headers=found.headers,
        fills=naming.fills(found),
        unknown=found.unknown,
        missing=found.missing,
        dropped=found.dropped,
        candidates=found.candidates,
        notes=found.notes,
        preview=_preview(file, found),
        rows=found.rows,
    )


def _preview(file: ImportFile, found: Any) -> list[list[str]]:
    """The first rows, cut to what a screen shows. Cells of personal columns come masked from `platforms`."""
    limits = limits_of(file.brand)
    wide, longest = limits["preview_columns"], limits["cell_chars"]
    return [[_cell(c, longest) for c in row[:wide]] for row in found.preview[: limits["preview_rows"]]]


def _cell(value: Any, longest: int) -> str:
    text = "" if value is None else str(value).replace("\x00", "")
    return text if len(text) <= longest else text[: longest - 1] + "…"


def captured(zone: str, found: Sequence[Any]) -> tuple[datetime, str]:
    """Return the moment of capture that content or name tells, else that of the upload, with the reason's code.

    A moment a little ahead (the midnight after a day that is not over) means now; one far ahead is not believed.
    """
    now = timezone.now()
    said = [(f.captured_at, f.captured_from) for f in found if f.captured_at]
    if said:
        moment, why = max(said)
        aware = moment.replace(tzinfo=ZoneInfo(zone)) if moment.tzinfo is None else moment
        if aware <= now + tolerance():
            return min(aware, now), why
    return now, "upload_time"


def tolerance() -> timedelta:
    """How far a stated moment may lie ahead of this machine's clock before it is a mistake."""
    return timedelta(hours=limits_of(None)["clock_tolerance_hours"])


def account(file: ImportFile, tables: Sequence[ImportTable]) -> Account | None:
    """Return the account that took this layout last time, or the only one there is on its platform.

    For a table that the brand mapped that is the only account of its own systems (`queries.sole`).
    """
    known = [t for t in tables if t.layout]
    if not known:
        return None
    everyone = queries.open_accounts(file.brand)
    mine = queries.fitting(everyone, known)
    last = (
        ImportTable.objects.filter(brand=file.brand, layout=known[0].layout, file__account__in=mine)
        .filter(file__state__in=[FileState.DONE, FileState.QUEUED, FileState.RUNNING])
        .select_related("file__account")
        .order_by("-id")
        .first()
    )
    if last:
        return last.file.account
    return queries.sole(everyone, known)


def fill(files: Iterable[ImportFile], accounts: Sequence[Account]) -> list[ImportFile]:
    """Propose, unsaved, the only fitting account for waiting files without one; return the files that got one.

    The look at upload may have come before there was any account. `accounts`: the brand's open ones.
    """
    got = []
    for file in files:
        if file.state == FileState.WAITING and not file.account_id:
            file.account = queries.sole(accounts, file.tables.all())
            if file.account:
                got.append(file)
    return got
