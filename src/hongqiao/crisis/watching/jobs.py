"""The minute job of the room, its card for messages, and its card on 今日."""

from __future__ import annotations

from hongqiao.crisis.models import Incident, Source
from hongqiao.crisis.watching import alarms, clocks, minding, telling, today
from hongqiao.delivery import cards
from hongqiao.errors import N_, HongqiaoError
from hongqiao.workspace import jobs, todays
from hongqiao.workspace.models import Brand

WATCH = "crisis.watch"

cards.register(alarms.CARD, N_("舆情告警"), telling.card)
todays.register("a.crisis", today.card)  # what burns stands first


def listening() -> list[Brand]:
    """Return the brands that listen somewhere or have something that burns."""
    wanted = set(Source.objects.filter(on=True).values_list("brand_id", flat=True))
    wanted |= set(Incident.objects.filter(state__in=clocks.BURNING).values_list("brand_id", flat=True))
    return list(Brand.objects.filter(pk__in=wanted).order_by("pk"))


@jobs.handler(WATCH, atomic=False, label=N_("舆情监测"))
def watch(ctx: jobs.Context) -> dict[str, int]:
    """Look at every brand that listens. One that cannot be looked at does not keep the others from it."""
    done, failed = 0, 0
    for brand in listening():
        try:
            minding.mind(brand, lambda share: not ctx.should_rest)
            done += 1
        except HongqiaoError:
            failed += 1
        ctx.check()
    return {"brands": done, "failed": failed}


jobs.every(WATCH, minutes=1)
