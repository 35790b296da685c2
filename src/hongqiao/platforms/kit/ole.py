"""The OLE container behind .xls: is it a workbook, and is all of it there?"""

import struct
from pathlib import Path

from hongqiao.errors import N_
from hongqiao.platforms.model import Unreadable

MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
_FREE = 0xFFFFFFFF
_AGAIN = N_("请重新下载完整的文件再上传")


def check(path: Path) -> None:
    """Raise Unreadable where the container is cut off, locked, or holds no workbook.

    Source: [MS-CFB] 2.2 (header) and 2.3 (sector allocation table).
    """
    data = path.read_bytes()
    if len(data) < 1024 or len(data) < _needed(data):
        raise Unreadable(N_("文件不完整，可能没有下载完"), _AGAIN, code="incomplete")
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Unreadable(N_("文件有密码保护"), N_("请去掉密码，另存后再上传"), code="encrypted")
    if not any(name.encode("utf-16-le") + b"\0\0" in data for name in ("Workbook", "Book", "WORKBOOK", "BOOK")):
        raise Unreadable(N_("这不是 Excel 表格"), N_("请另存为 xlsx 或 csv 后再上传"), code="wrong_type")


def _needed(data: bytes) -> int:
    """The length that holds every sector in use; the header takes the place of one."""
    shift = struct.unpack_from("<H", data, 30)[0]
    size = 1 << shift
    count = struct.unpack_from("<I", data, 44)[0]
    last = 0
    for number, sector in enumerate(struct.unpack_from("<109I", data, 76)[: min(count, 109)]):
        if sector == _FREE:
            break
        start = (sector + 1) * size
        table = data[start : start + size]
        last = max(last, sector)
        if len(table) < size:
            return start + size
        for at, entry in enumerate(struct.unpack(f"<{size // 4}I", table)):
            if entry != _FREE:
                last = max(last, number * (size // 4) + at)
    return (last + 2) * size
