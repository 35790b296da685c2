"""What is in a zip that somebody hands over: which files can be taken, under which names, and what is left out and why.

Nothing is ever unpacked to a name of the zip's own choosing, and nothing before its directory has been weighed.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from hongqiao.imports import storage
from hongqiao.imports.errors import BadArchive, EmptyArchive, EncryptedArchive, HugeArchive

#: Parts that make a zip a document (xlsx, docx, pptx, ods, numbers), which is one file and not a bundle of files.
_DOCUMENT = ("[Content_Types].xml", "mimetype", "content.xml", "Index/Document.iwa")
_UTF8 = 0x800  # zip flag: the name is UTF-8
_LOCKED = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    EOFError,
    OSError,
    struct.error,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True)
class Entry:
    """One file of a zip: its place in the directory, its own name, the folders it lies in ("" for none)."""

    place: int
    name: str
    folder: str
    size: int


@dataclass
class Archive:
    """What is taken of a zip, in its own order, and what is not: [name, code of `words.SKIPPED`]."""

    entries: list[Entry] = field(default_factory=list)
    skipped: list[list[str]] = field(default_factory=list)


def is_archive(path: Path) -> bool:
    """Say whether a file is a zip of files, and not a document that happens to be kept as a zip."""
    with path.open("rb") as stream:
        if stream.read(2) != b"PK":
            return False
    try:
        with zipfile.ZipFile(path) as book:
            names = set(book.namelist())
    except _BROKEN:
        return False
    return not any(n in names for n in _DOCUMENT) and not any(n.startswith("xl/workbook.") for n in names)


def weigh(path: Path, limits: dict[str, Any]) -> Archive:
    """Read a zip's directory. Raises BadArchive, EncryptedArchive, HugeArchive, EmptyArchive."""
    try:
        with zipfile.ZipFile(path) as book:
            listed = book.infolist()
    except _BROKEN as error:
        raise BadArchive() from error
    files = [(place, info) for place, info in enumerate(listed) if not info.is_dir()]
    if any(info.flag_bits & _LOCKED for _place, info in files):
        raise EncryptedArchive()
    total, packed = sum(i.file_size for _p, i in files), sum(i.compress_size for _p, i in files) or 1
    swollen = total > limits["archive_ratio_from_mb"] << 20 and total / packed > limits["archive_max_ratio"]
    if len(listed) > limits["archive_max_entries"] or total > limits["archive_max_total_mb"] << 20 or swollen:
        raise HugeArchive(entries=limits["archive_max_entries"], limit=limits["archive_max_total_mb"])
    found = Archive()
    for place, info in files:
        path_within = PurePosixPath(written(info).replace("\\", "/"))
        if code := _left_out(path_within, info, limits):
            found.skipped.append([str(path_within)[: limits["name_chars"]], code])
        else:
            found.entries.append(_entry(place, info, path_within, limits["name_chars"]))
    if not found.entries:
        raise EmptyArchive()
    return found


def written(info: zipfile.ZipInfo) -> str:
    """Return a name as it was written: Windows writes GBK where it does not say UTF-8."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _left_out(path: PurePosixPath, info: zipfile.ZipInfo, limits: dict[str, Any]) -> str:
    """Return why an entry is no file to take: a code of `words.SKIPPED`, '' where it is one."""
    name, ending = path.name, path.suffix.lower()
    if "__MACOSX" in path.parts or any(p.startswith((".", "~$")) for p in path.parts if p not in ("..", ".")):
        return "hidden"
    if name.lower() in limits["archive_litter"]:
        return "hidden"
    if ending in limits["archive_endings"]:
        return "nested"
    if ending not in limits["table_endings"]:
        return "no_table"
    if info.file_size == 0:
        return "empty"
    return "too_large" if info.file_size > limits["max_file_mb"] << 20 else ""


def _entry(place: int, info: zipfile.ZipInfo, path: PurePosixPath, longest: int) -> Entry:
    within = [p for p in path.parts[:-1] if p not in ("..", ".", "/") and not p.endswith(":")]
    folders = [storage.clean_name(p, longest) for p in within]
    return Entry(place, storage.clean_name(path.name, longest), "/".join(folders)[:longest], info.file_size)


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a weighed zip. Raises BadArchive."""
    try:
        book = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise BadArchive() from error
    with book:
        yield book


def chunks(book: zipfile.ZipFile, entry: Entry) -> Iterator[bytes]:
    """Yield an entry's bytes; never more than the directory says. Raises BadArchive where it is damaged."""
    try:
        with _member(book, entry) as stream:
            while chunk := stream.read(storage.CHUNK):
                yield chunk
    except _BROKEN as error:
        raise BadArchive() from error


def _member(book: zipfile.ZipFile, entry: Entry) -> IO[bytes]:
    return book.open(book.infolist()[entry.place])
