"""The one place where a drill's mentions come in: by the same door as everything that is heard, marked as a drill."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hongqiao.crisis.intake.arriving import Heard, arrive
from hongqiao.crisis.models import Source


def inject(source: Source, number: int, said: Mapping[str, Any], at: datetime) -> None:
    """Let one mention of a scenario be heard at this moment. The same number again is the same mention."""
    text, name = said["text"].format(brand=source.brand.name), f"drill-{number}"
    arrive(
        source,
        [Heard(name, text, at, said["channel"], author=name, followers=said.get("followers"))],
        at=at,
        drill=True,
    )
