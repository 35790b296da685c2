"""One GET of an address on the web, every redirect through the guard anew: no way into this network."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from urllib.parse import urljoin

from hongqiao.errors import N_, HongqiaoError
from hongqiao.workspace.limits import limits
from hongqiao.workspace.webhooks import guard, posting

_MOVED = (301, 302, 303, 307, 308)
_HOPS = 4


class NotGot(HongqiaoError):
    code, status = "not_got", 502
    again = True
    message = N_("取不到这个地址：%(why)s")
    next_step = N_("请确认公网能打开，或下载后自行上传")


@dataclass(frozen=True)
class Got:
    """What an address answered. `changed` is false where it said that nothing changed since `marks` were given."""

    body: bytes
    changed: bool
    marks: Mapping[str, str]


#: header of an answer → header of the next question, so that what did not change is not sent again (RFC 9110)
_MARKS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}


def get(url: str, *, accept: str, most: int) -> bytes:
    """Return what an address answers, at most `most` bytes. Raises NotGot, BadUrl, NotResolved."""
    return ask(url, accept=accept, most=most).body


def ask(url: str, *, accept: str, most: int, marks: Mapping[str, str] | None = None) -> Got:
    """Return what an address answers and its marks, to be given back the next time.

    Raises NotGot, BadUrl, NotResolved.
    """
    until = time.monotonic() + limits()["webhook_timeout"]
    asked = "".join(f"{h}: {(marks or {})[m]}\r\n" for m, h in _MARKS.items() if (marks or {}).get(m))
    for _hop in range(_HOPS):
        target = guard.parse(url)
        try:
            with posting.connect(target, guard.resolve(target)) as line:
                line.settimeout(posting.left(until))
                line.sendall(
                    f"GET {target.path} HTTP/1.1\r\nHost: {target.host_header}\r\nUser-Agent: Hongqiao/1\r\n{asked}"
                    f"Accept: {accept}\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n".encode("ascii")
                )
                answer = HTTPResponse(line, method="GET")
                answer.begin()
                if answer.status in _MOVED:
                    url = urljoin(url, answer.getheader("Location") or "")
                    continue
                if answer.status == 304 and asked:
                    return Got(b"", False, marks or {})
                if answer.status != 200:
                    raise NotGot(why=str(answer.status))
                return Got(_body(answer, until, most), True, _marked(answer))
        except (OSError, ValueError, HTTPException) as error:
            raise NotGot(why=type(error).__name__) from None
    raise NotGot(why="redirects")


def _marked(answer: HTTPResponse) -> dict[str, str]:
    """Return the marks of an answer that may be said again as they are."""
    found = {name: answer.getheader(name) or "" for name in _MARKS}
    return {k: v for k, v in found.items() if v and len(v) <= 300 and v.isascii() and v.isprintable()}


def _body(answer: HTTPResponse, until: float, most: int) -> bytes:
    read = b""
    while part := answer.read(65536):
        read += part
        if len(read) > most:
            raise NotGot(why=f"> {most // 1024 // 1024} MB")
        posting.left(until)
    return read
