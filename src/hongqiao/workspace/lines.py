"""What was typed, as one line that a row can hold; every room cleans its titles, names and reasons with it."""

from __future__ import annotations


def one_line(value: object) -> str:
    """Return a text in one line: each run of spaces is one space, no control letter and no half a character.

    None is nothing. How long it may be is said by whoever asks.
    """
    said = str(value if value is not None else "").encode("utf-8", "ignore").decode()
    return " ".join("".join(c for c in said if c >= " " or c.isspace()).split())
