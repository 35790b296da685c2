"""Limits and kinds of licence, as data: knowledge/content/assets.json, with a brand's differences."""

from typing import Any

from hongqiao.content.production.settings import of as _of
from hongqiao.workspace.models import Brand


def of(brand: Brand) -> dict[str, Any]:
    """Return the limits in force for a brand."""
    return _of(brand, "assets")
