"""What a file is, told by its content, never by its name: kind, type, size of the picture, length of the film."""

from __future__ import annotations

import struct
import warnings
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from hongqiao.content.assets import aigc
from hongqiao.content.assets.errors import HalfFile, NoVectors, TooManyPixels, WrongType

PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/wav": ".wav",
    "application/pdf": ".pdf",
}


@dataclass(frozen=True)
class Sniffed:
    """What a file is. `mark`: the AIGC mark it bears."""

    kind: str
    mime: str
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    mark: dict[str, str] = field(default_factory=dict)


def sniff(path: Path, most_pixels: int) -> Sniffed:
    """Return what a file is. Raises WrongType, NoVectors, HalfFile, TooManyPixels."""
    with path.open("rb") as stream:
        head = stream.read(1024)
    if head.startswith((aigc.PNG, aigc.JPEG, b"GIF8")) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return _picture(path, most_pixels)
    if head[4:8] == b"ftyp":
        return _film(path, head[8:12])
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return _wave(path)
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xfa", b"\xf3", b"\xf2")):
        return Sniffed("audio", "audio/mpeg")
    if head.startswith(b"%PDF-"):
        return _paper(path)
    if b"<svg" in head.lower():
        raise NoVectors()
    raise WrongType()


def _picture(path: Path, most_pixels: int) -> Sniffed:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is asked before decoding
            with Image.open(path, formats=list(PICTURES)) as image:
                pixels = image.width * image.height
                if pixels > most_pixels:
                    raise TooManyPixels(pixels=pixels, most=most_pixels)
                image.load()
                mark = aigc.read(image) or {}
                turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
                width, height = (image.height, image.width) if turned else image.size
                return Sniffed("image", PICTURES[str(image.format)], width, height, mark=mark)
    except Image.DecompressionBombError:
        raise TooManyPixels(pixels="—", most=most_pixels) from None
    except UnidentifiedImageError:
        raise HalfFile() from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error):
        raise HalfFile() from None


def thumbnail(path: Path, out: Path, side: int) -> None:
    """Write a small picture of a picture, the right way up."""
    with Image.open(path) as image:
        image.draft("RGB", (side * 2, side * 2))
        small = ImageOps.exif_transpose(image) or image
        small.thumbnail((side, side))
        out.parent.mkdir(parents=True, exist_ok=True)
        mode = "RGBA" if small.mode in ("RGBA", "LA", "PA") or "transparency" in small.info else "RGB"
        small.convert(mode).save(out, "WEBP", quality=82)


Box = tuple[bytes, int, int]  # name, where its content begins, where it ends


def _boxes(stream: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes of an ISO file between two places. Raises HalfFile where one reaches beyond."""
    at = start
    while at < end:
        stream.seek(at)
        head = stream.read(16)
        if len(head) < 8:
            raise HalfFile()
        size, skip = struct.unpack(">I", head[:4])[0], 8
        if size == 1 and len(head) == 16:
            size, skip = struct.unpack(">Q", head[8:16])[0], 16
        size = size or end - at  # 0: to the end
        if size < skip or at + size > end:
            raise HalfFile()
        yield head[4:8], at + skip, at + size
        at += size


def _film(path: Path, brand: bytes) -> Sniffed:
    """Read length and size of an MP4, MOV or M4A from its own boxes; a file cut off has boxes that reach beyond it."""
    seconds, width, height = None, 0, 0
    with path.open("rb") as stream:
        tops = list(_boxes(stream, 0, path.stat().st_size))
        movie = next((b for b in tops if b[0] == b"moov"), None)
        if movie is None:
            raise HalfFile()
        for name, start, end in list(_boxes(stream, movie[1], movie[2])):
            if name == b"mvhd":
                seconds = _seconds(_bytes(stream, start, end))
            if name == b"trak":
                for inner, begin, close in list(_boxes(stream, start, end)):
                    if inner == b"tkhd" and close - begin >= 8:
                        across, down = struct.unpack(">II", _bytes(stream, close - 8, close))
                        width, height = max(width, across >> 16), max(height, down >> 16)
    if not width or not height:
        return Sniffed("audio", "audio/mp4", seconds=seconds)
    mime = "video/quicktime" if brand == b"qt  " else "video/mp4"
    return Sniffed("video", mime, width, height, seconds)


def _bytes(stream: BinaryIO, start: int, end: int) -> bytes:
    stream.seek(start)
    return stream.read(min(end - start, 256))


def _seconds(head: bytes) -> float | None:
    try:
        scale, length = struct.unpack(">IQ", head[20:32]) if head[0] == 1 else struct.unpack(">II", head[12:20])
    except (struct.error, IndexError):
        raise HalfFile() from None
    return round(length / scale, 3) if scale else None


def _wave(path: Path) -> Sniffed:
    try:
        with wave.open(str(path)) as sound:
            whole = sound.getnframes() * sound.getsampwidth() * sound.getnchannels()
            seconds = round(sound.getnframes() / sound.getframerate(), 3)
    except (wave.Error, EOFError, ZeroDivisionError):
        raise HalfFile() from None
    if whole > path.stat().st_size:
        raise HalfFile()
    return Sniffed("audio", "audio/wav", seconds=seconds)


def _paper(path: Path) -> Sniffed:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 2048))
        if b"%%EOF" not in stream.read():
            raise HalfFile()
    return Sniffed("other", "application/pdf")
