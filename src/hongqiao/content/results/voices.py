"""What people say under a piece: its comments from files and pasted ones, by what they are about and what they ask. C3.

What a comment is about is told by words, whether it speaks against by `feelings`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao import warehouse
from hongqiao.content.models import Signal
from hongqiao.content.production import settings
from hongqiao.content.results import feelings
from hongqiao.content.results.feelings import Felt
from hongqiao.content.results.queries import EDIT, SEE, Shown
from hongqiao.content.topics import services as topics
from hongqiao.methods.voices import groups
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import Brand, Member

ASKING, REST, AGAINST = "asking", "rest", "against"


@dataclass(frozen=True)
class Voice:
    """A comment. count: how often it was said; url: where it stands; pasted: the key of the row that was pasted; felt:
    whether it speaks against, None where nobody asked."""

    text: str
    day: date
    count: int = 1
    likes: int | None = None
    url: str = ""
    pasted: UUID | None = None
    felt: Felt | None = None

    @property
    def key(self) -> str:
        return feelings.digest(self.text)


@dataclass(frozen=True)
class Group:
    """What a number of comments are about: count, and its comments, the most liked first; against: how many of them
    speak against."""

    code: str
    label: str
    count: int
    voices: tuple[Voice, ...]

    @property
    def against(self) -> int:
        return sum(v.count for v in self.voices if v.felt and v.felt.negative)


@dataclass(frozen=True)
class Summary:
    """count: comments in all, one said n times counts n; enough: whether shares say anything; groups: topics, the most
    first, then what is about none of them; asking: the questions; against: those that speak against."""

    count: int
    enough: bool
    groups: tuple[Group, ...]
    asking: Group
    against: Group


def data(brand: Brand) -> dict[str, Any]:
    """Return knowledge/content/voices.json with what the brand changed in `Brand.settings["content"]["voices"]`."""
    return settings.of(brand, "voices")


def of(member: Member, one: Shown, url: str = "") -> list[Voice]:
    """Return a piece's comments as `heard` does, each with whether it speaks against. Raises NotAllowed."""
    found = heard(member, one, url)
    texts = [v.text for v in found]
    asking = set(groups(texts, {}, data(member.brand)["questions"]).asking)
    felt = feelings.of(member, one.key, texts, asking)
    return [replace(v, felt=f) for v, f in zip(found, felt, strict=True)]


def heard(member: Member, one: Shown, url: str = "") -> list[Voice]:
    """Return a piece's comments, the most liked first. url: its address, where it is known. Raises NotAllowed."""
    permissions.require(member, SEE)
    pasted = Signal.objects.for_member(member, SEE).filter(kind=Signal.Kind.COMMENT, content_key=one.key)
    said = [Voice(s.text, s.day, s.count, None, s.url, s.pk) for s in pasted]
    return sorted([*_kept(member, one, url), *said], key=lambda v: (-(v.likes or 0), -v.count, v.day, v.text))


def _kept(member: Member, one: Shown, url: str) -> list[Voice]:
    """Return comments of files that name the piece: as the post they belong to, or by its address."""
    handle = warehouse.open(member.brand_id)
    if "mentions" not in handle.tables():
        return []
    table = handle.current("mentions")
    mine = table.thread_key == one.key
    mine = (mine | (table.url == url)) if url else mine
    asked = table.filter(mine, table.text.notnull()).select("text", "ts", "likes", "url")
    rows = handle.fetch(asked).to_pylist()
    return [Voice(str(r["text"]), r["ts"].date(), 1, r["likes"], str(r["url"] or "")) for r in rows]


def address(member: Member, key: str) -> str:
    """Return where a piece stands, as its platform's files have it, "" where they do not say."""
    handle = warehouse.open(member.brand_id)
    table = handle.current("contents")
    rows = handle.fetch(table.filter(table.source_key == key, table.url.notnull()).select("url")).to_pylist()
    return str(rows[0]["url"]) if rows else ""


def summary(brand: Brand, voices: Sequence[Voice]) -> Summary:
    """Return comments by what they are about, what they ask, and which speak against."""
    d = data(brand)
    labels = {t["code"]: t["label"] for t in d["topics"]}
    found = groups([v.text for v in voices], {t["code"]: t["terms"] for t in d["topics"]}, d["questions"])

    def group(code: str, label: str, places: Sequence[int]) -> Group:
        inside = tuple(voices[n] for n in places)
        return Group(code, label, sum(v.count for v in inside), inside)

    told = sorted((group(c, labels[c], p) for c, p in found.topics.items()), key=lambda g: -g.count)
    rest = [group(REST, "", found.rest)] if found.rest else []
    count = sum(v.count for v in voices)
    against = [n for n, v in enumerate(voices) if v.felt and v.felt.negative]
    questions = group(ASKING, "", found.asking)
    return Summary(count, count >= d["least"], (*told, *rest), questions, group(AGAINST, "", against))


def paste(*, actor: Member, one: Shown, text: str) -> topics.Came:
    """Keep pasted comments of a piece, one a line; the library hears them too. Raises NotAllowed, NothingFound."""
    permissions.require(actor, EDIT)
    lines = Counter(said for line in text.splitlines() if (said := one_line(line)))
    platform = one.platform if one.platform in PLATFORMS else ""
    return topics.add_signals(
        actor=actor,
        kind=Signal.Kind.COMMENT,
        lines=[{"text": said, "count": n} for said, n in lines.items()],
        platform=platform,
        cite=one.title[:200],
        content_key=one.key,
    )


@transaction.atomic
def drop(*, actor: Member, one: Shown, signal_id: UUID | str) -> Signal:
    """Take back a pasted comment of a piece. Raises NotFound, NotAllowed."""
    row: Signal = Signal.objects.for_member(actor, SEE).filter(content_key=one.key).locked(signal_id, None)
    permissions.require(actor, EDIT)
    audit.record(actor, "signal.dropped", None, text=row.text[:80], name=one.title[:80])
    row.delete()
    return row
