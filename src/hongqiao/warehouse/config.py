"""Where the warehouse lives and what it may use. Limits are data (limits.json); the machine's share is environment."""

import json
import os
from functools import cache
from pathlib import Path

from django.conf import settings


@cache
def _limits() -> dict[str, int]:
    entries = json.loads(Path(__file__).with_name("limits.json").read_text(encoding="utf-8"))
    return {name: entry["value"] for name, entry in entries.items() if isinstance(entry, dict)}


def limit(name: str) -> int:
    """Return one limit of limits.json in the unit that is named there. Raises KeyError for an unknown name."""
    return _limits()[name]


def data() -> Path:
    return Path(settings.DATA)


def tmp() -> Path:
    """The folder of imports on their way, on the same disk as the parts. Made where it is missing."""
    folder = data() / "tmp" / "intake"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def threads() -> int:
    return int(os.environ.get("HONGQIAO_THREADS") or os.cpu_count() or 1)


def memory_mb() -> int:
    return int(os.environ.get("HONGQIAO_MEMORY_MB") or limit("memory_mb"))


def cache_bytes() -> int:
    return int(os.environ.get("HONGQIAO_CACHE_MB") or limit("cache_mb")) * 1024 * 1024
