"""Screenshots that people upload as proof: pictures only, by their hash, below the data folder of the brand."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpRequest
from PIL import Image, UnidentifiedImageError

from hongqiao.errors import N_, Invalid, NotFound
from hongqiao.workspace.limits import limits

KINDS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}


class NotAPicture(Invalid):
    code = "not_a_picture"
    message = N_("截图只收 PNG、JPEG 或 WebP，不超过 %(mb)s MB")
    next_step = N_("请重新截图再上传")


def sent(request: HttpRequest, name: str = "shot") -> bytes | None:
    """Return the picture that a form sent, None for none; not more of it than `keep` needs to see it is too large."""
    file: Any = request.FILES.get(name)
    return file.read(limits()["screenshot_bytes"] + 1) if file else None


def keep(brand_id: UUID, picture: bytes) -> str:
    """Keep a screenshot of a brand's and return its name: its hash and kind. Raises NotAPicture."""
    kind = _kind(picture)
    name = f"{hashlib.sha256(picture).hexdigest()}.{kind}"
    path = folder(brand_id) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        half = path.with_suffix(".half")
        half.write_bytes(picture)
        half.replace(path)
    return name


def folder(brand_id: UUID) -> Path:
    return Path(settings.DATA) / "proofs" / str(brand_id)


def path_of(brand_id: UUID, name: str) -> Path | None:
    """Return a screenshot of a brand's by its name, None where there is none."""
    path = folder(brand_id) / Path(name).name
    return path if name and path.is_file() else None


def shown(brand_id: UUID, name: str) -> FileResponse:
    """Return a screenshot as a browser shows it. Raises NotFound."""
    path = path_of(brand_id, name)
    if path is None:
        raise NotFound()
    answer = FileResponse(path.open("rb"), filename=path.name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _kind(picture: bytes) -> str:
    refused = NotAPicture(mb=limits()["screenshot_bytes"] // 2**20)
    if len(picture) > limits()["screenshot_bytes"]:
        raise refused
    try:
        with Image.open(io.BytesIO(picture), formats=list(KINDS)) as image:
            if image.width * image.height > limits()["screenshot_pixels"]:
                raise refused
            image.verify()
            return KINDS[str(image.format)]
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise refused from None
