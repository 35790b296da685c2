"""The sample brand's publishing desk: approved pieces due today and tomorrow, put there by the service people use."""

import contextlib
import json
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from hongqiao.content.desk import asking
from hongqiao.content.models import Piece, Stage
from hongqiao.errors import HongqiaoError
from hongqiao.workspace.models import Member


def plant(member: Member, folder: Path) -> None:
    """Schedule the pieces of `desk.json` that stand approved and are not on the desk; whatever cannot be is left."""
    path = folder / "desk.json"
    if not path.exists():
        return
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for one in json.loads(path.read_text("utf-8"))["due"]:
        ready = Piece.objects.filter(brand=member.brand, title=one["title"])
        row = ready.filter(stage__in=(Stage.APPROVED, Stage.SCHEDULED)).first()
        if row is None or asking.on_its_way(row) is not None:
            continue
        with contextlib.suppress(HongqiaoError):
            at = now + timedelta(hours=one["hours"])
            asking.schedule(actor=member, piece_id=row.pk, seen=None, at=at, way="assisted")
