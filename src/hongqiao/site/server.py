"""Web and worker as one command: prepare, start both, say where to sign in, stop both together."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from hongqiao.errors import N_, HongqiaoError
from hongqiao.site import stamp


class PortTaken(HongqiaoError):
    code = "port_taken"
    message = N_("%(host)s:%(port)s 已被占用")
    next_step = N_("关掉占用它的程序，或设 HONGQIAO_PORT 换一个端口再启动")


def on_stop(call: Callable[[], None]) -> None:
    """Call once when the process is asked to end (Ctrl-C, SIGTERM; Ctrl-Break on Windows)."""
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: call())


def web(host: str, port: int, workers: int = 1) -> int:
    """Run the web server in this process until it is stopped."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "hongqiao.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=int(os.environ.get("HONGQIAO_WEB_THREADS", "4")),
        log_enabled=True,
        log_level="error",  # type: ignore[arg-type]
        respawn_failed_workers=True,
        workers_kill_timeout=3,  # a page that takes longer when asked to stop is not worth waiting for
    ).serve()
    return 0


def serve(*, host: str, port: int, workers: int, sample: bool) -> int:
    """Prepare, run web and worker as children, print the way in, and wait. Returns the exit status."""
    began = time.monotonic()
    if _answers(host, port):
        raise PortTaken(host=host, port=port)
    me = [sys.executable, "-m", "hongqiao.site.cli"]
    start_web = [*me, "web", "--host", host, "--port", str(port)]
    children = [subprocess.Popen(start_web)] if stamp.holds() else []  # noqa: S603 — loads while the check below runs
    stopping: list[bool] = []
    on_stop(lambda: stopping.append(True))
    try:
        _prepare(sample)
        children = children or [subprocess.Popen(start_web)]  # noqa: S603
        while not stopping and not _serves(host, port) and all(c.poll() is None for c in children):
            time.sleep(0.05)
        _serving(host, port)
        children += [subprocess.Popen([*me, "worker"]) for _ in range(workers)]  # noqa: S603 — after the first page
        _welcome(host, port, time.monotonic() - began)
        while not stopping and all(c.poll() is None for c in children):
            time.sleep(0.2)
    finally:
        codes = [_end(c) for c in children]
        _note().unlink(missing_ok=True)
    return 0 if stopping else max((abs(c) for c in codes), default=0)


def _prepare(sample: bool) -> None:
    import django  # only here: a web server that starts early must not wait for it

    django.setup()
    from hongqiao.site import first

    _say("· 准备数据 / preparing data")
    first.prepare(sample=sample)
    stamp.keep()


def _note() -> Path:
    from hongqiao.site import settings
    from hongqiao.workspace import links

    return settings.DATA / links.SERVING


def _serving(host: str, port: int) -> None:
    """Note where this server is reached, for commands and for the links that the worker sends out."""
    _note().write_text(_address(host, port), "utf-8")


def _address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _welcome(host: str, port: int, seconds: float) -> None:
    from django.conf import settings

    from hongqiao.site import first

    address = settings.URL or _address(host, port)
    _say(
        f"\n  虹桥已启动 / Hongqiao is up   {address}   ({seconds:.1f} s)\n"
        f"  一次性登录链接 / one-time sign-in:\n  {address}{first.sign_in_path()}\n"
        "  停止 / stop: Ctrl-C\n"
    )


def _answers(host: str, port: int) -> bool:
    shown = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104
    with contextlib.suppress(OSError), socket.create_connection((shown, port), 0.2):
        return True
    return False


def _serves(host: str, port: int) -> bool:
    """Return whether a page comes: the socket is open a while before the house behind it has been loaded."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    line = http.client.HTTPConnection(shown, port, timeout=30)
    try:
        line.request("GET", "/accounts/login/", headers={"Host": f"{shown}:{port}"})
        return line.getresponse().status > 0
    except OSError:
        return False
    finally:
        line.close()


def _end(child: "subprocess.Popen[bytes]") -> int:
    if child.poll() is None:
        child.terminate()
        try:
            return child.wait(timeout=15) and 0
        except subprocess.TimeoutExpired:
            child.kill()
    return child.wait()


def _say(text: str) -> None:
    print(text, flush=True)
