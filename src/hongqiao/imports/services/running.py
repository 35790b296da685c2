"""Carrying out a confirmed import, and taking it back."""

import logging
import time
from collections.abc import Callable
from datetime import UTC
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from hongqiao import platforms, warehouse
from hongqiao.errors import HongqiaoError
from hongqiao.imports import queries
from hongqiao.imports.errors import BytesGone, Changed, OtherPlatform, Unexpected
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import FileState, ImportFile, ImportTable
from hongqiao.imports.services.states import move, refuse
from hongqiao.warehouse import care, config
from hongqiao.warehouse.models import Source
from hongqiao.workspace import audit, keys, notices, webhooks
from hongqiao.workspace.models import Account, Member

RUN = "imports.run"
log = logging.getLogger("hongqiao.imports")
Progress = Callable[[float], None]


def run(file_id: UUID, *, on_progress: Progress | None = None) -> ImportFile:
    """Carry out a queued import. Safe to run again after a crash: what was taken is recognised and not taken twice.

    A file that cannot be imported ends as refused, with nothing of it in the warehouse. Errors after which trying
    again can help (`error.again`, a busy database) are raised, for the job to be run again.
    """
    file = _begin(file_id)
    if file is None:
        return ImportFile.objects.get(id=file_id)
    try:
        _take_all(file, on_progress)
    except OperationalError:
        raise
    except HongqiaoError as error:
        if getattr(error, "again", False):
            raise
        return give_up(file.id, error)
    except Exception as error:
        if type(error).__module__.startswith("hongqiao.workspace.jobs"):  # cancelled, or another worker has it
            raise
        log.exception("import %s failed", file.id)
        return give_up(file.id, Unexpected())
    more = ImportFile.objects.filter(brand_id=file.brand_id, state=FileState.QUEUED).exists()
    care.compact(file.brand_id, beyond=config.limit("parts_live_queue" if more else "parts_live_soon"))
    care.count(file.brand_id)
    return _finish(file.id)


def _begin(file_id: UUID) -> ImportFile | None:
    with transaction.atomic():
        file = ImportFile.objects.select_for_update(of=("self",)).select_related("account", "brand").get(id=file_id)
        if not file.open:
            return None
        move(file, FileState.RUNNING)
        file.save(update_fields=["state", "version"])
    return file


def _take_all(file: ImportFile, on_progress: Progress | None) -> None:
    """Hand the tables of the file that were confirmed to the warehouse, and write down what became of their rows."""
    if not file.path.exists():
        raise BytesGone()
    found = platforms.recognise(file.path, name=file.name, **queries.layouts_for(file))
    tables = [t for t in file.tables.all() if t.ready]
    readings = []
    for table in tables:
        if table.position >= len(found) or getattr(found[table.position].layout, "code", "") != table.layout:
            raise Changed()
        readings.append(_reading(file, table, found[table.position]))
    outcomes = warehouse.take_many(
        readings, keys=keys.person_keys(file.brand_id), on_progress=_steps(file, on_progress)
    )
    for table, outcome in zip(tables, outcomes, strict=True):
        assert outcome.source_id is not None
        _settle(file, table, outcome.source_id, fresh=not isinstance(outcome, warehouse.AlreadyTaken))


def _steps(file: ImportFile, on_progress: Progress | None) -> Callable[[float, int], None]:
    """Return what writes the progress into the row, at most once a second."""
    last = 0.0

    def step(part: float, _rows: int) -> None:
        nonlocal last
        whole = min(part, 0.99)
        if time.monotonic() - last >= 1:
            last = time.monotonic()
            ImportFile.objects.filter(id=file.id, state=FileState.RUNNING).update(progress=whole)
        if on_progress:
            on_progress(whole)

    return step


def origin_of(file: ImportFile, table: ImportTable) -> warehouse.Origin:
    """Return what the warehouse remembers of where a table's rows come from."""
    account, captured = file.account, file.captured_at
    assert account is not None
    assert captured is not None
    return warehouse.Origin(
        brand_id=file.brand_id,
        platform=account.platform,
        account_id=account.id,
        zone=account.zone,
        captured_at=captured.astimezone(UTC).replace(tzinfo=None),
        file_hash=file.sha256,
        file_name=file.name,
        sheet=f"{table.sheet}#{table.block}" if table.block else table.sheet,
        layout=table.layout,
        kind="file",
    )


def _reading(file: ImportFile, table: ImportTable, found: Any) -> tuple[warehouse.Origin, platforms.Reading]:
    """Return where a table's rows come from and the rows, which are read when the warehouse asks for them."""
    origin = origin_of(file, table)
    local = origin.captured_at.replace(tzinfo=UTC).astimezone(ZoneInfo(origin.zone)).replace(tzinfo=None)
    return origin, platforms.read(file.path, found, captured_at=local, zone=origin.zone)


