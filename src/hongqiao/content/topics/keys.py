"""The key of an idea: the same title however it was spaced, punctuated or written wide."""

import hashlib

from hongqiao.methods.sameness import plain
from hongqiao.methods.titles import normalise


def of(title: str) -> str:
    """Return a digest of a title's letters and digits; of the title itself where it has none."""
    return hashlib.sha256((plain(title) or normalise(title)).encode()).hexdigest()


def of_signal(kind: str, day: str, text: str, content_key: str = "") -> str:
    """Return a digest of what was said, of which kind, on which day, under which piece where that is known."""
    under = f"|{content_key}" if content_key else ""
    return hashlib.sha256(f"{kind}|{day}|{normalise(text)}{under}".encode()).hexdigest()
