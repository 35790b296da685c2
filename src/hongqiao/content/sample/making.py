"""The sample brand's posters, the cover of a video's pack, a live room with its run sheet: made as anybody would."""

import contextlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from hongqiao.content.making import asked as asking
from hongqiao.content.making import planning
from hongqiao.content.making import services as making
from hongqiao.content.making.asked import Asked
from hongqiao.content.models import Asset, Piece, Task
from hongqiao.content.production import queries, services
from hongqiao.content.sample import pictures
from hongqiao.content.sample.pieces import Cast, cast_of, planned
from hongqiao.ui.fonts import NoTypeface
from hongqiao.workspace import figures
from hongqiao.workspace.models import Member


def plant(member: Member, folder: Path) -> None:
    """Make what `making.json` tells: no room twice, no picture where the library holds some or no typeface is found."""
    path = folder / "making.json"
    if not path.exists():
        return
    told = json.loads(path.read_text("utf-8"))
    cast = cast_of(member, folder.parent / "desk.json")
    day = date.fromisoformat(told["day"])
    with figures.on_day(day):
        for one in told["rooms"]:
            if not Piece.objects.filter(brand=member.brand, title=one["title"]).exists():
                _room(cast, one, day)
        if not Asset.objects.filter(brand=member.brand).exclude(name__in=pictures.names(folder)).exists():
            with contextlib.suppress(NoTypeface):
                for one in told["posters"]:
                    making.keep(actor=member, asked=_asked(member, one))
                for one in told["covers"]:
                    _cover(cast[one["by"]], one)


def _asked(actor: Member, one: Mapping[str, Any], piece: Piece | None = None) -> Asked:
    return asking.read(actor, piece, {"template": one["template"], "size": one["size"], **one["fields"]})


def _cover(actor: Member, one: Mapping[str, Any]) -> None:
    piece = queries.pieces(actor).filter(title=one["piece"]).first()
    if piece is not None:
        making.keep(actor=actor, asked=_asked(actor, one, piece), piece=piece)


def _room(cast: Cast, one: Mapping[str, Any], day: date) -> None:
    lead, owner = cast[one["by"]], cast[one["owner"]]
    account = queries.accounts(lead).filter(platform=one["platform"]).first()
    row = services.create_piece(
        actor=lead,
        title=one["title"],
        platform=one["platform"],
        form=Piece.Form.LIVE,
        account_id=account.pk if account else None,
        owner_id=owner.pk,
        publish_at=planned(lead.brand, one["slot"], day),
        commercial=one["commercial"],
        buying=one["buying"],
    )
    sheet = {"products": "\n".join(one["products"]), "minutes": one["minutes"], "people": "\n".join(one["people"])}
    planning.make(actor=owner, piece=row, seen=None, **sheet)
    planning.add_checks(actor=owner, piece=row)
    for task in Task.objects.filter(piece=row, text__in=one["ticked"]):
        services.finish_task(actor=owner, task_id=task.pk, seen=None)
