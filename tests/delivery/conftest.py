"""A platform of one's own: a bot that answers what the test says, as Feishu, DingTalk and WeCom do, with HTTP 200."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.cast import cast  # noqa: F401


class Bot(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, json.loads(body)))
        said = self.server.answer
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(said if isinstance(said, bytes) else json.dumps(said).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def bot(settings):
    settings.WEBHOOK_PRIVATE = True
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bot)
    server.got, server.status, server.answer = [], 200, {"code": 0, "errcode": 0, "msg": "ok"}
    server.url = f"http://127.0.0.1:{server.server_port}/robot/send?access_token=abcd1234"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def pages():
    """Public pages of a platform on this machine."""
    from tests.delivery.publisher import serve_pages

    server = serve_pages()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def platform(monkeypatch, pages):
    """A platform whose connector publishes to every 小红书 account; its pages are `pages`."""
    from hongqiao.delivery.publishing import connectors
    from tests.delivery.publisher import Platform

    connectors.discover()  # what registers itself later would be forgotten with the copy
    made = Platform()
    monkeypatch.setattr(connectors, "_BY_PLATFORM", dict(connectors._BY_PLATFORM))
    connectors.register("xiaohongshu", lambda account: made, hosts=[pages.host])
    return made
