"""Attachments on disk: by hash under the brand's folder, written aside and renamed; given out as downloads only."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path, PureWindowsPath
from typing import Any
from uuid import UUID

from django.conf import settings

from hongqiao.errors import N_, HongqiaoError, Invalid, NotFound

CHUNK = 1 << 20


class TooLarge(Invalid):
    code, status = "attachment_too_large", 413
    message = N_("附件超过 %(limit)s MB")
    next_step = N_("请压缩后再传，或放到网盘里贴链接")


class EmptyFile(Invalid):
    code = "attachment_empty"
    message = N_("附件是空的")
    next_step = N_("请检查文件后再传")


class DiskFull(HongqiaoError):
    code, status = "disk_full", 507
    message = N_("服务器磁盘已满，附件没有保存")
    next_step = N_("请管理员清理磁盘后再试")


def folder(brand_id: UUID) -> Path:
    return Path(settings.DATA) / "attachments" / str(brand_id)


def path_of(brand_id: UUID, digest: str) -> Path:
    """Return where a file lies. Raises NotFound where it is gone."""
    found = folder(brand_id) / digest
    if not found.is_file():
        raise NotFound(N_("附件文件已不在"), N_("请重新上传"))
    return found


def keep(brand_id: UUID, stream: Any, limit_mb: int) -> tuple[int, str]:
    """Keep a stream; return (bytes, SHA-256 in hex). Raises TooLarge, EmptyFile, DiskFull; then nothing stays."""
    home = folder(brand_id)
    home.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=home, suffix=".part")
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            size, digest = _write(out, stream, limit_mb)
        os.replace(partial, home / digest)
    except BaseException as error:
        partial.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull() from error
        raise
    return size, digest


def _write(out: Any, stream: Any, limit_mb: int) -> tuple[int, str]:
    made, size = hashlib.sha256(), 0
    chunks = stream.chunks(CHUNK) if hasattr(stream, "chunks") else iter(lambda: stream.read(CHUNK), b"")
    for chunk in chunks:
        size += len(chunk)
        if size > limit_mb << 20:
            raise TooLarge(limit=limit_mb)
        made.update(chunk)
        out.write(chunk)
    if not size:
        raise EmptyFile()
    out.flush()
    os.fsync(out.fileno())
    return size, made.hexdigest()


def drop(brand_id: UUID, digest: str) -> None:
    """Remove a file that no row names any more."""
    (folder(brand_id) / digest).unlink(missing_ok=True)


def sweep(known: Callable[[UUID], set[str]], older_than_hours: float) -> int:
    """Remove what no row names and nobody has touched for hours: half a file, one whose row was rolled back."""
    line, gone = time.time() - older_than_hours * 3600, 0
    for home in (Path(settings.DATA) / "attachments").glob("*"):
        named = known(UUID(home.name))
        for path in home.iterdir():
            if path.name not in named and path.stat().st_mtime < line:
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def clean_name(name: str, longest: int) -> str:
    """Return a file's own name: no folders of any system, no control characters, short, its ending kept."""
    last = PureWindowsPath(str(name or "").replace("\x00", "")).name.strip()
    shown = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp")).strip(". ")
    if len(shown) > longest:
        stem, dot, ending = shown.rpartition(".")
        kept = f"{dot}{ending}" if dot and len(ending) <= 10 else ""
        shown = (stem if kept else shown)[: longest - len(kept)] + kept
    return shown or "file"
