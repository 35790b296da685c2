"""The gaps of a draft on its page: marked where they stand, and told above, each with a way to it. C2."""

from __future__ import annotations

from collections import defaultdict

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from hongqiao.compliance.voice import GAP


class Gaps:
    """Marks the gaps of one draft in the order in which its parts are handed to it. prefix: of their places' names."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.places: dict[str, list[str]] = defaultdict(list)

    def marked(self, text: str) -> SafeString:
        """Return a text with its gaps marked and named; everything else is escaped."""
        text, parts, done = str(text or ""), [], 0
        for hit in GAP.finditer(text):
            parts += [format_html("{}", text[done : hit.start()]), self._mark(hit[0], hit[1].strip())]
            done = hit.end()
        return mark_safe("".join([*parts, format_html("{}", text[done:])]))  # noqa: S308  (each part was escaped)

    def _mark(self, whole: str, words: str) -> SafeString:
        place = f"{self.prefix}-{self.count + 1}"
        self.places[words].append(place)
        return format_html('<span class="gap" id="{}" tabindex="-1">{}</span>', place, whole)

    @property
    def count(self) -> int:
        return sum(len(found) for found in self.places.values())

    def todo(self) -> list[dict[str, object]]:
        """Return what is still to be added: each thing once, with the places where it is lacking."""
        return [{"words": words or _("没有写明缺什么"), "places": found} for words, found in self.places.items()]
