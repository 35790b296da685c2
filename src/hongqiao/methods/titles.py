"""Titles as keys: the same title must come out the same however a back end spaced it."""

import re
import unicodedata

# Zero-width and direction marks, soft hyphens: left by editors and phones, different in every copy of a title.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACES = re.compile(r"\s+")


def normalise(title: str | None) -> str:
    """Return `title` in NFKC, without invisible marks, with runs of white space as one space, stripped.

    Idempotent, so the marks go first: one between a letter and its accent would keep them from joining. None gives "".
    Case is kept: two titles that differ in case are two titles.
    """
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", title or ""))
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()
