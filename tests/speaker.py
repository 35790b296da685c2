"""A server that speaks the OpenAI-compatible protocol on this machine, and can be told to do it wrong."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class Speaker(ThreadingHTTPServer):
    """`says`: the text of the answer, or a callable from the request; `fault`: what goes wrong instead."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[tuple[dict[str, str], dict[str, Any], str]] = []
        self.says: Any = "你好"
        self.fault: Any = ""
        self.url = f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def sent(self) -> str:
        """Everything that was sent in the last call, as text."""
        return "\n".join(m["content"] for m in self.got[-1][1]["messages"])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Speaker

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.got.append((dict(self.headers), body, self.path))
        fault = self.server.fault
        if isinstance(fault, int):
            self._answer(fault, json.dumps({"error": {"message": f"fault {fault}"}}).encode())
        elif fault == "slow":
            self._drip()
        elif fault == "hang up":
            self.close_connection = True
        elif fault == "endless":
            self._answer(200, b"[" + b" " * 400_000)
        elif isinstance(fault, bytes):
            self._answer(200, fault)
        else:
            self._speak(body)

    def _speak(self, body: dict[str, Any]) -> None:
        text = self.server.says(body) if callable(self.server.says) else self.server.says
        answer = {"choices": [{"message": {"role": "assistant", "content": text}}], "usage": {"total_tokens": 12}}
        self._answer(200, json.dumps(answer, ensure_ascii=False).encode(), chunked=self.server.fault == "chunked")

    def _answer(self, status: int, body: bytes, chunked: bool = False) -> None:
        self.send_response(status)
        if status in (301, 302):
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in (body[:10], body[10:], b""):
                self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
                self.wfile.flush()
            return
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        """A letter a moment: each arrives in time, the whole never."""
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
            for _ in range(200):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            super().handle()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def speaker(settings: Any) -> Iterator[Speaker]:
    """The server, on an installation whose owner allows a model on the inner network."""
    settings.MODEL_PRIVATE = True
    server = Speaker()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
