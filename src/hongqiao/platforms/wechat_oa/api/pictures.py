"""Pictures as 公众号 takes them: JPG or PNG below its size. What is too large is made smaller, never cut."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from hongqiao.errors import N_, Invalid
from hongqiao.platforms.client import Part
from hongqiao.platforms.wechat_oa.api.client import book

MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "BMP": "image/bmp"}


class BadPicture(Invalid):
    code = "bad_picture"
    message = N_("图片 %(name)s 不能上传到公众号")
    next_step = N_("请换成打得开的 JPG 或 PNG 图片")


def fit(part: Part, use: str) -> tuple[bytes, str, str]:
    """Return (data, file name, mime) of a picture for "body" or "cover". Raises BadPicture."""
    rules = book("quota")["picture"]
    most, formats = rules[f"{use}_bytes"], rules[f"{use}_formats"]
    try:
        data = part.path.read_bytes()
        with Image.open(io.BytesIO(data)) as picture:
            kind = picture.format or ""
            if kind in formats and len(data) <= most:
                return data, f"{part.name[:60]}.{kind.lower()}", MIMES[kind]
            return _smaller(picture, most, rules), f"{part.name[:60]}.jpeg", MIMES["JPEG"]
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError):
        raise BadPicture(name=part.name) from None


def _smaller(picture: Image.Image, most: int, rules: dict[str, Any]) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright.convert("RGBA"), mask=upright.convert("RGBA").getchannel("A"))
    side = rules["side"]
    while True:
        flat.thumbnail((side, side))
        for quality in rules["quality"]:
            made = io.BytesIO()
            flat.save(made, "JPEG", quality=quality, optimize=True)
            if made.tell() <= most:
                return made.getvalue()
        side = side * 3 // 4
