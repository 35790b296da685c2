"""Open no zip before its directory and its content have been weighed: a few kilobytes can hide terabytes."""

import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from hongqiao.errors import N_
from hongqiao.platforms.kit.settings import limits
from hongqiao.platforms.model import Unreadable

_AGAIN = N_("请重新下载完整的文件再上传")
_STEP = 1 << 20
_KINDS = (
    ("word/", N_("这是 Word 文档，不是表格")),
    ("ppt/", N_("这是演示文稿，不是表格")),
    ("content.xml", N_("这是 OpenDocument 文件")),
    ("Index/", N_("这是 Numbers 文件")),
)


def check(path: Path) -> None:
    """Raise Unreadable unless `path` is a whole, sane Excel workbook."""
    try:
        with zipfile.ZipFile(path) as book:
            entries = book.infolist()
    except (zipfile.BadZipFile, EOFError, OSError, struct.error, NotImplementedError, ValueError) as error:
        raise Unreadable(N_("文件不完整，可能没有下载完"), _AGAIN, code="incomplete") from error
    _weigh(entries)
    names = [e.filename for e in entries]
    if not any(n in ("xl/workbook.xml", "xl/workbook.bin") for n in names):
        _not_a_workbook(names)
    with path.open("rb") as stream:
        for entry in entries:
            _inflate(stream, entry)


def _weigh(entries: list[zipfile.ZipInfo]) -> None:
    """What the directory itself admits."""
    rule = limits()
    total = sum(e.file_size for e in entries)
    packed = sum(e.compress_size for e in entries) or 1
    swollen = total > rule["zip_ratio_from_bytes"] and total / packed > rule["zip_max_ratio"]
    if len(entries) > rule["zip_max_entries"] or total > rule["zip_max_total_bytes"] or swollen:
        _bomb()


def _bomb() -> None:
    raise Unreadable(
        N_("文件解开后异常庞大，已拒绝打开"),
        N_("请在后台重新导出；若确为正常文件，请缩短时间范围分次导出"),
        code="zip_bomb",
    )


def _not_a_workbook(names: list[str]) -> None:
    for start, message in _KINDS:
        if any(n.startswith(start) for n in names):
            raise Unreadable(message, N_("请另存为 xlsx 或 csv 后再上传"), code="wrong_type")
    raise Unreadable(N_("这是压缩包，不是表格"), N_("请先解压，再上传里面的文件"), code="wrong_type")


def _inflate(stream: BinaryIO, entry: zipfile.ZipInfo) -> None:
    """Unpack one entry into nothing: it must end, be as long as the directory says, and bring no document type."""
    if entry.flag_bits & 0x1:
        raise Unreadable(N_("文件有密码保护"), N_("请去掉密码，另存后再上传"), code="encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        _bomb()
    stream.seek(entry.header_offset)
    header = stream.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise Unreadable(N_("文件不完整，可能没有下载完"), _AGAIN, code="incomplete")
    stream.seek(sum(struct.unpack("<HH", header[26:30])), 1)
    try:
        length, crc = _count(stream, entry)
    except zlib.error as error:
        raise Unreadable(N_("文件已损坏"), _AGAIN, code="incomplete") from error
    if length > entry.file_size:
        _bomb()
    if length < entry.file_size or crc != entry.CRC:
        raise Unreadable(N_("文件已损坏"), _AGAIN, code="incomplete")


def _count(stream: BinaryIO, entry: zipfile.ZipInfo) -> tuple[int, int]:
    """(bytes, checksum) of the unpacked entry; stops one step past what the directory says."""
    unpack = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    left, length, crc = entry.compress_size, 0, 0
    while left > 0 and length <= entry.file_size and (chunk := stream.read(min(_STEP, left))):
        left -= len(chunk)
        while True:
            piece = unpack.decompress(chunk, _STEP) if unpack else chunk
            if length == 0 and entry.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in piece[:4096]:
                raise Unreadable(N_("文件里有不安全的内容（外部实体）"), N_("请用后台导出的原文件"), code="unsafe_xml")
            length += len(piece)
            crc = zlib.crc32(piece, crc)
            chunk = unpack.unconsumed_tail if unpack else b""
            if not chunk or length > entry.file_size:
                break
    return length, crc
