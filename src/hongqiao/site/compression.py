"""What leaves the server is compressed: pages and JSON as they are made, scripts and styles once, beside the data."""

import gzip
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

#: Kinds worth compressing; pictures, workbooks and fonts are compressed already.
TEXTS = ("text/html", "application/json", "application/problem+json", "image/svg+xml")
_STATIC = (".css", ".js", ".svg", ".json", ".txt")
_LEAST = 1024  # bytes: below this a packet is a packet


class Compressed(GZipMiddleware):
    """Pages and JSON in gzip, where the browser takes it.

    Against BREACH (secrets guessed from the length of compressed pages) Django adds up to 100 random bytes to each
    answer, and masks the CSRF token anew for each. What is polled carries an ETag, which compressing would weaken so
    that it never matches again: those fragments are small and stay as they are. Downloads are streamed as they are.
    """

    max_random_bytes = 100

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
        if kind not in TEXTS or response.streaming or response.has_header("ETag"):
            return response
        return super().process_response(request, response)


class Static(WhiteNoiseMiddleware):
    """The program's own files, with a compressed copy of each text below the data folder, made when first met.

    A copy is named by its content, so that another version of the program makes its own.
    """

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        found = super().get_static_file(path, url, stat_cache)
        small = Path(path).suffix not in _STATIC or os.path.getsize(path) < _LEAST
        copy = None if small or self.autorefresh else compressed_copy(Path(path))
        if copy is None:
            return found
        headers = dict(found.alternatives[-1][2])
        headers.pop("Content-Length", None)
        return StaticFile(path, list(headers.items()), encodings={"gzip": str(copy)})


def compressed_copy(path: Path) -> Path | None:
    """Return the gzip of a file below the data folder, made where it is missing; None where it cannot be kept."""
    plain = path.read_bytes()
    target = Path(settings.DATA) / "static-gzip" / f"{sha256(plain).hexdigest()}.gz"
    if target.exists():
        return target
    half = target.with_suffix(f".{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(gzip.compress(plain, 9, mtime=0))
        os.replace(half, target)
    except OSError:  # a disk that is full or may only be read: the file goes out as it is
        with suppress(OSError):
            half.unlink(missing_ok=True)
        return None
    return target
