"""Starting: what is prepared is not waited for again, and a taken port is said before anything is loaded."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from hongqiao.site import settings as house_settings
from hongqiao.site import stamp

ROOT = Path(__file__).resolve().parents[2]


def test_a_folder_is_prepared_until_migrations_packages_or_database_change(tmp_path, monkeypatch):
    monkeypatch.setattr(house_settings, "DATA", tmp_path)
    monkeypatch.setattr(house_settings, "DATABASE_URL", "")
    stamp.keep()
    assert not stamp.holds()  # there is no database
    (tmp_path / "hongqiao.sqlite3").touch()
    assert stamp.holds()
    monkeypatch.setattr(house_settings, "DATABASE_URL", "postgres://elsewhere/x")
    assert not stamp.holds()
    stamp.keep()
    assert stamp.holds()
    monkeypatch.setattr(stamp, "PACKAGE", tmp_path)  # other migrations
    assert not stamp.holds()


def _env(data: Path) -> dict[str, str]:
    ours = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "HONGQIAO_PORT", "HONGQIAO_URL")
    env = {k: v for k, v in os.environ.items() if k not in ours}
    return env | {"HONGQIAO_DATA": str(data), "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}


def _link(data: Path) -> str:
    command = [sys.executable, "-m", "hongqiao.site.cli", "link"]
    return subprocess.run(command, env=_env(data), check=True, capture_output=True, text=True, encoding="utf-8").stdout


def _serve(data: Path, port: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "hongqiao.site.cli", "serve", "--no-sample", "--port", str(port)]
    return subprocess.Popen(
        command, env=_env(data), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="ends its processes by SIGTERM")
def test_it_starts_twice_on_one_folder_serves_pages_and_ends_when_asked(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = _serve(tmp_path, port)
        assert "✗" in refused.communicate(timeout=60)[1]
        assert refused.returncode == 2
    for _ in range(2):
        server = _serve(tmp_path, port)
        link = next(line.strip() for line in server.stdout if "/in/" in line)
        with urllib.request.urlopen(link, timeout=10) as page:
            assert page.status == 200
        assert _link(tmp_path).startswith(f"http://127.0.0.1:{port}/in/")
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)
        assert server.returncode == 0
    assert (tmp_path / ".prepared").exists()
    assert _link(tmp_path).startswith("http://127.0.0.1:8000/in/")  # nothing runs any more: the usual port
