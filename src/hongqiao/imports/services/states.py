"""How an import moves from state to state. Nothing else changes `ImportFile.state`."""

from django.utils import timezone

from hongqiao.errors import Conflict, HongqiaoError
from hongqiao.imports.models import MOVES, FileState, ImportFile, ImportTable
from hongqiao.imports.proposals import Look
from hongqiao.workspace.words import stored_error


def move(file: ImportFile, to: FileState) -> None:
    """Set the next state and version, unsaved. Raises Conflict for a move that MOVES does not name."""
    if to not in MOVES[FileState(file.state)]:
        raise Conflict()
    file.state = to
    file.version += 1


def refuse(file: ImportFile, error: HongqiaoError) -> None:
    """Say why a file was not imported, and save it. Its bytes stay until it is tried again, discarded, or stale."""
    move(file, FileState.REFUSED)
    file.error = stored_error(error)
    file.finished_at = timezone.now()
    file.save()


def put_look(file: ImportFile, look: Look) -> None:
    """Write what a look into a file found, in place of what was found before. Call it inside a transaction."""
    skipped = set(file.tables.filter(skip=True).values_list("sheet", "block"))
    file.tables.all().delete()
    if look.error:
        if file.state == FileState.WAITING:
            refuse(file, look.error)
        else:
            file.error = stored_error(look.error)
            file.save_next("error")
        return
    for table in look.tables:
        table.file, table.skip = file, (table.sheet, table.block) in skipped
    ImportTable.objects.bulk_create(look.tables)
    file.account, file.captured_at, file.captured_from = look.account, look.captured_at, look.captured_from
    if file.state == FileState.REFUSED:
        move(file, FileState.WAITING)
    else:
        file.version += 1
    file.error, file.finished_at, file.progress = {}, None, 0
    file.save()
