"""What happens by itself: lists closed at their time, personal data of old draws let go. And what is kept secret."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from hongqiao.audience.communities.activities import services, takers
from hongqiao.audience.communities.draws import opening
from hongqiao.audience.communities.draws.errors import NoEntries, TooLate
from hongqiao.audience.models import Draw, Entry, Slip, Win
from hongqiao.errors import N_
from hongqiao.ledger.measuring import ways
from hongqiao.workspace import jobs, keys, pause
from hongqiao.workspace.notices import holders, tell

TIDY = "audience.draws_tidy"

pause.register(services.SCOPE, N_("活动：开始"))
pause.register(opening.SCOPE, N_("抽奖：开放报名、报名与开奖"))
ways.register(takers.METHOD, N_("与相似的人对比（非随机）"), takers.matched)
keys.keeps(Draw, "secret")
keys.keeps(Slip, "name")
keys.keeps(Win, "contact")
keys.keeps(Entry, "name", "words")


@jobs.handler(opening.CLOSE, label=N_("公布抽奖名单"))
def close(ctx: jobs.Context) -> dict[str, Any]:
    """Publish the list at the time that was told; where that cannot be, those who may act are told why."""
    row = Draw.objects.select_related("brand").get(pk=ctx.payload["draw"])
    if row.state != Draw.State.OPEN:
        return {"closed": False}
    try:
        done = opening.close_draw(actor=None, draw_id=row.pk, seen=None)
    except (NoEntries, TooLate) as error:
        url = f"/b/{row.brand.slug}/users/communities/draws/{row.pk}/"
        tell(holders(row.brand, "users.send"), "draw.not_closed", url=url, title=row.title, why=error.code)
        return {"closed": False, "why": error.code}
    return {"closed": True, "count": done.list_count}


@jobs.handler(TIDY, label=N_("清理过期抽奖的个人信息"))
def tidy(ctx: jobs.Context) -> dict[str, int]:
    """Let names and contacts of draws go whose records need not stay any longer; hashes, ids and results stay."""
    done = 0
    for row in Draw.objects.filter(keep_until__lt=timezone.localdate()):
        with transaction.atomic():
            done += Slip.objects.filter(draw=row).exclude(name="").update(name="")
            done += Win.objects.filter(draw=row).exclude(contact="").update(contact="")
    return {"cleared": done}


jobs.every(TIDY, minutes=1440)
