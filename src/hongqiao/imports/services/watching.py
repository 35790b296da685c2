"""A folder on the server whose files are taken by themselves: HONGQIAO_WATCH/<brand>/[platform/]account/file.

What changes is left alone until it has stopped changing. What is dealt with is moved beside, to `taken/` or `refused/`;
where the folder may only be read it is remembered instead. Symbolic links are not followed.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from hongqiao.errors import HongqiaoError
from hongqiao.imports import proposals, queries
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import FileState, ImportBundle, ImportFile, WatchedFile
from hongqiao.imports.services.files import bind, complete
from hongqiao.imports.services.receiving import take_in
from hongqiao.imports.services.states import put_look
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Account, Brand, Member
from hongqiao.workspace.words import stored_error

Row = WatchedFile.State


def folder_of(brand: Brand) -> Path | None:
    """Return the folder whose files are this brand's; None where none is watched or it is not there."""
    if not settings.WATCH:
        return None
    folder = Path(settings.WATCH) / brand.slug
    return folder if folder.is_dir() and not folder.is_symlink() else None


def watch(brand: Brand) -> dict[str, int]:
    """Look into a brand's folder once; return how many files were taken, refused, and are still being waited for."""
    root, limits = folder_of(brand), limits_of(brand)
    counts = {"taken": 0, "refused": 0, "waiting": 0}
    if root is None:
        return counts
    for path in _found(root, limits):
        if counts["taken"] + counts["refused"] >= limits["watch_files_a_round"]:
            break
        outcome = _consider(brand, root, path, limits)
        if outcome:
            counts[outcome] += 1
    return counts


def _found(root: Path, limits: dict[str, Any]) -> Iterator[Path]:
    """Yield the files below a folder in the order of their names; no links, nothing hidden, nothing set aside."""
    endings = {*limits["table_endings"], ".zip"} - {""}
    aside = (limits["watch_taken"], limits["watch_refused"])
    folders = [(root, 0)]
    while folders:
        folder, depth = folders.pop()
        try:
            inside = sorted(os.scandir(folder), key=lambda e: e.name)
        except OSError:
            continue
        for entry in inside:
            if entry.is_symlink() or entry.name.startswith((".", "~$")):
                continue
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in aside and depth < limits["watch_depth"]:
                    folders.append((Path(entry.path), depth + 1))
            elif entry.is_file(follow_symlinks=False) and Path(entry.name).suffix.lower() in endings:
                yield Path(entry.path)


def _consider(brand: Brand, root: Path, path: Path, limits: dict[str, Any]) -> str:
    """Take one file if it has stopped changing and was not taken as it is; return what became of it, '' for nothing."""
    try:
        stat = path.stat(follow_symlinks=False)
    except OSError:
        return ""  # gone meanwhile
    within = str(path.relative_to(root))
    now = timezone.now()
    looks = {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns}
    fresh: dict[str, Any] = {**looks, "seen_at": now, "state": Row.SEEN, "error": {}, "file": None}
    name = hashlib.sha256(within.encode("utf-8", "surrogateescape")).hexdigest()
    shown = within.encode("utf-8", "replace").decode()
    row, made = WatchedFile.objects.get_or_create(brand=brand, path_hash=name, defaults={**fresh, "path": shown})
    if made:
        return "waiting"
    if (row.size, row.mtime_ns) != (stat.st_size, stat.st_mtime_ns):
        WatchedFile.objects.filter(id=row.id).update(**fresh)
        return "waiting"
    if row.state != Row.SEEN:
        return ""  # could only be read, and was dealt with as it is
    if now - row.seen_at < timedelta(seconds=limits["watch_settle_seconds"]):
        return "waiting"
    return _deal_with(brand, path, row, limits)


def _deal_with(brand: Brand, path: Path, row: WatchedFile, limits: dict[str, Any]) -> str:
    """Hand a file over, remember what became of it, and set it aside where the folder lets us."""
    try:
        got = _take(brand, path, Path(row.path))
    except OSError:
        return "waiting"  # cannot be read yet: tried again in the next round
    except HongqiaoError as error:
        if error.status >= 500:
            raise
        row.state, row.error = Row.REFUSED, stored_error(error)
    else:
        refused = isinstance(got, ImportFile) and got.state == FileState.REFUSED
        row.state = Row.REFUSED if refused else Row.TAKEN
        row.file = got if isinstance(got, ImportFile) else None
        row.error = got.error if refused else {}
    if _set_aside(path, limits["watch_taken"] if row.state == Row.TAKEN else limits["watch_refused"]):
        row.size = -1  # a file that comes under this name later is another one
    row.save(update_fields=["state", "error", "file", "size"])
    return "taken" if row.state == Row.TAKEN else "refused"


