"""Handing files over: one file, or a zip of many, each of which becomes an import of its own."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from uuid import UUID
from zipfile import ZipFile

from django.db import transaction
from django.db.models import F

from hongqiao.errors import HongqiaoError
from hongqiao.imports import archives, proposals, queries, storage
from hongqiao.imports.errors import BadArchive
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import BundleState, FileState, ImportBundle, ImportFile
from hongqiao.imports.services import together
from hongqiao.imports.services.files import bind
from hongqiao.imports.services.running import account_for
from hongqiao.imports.services.states import put_look
from hongqiao.workspace import audit, jobs, permissions
from hongqiao.workspace.models import Account, Brand, Member
from hongqiao.workspace.words import stored_error

UNPACK = "imports.unpack"
Bytes = IO[bytes] | Iterable[bytes]


@dataclass(frozen=True)
class Decision:
    """What whoever hands a file over already says of it, so that nobody needs to confirm it: whose, and as of when."""

    account: Account
    captured_at: datetime  # aware


def receive(
    *, actor: Member, name: str, stream: Bytes, folder: str = "", decided: Decision | None = None
) -> ImportFile:
    """Keep one handed-over file, recognise what is in it, and propose account and capture time.

    With `decided` it is confirmed in the same transaction: where that is refused nothing is kept, so that a call
    that is repeated leaves no row behind. Raises NotAllowed, TooLarge, EmptyFile, DiskFull, and with `decided`
    OtherPlatform, NothingToTake, BadMoment; then nothing is kept. A file that cannot be read is kept as refused,
    with the reason, so that the person sees it in the list.
    """
    permissions.require(actor, "imports.run")
    file = draft(actor.brand, actor, name, folder=folder)
    file.size, file.sha256 = storage.keep(file.path, stream, limits_of(actor.brand)["max_file_mb"])
    return settle(file, actor, decided)


def hand_over(*, actor: Member, name: str, stream: Bytes, decided: Decision | None = None) -> ImportFile | ImportBundle:
    """Take what a person dropped: a file as `receive` does; a zip of files is weighed and opened by the worker.

    `decided` of a zip is said of each of its files: those of another platform, or that cannot be confirmed, wait.
    Raises as `receive`, and BadArchive, EncryptedArchive, HugeArchive, EmptyArchive; then nothing is kept.
    """
    permissions.require(actor, "imports.run")
    return take_in(actor.brand, actor, name, stream, decided=decided)


def take_in(
    brand: Brand,
    actor: Member | None,
    name: str,
    stream: Bytes,
    *,
    folder: str = "",
    account: Account | None = None,
    decided: Decision | None = None,
) -> ImportFile | ImportBundle:
    """As `hand_over`, for a person or (None) for the house itself, which found the file in a watched folder."""
    file = draft(brand, actor, name, folder=folder, account=account)
    file.size, file.sha256 = storage.keep(file.path, stream, limits_of(brand)["max_file_mb"])
    try:
        bundled = archives.is_archive(file.path)
        found = archives.weigh(file.path, limits_of(brand)) if bundled else None
    except BaseException:
        file.path.unlink(missing_ok=True)
        raise
    return _bundle(file, actor, found, decided) if found else settle(file, actor, decided)


def draft(
    brand: Brand,
    actor: Member | None,
    name: str,
    *,
    folder: str = "",
    account: Account | None = None,
    bundle: ImportBundle | None = None,
) -> ImportFile:
    """Return an unsaved import, with the key under which its bytes are kept."""
    shown = storage.clean_name(name, limits_of(brand)["name_chars"])
    return ImportFile(brand=brand, created_by=actor, name=shown, folder=folder, account=account, bundle=bundle, size=0)


def settle(file: ImportFile, actor: Member | None, decided: Decision | None = None) -> ImportFile:
    """Look into a kept file and save it with what was found; its zip, if there is one, is one file further.

    With `decided` it is confirmed by the actor at once. Raises what `bind` raises; then the file is not kept.
    """
    if decided:
        file.account, file.captured_at, file.captured_from = decided.account, decided.captured_at, "person"
    try:
        look = proposals.look(file)
        if not decided and look.account and not queries.fitting([look.account], look.tables):
            look.account = None  # a folder named it, and the file is another platform's
        with transaction.atomic():
            file.save()
            put_look(file, look)
            audit.record(actor, "import.received", file, name=file.shown, size=file.size)
            if file.bundle_id:
                ImportBundle.objects.filter(id=file.bundle_id).update(at=F("at") + 1)
            if decided:
                _confirmed(file, actor, decided)
            else:
                together.one_day(file)
    except BaseException:
        file.path.unlink(missing_ok=True)
        raise
    return file


def _confirmed(file: ImportFile, actor: Member | None, decided: Decision) -> None:
    """Confirm a file in the transaction that saves it; one that cannot be read stays as it is, refused."""
    if file.state != FileState.WAITING or actor is None:
        return
    bind(file, actor, account_for(actor, file, decided.account.id), decided.captured_at)


def _bundle(file: ImportFile, actor: Member | None, found: archives.Archive, decided: Decision | None) -> ImportBundle:
    """Keep a weighed zip under the key its bytes lie under, and ask the worker to open it."""
    bundle = ImportBundle(id=file.id, brand=file.brand, created_by=actor, name=file.name, size=file.size)
    bundle.total, bundle.skipped, bundle.account = len(found.entries), found.skipped, file.account
    bundle.folder = file.folder
    if decided:
        bundle.account, bundle.captured_at = decided.account, decided.captured_at
    try:
        with transaction.atomic():
            bundle.save()
            said: dict[str, Any] = {"name": bundle.name, "count": bundle.total, "skipped": len(found.skipped)}
            audit.record(actor, "import.bundle_received", bundle, **said)
            payload = {"bundle": str(bundle.id)}
            jobs.enqueue(UNPACK, brand_id=bundle.brand_id, key=f"{UNPACK}:{bundle.id}", payload=payload)
    except BaseException:
        bundle.path.unlink(missing_ok=True)
        raise
    return bundle


def unpack(bundle: ImportBundle, go_on: Callable[[float], bool]) -> bool:
    """Hand over the files of a zip one after another, from where the last run ended. `go_on`: told the share that is
    done after each file, says whether there is time for the next. Return whether all are handed over.
    """
    if not bundle.open:
        return True
    ImportBundle.objects.filter(id=bundle.id).update(state=BundleState.RUNNING)
    limits = limits_of(bundle.brand)
    try:
        entries = archives.weigh(bundle.path, limits).entries
        with archives.opened(bundle.path) as book:
            for nth in range(bundle.at, len(entries)):
                _one(bundle, book, entries[nth])
                if not go_on((nth + 1) / len(entries)) and nth + 1 < len(entries):
                    return False
    except (HongqiaoError, FileNotFoundError) as error:
        close(bundle, error if isinstance(error, HongqiaoError) else BadArchive())
        return True
    close(bundle)
    return True


def _one(bundle: ImportBundle, book: ZipFile, entry: archives.Entry) -> None:
    """Hand one file of a zip over; one that cannot be kept is named in the zip's line and does not stop the others."""
    file = _member_of(bundle, entry)
    try:
        limit = limits_of(bundle.brand)["max_file_mb"]
        file.size, file.sha256 = storage.keep(file.path, archives.chunks(book, entry), limit)
    except HongqiaoError as error:
        if getattr(error, "again", False) or error.status >= 500:
            raise
        bundle.failed = [*bundle.failed, [entry.name, stored_error(error)]]
        ImportBundle.objects.filter(id=bundle.id).update(at=F("at") + 1, failed=bundle.failed)
        return
    settle(file, bundle.created_by)
    _confirm_member(bundle, file)


