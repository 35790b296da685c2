"""Workers killed while they publish, on a platform that misbehaves: each text once, none twice, each proved."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench" / "publishing.py"


@pytest.mark.slow
def test_killed_workers_publish_everything_once():
    command = [sys.executable, str(BENCH), "--count", "40", "--kills", "2", "--seed", "7"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280)
    said = json.loads(done.stdout)
    assert (said["published"], said["twice"], said["verified"]) == (40, 0, 40), (said, done.stderr)
    assert said["killed"] == 2
