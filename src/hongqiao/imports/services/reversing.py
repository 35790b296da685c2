"""Taking an import back, and moving it to another account: prepared first, then one short transaction."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.db import transaction

from hongqiao import warehouse
from hongqiao.errors import Conflict
from hongqiao.imports import queries
from hongqiao.imports.errors import SameAccount, TakenThere
from hongqiao.imports.models import FileState, ImportFile
from hongqiao.imports.services.running import account_for
from hongqiao.imports.services.states import move
from hongqiao.warehouse import config
from hongqiao.warehouse.models import Source
from hongqiao.workspace import audit, webhooks
from hongqiao.workspace.models import Member


def move_account(*, actor: Member, file_id: UUID, seen: int | None, account_id: UUID | str) -> ImportFile:
    """Put everything that one import brought under another account, without the file; figures follow at once.

    The parts are written before the transaction begins, so that a large file holds nobody up.
    Raises NotFound, Conflict, Busy, OtherPlatform, SameAccount, and TakenThere where that account has the same file.
    """
    return _tried(partial(_move, actor, file_id, seen, account_id))


def _move(actor: Member, file_id: UUID, seen: int | None, account_id: UUID | str) -> ImportFile:
    """One try. Raises Moved where somebody changed the brand's data meanwhile."""
    file, sources = _in_force(actor, file_id, seen)
    account = account_for(actor, file, account_id)
    if account == file.account:
        raise SameAccount(account=account.name)
    prepared = warehouse.prepared_move(
        file.brand_id, sources, account_id=account.id, platform=account.platform, zone=account.zone
    )
    try:
        with prepared as ready, transaction.atomic():
            file = _still_in_force(actor, file, sources)
            before, rows = file.account, ready.commit()
            _days_anew(file)
            file.account = account
            file.save_next("account")
            said = before.name if before else ""
            audit.record(actor, "import.account_moved", file, rows=rows, name=file.name, account=account.name, was=said)
    except warehouse.AlreadyTaken as error:
        raise TakenThere(account=account.name) from error
    return file


def _tried(once: Callable[[], ImportFile]) -> ImportFile:
    """Try until nobody committed between the preparing and the transaction. Raises Busy."""
    for _ in range(config.limit("commit_attempts")):
        try:
            return once()
        except warehouse.Moved:
            continue
    raise warehouse.Busy


def _in_force(actor: Member, file_id: UUID, seen: int | None) -> tuple[ImportFile, list[UUID]]:
    """Return an import whose rows count, as the person saw it, and its sources. Raises NotFound, Conflict."""
    file = queries.file(actor, file_id, "imports.undo")
    if file.state != FileState.DONE or (seen is not None and file.version != int(seen)):
        raise Conflict()
    return file, _sources(file)


def _still_in_force(actor: Member, file: ImportFile, sources: list[UUID]) -> ImportFile:
    """Return the same import locked. Raises Conflict where it changed since its parts were prepared."""
    held = ImportFile.objects.for_member(actor, "imports.undo").locked(file.id, file.version)
    if held.state != FileState.DONE or _sources(held) != sources:
        raise Conflict()
    return held


def _sources(file: ImportFile) -> list[UUID]:
    return [t.source_id for t in file.tables.all() if t.source_id]


def _days_anew(file: ImportFile) -> None:
    """Write down the days of the moved rows: in another zone a moment may belong to another day."""
    for table in file.tables.all():
        if table.source_id is None:
            continue
        source = Source.objects.get(id=table.source_id)
        table.first_day, table.last_day = source.first_day, source.last_day
        table.save(update_fields=["first_day", "last_day"])


def undo(*, actor: Member, file_id: UUID, seen: int | None) -> ImportFile:
    """Take back everything that one import put in; the rows of other files stay. A second undo is a Conflict.

    The parts are written before the transaction begins, so that a large file holds nobody up.
    Raises NotFound, Conflict, Busy.
    """
    return _tried(partial(_undo, actor, file_id, seen))


def _undo(actor: Member, file_id: UUID, seen: int | None) -> ImportFile:
    """One try. Raises Moved where somebody changed the brand's data meanwhile."""
    file, sources = _in_force(actor, file_id, seen)
    with warehouse.prepared_undo(file.brand_id, sources) as ready, transaction.atomic():
        file = _still_in_force(actor, file, sources)
        rows = ready.commit()
        move(file, FileState.UNDONE)
        file.save(update_fields=["state", "version"])
        audit.record(actor, "import.undone", file, rows=rows, name=file.name)
        webhooks.announce(file.brand, "import.undone", {"import": str(file.id), "name": file.name, "rows": rows})
    return file
