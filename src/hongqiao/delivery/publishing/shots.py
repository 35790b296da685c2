"""Screenshots that people upload as proof: pictures only, by their hash, below the data folder of the brand."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from uuid import UUID

from django.conf import settings
from PIL import Image, UnidentifiedImageError

from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing.rules import rules
from hongqiao.errors import N_, Invalid

KINDS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}


class NotAPicture(Invalid):
    code = "not_a_picture"
    message = N_("截图只收 PNG、JPEG 或 WebP，不超过 %(mb)s MB")
    next_step = N_("请重新截图再上传")


def keep(row: Publication, picture: bytes) -> str:
    """Keep a screenshot and return its name. Raises NotAPicture."""
    kind = _kind(picture)
    name = f"{hashlib.sha256(picture).hexdigest()}.{kind}"
    path = folder(row.brand_id) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        half = path.with_suffix(".half")
        half.write_bytes(picture)
        half.replace(path)
    return name


def folder(brand_id: UUID) -> Path:
    return Path(settings.DATA) / "proofs" / str(brand_id)


def path_of(row: Publication) -> Path | None:
    """Return the screenshot of a publication, None where there is none."""
    name = str((row.proof or {}).get("shot") or "")
    path = folder(row.brand_id) / Path(name).name
    return path if name and path.is_file() else None


def _kind(picture: bytes) -> str:
    refused = NotAPicture(mb=rules()["screenshot_bytes"] // 2**20)
    if len(picture) > rules()["screenshot_bytes"]:
        raise refused
    try:
        with Image.open(io.BytesIO(picture), formats=list(KINDS)) as image:
            if image.width * image.height > rules()["screenshot_pixels"]:
                raise refused
            image.verify()
            return KINDS[str(image.format)]
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise refused from None
