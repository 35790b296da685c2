"""Limits of the inbox and of its first reply, as data with a brand's differences."""

from __future__ import annotations

from typing import Any

from hongqiao.audience import settings
from hongqiao.knowledge import read
from hongqiao.workspace.models import Brand

SEE, EDIT = "users.view", "users.edit"


def limits(brand: Brand | None = None) -> dict[str, Any]:
    """Return knowledge/audience/inbox.json, with a brand's differences where one is named."""
    return settings.of(brand, "inbox") if brand else read("audience/inbox")