def _settle(file: ImportFile, table: ImportTable, source_id: UUID, *, fresh: bool) -> None:
    """Write down a source as this table's, or, where another import has put the same rows in, that nothing changed.

    A source is ours when this run made it, or an earlier run of this very import that did not live to write it down.
    """
    source = Source.objects.get(id=source_id)
    earlier = fresh or table.source_id == source_id or _made_since(file, source)
    ours = earlier and _claim(table, source_id)
    table.taken = source.rows_taken if ours else 0
    table.unchanged = source.rows_unchanged if ours else source.rows_taken + source.rows_unchanged
    table.refused = source.rows_refused
    table.problems = source.problems[: limits_of(file.brand)["problems_kept"]]
    table.problem_counts = source.problem_counts
    table.first_day, table.last_day = source.first_day, source.last_day
    table.save(update_fields=["taken", "unchanged", "refused", "problems", "problem_counts", "first_day", "last_day"])


def _made_since(file: ImportFile, source: Source) -> bool:
    return file.confirmed_at is not None and source.created_at >= file.confirmed_at


def _claim(table: ImportTable, source_id: UUID) -> bool:
    """Put the source's key on this table. False where another bears it: the database decides, not the clock."""
    try:
        with transaction.atomic():
            ImportTable.objects.filter(id=table.id).update(source_id=source_id)
    except IntegrityError:
        return False
    table.source_id = source_id
    return True


def _finish(file_id: UUID) -> ImportFile:
    """Mark an import done and let its bytes go; a run that somebody else finished meanwhile changes nothing."""
    with transaction.atomic():
        file = ImportFile.objects.select_for_update(of=("self",)).select_related("brand", "account").get(id=file_id)
        if file.state != FileState.RUNNING:
            return file
        move(file, FileState.DONE)
        file.progress, file.finished_at, file.kept, file.error = 1, timezone.now(), False, {}
        file.save()
        file.tables.update(preview=[])
        tables = list(file.tables.all())
        sums = {name: sum(getattr(t, name) for t in tables) for name in ("taken", "unchanged", "refused")}
        audit.record(file.confirmed_by, "import.done", file, name=file.name, **sums)
        webhooks.announce(file.brand, "import.done", {"import": str(file.id), "name": file.name, **sums})
        if sums["refused"]:
            _tell(file, "import.rows_refused", **sums)
        transaction.on_commit(lambda: file.path.unlink(missing_ok=True))
    return file


def give_up(file_id: UUID, error: HongqiaoError) -> ImportFile:
    """End an import that cannot go on: take back what it had put in, keep the bytes, say why."""
    with transaction.atomic():
        file = ImportFile.objects.select_for_update(of=("self",)).select_related("brand", "account").get(id=file_id)
        if not file.open:
            return file
        _take_back(file)
        for source_id in _unclaimed(file):
            warehouse.undo(file.brand_id, source_id)
        file.tables.update(taken=0, unchanged=0, refused=0, problems=[], problem_counts={}, source_id=None)
        refuse(file, error)
        audit.record(file.confirmed_by, "import.refused", file, name=file.name, reason=error.code)
        why = {"import": str(file.id), "name": file.name, "reason": error.code}
        webhooks.announce(file.brand, "import.refused", why)
        _tell(file, "import.refused")
    return file


def _tell(file: ImportFile, code: str, **params: Any) -> None:
    if file.confirmed_by:
        url = f"/b/{file.brand.slug}/imports/{file.id}/"
        notices.tell([file.confirmed_by], code, url=url, name=file.name, **params)


def _take_back(file: ImportFile) -> int:
    """Retire the rows that this import put in; return how many. A second time there are none."""
    return sum(warehouse.undo(file.brand_id, t.source_id) for t in file.tables.all() if t.source_id)


def _unclaimed(file: ImportFile) -> list[UUID]:
    """Return sources that this import's worker committed and did not live to write down."""
    assert file.account_id is not None
    twins = ImportFile.objects.filter(brand_id=file.brand_id, account_id=file.account_id, sha256=file.sha256)
    if twins.exclude(id=file.id).filter(state__in=[FileState.QUEUED, FileState.RUNNING]).exists():
        return []  # it may be the twin's, which is about to write it down
    known = ImportTable.objects.exclude(source_id=None).values("source_id")
    mine = Source.objects.filter(brand_id=file.brand_id, account_id=file.account_id, file_hash=file.sha256)
    fresh = mine.filter(undone_at=None, created_at__gte=file.confirmed_at)
    return list(fresh.exclude(id__in=known).values_list("id", flat=True))


def account_for(actor: Member, file: ImportFile, account_id: UUID | str) -> Account:
    """Return the brand's account. Raises NotFound, or OtherPlatform where the file is another platform's."""
    account = Account.objects.get_for(actor, "imports.run", account_id)
    platform = queries.platform_of(file.tables.all())
    if platform and account.platform != platform:
        names = {code: p.name for code, p in platforms.PLATFORMS.items()}
        said = {"file": names.get(platform, platform), "platform": names.get(account.platform, account.platform)}
        raise OtherPlatform(account=account.name, **said)
    return account
