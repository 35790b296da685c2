"""The files that go along with a publication: one by one in their order, or all in one archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import payloads
from hongqiao.errors import NotFound
from hongqiao.workspace.views import kit


def parts(row: Publication) -> list[dict[str, Any]]:
    """Return the files of a publication as its page lists them: number, name, kind, whether it is there."""
    kept = row.payload.get("parts") or []
    return [{**p, "n": n, "there": payloads.file_of(row, p).is_file()} for n, p in enumerate(kept, 1)]


def one(row: Publication, number: int, *, shown: bool) -> FileResponse:
    """Return one file: to be shown in the page, or downloaded under its numbered name. Raises NotFound."""
    found = row.payload.get("parts") or []
    if not 1 <= number <= len(found):
        raise NotFound()
    part = found[number - 1]
    path = payloads.file_of(row, part)
    if not path.is_file():
        raise NotFound()
    picture = str(part.get("mime", "")) in ("image/png", "image/jpeg", "image/webp", "image/gif")
    answer = FileResponse(path.open("rb"), as_attachment=not (shown and picture), filename=name_of(part))
    answer["Content-Type"] = part["mime"] if picture else "application/octet-stream"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def every(row: Publication) -> HttpResponse | StreamingHttpResponse:
    """Return an archive of all files and the text, numbered in the order of publishing, piece by piece."""
    said = row.payload
    text = "\n\n".join(t for t in (said.get("title"), said.get("text"), hashed(said.get("tags") or ())) if t)
    answer = StreamingHttpResponse(_zipped(row, text), content_type="application/zip")
    return kit.named(answer, f"{row.title[:60] or _('发布文件')}.zip")


def hashed(tags: Any) -> str:
    """Return tags as they are typed into a platform: #防晒 #油皮."""
    return " ".join(f"#{str(t).lstrip('#')}" for t in tags)


def name_of(part: dict[str, Any]) -> str:
    return "".join(c for c in str(part.get("name") or "file") if c.isalnum() or c in "-_. ()（）")[:120] or "file"


def _zipped(row: Publication, text: str) -> Iterator[bytes]:
    """Yield the archive as it is written: no file is ever whole in memory."""
    held = _Pipe()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("00-文案.txt", text)
        for part in row.payload.get("parts") or []:
            path = payloads.file_of(row, part)
            if not path.is_file():
                continue
            with path.open("rb") as source, archive.open(name_of(part), "w", force_zip64=True) as target:
                while piece := source.read(1 << 20):
                    target.write(piece)
                    yield held.take()
            yield held.take()
    yield held.take()


class _Pipe(io.RawIOBase):
    """What is written and not yet sent on. It cannot be gone back in: zipfile then writes sizes after the data."""

    def __init__(self) -> None:
        self.held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self.held += piece
        return len(piece)

    def take(self) -> bytes:
        taken, self.held = bytes(self.held), bytearray()
        return taken
