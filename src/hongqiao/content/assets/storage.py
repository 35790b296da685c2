"""Where files of assets lie: $HONGQIAO_DATA/assets/<brand>/<hash>; written aside, renamed, a small picture beside."""

from __future__ import annotations

import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import Any
from uuid import UUID

from django.conf import settings

from hongqiao.content.assets.errors import AssetTooLarge, EmptyAsset
from hongqiao.content.models import Asset

CHUNK = 1 << 20


def folder(brand_id: UUID) -> Path:
    """Return the folder of a brand's files."""
    return Path(settings.DATA) / "assets" / str(brand_id)


def path_of(row: Asset) -> Path:
    """Return where an asset's file lies."""
    return folder(row.brand_id) / row.digest


def thumb_of(row: Asset) -> Path:
    """Return where an asset's small picture lies, where it has one."""
    return folder(row.brand_id) / "thumbs" / f"{row.digest}.webp"


def aside(brand_id: UUID, file: Any, most_mb: int) -> tuple[Path, int, str]:
    """Write a stream, an upload or bytes aside; return where, how many bytes, their SHA-256.

    Raises AssetTooLarge, EmptyAsset; then nothing is left behind.
    """
    place = folder(brand_id)
    place.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place, suffix=".part")
    path, size, digest = Path(name), 0, hashlib.sha256()
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in _chunks(file):
                size += len(chunk)
                if size > most_mb << 20:
                    raise AssetTooLarge(most=most_mb)
                digest.update(chunk)
                out.write(chunk)
            if not size:
                raise EmptyAsset()
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, size, digest.hexdigest()


def _chunks(file: Any) -> Iterator[bytes]:
    if isinstance(file, bytes):
        return iter([file] if file else [])
    if hasattr(file, "chunks"):  # Django's UploadedFile
        return iter(file.chunks(CHUNK))
    return iter(lambda: file.read(CHUNK), b"")


def clean_name(name: str) -> str:
    """Return a file's own name: no folders of any system, no control characters, at most 120 letters."""
    last = PureWindowsPath(str(name or "").replace("\x00", "")).name
    shown = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp")).strip(". ")
    if len(shown) > 120:
        stem, dot, ending = shown.rpartition(".")
        kept = f"{dot}{ending}" if dot and len(ending) <= 10 else ""
        shown = shown[: 120 - len(kept)] + kept if not kept else stem[: 120 - len(kept)] + kept
    return shown
