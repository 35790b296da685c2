"""One POST to a checked address: no redirect followed, no byte of the answer kept but its status, one limit in time."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Mapping

from hongqiao.errors import N_, HongqiaoError
from hongqiao.workspace.limits import limits
from hongqiao.workspace.webhooks import guard

MOST = 16 * 1024  # bytes of an answer's head that are read at most


class Unreachable(HongqiaoError):
    code, status = "webhook_unreachable", 502
    again = True
    message = N_("没有送达 %(host)s：%(why)s")
    next_step = N_("请检查对方服务是否在运行、证书是否有效")


class Refused(HongqiaoError):
    code, status = "webhook_refused", 502
    again = True
    message = N_("对方没有接受，状态码 %(answer)s")
    next_step = N_("对方应在 10 秒内答 2xx；不跟随跳转，请填写最终地址")


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send the body; return the 2xx status. Raises Unreachable, Refused (`.params["answer"]`), BadUrl, NotResolved."""
    target = guard.parse(url)
    address = guard.resolve(target)
    until = time.monotonic() + limits()["webhook_timeout"]
    try:
        with connect(target, address) as line:
            line.settimeout(left(until))
            line.sendall(request(target, body, {"User-Agent": "Hongqiao-Webhook/1", **headers}))
            status = _status(line, until)
    except (OSError, ValueError) as error:  # ssl.SSLError and timeouts are OSErrors
        why = "timeout" if isinstance(error, TimeoutError) else type(error).__name__
        raise Unreachable(host=target.host, why=why) from None
    if not 200 <= status < 300:
        raise Refused(answer=status)
    return status


def connect(target: guard.Target, address: str) -> socket.socket:
    seconds = limits()["webhook_connect"]
    line = socket.create_connection((address, target.port), timeout=seconds)
    if not target.secure:
        return line
    try:
        return ssl.create_default_context().wrap_socket(line, server_hostname=target.host)
    except BaseException:
        line.close()
        raise


def request(target: guard.Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Return a POST of JSON as it goes over the line. Raises ValueError for a header that is not plain ASCII."""
    fields = {
        "Host": target.host_header,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {target.path} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


def _status(line: socket.socket, until: float) -> int:
    """Read as far as the status that is final (1xx ones are not). Raises ValueError for what is no HTTP."""
    read = b""
    while True:
        first, ended, _rest = read.partition(b"\r\n")
        if ended:
            words = first.split(b" ", 2)
            if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or len(words[1]) != 3:
                raise ValueError("not HTTP")
            status = int(words[1])
            if status >= 200:
                return status
            _head, over, rest = read.partition(b"\r\n\r\n")
            if over:
                read = rest
                continue
        line.settimeout(left(until))
        more = line.recv(4096)
        if not more or len(read) > MOST:
            raise ValueError("no answer")
        read += more


def left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
