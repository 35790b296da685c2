"""Where uploads lie until imported: written aside, flushed, then renamed, so that half a file never counts as one."""

import errno
import hashlib
import os
import time
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PureWindowsPath
from typing import IO, Any
from uuid import UUID

from django.conf import settings

from hongqiao.imports.errors import DiskFull, EmptyFile, TooLarge

PARTIAL = ".part"
CHUNK = 1 << 20


def clean_name(name: str, longest: int) -> str:
    """Return a file's own name: no folders of any system, no control characters, short, its ending kept."""
    last = PureWindowsPath(name.replace("\x00", "")).name.strip()
    shown = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp")).strip(". ")
    if len(shown) > longest:
        stem, dot, ending = shown.rpartition(".")
        kept = f"{dot}{ending}" if dot and len(ending) <= 10 else ""
        shown = (stem if kept else shown)[: longest - len(kept)] + kept
    return shown or "file"


def keep(path: Path, stream: IO[bytes] | Iterable[bytes] | Any, limit_mb: int) -> tuple[int, str]:
    """Write a stream to `path` and return (bytes, SHA-256 in hex).

    Raises TooLarge, EmptyFile, DiskFull; then nothing is left behind. A process that dies leaves only `*.part`, which
    `sweep` removes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + PARTIAL)
    try:
        size, digest = _write(partial, _chunks(stream), limit_mb)
        os.replace(partial, path)
        _flush_folder(path.parent)
    except BaseException as error:
        partial.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull() from error
        raise
    return size, digest


def _write(partial: Path, chunks: Iterator[bytes], limit_mb: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with partial.open("wb") as out:
        for chunk in chunks:
            size += len(chunk)
            if size > limit_mb << 20:
                raise TooLarge(limit=limit_mb)
            digest.update(chunk)
            out.write(chunk)
        if not size:
            raise EmptyFile()
        out.flush()
        os.fsync(out.fileno())
    return size, digest.hexdigest()


def _chunks(stream: Any) -> Iterator[bytes]:
    if hasattr(stream, "chunks"):  # Django's UploadedFile
        return iter(stream.chunks(CHUNK))
    if hasattr(stream, "read"):
        return iter(lambda: stream.read(CHUNK), b"")
    return iter(stream)


def _flush_folder(folder: Path) -> None:
    with suppress(OSError, AttributeError):  # Windows cannot open a folder; its rename is enough there
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def leftovers(known: set[UUID], older_than_hours: float) -> list[Path]:
    """Return files under uploads/ that no import knows and nobody has touched for hours."""
    root = Path(settings.DATA) / "uploads"
    line = time.time() - older_than_hours * 3600
    names = {str(k) for k in known}
    return [p for p in root.glob("*/*") if p.is_file() and p.name not in names and p.stat().st_mtime < line]
