"""Whether a page shows a text: how many of the text's shingles are found in it. Serves publish truth.

After Broder, "On the resemblance and containment of documents" (1997): containment, since a page holds much besides.
"""

from __future__ import annotations

import html
import re
import unicodedata

_TAG = re.compile(r"<[^<>]{0,2000}>")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def plain(text: str) -> str:
    """Return letters and digits alone, in one width and case: what no layout, emoji or punctuation changes."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(c for c in folded if c.isalnum())


def of_page(source: str) -> str:
    """Return the plain letters of a page's source: tags away, entities and \\u escapes read, scripts kept."""
    read = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), source)
    return plain(html.unescape(_TAG.sub("", read)))


def shingles(text: str, size: int, most: int) -> list[str]:
    """Return up to `most` different pieces of `size` letters of a plain text, spread evenly over it."""
    every = list(dict.fromkeys(text[i : i + size] for i in range(len(text) - size + 1)))
    step = max(1.0, len(every) / most)
    return [every[int(i * step)] for i in range(min(most, len(every)))]


def share(text: str, page: str, *, size: int, most: int) -> tuple[float, int]:
    """Return (share of the text's shingles found in the page, how many were looked for); both texts plain."""
    wanted = shingles(text, size, most)
    return (sum(one in page for one in wanted) / len(wanted) if wanted else 0.0), len(wanted)
