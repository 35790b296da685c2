"""One exchange in the OpenAI-compatible protocol: one POST to a checked address, one limit in time and in bytes."""

from __future__ import annotations

import http.client
import io
import json
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from hongqiao.workspace.assistant import errors
from hongqiao.workspace.limits import limits
from hongqiao.workspace.webhooks import guard, posting

CHAT = "/chat/completions"
Message = Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """What a model wrote, and what it cost."""

    text: str
    tokens: int | None


def base_of(url: str) -> str:
    """Return the address without the protocol's own path, checked. Raises BadEndpoint."""
    clean = url.strip().rstrip("/").removesuffix(CHAT)
    try:
        guard.parse(clean, private=settings.MODEL_PRIVATE)
    except guard.BadUrl as bad:
        raise errors.BadEndpoint(why=bad.params["why"]) from None
    if len(clean) > 450 or urlsplit(clean).query or urlsplit(clean).fragment:
        raise errors.BadEndpoint(why=clean[:80])
    return clean


def speak(url: str, key: str, body: Mapping[str, Any], *, long: bool = False) -> Reply:
    """Ask once. Raises AssistantError (`.again` says whether trying again can help), BadEndpoint."""
    seconds = limits()["assistant_long_timeout" if long else "assistant_timeout"]
    status, said = _exchange(base_of(url) + CHAT, key, json.dumps(body, ensure_ascii=False).encode(), seconds)
    _judge(status, said)
    return _reply(said)


def _exchange(url: str, key: str, body: bytes, seconds: int) -> tuple[int, bytes]:
    private = settings.MODEL_PRIVATE
    target = guard.parse(url, private=private)
    try:
        address = guard.resolve(target, private=private)
        until = time.monotonic() + seconds
        with posting.connect(target, address) as line:
            line.settimeout(posting.left(until))
            line.sendall(posting.request(target, body, _headers(key)))
            return _parsed(_read(line, until))
    except guard.BadUrl as bad:
        raise errors.BadEndpoint(why=bad.params["why"]) from None
    except guard.NotResolved:
        raise errors.Unreachable(host=target.host, why="DNS") from None
    except TimeoutError:
        raise errors.Slow(host=target.host, seconds=seconds) from None
    except (OSError, ValueError, http.client.HTTPException, ssl.SSLError) as error:
        raise errors.Unreachable(host=target.host, why=type(error).__name__) from None


def _headers(key: str) -> dict[str, str]:
    plain = {"User-Agent": "Hongqiao/1", "Accept": "application/json"}
    return plain | ({"Authorization": f"Bearer {key}"} if key else {})


def _read(line: socket.socket, until: float) -> bytes:
    """Read a whole answer: as long as it says, or until the other side ends. Raises ValueError for one too long."""
    read = b""
    while not _whole(read):
        line.settimeout(posting.left(until))
        more = line.recv(65536)
        if not more:
            break
        read += more
        if len(read) > limits()["assistant_answer_bytes"]:
            raise ValueError("too long")
    return read


def _whole(read: bytes) -> bool:
    head, ended, rest = read.partition(b"\r\n\r\n")
    if not ended:
        return False
    if b" 100 " in head.partition(b"\r\n")[0]:
        return _whole(rest)
    fields = http.client.parse_headers(io.BytesIO(head.partition(b"\r\n")[2] + b"\r\n\r\n"))
    if (size := fields.get("Content-Length", "")).isdigit():
        return len(rest) >= int(size)
    return "chunked" in fields.get("Transfer-Encoding", "").lower() and rest.endswith(b"\r\n0\r\n\r\n")


class _Kept:
    """What was read, as the standard library's parser wants it."""

    def __init__(self, read: bytes):
        self.read = read

    def makefile(self, *_args: Any, **_named: Any) -> io.BytesIO:
        return io.BytesIO(self.read)


def _parsed(read: bytes) -> tuple[int, bytes]:
    answer = http.client.HTTPResponse(_Kept(read))  # type: ignore[arg-type]
    answer.begin()
    return answer.status, answer.read()


def _judge(status: int, said: bytes) -> None:
    """Raise what a status means; nothing for a 2xx."""
    if 200 <= status < 300:
        return
    if status in (401, 403):
        raise errors.KeyRefused(answer=status)
    if status == 429:
        raise errors.Busy()
    if status >= 500 or status == 408:
        raise errors.Down(answer=status)
    raise errors.Refused(answer=status, said=_complaint(said))


def _complaint(said: bytes) -> str:
    """The service's own words, where it has some; never what was sent."""
    try:
        found = json.loads(said)
        error = found.get("error", found) if isinstance(found, dict) else {}
        text = error.get("message", "") if isinstance(error, dict) else str(error)
    except ValueError:
        text = ""
    return " ".join(str(text).split())[:160] or "—"


def _reply(said: bytes) -> Reply:
    try:
        found = json.loads(said)
        text = found["choices"][0]["message"]["content"]
        used = (found.get("usage") or {}).get("total_tokens")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise errors.NotUnderstood(why="choices[0].message.content") from None
    if not isinstance(text, str) or not text.strip():
        raise errors.NotUnderstood(why="choices[0].message.content")
    whole = isinstance(used, int) and not isinstance(used, bool) and 0 <= used < 2**31
    return Reply(text, used if whole else None)


def body_of(model: str, messages: Sequence[Message], *, as_json: bool, long: bool = False) -> dict[str, Any]:
    """Return the request: the same words give the same answer as far as a model can (temperature 0)."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [dict(m) for m in messages],
        "temperature": 0,
        "max_tokens": limits()["assistant_long_tokens" if long else "assistant_tokens"],
        "stream": False,
    }
    return body | ({"response_format": {"type": "json_object"}} if as_json else {})