def _take(brand: Brand, path: Path, within: Path) -> ImportFile | ImportBundle:
    """Hand one file over for the account its folder names. Raises OSError, HongqiaoError."""
    mine = accounts_of(brand, within.parts[:-1])
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if same := _already(brand, digest, mine):
            return same
        stream.seek(0)
        sole = mine[0] if len(mine) == 1 else None
        got = take_in(brand, None, path.name, stream, folder="/".join(within.parts[:-1])[:255], account=sole)
    if isinstance(got, ImportFile):
        _place(got, mine)
        _confirm_by_itself(got, sure=bool(mine))
    return got


def _already(brand: Brand, digest: str, mine: list[Account]) -> ImportFile | None:
    """Return the import of the very same bytes (for the same account) that waits or is in force, however it came."""
    same = ImportFile.objects.filter(brand=brand, sha256=digest).exclude(
        state__in=(FileState.REFUSED, FileState.UNDONE)
    )
    return (same.filter(account__in=mine) if mine else same).order_by("id").first()


def accounts_of(brand: Brand, folders: tuple[str, ...]) -> list[Account]:
    """Return the accounts that folders name: 平台/账号名, or 账号名 (of any platform). Empty where they name none."""
    everyone = queries.open_accounts(brand)
    names = [f.strip().casefold() for f in folders]
    platforms = {word.casefold(): p.code for p in PLATFORMS.values() for word in (p.code, p.name)}
    for upper, lower in zip(names, names[1:], strict=False):
        named = [a for a in everyone if a.platform == platforms.get(upper) and a.name.casefold() == lower]
        if named:
            return named
    for name in reversed(names):
        named = [a for a in everyone if a.name.casefold() == name]
        if named:
            return named
    return []


def _place(file: ImportFile, mine: list[Account]) -> None:
    """Where several accounts bear the folder's name, propose the one on the platform whose file this is."""
    fitting = queries.fitting(mine, file.tables.all())
    if file.account_id or len(fitting) != 1 or file.state != FileState.WAITING:
        return
    file.account = fitting[0]
    look = proposals.look(file)  # the account's zone says what the days of the file mean
    with transaction.atomic():
        put_look(file, look)


def _confirm_by_itself(file: ImportFile, *, sure: bool) -> None:
    """Confirm a file about which nothing is left to say, where the brand lets the house do so.

    `sure`: its folder names the account. Otherwise the account must be the only one there is. The moment of capture
    must follow from the content: a stamp in a name can be a copy's.
    """
    limits = limits_of(file.brand)
    if not limits["watch_confirm"] or file.state != FileState.WAITING or not complete(file):
        return
    only = queries.sole(queries.open_accounts(file.brand), file.tables.all())
    if (sure or only == file.account) and file.captured_from in limits["watch_confirm_from"]:
        with suppress(HongqiaoError), transaction.atomic():  # it is kept, so it is taken: then a person confirms it
            bind(ImportFile.objects.select_for_update().get(id=file.id), None, file.account, file.captured_at)
        file.refresh_from_db()


def _set_aside(path: Path, name: str) -> bool:
    """Move a file into a folder beside it, under a name that is free there; False where the folder may only be read."""
    aside = path.parent / name
    try:
        aside.mkdir(exist_ok=True)
        target, nth = aside / path.name, 1
        while target.exists():
            nth += 1
            target = aside / f"{path.stem} ({nth}){path.suffix}"
        path.rename(target)
    except OSError:
        return False
    return True


@transaction.atomic
def set_watch_confirm(*, actor: Member, seen: int | None, on: bool) -> Brand:
    """Let files of the watched folder be confirmed by the house where nothing is left to say, or no more.

    Raises NotAllowed, Conflict.
    """
    permissions.require(actor, "settings.brand")
    brand = Brand.objects.for_member(actor, "settings.brand").locked(actor.brand_id, seen)
    kept = dict(brand.settings or {})
    kept["imports"] = {**kept.get("imports", {}), "watch_confirm": on}
    brand.settings = kept
    brand.save_next("settings")
    audit.record(actor, "import.watch_confirm_on" if on else "import.watch_confirm_off", brand)
    return brand
