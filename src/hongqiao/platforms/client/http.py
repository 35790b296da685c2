"""One platform's host, asked over HTTP. The host is pinned; no redirect is followed, no proxy of the system used."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from hongqiao.platforms.client.errors import NotSure, Unreachable, WrongBase
from hongqiao.platforms.kit.settings import load

#: Failures before anything can have been taken.
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def checked_base(base: str) -> str:
    """Return a clean base address. Raises WrongBase for what is neither https nor http on this machine itself."""
    clean = base.strip().rstrip("/")
    try:
        parts = urlsplit(clean)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise WrongBase(base=clean[:80]) from None
    fine = parts.scheme == "https" or (parts.scheme == "http" and _here(host))
    if not (fine and host) or parts.username or parts.password or parts.query or parts.fragment:
        raise WrongBase(base=clean[:80])
    return clean


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True)
class Upload:
    """A file on its way: `field` is how the platform's form calls it."""

    field: str
    data: bytes
    name: str
    mime: str


class Line:
    """Asks one host. What it answers is returned as the object it says, whatever it says: the caller judges it."""

    def __init__(self, base: str, *, timeouts: Mapping[str, float] | None = None):
        book = load("limits.json", __package__)
        self.base = checked_base(base)
        self.host = urlsplit(self.base).netloc
        given = {**book["timeouts"], **(timeouts or {})}
        self._timeout = httpx.Timeout(given["read"], connect=given["connect"], write=given["write"])
        self._most = book["answer_bytes"]

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        upload: Upload | None = None,
    ) -> dict[str, Any]:
        """Return what the platform answers. Raises Unreachable (it took nothing) or NotSure (it may have)."""
        try:
            with httpx.Client(timeout=self._timeout, follow_redirects=False, trust_env=False) as client:
                return self._answer(
                    client, client.build_request(method, self.base + path, params=query, **_sent(body, upload))
                )
        except _NEVER_LEFT as error:
            raise Unreachable(host=self.host, why=type(error).__name__) from None
        except httpx.HTTPError as error:
            raise NotSure(host=self.host, why=type(error).__name__) from None

    def send(
        self, path: str, content: bytes, headers: Mapping[str, str], *, fine: Collection[int] = frozenset({200})
    ) -> dict[str, Any]:
        """Post a body that is signed as it stands; answers of the statuses `fine` are read. Raises as `ask` does."""
        try:
            with httpx.Client(timeout=self._timeout, follow_redirects=False, trust_env=False) as client:
                request = client.build_request("POST", self.base + path, content=content, headers=dict(headers))
                return self._answer(client, request, fine)
        except _NEVER_LEFT as error:
            raise Unreachable(host=self.host, why=type(error).__name__) from None
        except httpx.HTTPError as error:
            raise NotSure(host=self.host, why=type(error).__name__) from None

    def _answer(
        self, client: httpx.Client, request: httpx.Request, fine: Collection[int] = frozenset({200})
    ) -> dict[str, Any]:
        answer = client.send(request, stream=True)
        try:
            raw = b""
            for piece in answer.iter_bytes():
                raw += piece
                if len(raw) > self._most:
                    raise NotSure(host=self.host, why="answer too long")
        finally:
            answer.close()
        if answer.status_code not in fine:
            raise NotSure(host=self.host, why=f"HTTP {answer.status_code}")
        try:
            said = json.loads(raw)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise NotSure(host=self.host, why="no JSON object")
        return said


def _sent(body: Any, upload: Upload | None) -> dict[str, Any]:
    if upload:
        return {"files": {upload.field: (upload.name, upload.data, upload.mime)}}
    if body is None:
        return {}
    return {"content": written(body), "headers": {"Content-Type": "application/json; charset=utf-8"}}


def written(body: Any) -> bytes:
    """Return JSON as UTF-8, Chinese as it is: platforms show \\u escapes to readers as they stand."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
