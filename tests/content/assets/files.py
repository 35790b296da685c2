"""Files for tests, made as programs make them."""

from __future__ import annotations

import io
import struct
import wave

from PIL import Image, PngImagePlugin

from hongqiao.content.assets import services


def picture(form: str = "PNG", size: tuple[int, int] = (640, 480), **options: object) -> bytes:
    out = io.BytesIO()
    noise = Image.effect_noise(size, 60).convert("RGB")  # enough bytes that half of it is half a picture
    noise.save(out, form, **options)
    return out.getvalue()


def marked_png(said: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("AIGC", said)
    return picture(pnginfo=info)


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + name + body


def film(width: int = 1080, height: int = 1920, seconds: int = 15, brand: bytes = b"isom") -> bytes:
    """An MP4 with one track: its boxes are whole, its pictures are nothing."""
    head = b"\x00" * 12 + struct.pack(">II", 1000, seconds * 1000) + b"\x00" * 80
    track = b"\x00" * 76 + struct.pack(">II", width << 16, height << 16)
    movie = box(b"mvhd", head) + box(b"trak", box(b"tkhd", track))
    return box(b"ftyp", brand + b"\x00" * 4) + box(b"mdat", b"\x00" * 4096) + box(b"moov", movie)


def sound(seconds: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as told:
        told.setnchannels(1)
        told.setsampwidth(2)
        told.setframerate(8000)
        told.writeframes(b"\x00\x01" * 8000 * seconds)
    return out.getvalue()


def bomb(width: int = 30000, height: int = 30000) -> bytes:
    """A PNG of few bytes that says it has 900 million pixels."""
    import binascii
    import zlib

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", binascii.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * (width // 8 + 1) * 8)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def keep(cast, data=None, name="a.png", **more):
    """Keep a file as an editor would, a picture where none is given."""
    return services.keep(actor=cast.editor, file=data or picture(), name=name, **more)
