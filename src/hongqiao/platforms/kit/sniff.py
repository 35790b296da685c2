"""What a file really is. Decided by its first bytes and its structure, never by its name (facts B0.1)."""

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hongqiao.errors import N_
from hongqiao.platforms.kit import ole, zips
from hongqiao.platforms.kit.settings import limits
from hongqiao.platforms.model import Unreadable

Form = Literal["workbook", "html", "text"]

_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", N_("这是一张图片，不是表格")),
    (b"\xff\xd8\xff", N_("这是一张图片，不是表格")),
    (b"GIF8", N_("这是一张图片，不是表格")),
    (b"RIFF", N_("这是音视频或图片文件，不是表格")),
    (b"%PDF", N_("这是 PDF 文件，不是表格")),
    (b"Rar!", N_("这是压缩包")),
    (b"7z\xbc\xaf", N_("这是压缩包")),
    (b"\x1f\x8b", N_("这是压缩包")),
    (b"PAR1", N_("这是 Parquet 文件，不是表格导出")),
    (b"SQLite format 3", N_("这是数据库文件，不是表格")),
)
_EXPORT = N_("请在后台导出 xlsx、xls 或 csv 后再上传")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Sniffed:
    """`encoding` and `lines` (line feeds, an upper bound of the records) only for text and html."""

    form: Form
    encoding: str = ""
    lines: int = 0
    clean: bool = True  # False: some bytes do not decode and will be shown as U+FFFD


def sniff(path: Path) -> Sniffed:
    """Say what the file is. Raises Unreadable where it is none of ours, cut off, or unsafe to open."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head.strip():
        raise Unreadable(N_("文件是空的"), _EXPORT, code="empty_file")
    if head.startswith(b"PK"):
        _limit(size, "max_workbook_bytes")
        zips.check(path)
        return Sniffed("workbook")
    if head.startswith(ole.MAGIC):
        _limit(size, "max_workbook_bytes")
        ole.check(path)
        return Sniffed("workbook")
    for magic, message in _OTHERS:
        if head.startswith(magic):
            raise Unreadable(message, _EXPORT, code="wrong_type")
    return _text(path, head, size)


def _limit(size: int, name: str) -> None:
    most = limits()[name]
    if size > most:
        raise Unreadable(
            N_("文件太大（%(size)s MB，上限 %(most)s MB）"),
            N_("请缩短导出的时间范围，分几次导出"),
            code="too_large",
            size=size >> 20,
            most=most >> 20,
        )


def _text(path: Path, head: bytes, size: int) -> Sniffed:
    _limit(size, "max_text_bytes")
    encoding, lines, clean = _encoding(path, head)
    start = head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n").lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in start:
        raise Unreadable(N_("这是旧式 XML 表格"), N_("请用表格软件打开，另存为 xlsx 后再上传"), code="wrong_type")
    if start.startswith(("<!doctype html", "<html", "<table", "<meta", "<head", "<body", "<style")) or (
        start.startswith(("<?xml", "<!--", "<div")) and ("<table" in start or "<html" in start)
    ):
        _limit(size, "max_html_bytes")
        return Sniffed("html", encoding, lines, clean)
    return Sniffed("text", encoding, lines, clean)


def _encoding(path: Path, head: bytes) -> tuple[str, int, bool]:
    """The first of utf-8, gb18030 that decodes the whole file; with a byte order mark, what it says. One pass each."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            failed, lines = _decodes(path, "utf-8" if name == "utf-8-sig" else name)
            return name, lines, failed is None
    if b"\0" in head:
        raise Unreadable(N_("这不是文本，也不是表格"), _EXPORT, code="wrong_type")
    results: dict[str, tuple[int | None, int]] = {}
    for name in ("utf-8", "gb18030"):
        results[name] = failed, lines = _decodes(path, name)
        if failed is None:
            return name, lines, True
    # Neither is clean: what holds longer wins, its bad bytes become problems. A file bad from its start is no text.
    name = max(results, key=lambda k: results[k][0] or 0)
    if (results[name][0] or 0) < min(256, path.stat().st_size // 2):
        raise Unreadable(N_("这不是文本，也不是表格"), _EXPORT, code="wrong_type")
    return name, results[name][1], False


def _decodes(path: Path, encoding: str) -> tuple[int | None, int]:
    """(where decoding fails or None, line feeds)."""
    decoder = codecs.getincrementaldecoder(encoding)()
    at = lines = 0
    failed: int | None = None
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            lines += chunk.count(b"\n")
            if failed is None:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    failed = at + error.start
            at += len(chunk)
    if failed is None:
        try:
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            failed = at
    return failed, lines
