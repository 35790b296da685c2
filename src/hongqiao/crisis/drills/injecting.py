"""The one place where a drill's mentions come in: by the same door as everything that is heard, marked as a drill."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hongqiao.crisis.models import Mention, Source
from hongqiao.crisis.watching import hear


def inject(source: Source, number: int, said: Mapping[str, Any], at: datetime) -> None:
    """Let one mention of a scenario be heard now. The same number again is the same mention."""
    author = hashlib.sha256(f"{source.pk}:{number}".encode()).hexdigest()
    row, made = Mention.objects.get_or_create(
        source=source,
        outer=f"drill-{number}",
        defaults={
            "brand": source.brand,
            "channel": said["channel"],
            "text": said["text"].format(brand=source.brand.name),
            "followers": said.get("followers"),
            "author_key": author,
            "posted_at": at,
            "heard_at": at,
            "drill": True,
            "negative": True,
            "kind": source.options.get("kind", ""),
            "state": Mention.State.OPEN,
        },
    )
    if made:
        hear(source.brand, [row])
