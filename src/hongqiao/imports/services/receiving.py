"""Handing files over: one file, or a zip of many, each of which becomes an import of its own."""

from collections.abc import Callable, Iterable
from typing import IO, Any
from uuid import UUID
from zipfile import ZipFile

from django.db import transaction
from django.db.models import F

from hongqiao.errors import HongqiaoError
from hongqiao.imports import archives, proposals, queries, storage
from hongqiao.imports.errors import BadArchive
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import BundleState, ImportBundle, ImportFile
from hongqiao.imports.services.states import put_look
from hongqiao.workspace import audit, jobs, permissions
from hongqiao.workspace.models import Account, Brand, Member
from hongqiao.workspace.words import stored_error

UNPACK = "imports.unpack"
Bytes = IO[bytes] | Iterable[bytes]


def receive(*, actor: Member, name: str, stream: Bytes) -> ImportFile:
    """Keep one handed-over file, recognise what is in it, and propose account and capture time.

    Raises NotAllowed, TooLarge, EmptyFile, DiskFull; then nothing is kept. A file that cannot be read is kept as
    refused, with the reason, so that the person sees it in the list.
    """
    permissions.require(actor, "imports.run")
    file = draft(actor.brand, actor, name)
    file.size, file.sha256 = storage.keep(file.path, stream, limits_of(actor.brand)["max_file_mb"])
    return settle(file, actor)


def hand_over(*, actor: Member, name: str, stream: Bytes) -> ImportFile | ImportBundle:
    """Take what a person dropped: a file as `receive` does; a zip of files is weighed and opened by the worker.

    Raises as `receive`, and BadArchive, EncryptedArchive, HugeArchive, EmptyArchive; then nothing is kept.
    """
    permissions.require(actor, "imports.run")
    return take_in(actor.brand, actor, name, stream)


def take_in(
    brand: Brand, actor: Member | None, name: str, stream: Bytes, *, folder: str = "", account: Account | None = None
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
    return _bundle(file, actor, found) if found else settle(file, actor)


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


def settle(file: ImportFile, actor: Member | None) -> ImportFile:
    """Look into a kept file and save it with what was found; its zip, if there is one, is one file further."""
    try:
        look = proposals.look(file)
        if look.account and not queries.fitting([look.account], look.tables):
            look.account = None  # a folder named it, and the file is another platform's
        with transaction.atomic():
            file.save()
            put_look(file, look)
            audit.record(actor, "import.received", file, name=file.shown, size=file.size)
            if file.bundle_id:
                ImportBundle.objects.filter(id=file.bundle_id).update(at=F("at") + 1)
    except BaseException:
        file.path.unlink(missing_ok=True)
        raise
    return file


def _bundle(file: ImportFile, actor: Member | None, found: archives.Archive) -> ImportBundle:
    """Keep a weighed zip under the key its bytes lie under, and ask the worker to open it."""
    bundle = ImportBundle(id=file.id, brand=file.brand, created_by=actor, name=file.name, size=file.size)
    bundle.total, bundle.skipped, bundle.account = len(found.entries), found.skipped, file.account
    bundle.folder = file.folder
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
    folder = "/".join(p for p in (bundle.folder, entry.folder) if p)
    file = draft(bundle.brand, bundle.created_by, entry.name, folder=folder, account=bundle.account, bundle=bundle)
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
