"""Bursts, severity, incidents that open by themselves, alarms. X1."""

from __future__ import annotations

from collections.abc import Sequence

from hongqiao.crisis.models import Mention
from hongqiao.workspace.models import Brand


def hear(brand: Brand, mentions: Sequence[Mention]) -> None:
    """Look at mentions just read, inside the reader's transaction; see `hearing`."""
    from hongqiao.crisis.watching import hearing

    hearing.hear(brand, mentions)
