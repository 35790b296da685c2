"""What the form of an activity's plan holds: as it is kept, or as it was typed where saving it was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from hongqiao.audience.models import Activity

WORDS = ("title", "goal", "rules", "script", "event", "content")
OF_KIND = ("days", "expert", "guest", "licence")
LISTS = ("prompts", "options")
CHOSEN = ("owner", "kill", "account", "group")
TIMES = ("opens", "closes")


def values(row: Activity, typed: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Return field → what stands in it."""
    held = {name: str(getattr(row, name) or "") for name in WORDS}
    held |= {name: str(row.data.get(name) or "") for name in OF_KIND}
    held |= {name: "\n".join(row.data.get(name) or []) for name in LISTS}
    held |= {name: str(getattr(row, f"{name}_id") or "") for name in CHOSEN}
    held |= {name: _local(getattr(row, name)) for name in TIMES}
    held |= {"moderation": "\n".join(row.moderation), "budget": "" if row.budget is None else str(row.budget)}
    return held | {name: str(value) for name, value in (typed or {}).items()}


def roles(lines: list[tuple[str, str, str]], typed: Mapping[str, Any] | None) -> list[tuple[str, str, str]]:
    """Return (code, label, who) of a run sheet's roles."""
    return [(code, label, str((typed or {}).get(f"role.{code}", who))) for code, label, who in lines]


def _local(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M") if at else ""
