"""Words of a draft as a finding quotes them: what is read, never markup that somebody pasted into a plain text."""

from __future__ import annotations

import re

_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")


def quoted(text: str, start: int = 0, most: int = 20) -> str:
    """Return at most `most` characters of a text from `start` on; a tag counts for nothing, one cut into is left out
    whole."""
    return _bare(text, start).strip()[:most]


def ending(text: str, most: int = 20) -> str:
    """Return the last characters of a text, tags left out."""
    return _bare(text, 0).strip()[-most:]


def _bare(text: str, start: int) -> str:
    """Return a text from `start` on without its tags, whatever part of one `start` stands in."""
    kept, at = [], start
    for tag in _TAG.finditer(text):
        if tag.end() <= start:
            continue
        kept.append(text[at : max(at, tag.start())])
        at = max(at, tag.end())
    return "".join([*kept, text[at:]])
