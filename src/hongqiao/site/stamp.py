"""Whether this data folder was prepared by this very version: then web may start while the check still runs."""

import hashlib
from pathlib import Path

from hongqiao.site import settings

PACKAGE = Path(__file__).resolve().parents[1]


def _wanted() -> str:
    """Return what the database should have been brought up to: our migrations, the locked packages, which database."""
    names = sorted(p.relative_to(PACKAGE).as_posix() for p in PACKAGE.glob("*/migrations/*.py"))
    lock = settings.ROOT / "requirements" / "base.txt"
    packages = lock.read_text("utf-8") if lock.exists() else ""
    return hashlib.sha256("\n".join([*names, packages, settings.DATABASE_URL]).encode()).hexdigest()


def holds() -> bool:
    """Return whether the last preparation was for what is wanted now. A guess: whoever relies on it checks as well."""
    if not settings.DATABASE_URL and not (settings.DATA / "hongqiao.sqlite3").exists():
        return False
    kept = settings.DATA / ".prepared"
    return kept.exists() and kept.read_text("utf-8") == _wanted()


def keep() -> None:
    """Note that the data folder is prepared."""
    (settings.DATA / ".prepared").write_text(_wanted(), "utf-8")
