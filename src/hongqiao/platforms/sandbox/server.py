"""The HTTP side of the test server: calls, pages of articles, pictures, events on their way, and a control."""

from __future__ import annotations

import contextlib
import html
import json
import threading
import time
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from hongqiao.platforms.sandbox import calls, comments, publishing
from hongqiao.platforms.sandbox.world import WeChatWorld
from hongqiao.platforms.wechat_oa.api.security import Guard, signature

MOST_BYTES = 16 << 20
SLOW_SECONDS = 30.0


class Sandbox(ThreadingHTTPServer):
    """A test server on this machine. As a context manager it serves on a thread."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, world: WeChatWorld | None = None, host: str = "127.0.0.1", port: int = 0):
        super().__init__((host, port), _Handler)
        self.world = world or WeChatWorld()
        self.url = self.world.base = f"http://{host}:{self.server_port}"
        self.slow_seconds = SLOW_SECONDS
        self.sent: list[str] = []  # events that fell due, also without an address
        self._over = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        threading.Thread(target=self.deliver, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.shutdown()
        self.server_close()

    def deliver(self) -> None:
        """Send events as they fall due, until the server ends. Three tries each, as the platform does."""
        while not self._over.wait(0.05):
            with self.world.lock:
                publishing.settle(self.world)
                waiting, self.world.outbox = self.world.outbox, []
                self.sent += waiting
            if self.world.callback:
                for event in waiting:
                    self._send(event)

    def newest(self) -> str:
        """Return the event that was put out last, whether it went already or not."""
        with self.world.lock:
            return [*self.sent, *self.world.outbox][-1]

    def _send(self, event: str) -> None:
        for _ in range(3):
            query, body = sealed(self.world, event)
            status = 0
            with contextlib.suppress(httpx.HTTPError):
                address = f"{self.world.callback}?{urlencode(query)}"
                answer = httpx.post(address, content=body, headers={"Content-Type": "text/xml"}, timeout=5)
                status = answer.status_code
            self.world.events.append({"xml": event, "status": status})
            if status == 200:
                return
            time.sleep(0.1)


def sealed(world: WeChatWorld, event: str) -> tuple[dict[str, str], bytes]:
    """Return (query, body) of an event: signed, and encrypted where the account has a key."""
    stamp, nonce = str(int(time.time())), world.name_of(10)
    query = {"signature": signature(world.callback_token, stamp, nonce), "timestamp": stamp, "nonce": nonce}
    if not world.aes_key:
        return query, event.encode()
    sealed = Guard(world.app_id, world.callback_token, world.aes_key).encrypt(event)
    query |= {"encrypt_type": "aes", "msg_signature": signature(world.callback_token, stamp, nonce, sealed)}
    return query, f"<xml><ToUserName>gh</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Sandbox

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/s":
            self._page(dict(parse_qsl(parts.query)))
        elif parts.path.startswith("/mmbiz"):
            self._picture(parts.path.split("/")[2])
        elif parts.path == "/sandbox":
            self._out(200, json.dumps(overview(self.server.world), ensure_ascii=False).encode())
        else:
            self._call("GET", b"")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= MOST_BYTES:
            self._out(413, b"{}")
            return
        body = self.rfile.read(length)
        if urlsplit(self.path).path == "/sandbox":
            self._control(body)
        else:
            self._call("POST", body)

    def _call(self, method: str, body: bytes) -> None:
        parts, world = urlsplit(self.path), self.server.world
        query: dict[str, Any] = dict(parse_qsl(parts.query))
        with world.lock:
            fault = world.take_fault(calls.BY_PATH.get(parts.path, (parts.path,))[0])
        if fault in _SAID:
            self._out(200, json.dumps(_SAID[fault]).encode())
        elif fault == "500":
            self._out(500, b"<html>Internal Server Error</html>")
        elif fault == "garbage":
            self._out(200, b"<html>gateway</html>")
        elif fault == "drop":
            self.close_connection = True
        else:
            if fault == "slow":
                time.sleep(self.server.slow_seconds)
            with world.lock:
                publishing.settle(world)
                file = _file(self.headers.get("Content-Type", ""), body)
                said = calls.answer(world, method, parts.path, query, body, self.client_address[0], file)
            if fault == "lost":
                self.close_connection = True
            elif fault == "lost_500":
                self._out(502, b"")
            else:
                self._out(200, json.dumps(said, ensure_ascii=False).encode())

    def _page(self, query: dict[str, str]) -> None:
        with self.server.world.lock:
            found = article(self.server.world, query)
        self._out(200 if found else 404, page(self.server.world, found).encode(), "text/html; charset=utf-8")

    def _picture(self, name: str) -> None:
        held = self.server.world.pictures.get(name) or self.server.world.materials.get(name)
        kind = "image/png" if held and held.startswith(b"\x89PNG") else "image/jpeg"
        self._out(200 if held else 404, held or b"", kind)

    def _control(self, body: bytes) -> None:
        """{"fault": ["freepublish/submit", "lost"]}, {"advance": seconds}, {"verdict": 4}, {"kill_token": true},
        {"comment": [msg_data_id, text]}, {"uncomment": user_comment_id}, {"message": text}."""
        try:
            said = json.loads(body)
            with self.server.world.lock:
                control(self.server.world, said)
        except (ValueError, TypeError, KeyError, AttributeError):
            self._out(400, b'{"error": "not understood"}')
            return
        self._out(200, json.dumps(overview(self.server.world), ensure_ascii=False).encode())

    def _out(self, status: int, body: bytes, kind: str = "application/json; charset=utf-8") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            super().handle()

    def log_message(self, *_: object) -> None:
        pass


_SAID: dict[str, dict[str, Any]] = {
    "busy": {"errcode": -1, "errmsg": "system error"},
    "rate": {"errcode": 45011, "errmsg": "api minute-quota reach limit, must slower, retry next minute"},
    "quota": {"errcode": 45009, "errmsg": "reach max api daily quota limit"},
}


def _file(kind: str, body: bytes) -> bytes | None:
    """Return the part named `media` of a form."""
    if not kind.startswith("multipart/form-data"):
        return None
    letter = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    for part in letter.walk():
        if part.get_param("name", header="content-disposition") == "media":
            data = part.get_payload(decode=True)
            return data if isinstance(data, bytes) else None
    return None


def control(world: WeChatWorld, said: dict[str, Any]) -> None:
    """Do what the control asks."""
    if "fault" in said:
        call, fault = said["fault"]
        world.fault(str(call), str(fault))
    if "advance" in said:
        world.advance(float(said["advance"]))
    if "verdict" in said:
        world.verdicts.append(int(said["verdict"]))
    if said.get("kill_token"):
        world.kill_token()
    if "comment" in said:
        data_id, text = said["comment"]
        comments.comment(world, str(data_id), str(text))
    if "uncomment" in said:
        for one in world.comments:
            one.gone |= one.number == int(said["uncomment"])
    if "message" in said:
        comments.write(world, str(said["message"]))


def overview(world: WeChatWorld) -> dict[str, Any]:
    """Return what the server holds, for a person who looks. Its readings are invented."""
    return {
        "readings": "invented by a seeded curve",
        "now": world.day(),
        "asked": dict(world.asked),
        "drafts": [{"media_id": k, "titles": [a["title"] for a in d["articles"]]} for k, d in world.drafts.items()],
        "published": [
            {
                "publish_id": p.publish_id,
                "msg_data_id": p.data_id,
                "comments": sum(c.data_id == p.data_id and not c.gone for c in world.comments),
                "status": p.status,
                "mass": p.mass,
                "titles": [a["title"] for a in p.articles],
                "urls": [a.get("url", "") for a in p.articles],
            }
            for p in world.publications
        ],
    }


def article(world: WeChatWorld, query: dict[str, str]) -> dict[str, Any] | None:
    """Return the published article of an address; None where there is none, or no more."""
    for one in world.publications:
        if one.data_id == query.get("mid") and one.status == publishing.GOOD:
            number = query.get("idx", "1")
            place = int(number) - 1 if number.isdecimal() else -1
            return one.articles[place] if 0 <= place < len(one.articles) else None
    return None


def page(world: WeChatWorld, found: dict[str, Any] | None) -> str:
    """Return the page of an article, built as the platform's: title in #activity-name, text in #js_content."""
    if found is None:
        return "<!doctype html><meta charset=utf-8><title></title><p>该内容已被发布者删除"
    title = html.escape(found["title"])
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:title" content="{title}"></head><body><h1 class="rich_media_title" id="activity-name">'
        f'{title}</h1><div id="meta_content"><a id="js_name">{html.escape(world.name)}</a></div>'
        f'<div class="rich_media_content" id="js_content" style="visibility: hidden;">{found["content"]}</div>'
        "</body></html>"
    )
