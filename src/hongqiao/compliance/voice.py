"""Whether a draft speaks as the brand does: red lines, words not its own, how it calls itself, its brief. C2."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hongqiao.book import queries as book
from hongqiao.book.models import Book
from hongqiao.compliance import packs
from hongqiao.compliance.places import places, where
from hongqiao.methods.craft import Draft, Found
from hongqiao.workspace.models import Brand

GAP = re.compile(r"〔待补[：:]?([^〔〕\n]*)〕")
_NEGATED = re.compile(r"(?:不说|不做|不搞|不讲|不提|不写|不用|不是|不要|没有|拒绝|反对|别说|别写)[^，。！？；\n]{0,3}$")


def found(brand: Brand, draft: Draft, brief: Mapping[str, Any] | None = None) -> list[Found]:
    """Return where a draft leaves the brand's voice. `brief`: what its piece was asked for (must, avoid)."""
    texts = places(draft)
    if not texts:
        return []
    row = book.book_of(brand)
    return [
        *_gaps(texts),
        *_lines(row, texts),
        *_avoided(row, texts),
        *_self(row, draft, texts),
        *_brief(texts, brief or {}),
    ]


def _gaps(texts: Mapping[str, str]) -> Iterator[Found]:
    """What a draft left open: nobody reads 〔待补：…〕 as the brand's word."""
    for place, text in texts.items():
        for m in GAP.finditer(text):
            yield Found("voice.gap", "block", place, *m.span(), word=m[0], params={"why": m[1]}, basis="own")


def _lines(row: Book, texts: Mapping[str, str]) -> Iterator[Found]:
    """A red line is a list of words: it holds a text, unless the sentence denies it."""
    for line in row.lines:
        for place, m in where(texts, line.get("words") or ()):
            if not _NEGATED.search(texts[place][: m.start()]):
                more = {"line": line["text"], "why": line.get("why", "")}
                yield Found("voice.line", "block", place, *m.span(), word=m[0], params=more, basis="own")


def _avoided(row: Book, texts: Mapping[str, str]) -> Iterator[Found]:
    instead = {a["word"].lower(): a.get("instead", "") for a in row.avoid}
    for place, m in where(texts, instead):
        yield Found(
            "voice.avoid", "warn", place, *m.span(), word=m[0], basis="own", replacement=instead[m[0].lower()]
        )  # fmt: skip


def _self(row: Book, draft: Draft, texts: Mapping[str, str]) -> Iterator[Found]:
    """An official tone: the company's words for itself; on a note also nobody who speaks at all."""
    rules = packs.product_rules()
    avoided = {a["word"] for a in row.avoid}
    for place, m in where(texts, [w for w in rules["official"] if w not in avoided]):
        yield Found(
            "voice.self", "warn", place, *m.span(), word=m[0], params={"self": row.first_person}, basis="own",
            replacement=row.first_person if m[0].endswith(("司", "品牌", "店")) else "",
        )  # fmt: skip
    long = len(draft.text) >= rules["first_person_from"]
    if draft.form == "note" and long and not any(w in draft.text for w in rules["first_person"]):
        yield Found("voice.official", "warn", "text", 0, 0, basis="own", heuristic=True)


def _brief(texts: Mapping[str, str], brief: Mapping[str, Any]) -> Iterator[Found]:
    """What the brief asks to be said and not to be said: a line a phrase."""
    whole = re.sub(r"\s+", "", "\n".join(texts.values())).lower()
    for phrase in phrases(brief.get("must")):
        if re.sub(r"\s+", "", phrase).lower() not in whole:
            yield Found("voice.must", "warn", "text", 0, 0, word=phrase, params={"phrase": phrase}, basis="own")
    for place, m in where(texts, phrases(brief.get("avoid"))):
        yield Found("voice.must_not", "block", place, *m.span(), word=m[0], basis="own")


def phrases(typed: Any) -> list[str]:
    """Return the phrases of a part of a brief: given as a list, or a line each, or with 、；between."""
    given = typed if isinstance(typed, list | tuple) else re.split(r"[\n、；;]", str(typed or ""))
    return [p for one in given if len(p := str(one).strip(" 　。，,“”\"'")) > 1]
