"""Comments under own pieces of which a person said whether they speak against teach the brand's reader.

A `Feeling` keeps a digest of the words alone; the words are found again among the comments of its piece.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from django.db.models import Count, Sum

from hongqiao import warehouse
from hongqiao.content.models import Feeling, Signal
from hongqiao.content.production import settings
from hongqiao.content.results.feelings import digest
from hongqiao.workspace.judging import Said, Teacher, teaches
from hongqiao.workspace.models import Brand


def stamp(brand: Brand) -> Hashable:
    """Return how much was said, changes of mind too; None where nothing was."""
    rows = Feeling.objects.filter(brand=brand)
    told = tuple(rows.aggregate(n=Count("pk"), changes=Sum("version")).values())
    return told if told[0] else None


def said(brand: Brand) -> list[Said]:
    """Return the words of the newest of them with what the person said; words that are gone teach nothing."""
    rows = list(Feeling.objects.filter(brand=brand).order_by("-id")[: settings.of(brand, "voices")["taught"]])
    keys = sorted({r.content_key for r in rows})
    words = {digest(text): text for text in (*_stated(brand, keys), *_pasted(brand, keys))}
    return [(words[r.text], r.negative) for r in rows if r.text in words]


def _stated(brand: Brand, keys: list[str]) -> Iterable[str]:
    """Comments of files that name these pieces, by the post they belong to or by its address."""
    handle = warehouse.open(brand.pk)
    if "mentions" not in handle.tables():
        return []
    table = handle.current("mentions")
    mine = table.thread_key.isin(keys)
    if "contents" in handle.tables():
        pieces = handle.current("contents")
        asked = pieces.filter(pieces.source_key.isin(keys), pieces.url.notnull()).select("url")
        urls = [str(r["url"]) for r in handle.fetch(asked).to_pylist() if r["url"]]
        mine = (mine | table.url.isin(urls)) if urls else mine
    rows = handle.fetch(table.filter(mine, table.text.notnull()).select("text")).to_pylist()
    return [str(r["text"]) for r in rows]


def _pasted(brand: Brand, keys: list[str]) -> Iterable[str]:
    rows = Signal.objects.filter(brand=brand, kind=Signal.Kind.COMMENT, content_key__in=keys)
    return rows.values_list("text", flat=True)


teaches("content", Teacher(stamp, said))
