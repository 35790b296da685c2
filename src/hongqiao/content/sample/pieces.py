"""The sample brand's pieces: every stage of the way, texts of several hands, remarks, one approval that waits."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from hongqiao.content.models import Piece, Stage
from hongqiao.content.production import queries, services, slots
from hongqiao.content.production.services.reviewing import HeldBack
from hongqiao.content.sample import pictures
from hongqiao.workspace import figures, invented
from hongqiao.workspace.models import Brand, Member, Notice

Cast = Mapping[str, Member]
WAY = {
    "making": (Stage.MAKING,),
    "review": (Stage.REVIEW,),
    "approved": (Stage.REVIEW,),
    "scheduled": (Stage.REVIEW,),  # the desk puts them on the calendar: sample/desk.py
    "archived": (Stage.ARCHIVED,),
}


def plant(member: Member, folder: Path) -> None:
    """Make the pieces of `pieces.json`; nothing where the brand has some."""
    path = folder / "pieces.json"
    if not path.exists() or queries.pieces(member).exists():
        return
    told = json.loads(path.read_text("utf-8"))
    cast = cast_of(member, folder.parent / "desk.json")
    day = date.fromisoformat(told["day"])
    with figures.on_day(day):
        known = pictures.keys(member, folder)
        made = {one.get("as", one["title"]): make(cast, one, known, day) for one in told["pieces"]}
        for one in told["adapted"]:
            given = {"platform": one["platform"], "form": one["form"]}
            services.adapt(actor=cast[one["by"]], piece_id=made[one["of"]].pk, **given)
        for one in told["links"]:
            services.make_link(actor=cast[one["by"]], piece_id=made[one["of"]].pk, name=one["name"], days=one["days"])
    read = {"brand": member.brand, "read_at": None}  # what was told on the way is no news to anybody
    Notice.objects.filter(**read).update(read_at=timezone.now())


def cast_of(host: Member, path: Path) -> dict[str, Member]:
    """Return code → member of those who work there, invited where they are not in yet; "host" brought the sample in."""
    return invented.gather(host, json.loads(path.read_text("utf-8"))["people"])


def planned(brand: Brand, slot: str | None, day: date) -> str | None:
    """Return a slot of the story as far from today as it stands from the story's day; no solemn day is planned for.

    The calendar goes by real days, whenever somebody tries the sample.
    """
    if not slot:
        return None
    at = datetime.fromisoformat(slot) + (figures.real_day(brand) - day)
    while slots.solemn(brand, at.date(), at.date()):
        at += timedelta(days=1)
    return at.isoformat(timespec="minutes")


def make(cast: Cast, told: Mapping[str, Any], known: Mapping[str, str], day: date) -> Piece:
    """Make a piece with its texts and remarks, as far on its way as is told.

    known: its pictures by their names; day: when its story is told.
    """
    account = queries.accounts(cast["host"]).filter(platform=told["platform"]).first()
    brief = {k: v for k, v in told.get("brief", {}).items() if v and k != "approvers"}
    row = services.create_piece(
        actor=cast["lead"],
        title=told["title"],
        platform=told["platform"],
        form=told["form"],
        account_id=account.pk if account else None,
        owner_id=cast[told["owner"]].pk,
        publish_at=planned(cast["lead"].brand, told.get("slot"), day),
        brief=brief,
        commercial=told.get("commercial", Piece.Commercial.NONE),
        buying=told.get("buying", False),
    )
    texts, remarks = told.get("texts", []), told.get("remarks", [])
    for number, text in enumerate(texts, 1):
        body = pictures.placed(text["body"], known)
        services.add_revision(actor=cast[text["by"]], piece_id=row.pk, seen=None, body=body, note=text.get("note", ""))
        _remark(cast, row, [r for r in remarks if r.get("at", len(texts)) == number])
    _move(cast, row, told)
    return row


def _remark(cast: Cast, row: Piece, told: list[Mapping[str, Any]]) -> None:
    for one in told:
        anchor = {"field": one["field"], "quote": one["quote"]} if "quote" in one else None
        made = services.add_remark(actor=cast[one["by"]], piece_id=row.pk, text=one["text"], anchor=anchor)
        if one.get("settled"):
            services.settle_remark(actor=cast[one["by"]], remark_id=made.pk, seen=None)


def _move(cast: Cast, row: Piece, told: Mapping[str, Any]) -> None:
    """Move it on its way; a note without its pictures (a brand that works already gets none) stays before review."""
    with suppress(HeldBack):
        _on_its_way(cast, row, told)


def _on_its_way(cast: Cast, row: Piece, told: Mapping[str, Any]) -> None:
    for stage in WAY.get(told.get("stage", ""), ()):
        services.move(actor=cast[told["owner"]], piece_id=row.pk, seen=None, stage=stage)
        if stage == Stage.REVIEW:
            for one in told.get("decisions", ()):
                kept = {"decision": one["decision"], "note": one.get("note", ""), "number": len(told["texts"])}
                services.decide(actor=cast[one["by"]], piece_id=row.pk, seen=None, **kept)
