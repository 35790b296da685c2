"""One look at a public page: checked addresses only, few hops, one limit in time and in bytes. No cookie, no script."""

from __future__ import annotations

import http.client
import socket
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from hongqiao.delivery.publishing import addresses, connectors
from hongqiao.delivery.publishing.rules import rules
from hongqiao.errors import N_, HongqiaoError
from hongqiao.workspace.webhooks import guard, posting


class NotFetched(HongqiaoError):
    code, status = "page_not_fetched", 502
    again = True
    message = N_("打不开这个页面：%(why)s")
    next_step = N_("稍后会再看一次；也可以自己打开确认")


@dataclass(frozen=True)
class Page:
    """What an address answered in the end."""

    status: int
    address: str
    text: str


def fetch(address: str, platform: str) -> Page:
    """Return the page of an address of this platform, over redirects that stay there. Raises NotFetched, BadUrl."""
    until = time.monotonic() + rules()["fetch"]["seconds"]
    for _hop in range(rules()["fetch"]["hops"] + 1):
        if not addresses.belongs(address, platform):
            raise NotFetched(why=N_("跳转到了别的网站"))
        status, onward, body = _get(address, platform, until)
        if status not in (301, 302, 303, 307, 308) or not onward:
            return Page(status, address, body)
        address = urljoin(address, onward)
    raise NotFetched(why=N_("跳转太多"))


def _get(address: str, platform: str, until: float) -> tuple[int, str, str]:
    private = urlsplit(address).netloc.lower() in connectors.hosts(platform) or None
    target = guard.parse(_secure(address, private), private)
    try:
        with posting.connect(target, guard.resolve(target, private)) as line:
            line.settimeout(posting.left(until))
            line.sendall(_request(target))
            return _read(line, until)
    except (OSError, ValueError, http.client.HTTPException) as error:
        why = "timeout" if isinstance(error, TimeoutError) else type(error).__name__
        raise NotFetched(why=why) from None


def _secure(address: str, private: bool | None) -> str:
    """Return the address over TLS: platforms' share links still say http now and then."""
    return address if private or not address.startswith("http://") else "https://" + address.removeprefix("http://")


def _request(target: guard.Target) -> bytes:
    fields = {
        "Host": target.host_header,
        "User-Agent": "Mozilla/5.0 (compatible; Hongqiao/1)",
        "Accept": "text/html,application/xhtml+xml",
        "Accept-Language": "zh-CN,zh",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"GET {target.path} HTTP/1.1\r\n{head}\r\n".encode("ascii")


def _read(line: socket.socket, until: float) -> tuple[int, str, str]:
    answer = http.client.HTTPResponse(line, method="GET")
    answer.begin()
    read, most = b"", rules()["fetch"]["bytes"]
    while len(read) < most:
        line.settimeout(posting.left(until))
        more = answer.read1(65536)
        if not more:
            break
        read += more
    charset = answer.headers.get_content_charset() or "utf-8"
    try:
        text = read.decode(charset, "replace")
    except LookupError:
        text = read.decode("utf-8", "replace")
    return answer.status, answer.headers.get("Location", "") or "", text
