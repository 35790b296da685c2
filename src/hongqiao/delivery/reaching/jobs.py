"""The jobs: send what is due, end what was never answered, ask after reports."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.delivery.models import Channel, Reach
from hongqiao.delivery.reaching import acting, contacts, coupons, forgetting, reporting, vendors  # noqa: F401 — what they keep
from hongqiao.delivery.reaching.guards import parts_of
from hongqiao.delivery.reaching.sending import REACH, queue
from hongqiao.errors import N_
from hongqiao.workspace import jobs, pause
from hongqiao.workspace.models import Brand


def parts(brand: Brand) -> Mapping[str, str]:
    """Return what of reaching can be paused alone: each channel, and what rooms name (journeys)."""
    return {f"channel:{code}": _(str(label)) for code, label in Channel.choices} | parts_of(brand)


pause.register(acting.SCOPE, N_("触达用户"), parts=parts)


@jobs.handler(REACH, atomic=False, label=N_("触达用户"))
def reach(ctx: jobs.Context) -> object:
    """Send what is due, set by set, each message once."""
    brand = Brand.objects.get(pk=str(ctx.brand_id))
    ended, looked = acting.settle(brand), int(ctx.payload.get("looked", 0))
    while count := acting.one_set(brand):
        looked += count
        ctx.check()
        if ctx.should_rest:
            return jobs.Continue({"looked": looked})
    return {"looked": looked, "ended": ended}


@jobs.handler("delivery.reaching_due", label=N_("查看到点的触达"))
def due(ctx: jobs.Context) -> dict[str, int]:
    """Ask for the sending of each brand that has something due, or something never answered."""
    rows = Reach.objects.filter(state=Reach.State.WAITING, due_at__lte=timezone.now())
    brands = list(Brand.objects.filter(pk__in=rows.values("brand").distinct()))
    for brand in brands:
        queue(brand)
    return {"brands": len(brands)}


@jobs.handler("delivery.reaching_reports", atomic=False, label=N_("查询短信送达"))
def reports(ctx: jobs.Context) -> dict[str, int]:
    """Ask the vendors after what they have not reported."""
    rows = Reach.objects.filter(state=Reach.State.SENT, channel=Channel.SMS)
    brands = Brand.objects.filter(pk__in=rows.values("brand").distinct())
    return {"news": sum(reporting.ask(brand) for brand in brands)}


@jobs.handler("delivery.reaching_forget", atomic=False, label=N_("清理过期的触达记录"))
def forget(ctx: jobs.Context) -> object:
    """Take out of old messages whose they were, brand by brand; what is left is done in another run."""
    done = int(ctx.payload.get("done", 0))
    for brand in Brand.objects.order_by("pk"):
        while count := forgetting.forget(brand):
            done += count
            ctx.check()
            if ctx.should_rest:
                return jobs.Continue({"done": done})
    return {"forgotten": done}


jobs.every("delivery.reaching_due", minutes=1)
jobs.every("delivery.reaching_forget", minutes=24 * 60)
jobs.every("delivery.reaching_reports", minutes=10)
