"""A part of a file over HTTP (RFC 9110, section 14): what a phone asks for to begin in the middle of a film."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

_ASKED = re.compile(r"bytes=(\d*)-(\d*)")
_CHUNK = 1 << 16


def answer(request: HttpRequest, path: Path, mime: str, tag: str) -> HttpResponseBase:
    """Return the file, or the one part of it that is asked for (206), or 416 where there is no such part.

    Several parts at once, and a part of a version other than `tag`, are answered with the whole, as the standard lets.
    """
    size = path.stat().st_size
    part = _part(request, size, tag)
    if part is None:
        response: HttpResponseBase = FileResponse(path.open("rb"), content_type=mime)
    elif part[0] > part[1]:
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    else:
        response = StreamingHttpResponse(_read(path, *part), status=206, content_type=mime)
        response["Content-Range"] = f"bytes {part[0]}-{part[1]}/{size}"
        response["Content-Length"] = str(part[1] - part[0] + 1)
    response["Accept-Ranges"], response["ETag"] = "bytes", tag
    return response


def _part(request: HttpRequest, size: int, tag: str) -> tuple[int, int] | None:
    """Return the first and the last byte asked for; None for all, a first past the last for what is not there."""
    found = _ASKED.fullmatch(request.headers.get("Range", "").strip())
    if not found or not (found[1] or found[2]) or request.headers.get("If-Range", tag) != tag:
        return None
    if not found[1]:
        return (max(0, size - int(found[2])), size - 1) if int(found[2]) else (size, 0)
    first, last = int(found[1]), int(found[2] or size)
    if found[2] and last < first:
        return None
    return (first, min(last, size - 1)) if first < size else (size, 0)


def _read(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(first)
        left = last - first + 1
        while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk
