"""The key of an idea: the same title however it was spaced, punctuated or written wide."""

import hashlib

from hongqiao.methods.sameness import plain
from hongqiao.methods.titles import normalise


def of(title: str) -> str:
    """Return a digest of a title's letters and digits; of the title itself where it has none."""
    return hashlib.sha256((plain(title) or normalise(title)).encode()).hexdigest()


def of_signal(kind: str, day: str, text: str) -> str:
    """Return a digest of what was said, of which kind, on which day."""
    return hashlib.sha256(f"{kind}|{day}|{normalise(text)}".encode()).hexdigest()
