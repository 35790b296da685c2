"""The list beside files on this machine that says whose they are and when they were taken."""

import json
from pathlib import Path
from typing import Any


def entries(manifest: Path) -> list[dict[str, Any]]:
    """Return the entries this version reads, newest first: the days people look at are there in seconds."""
    listed = json.loads(manifest.read_text("utf-8"))["files"]
    return sorted((e for e in listed if e["core"]), key=lambda e: (e["captured_at"], e["path"]), reverse=True)
