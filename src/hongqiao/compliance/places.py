"""Where words stand in a draft."""

from __future__ import annotations

from hongqiao.methods.craft import Draft


def places(draft: Draft) -> dict[str, str]:
    """Return place → its plain text, of all that is written of a draft, in reading order."""
    found = {"title": draft.title, "digest": draft.digest, "text": draft.text}
    for number, shot in enumerate(draft.shots):
        found |= {f"shots.{number}.line": shot.line, f"shots.{number}.subtitle": shot.subtitle}
    found |= {f"tags.{number}": tag for number, tag in enumerate(draft.tags)}
    return {k: v for k, v in found.items() if v}
