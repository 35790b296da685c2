"""What holds a publication back right before the act: the red button, the account's gap and its count of the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse

from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import rules
from hongqiao.errors import N_
from hongqiao.workspace import pause
from hongqiao.workspace.models import Account, Brand, Pause
from hongqiao.workspace.words import platform_name

SCOPE = "publishing"


def _parts(brand: Brand) -> dict[str, str]:
    """Return what of publishing can be paused alone: each platform of the brand's accounts, each account."""
    own = Account.objects.filter(brand=brand, relation=Account.Relation.OWN, platform__in=rules.places())
    found = list(own.order_by("platform", "name"))
    platforms = {f"platform:{a.platform}": platform_name(a.platform) for a in found}
    return platforms | {f"account:{a.pk}": f"{platform_name(a.platform)} · {a.name}" for a in found}


pause.register(SCOPE, N_("发布到平台"), parts=_parts)

WORDS = {
    "paused": N_("已一键暂停，解除后自动发出"),
    "paused_platform": N_("这个平台已暂停发布，恢复后自动发出"),
    "paused_account": N_("这个账号已暂停发布，恢复后自动发出"),
    "gap": N_("同一账号两条之间至少隔 %(minutes)s 分钟，%(at)s 后发出"),
    "day": N_("这个账号今天已发 %(count)s 条，到上限，明天发出"),
}


_CODES = {f"{SCOPE}/platform": "paused_platform", f"{SCOPE}/account": "paused_account"}


def scopes(account: Account) -> tuple[str, str, str]:
    """Return the switches that stop this account: publishing's, its platform's, its own."""
    return SCOPE, pause.part(SCOPE, f"platform:{account.platform}"), pause.part(SCOPE, f"account:{account.pk}")


#: subject → the switch that stops it instead of publishing's.
_OWN: dict[str, str] = {}


def own_switch(subject: str, scope: str) -> None:
    """Have what is published of a subject obey a switch of its own alone, and wait for no pace: an answer to a crisis
    must go out while all that was planned is paused. Who registers it says so in the audit."""
    _OWN[subject] = scope


def switch_url(account: Account) -> str:
    """Return where this account alone is paused or released."""
    return f"{reverse('settings_pause', args=[account.brand.slug])}?scope={scopes(account)[-1]}#alone"


def paused(account: Account) -> Pause | None:
    """Return the switch that keeps this account from publishing now, the widest."""
    return next(iter(pause.standing(account.brand_id, *scopes(account))), None)


def stops(row: Publication) -> Pause | None:
    """Return the switch that keeps this publication from going out now: its subject's own, else its account's."""
    own = _OWN.get(row.subject)
    return next(iter(pause.standing(row.brand_id, own)), None) if own else paused(row.account)


def held(row: Publication, now: datetime) -> dict[str, str | int]:
    """Return why this must wait: {code, …params}; {} where it may go. Ask inside the transaction that claims it."""
    if row.subject in _OWN:
        return {"code": "paused"} if stops(row) else {}
    if switch := paused(row.account):
        return {"code": _CODES.get(switch.scope.partition(":")[0], "paused")}
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
