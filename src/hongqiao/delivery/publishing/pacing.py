"""What holds a publication back right before the act: the red button, the account's gap and its count of the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import rules
from hongqiao.errors import N_
from hongqiao.workspace import pause

SCOPE = "publishing"
pause.register(SCOPE, N_("发布到平台"))

WORDS = {
    "paused": N_("已一键暂停，解除后自动发出"),
    "gap": N_("同一账号两条之间至少隔 %(minutes)s 分钟，%(at)s 后发出"),
    "day": N_("这个账号今天已发 %(count)s 条，到上限，明天发出"),
}


def held(row: Publication, now: datetime) -> dict[str, str | int]:
    """Return why this must wait: {code, …params}; {} where it may go. Ask inside the transaction that claims it."""
    if pause.is_paused(row.brand_id, SCOPE):
        return {"code": "paused"}
    pace = rules.pacing(row.brand, row.account.platform)
    others = Publication.objects.filter(account_id=row.account_id, way=Publication.Way.API).exclude(pk=row.pk)
    gap = timedelta(minutes=pace["gap_minutes"])
    recent = others.filter(Q(submitted_at__gt=now - gap) | Q(asking_at__gt=now - gap))
    moments = [at for r in recent if (at := r.asking_at or r.submitted_at)]
    if moments:
        local = (max(moments) + gap).astimezone(ZoneInfo(row.account.zone))
        return {"code": "gap", "minutes": pace["gap_minutes"], "at": local.strftime("%H:%M")}
    start = now.astimezone(ZoneInfo(row.account.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    count = others.filter(Q(submitted_at__gte=start) | Q(asking_at__gte=start)).count()
    return {"code": "day", "count": count} if count >= pace["a_day"] else {}
