"""Where a photo was taken is nobody's business: GPS leaves a JPEG, the rest of what it says stays. No pixel is encoded.

The tag that says which way is up stays, so the picture stands as it stood.
"""

from __future__ import annotations

import io

from PIL import Image

from hongqiao.content.assets import aigc

GPS = 0x8825
_KEPT = (0x010E, 0x0112)  # description (the AIGC mark may be in it), which way is up
_XMP = b"http://ns.adobe.com/xap/1.0/\x00"


def without(data: bytes) -> bytes:
    """Return a JPEG without the place it was taken at; other bytes, and JPEGs that name no place, as they are.

    Behind a phone's picture its film or depth map may stand, which name the place too: where there was one, what
    stands behind the picture's end goes as well.
    """
    if not data.startswith(aigc.JPEG):
        return data
    with Image.open(io.BytesIO(data)) as image:
        exif = image.getexif()
        named = GPS in exif
    parts, rest = aigc.segments(data)
    if not named and not any(map(_placed, parts)):
        return data
    kept = b"".join(s for s in parts if not aigc.is_exif(s) and not _placed(s))
    return aigc.JPEG + _said(exif) + kept + _whole(rest)


def _placed(segment: bytes) -> bool:
    return segment[4:].startswith((_XMP, b"http://ns.adobe.com/xmp/extension/\x00")) and b"GPSL" in segment


def _said(exif: Image.Exif) -> bytes:
    """Return the segment of EXIF without the place; of one that is too long, only what a picture cannot do without."""
    if GPS in exif:
        del exif[GPS]
    if not exif:
        return b""
    try:
        return aigc.exif_segment(exif)
    except ValueError:
        short = Image.Exif()
        short.update({k: exif[k] for k in _KEPT if k in exif})
        return aigc.exif_segment(short) if short else b""


def _whole(rest: bytes) -> bytes:
    """Return what begins with a table or scan of a JPEG up to the end of the picture itself."""
    at = 0
    while 0 <= (at := rest.find(b"\xff", at)) < len(rest) - 1:
        mark = rest[at + 1]
        if mark == 0xD9:
            return rest[: at + 2]
        if mark in (0x00, 0x01, 0xFF) or 0xD0 <= mark <= 0xD8:
            at += 1 if mark == 0xFF else 2
        else:
            at += 2 + int.from_bytes(rest[at + 2 : at + 4], "big")
    return rest
