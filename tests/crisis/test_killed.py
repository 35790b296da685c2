"""Workers killed while they read: every mention read once and in order, every grave one alarmed once."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench" / "crisis.py"


@pytest.mark.slow
def test_killed_workers_lose_no_mention_and_alarm_each_grave_one_once():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    command = [sys.executable, str(BENCH), "--backlog", "2000", "--kills", "2", "--port", str(port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280)
    said = json.loads(done.stdout)
    counted = ("mentions", "left", "lost", "twice", "never", "out_of_order", "read_out_of_order")
    assert [said[name] for name in counted] == [2000, 0, 0, 0, 0, 0, 0], (said, done.stderr)
    assert said["killed"] == 2
    assert said["graves"] >= 4
