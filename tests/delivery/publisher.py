"""A platform of one's own: it takes pictures, drafts and publications, counts them, and fails as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from hongqiao.errors import HongqiaoError
from hongqiao.platforms.client.publisher import Payload, Status, Submitted


class Busy(HongqiaoError):
    code, status, again = "busy", 502, True
    message = "platform busy"


class No(HongqiaoError):
    code, status = "45166", 502
    message = "内容含违规信息"


class Platform:
    """What the platform has. `faults`: {step: [errors, in order]}; "after": raised once the platform has taken it."""

    def __init__(self) -> None:
        self.uploads: list[str] = []
        self.published: list[str] = []
        self.faults: dict[str, list[HongqiaoError]] = {}
        self.said = Status("submitted")
        self.finds = True
        self.before_submit = lambda: None

    def fault(self, step: str) -> None:
        if self.faults.get(step):
            raise self.faults[step].pop(0)

    # the Publisher
    def prepare(self, payload: Payload, done: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        for step in ("picture", "draft"):
            if step not in done:
                self.fault(step)
                self.uploads.append(step)
                yield step, f"{step}-{payload.mark}"

    def submit(self, payload: Payload, done: Mapping[str, str]) -> Submitted:
        assert set(done) == {"picture", "draft"}
        self.before_submit()
        self.fault("submit")
        self.published.append(payload.mark)
        self.fault("after")
        return Submitted({"publish_id": f"p-{payload.mark}"})

    def find(self, payload: Payload, done: Mapping[str, str]) -> Submitted | None:
        self.fault("find")
        return Submitted({"publish_id": f"p-{payload.mark}"}) if payload.mark in self.published else None

    def poll(self, ids: Mapping[str, str]) -> Status:
        self.fault("poll")
        return self.said


class Pages(BaseHTTPRequestHandler):
    """The platform's public pages: what the test put at each path."""

    def do_GET(self) -> None:
        status, body = self.server.pages.get(self.path, (404, "nothing here"))
        self.server.asked.append(self.path)
        self.send_response(status)
        if status in (301, 302):
            self.send_header("Location", body)
            body = ""
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


def serve_pages() -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.pages, server.asked = {}, []
    server.host = f"127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