def _member_of(bundle: ImportBundle, entry: archives.Entry) -> ImportFile:
    folder = "/".join(p for p in (bundle.folder, entry.folder) if p)
    file = draft(bundle.brand, bundle.created_by, entry.name, folder=folder, account=bundle.account, bundle=bundle)
    if bundle.captured_at:
        file.captured_at, file.captured_from = bundle.captured_at, "person"
    return file


def _confirm_member(bundle: ImportBundle, file: ImportFile) -> None:
    """Confirm a file of a zip that came with account and moment; one that cannot be waits for a person, as others do.

    Who handed the zip over must still be allowed to import.
    """
    actor = bundle.created_by
    if not bundle.captured_at or actor is None or not file.account_id or file.state != FileState.WAITING:
        return
    if not permissions.allows(actor, "imports.run") or any(t.undecided for t in file.tables.all()):
        return
    with suppress(HongqiaoError), transaction.atomic():
        bind(ImportFile.objects.select_for_update().get(id=file.id), actor, file.account, bundle.captured_at)


def close(bundle: ImportBundle, error: HongqiaoError | None = None) -> None:
    """Let a zip's bytes go: all of its files are imports of their own now, or it could not be opened."""
    with transaction.atomic():
        bundle.refresh_from_db()
        bundle.state = BundleState.REFUSED if error else BundleState.DONE
        bundle.error, bundle.kept = stored_error(error) if error else {}, False
        bundle.save_next("state", "error", "kept")
        path = bundle.path
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


@transaction.atomic
def put_away(*, actor: Member, bundle_id: UUID) -> None:
    """Take a zip's line off the page once somebody has read it. Raises NotFound."""
    bundle = ImportBundle.objects.for_member(actor, "imports.run").locked(bundle_id, None)
    bundle.seen = True
    bundle.save(update_fields=["seen"])
    audit.record(actor, "import.bundle_read", bundle, name=bundle.name)
