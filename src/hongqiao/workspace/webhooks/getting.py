"""One GET of an address on the web, every redirect through the guard anew: no way into this network."""

from __future__ import annotations

import time
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


def get(url: str, *, accept: str, most: int) -> bytes:
    """Return what an address answers, at most `most` bytes. Raises NotGot, BadUrl, NotResolved."""
    until = time.monotonic() + limits()["webhook_timeout"]
    for _hop in range(_HOPS):
        target = guard.parse(url)
        try:
            with posting.connect(target, guard.resolve(target)) as line:
                line.settimeout(posting.left(until))
                line.sendall(
                    f"GET {target.path} HTTP/1.1\r\nHost: {target.host_header}\r\nUser-Agent: Hongqiao/1\r\n"
                    f"Accept: {accept}\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n".encode("ascii")
                )
                answer = HTTPResponse(line, method="GET")
                answer.begin()
                if answer.status in _MOVED:
                    url = urljoin(url, answer.getheader("Location") or "")
                    continue
                if answer.status != 200:
                    raise NotGot(why=str(answer.status))
                return _body(answer, until, most)
        except (OSError, ValueError, HTTPException) as error:
            raise NotGot(why=type(error).__name__) from None
    raise NotGot(why="redirects")


def _body(answer: HTTPResponse, until: float, most: int) -> bytes:
    read = b""
    while part := answer.read(65536):
        read += part
        if len(read) > most:
            raise NotGot(why=f"> {most // 1024 // 1024} MB")
        posting.left(until)
    return read
