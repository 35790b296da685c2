"""The sample brand's pieces that are out: approved like any, said to be live, found again among the files' facts."""

import json
from datetime import date
from pathlib import Path

from hongqiao.content.models import Piece, Stage
from hongqiao.content.production import services
from hongqiao.content.results import pairing
from hongqiao.content.sample import pictures
from hongqiao.content.sample.pieces import cast_of, make
from hongqiao.workspace import figures
from hongqiao.workspace.models import Member
from hongqiao.workspace.views import kit


def plant(member: Member, folder: Path) -> None:
    """Publish the pieces of `results.json`, none twice; one that did not get through its review is left there.

    Their facts may come later, with the files: `content.pair` finds them then.
    """
    path = folder / "results.json"
    if not path.exists():
        return
    told = json.loads(path.read_text("utf-8"))
    cast, known = cast_of(member, folder.parent / "desk.json"), pictures.keys(member, folder)
    day = date.fromisoformat(told["day"])
    with figures.on_day(day):
        for one in told["published"]:
            if Piece.objects.filter(brand=member.brand, title=one["title"]).exists():
                continue
            row = make(cast, one, known, day)
            row.refresh_from_db()
            if row.stage == Stage.APPROVED:
                services.went_live(piece=row, at=kit.moment(one["at"], one["zone"]), by=cast[one["owner"]])
    pairing.pair(member.brand)
