"""Deciding about files that were handed over, up to the moment when the worker takes them."""

from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from hongqiao import platforms
from hongqiao.errors import N_, Conflict, HongqiaoError, NotAllowed
from hongqiao.imports import groups, proposals, queries
from hongqiao.imports.errors import BadMoment, BytesGone, NeedsAccount, NeedsMoment, NothingToTake
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import FileState, ImportFile, ImportTable
from hongqiao.imports.services import together
from hongqiao.imports.services.running import RUN, account_for
from hongqiao.imports.services.states import move, put_look
from hongqiao.workspace import audit, jobs, permissions
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Account, Member


def look_again(*, actor: Member, file_id: UUID, seen: int | None, prefer: str = "") -> ImportFile:
    """Recognise a waiting or refused file once more: after a new mapping, or when the trouble may be over.

    `prefer`: the layout that the person chose where several fit.

    Raises NotFound, Conflict, BytesGone.
    """
    file = queries.file(actor, file_id, "imports.run")
    if not file.kept:
        raise BytesGone()
    if prefer in platforms.LAYOUTS and prefer not in file.preferred:
        file.preferred = [*file.preferred, prefer]
    chosen = file.preferred
    look = proposals.look(file)  # outside the transaction: reading a large file must not hold up other writers
    with transaction.atomic():
        file = _undecided(actor, file_id, seen)
        file.preferred = chosen
        put_look(file, look)
        together.one_day(file)
        audit.record(actor, "import.looked_again", file, name=file.name)
    return file


def _undecided(actor: Member, file_id: UUID, seen: int | None) -> ImportFile:
    """Return a file about which people still decide, locked. Raises NotFound, Conflict."""
    file = ImportFile.objects.for_member(actor, "imports.run").locked(file_id, seen)
    if file.state not in (FileState.WAITING, FileState.REFUSED):
        raise Conflict()
    return file


@transaction.atomic
def choose(
    *, actor: Member, file_id: UUID, account_id: UUID | str | None = None, captured_at: datetime | None = None
) -> ImportFile:
    """Keep a half-made choice of account or capture time, so that nothing typed is lost.

    It is no new version: confirming states account and time itself, so a choice under way never makes it a Conflict.
    Raises NotFound, Conflict, Invalid.
    """
    file = _undecided(actor, file_id, None)
    if account_id:
        file.account = account_for(actor, file, account_id)
    if captured_at and captured_at != file.captured_at:
        file.captured_at, file.captured_from = _believable(captured_at), "person"
    file.save(update_fields=["account", "captured_at", "captured_from"])
    audit.record(actor, "import.chosen", file, name=file.name, account=file.account.name if file.account else "")
    return file


def _believable(moment: datetime) -> datetime:
    """Return the moment if it can be one of download. Raises BadMoment."""
    earliest = datetime.fromisoformat(limits_of(None)["earliest_capture"])
    if moment > timezone.now() + proposals.tolerance() or moment.replace(tzinfo=None) < earliest:
        raise BadMoment(value=f"{moment:%Y-%m-%d %H:%M}")
    return moment


def moment_of(text: str, zone: str) -> datetime:
    """Return an aware moment from what a person wrote. A bare day means its end, or now where that is still to come.

    A moment without an offset is in `zone`. Raises BadMoment.
    """
    try:
        said = datetime.fromisoformat(text.strip())
        if len(text.strip()) == 10:
            said = datetime.combine(said.date(), time(23, 59, 59))
        aware = said if said.tzinfo else said.replace(tzinfo=ZoneInfo(zone))
        aware.astimezone(ZoneInfo("UTC"))
    except (ValueError, OverflowError):
        raise BadMoment(value=text[:40]) from None
    return min(aware, timezone.now()) if len(text.strip()) == 10 and aware.date() <= timezone.now().date() else aware


@transaction.atomic
def add_account(*, actor: Member, file_id: UUID, platform: str, name: str) -> ImportFile:
    """Make an account of the brand and bind the file to it, and every waiting file that only this account fits.

    Raises NotFound, Conflict, Invalid, NotAllowed.
    """
    file = _undecided(actor, file_id, None)
    account = workspace.create_account(actor=actor, platform=platform, name=name)
    file.account = account_for(actor, file, account.id)
    file.save(update_fields=["account"])
    _spread(actor)
    return file


def _spread(actor: Member) -> None:
    """Save the only fitting account on waiting files without one. As in `choose`, that makes no new version."""
    waiting = queries.files(actor, state=FileState.WAITING).filter(account=None)
    for file in proposals.fill(waiting, queries.open_accounts(actor.brand)):
        still = ImportFile.objects.filter(pk=file.pk, state=FileState.WAITING, account=None)
        if file.account and still.update(account=file.account):  # somebody may have chosen or confirmed meanwhile
            audit.record(actor, "import.chosen", file, name=file.name, account=file.account.name)


