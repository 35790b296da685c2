"""What results tell the rules of any room: which pieces money was put behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hongqiao.content.results import boosts
from hongqiao.workspace import boosted
from hongqiao.workspace.models import Brand


def paid_for(brand: Brand, handle: Any, pieces: Sequence[boosted.OnePiece]) -> set[str]:
    """Return the keys of pieces of whose impressions more than hardly any were bought."""
    spent = boosts.behind(brand, handle, pieces)
    return {p.key for p in pieces if not boosts.natural(spent.get(p.key, ()), p.seen)}


boosted.register(paid_for)
