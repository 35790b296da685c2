"""What a person saw and brings: words pasted, share texts, a screenshot kept as evidence."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from hongqiao.crisis.incidents import kit
from hongqiao.crisis.intake import coverage, sources
from hongqiao.crisis.intake.arriving import Arrived, Heard, arrive
from hongqiao.crisis.intake.errors import NothingPasted, SourceOff, TooManyPasted
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.models import Mention, Source
from hongqiao.errors import N_, Conflict
from hongqiao.methods.topics.shares import shares
from hongqiao.workspace import audit, permissions, shots
from hongqiao.workspace.models import Brand, Member
from hongqiao.workspace.words import platform_name

BOX = N_("粘贴与截图")  # the name of the source that pasted words of no round come from
PICTURE = N_("（截图，未填文字）")
_URL = re.compile(r"https?://[^\s，。！？；、【】《》“”\"'<>（）()]+")
_BLANK = re.compile(r"\n[ \t\u3000]*\n")


def parts(text: str) -> list[str]:
    """Return pasted mentions: parted by blank lines where there are any, else a line each."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    found = _BLANK.split(text) if _BLANK.search(text) else text.split("\n")
    return [p.strip() for p in found if p.strip()]


def heard(text: str, channel: str = "") -> list[Heard]:
    """Return what a pasted text tells: a share text by its title, author and link, other words as they are."""
    found: list[Heard] = []
    for part in parts(text):
        shared = shares(part)
        if len(shared) == 1 and not shared[0].title:
            rest = _URL.sub(" ", part).strip()
            found.append(Heard("", rest or shared[0].url, channel=channel, url=shared[0].url, author=shared[0].author))
        elif shared:
            found += [
                Heard(
                    "",
                    s.title or s.url,
                    channel=channel or (platform_name(s.platform) if s.platform else ""),
                    url=s.url,
                    author=s.author,
                )
                for s in shared
            ]
        else:
            found.append(Heard("", part, channel=channel))
    return found


def box_of(brand: Brand) -> Source:
    """Return the source that pasted words come from; made on first use."""
    return Source.objects.get_or_create(brand=brand, name=BOX, defaults={"way": Source.Way.PASTE})[0]


@transaction.atomic
def paste(
    *,
    actor: Member,
    text: str = "",
    channel: str = "",
    picture: bytes | None = None,
    source_id: UUID | str | None = None,
) -> Arrived:
    """Keep what a person found, in the name of the round it was found on, or of nobody's.

    The same link, or the same words where there is none, is one mention however often it is pasted. A screenshot goes
    with every mention of the call. Raises NotFound, NotAllowed, NothingPasted, TooLong, TooManyPasted, SourceOff,
    NotAPicture.
    """
    permissions.require(actor, sources.HANDLE)
    most = limits(actor.brand)
    rows = _few(text, channel, most)
    if picture and not rows:
        rows = [Heard(f"shot:{hashlib.sha256(picture).hexdigest()}", gettext(PICTURE), channel=channel)]
    if not rows:
        raise NothingPasted()
    source = Source.objects.for_member(actor, sources.HANDLE).one(source_id) if source_id else box_of(actor.brand)
    if not source.on:
        raise SourceOff(name=source.name)
    shot = shots.keep(actor.brand_id, picture) if picture else ""
    done = arrive(source, rows, by=actor)
    if shot:
        _show(done.ids, shot)
    audit.record(actor, "mentions.pasted", source, name=source.name, new=done.new, known=done.known)
    return done


def _few(text: str, channel: str, most: Mapping[str, Any]) -> list[Heard]:
    """Return what was pasted, all of it or none: what is left out in silence is what nobody looks for again."""
    if len(text) > most["paste"]:
        raise kit.TooLong(most=most["paste"], length=len(text))
    rows = heard(text, channel)
    if len(rows) > most["pasted"]:
        raise TooManyPasted(most=most["pasted"], n=len(rows))
    if long := next((r for r in rows if len(r.text) > most["text"]), None):
        raise kit.TooLong(most=most["text"], length=len(long.text))
    return rows


def _show(ids: list[UUID], shot: str) -> None:
    for row in Mention.objects.filter(pk__in=ids).select_for_update():
        if shot not in row.shots:
            row.shots = [*row.shots, shot][-20:]
            row.save_next("shots")


@transaction.atomic
def fine(*, actor: Member, source_id: UUID | str) -> Source:
    """Say that a round found nothing: 无异常. Raises NotFound, NotAllowed, SourceOff."""
    row: Source = Source.objects.for_member(actor, sources.SEE).locked(source_id, None)
    permissions.require(actor, sources.HANDLE)
    if row.way != Source.Way.ROUND:
        raise Conflict()
    if not row.on:
        raise SourceOff(name=row.name)
    coverage.look(row, timezone.now(), by=actor, fine=True)
    audit.record(actor, "round.fine", row, name=row.name)
    return row
