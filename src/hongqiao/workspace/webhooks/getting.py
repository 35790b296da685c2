"""A GET of an address on the web, the one place that follows redirects: each passes the guard anew, so that none leads
into this network; one limit in time, in hops and in bytes. No cookie, no script."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from urllib.parse import urljoin

from hongqiao.errors import N_, HongqiaoError
from hongqiao.workspace.limits import limits
from hongqiao.workspace.webhooks import guard, posting

MOVED = (301, 302, 303, 307, 308)
HOPS = 3
Step = Callable[[str], tuple[str, bool | None]]
#: header of an answer → header of the next question, so that what did not change is not sent again (RFC 9110)
_MARKS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}


class NotGot(HongqiaoError):
    code, status = "not_got", 502
    again = True
    message = N_("取不到这个地址：%(why)s")
    next_step = N_("请确认公网能打开，或下载后自行上传")


@dataclass(frozen=True)
class Answer:
    """What an address answered in the end. `body` ends at the limit in bytes; `cut`: there is more."""

    status: int
    address: str
    body: bytes
    charset: str
    cut: bool
    marks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Got:
    """What an address answered. `changed` is false where it said that nothing changed since `marks` were given."""

    body: bytes
    changed: bool
    marks: Mapping[str, str]


def get(url: str, *, accept: str, most: int) -> bytes:
    """Return what an address answers, at most `most` bytes. Raises NotGot, BadUrl, NotResolved."""
    return ask(url, accept=accept, most=most).body


def ask(url: str, *, accept: str, most: int, marks: Mapping[str, str] | None = None) -> Got:
    """Return what an address answers and its marks, to be given back the next time.

    Raises NotGot, BadUrl, NotResolved.
    """
    asked = {header: said for mark, header in _MARKS.items() if (said := (marks or {}).get(mark))}
    headers = {"User-Agent": "Hongqiao/1", "Accept": accept, **asked}
    answer = follow(url, headers=headers, most=most, seconds=limits()["webhook_timeout"])
    if answer.status == 304 and asked:
        return Got(b"", False, marks or {})
    if answer.status != 200:
        raise NotGot(why=str(answer.status))
    if answer.cut:
        raise NotGot(why=f"> {most // 1024 // 1024} MB")
    return Got(answer.body, True, answer.marks)


def follow(
    url: str,
    *,
    headers: Mapping[str, str],
    most: int,
    seconds: float,
    hops: int = HOPS,
    step: Step = lambda url: (url, None),
    wrong: type[HongqiaoError] = NotGot,
) -> Answer:
    """Return what an address answers once no redirect leads on.

    `step` sees each address before it is asked: it returns the one to ask, and whether the inner network is open to it
    (None: as the installation says), or raises. Raises `wrong` with `why`, BadUrl, NotResolved.
    """
    until = time.monotonic() + seconds
    for _hop in range(hops + 1):
        url, private = step(url)
        target = guard.parse(url, private)
        try:
            with posting.connect(target, guard.resolve(target, private)) as line:
                line.settimeout(posting.left(until))
                line.sendall(_request(target, headers))
                answer = HTTPResponse(line, method="GET")
                answer.begin()
                onward = answer.getheader("Location") if answer.status in MOVED else None
                if not onward:
                    body, cut = _body(answer, line, until, most)
                    charset = answer.headers.get_content_charset() or "utf-8"
                    return Answer(answer.status, url, body, charset, cut, _marked(answer))
                url = urljoin(url, onward)
        except (OSError, ValueError, HTTPException) as error:  # ssl.SSLError and timeouts are OSErrors
            raise wrong(why="timeout" if isinstance(error, TimeoutError) else type(error).__name__) from None
    raise wrong(why=N_("跳转太多"))


def _marked(answer: HTTPResponse) -> dict[str, str]:
    """Return the marks of an answer that may be said again as they are."""
    found = {name: answer.getheader(name) or "" for name in _MARKS}
    return {k: v for k, v in found.items() if v and len(v) <= 300 and v.isascii() and v.isprintable()}


def _request(target: guard.Target, headers: Mapping[str, str]) -> bytes:
    """Return a GET as it goes over the line. Raises ValueError for a header that is not plain ASCII."""
    fields = {"Host": target.host_header, **headers, "Accept-Encoding": "identity", "Connection": "close"}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"GET {target.path} HTTP/1.1\r\n{head}\r\n".encode("ascii")


def _body(answer: HTTPResponse, line: socket.socket, until: float, most: int) -> tuple[bytes, bool]:
    read = b""
    while len(read) <= most:
        line.settimeout(posting.left(until))
        more = answer.read1(65536)
        if not more:
            return read, False
        read += more
    return read[:most], True