@transaction.atomic
def confirm(
    *,
    actor: Member,
    file_id: UUID,
    seen: int | None,
    account_id: UUID | str | None = None,
    captured_at: datetime | None = None,
    queue: bool = True,
) -> ImportFile:
    """Bind a waiting file to its account and moment of capture (aware), kept choices where none is given, and queue it.

    `queue=False` leaves the running to the caller (`run`). Raises NotFound, Conflict, Invalid.
    """
    file = ImportFile.objects.for_member(actor, "imports.run").locked(file_id, seen)
    account = account_id or file.account_id
    owner = account_for(actor, file, account) if account else None
    return bind(file, actor, owner, captured_at or file.captured_at, queue=queue)


def bind(
    file: ImportFile, actor: Member | None, account: Account | None, moment: datetime | None, *, queue: bool = True
) -> ImportFile:
    """Make a locked waiting file a queued one of this account and moment; `actor` is None for the house itself.

    Raises Conflict, NothingToTake, NeedsAccount, NeedsMoment, BadMoment.
    """
    if file.state != FileState.WAITING:
        raise Conflict()
    if not any(t.ready for t in file.tables.all()):
        raise NothingToTake()
    if not account:
        raise NeedsAccount()
    if not moment:
        raise NeedsMoment()
    file.account = account
    if moment != file.captured_at:
        file.captured_from = "person"
    file.captured_at = _believable(moment)
    move(file, FileState.QUEUED)
    file.confirmed_by, file.confirmed_at, file.progress = actor, timezone.now(), 0
    file.save()
    said: dict[str, Any] = {
        "name": file.name,
        "account": file.account.name,
        "captured_at": file.captured_at.isoformat(),
    }
    audit.record(actor, "import.confirmed", file, **said)
    if queue:
        enqueue(file)
    return file


def enqueue(file: ImportFile) -> None:
    """Ask the worker to run this version of a file's import, in the caller's transaction."""
    jobs.enqueue(
        RUN,
        brand_id=file.brand_id,
        key=f"{RUN}:{file.id}:{file.version}",
        payload={"file": str(file.id)},
    )


def complete(file: ImportFile) -> bool:
    """Say whether nothing is left to decide about a waiting file."""
    tables = list(file.tables.all())
    decided = any(t.ready for t in tables) and not any(t.undecided for t in tables)
    return file.state == FileState.WAITING and decided and bool(file.account_id and file.captured_at)


def confirm_all(*, actor: Member, group: str = "") -> dict[str, Any]:
    """Confirm every waiting file (of one group) about which nothing is left to decide: {"confirmed": n, "left": n}.

    Each is a transaction of its own: one that somebody else just changed does not hold up the others.
    """
    permissions.require(actor, "imports.run")
    done = left = 0
    waiting = list(queries.files(actor, state=FileState.WAITING).order_by("captured_at", "id"))
    proposals.fill(waiting, queries.open_accounts(actor.brand))
    waiting = [f for f in waiting if not group or groups.key_of(f) == group]
    for file in waiting:
        if not complete(file):
            left += 1
            continue
        try:
            confirm(actor=actor, file_id=file.id, seen=file.version, account_id=file.account_id)
            done += 1
        except HongqiaoError:
            left += 1
    return {"confirmed": done, "left": left}


def choose_all(*, actor: Member, group: str, account_id: UUID | str) -> int:
    """Choose one account for all files of a group of waiting ones; return how many. Raises NotFound, OtherPlatform."""
    permissions.require(actor, "imports.run")
    count = 0
    for file in queries.waiting(actor, light=True):
        if groups.key_of(file) != group:
            continue
        try:
            choose(actor=actor, file_id=file.id, account_id=account_id)
            count += 1
        except Conflict:
            continue  # somebody just confirmed it
    return count


def may_discard(actor: Member, file: ImportFile) -> bool:
    """Say whether the actor may throw a file away: their own or one nobody handed over; any with 撤销导入."""
    mine = file.created_by_id in (None, actor.id)
    return permissions.allows(actor, "imports.run" if mine else "imports.undo")


@transaction.atomic
def discard(*, actor: Member, file_id: UUID, seen: int | None) -> None:
    """Take a file that was not imported off the list, and its bytes off the disk.

    Raises NotFound, Conflict, and NotAllowed for somebody else's file without the right to undo imports.
    """
    file = _undecided(actor, file_id, seen)
    if not may_discard(actor, file):
        raise NotAllowed(next_step=N_("请上传它的人或主管来丢弃"))
    audit.record(actor, "import.discarded", file, name=file.name)
    path = file.path
    file.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


@transaction.atomic
def skip_table(*, actor: Member, file_id: UUID, table_id: UUID, skip: bool) -> ImportTable:
    """Leave one table of a waiting file out, or take it in again. Raises NotFound, Conflict."""
    file = _undecided(actor, file_id, None)
    table = ImportTable.objects.for_member(actor, "imports.run").filter(file=file).one(table_id)
    table.skip = skip
    table.save_next("skip")
    file.save_next()
    code = "import.table_skipped" if skip else "import.table_taken_in"
    audit.record(actor, code, file, name=file.name, table=table.label or table.sheet)
    return table
