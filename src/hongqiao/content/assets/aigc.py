"""The mark of what a model made, inside the file: AIGC in a PNG's iTXt, in a JPEG's EXIF description (GB 45438-2025).

Written by splicing the container, so that no pixel is encoded anew and what else the file says stays.
"""

from __future__ import annotations

import binascii
import io
import json
import struct
from typing import Any

from PIL import Image

KEY, DESCRIPTION = "AIGC", 0x010E
PNG, JPEG, EXIF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"Exif\x00\x00"


def read(image: Image.Image) -> dict[str, str] | None:
    """Return the AIGC mark of an opened picture, None where it bears none."""
    said: Any = getattr(image, "text", {}).get(KEY) if image.format == "PNG" else image.getexif().get(DESCRIPTION)
    if isinstance(said, bytes):
        said = said.decode("utf-8", "ignore")
    try:
        found = json.loads(str(said or ""))
    except ValueError:
        return None
    if isinstance(found, dict) and isinstance(found.get(KEY), dict):
        found = found[KEY]
    if not isinstance(found, dict) or "Label" not in found:
        return None
    return {str(k)[:40]: str(v)[:200] for k, v in list(found.items())[:12]}


def marked(data: bytes, mark: dict[str, str]) -> bytes:
    """Return the bytes of a PNG or JPEG with the mark in them; other bytes, and those marked already, as they are."""
    if data.startswith(PNG):
        return _png(data, json.dumps(mark, ensure_ascii=False)) if not _bears(data) else data
    if data.startswith(JPEG):
        return _jpeg(data, json.dumps({KEY: mark}, ensure_ascii=True)) if not _bears(data) else data
    return data


def _bears(data: bytes) -> bool:
    with Image.open(io.BytesIO(data)) as image:
        image.load()  # a PNG's texts may stand behind its pixels
        return read(image) is not None


def _png(data: bytes, said: str) -> bytes:
    body = KEY.encode() + b"\x00\x00\x00\x00\x00" + said.encode()  # not compressed, no language, no other keyword
    chunk = b"iTXt" + body
    first = 8 + 12 + struct.unpack(">I", data[8:12])[0]  # after IHDR
    return data[:first] + struct.pack(">I", len(body)) + chunk + struct.pack(">I", binascii.crc32(chunk)) + data[first:]


def _jpeg(data: bytes, said: str) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        exif = image.getexif()
        exif[DESCRIPTION] = said
    parts, rest = segments(data)
    return JPEG + exif_segment(exif) + b"".join(s for s in parts if not is_exif(s)) + rest


def exif_segment(exif: Image.Exif) -> bytes:
    """Return EXIF as a segment of a JPEG. Raises ValueError where it is longer than a segment may be."""
    body = exif.tobytes()
    body = body if body.startswith(EXIF) else EXIF + body
    if len(body) > 65533:
        raise ValueError("exif")
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def is_exif(segment: bytes) -> bool:
    """Whether a segment of a JPEG is its EXIF."""
    return segment[4:10] == EXIF


def segments(data: bytes) -> tuple[list[bytes], bytes]:
    """Return what programs wrote behind the first two bytes of a JPEG, a segment each, and all that follows."""
    at, found = 2, []
    while data[at : at + 1] == b"\xff" and 0xE0 <= data[at + 1] <= 0xEF:
        end = at + 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        found.append(data[at:end])
        at = end
    return found, data[at:]
