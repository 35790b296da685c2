"""The jobs of journeys, and what the room knows that sending asks for: the young, the erased, the law of words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.journeys import entering, running, samples  # noqa: F401 — hears of trials
from hongqiao.audience.models import Journey
from hongqiao.compliance import queries as compliance
from hongqiao.delivery import reaching
from hongqiao.errors import N_
from hongqiao.methods import wording
from hongqiao.workspace import jobs
from hongqiao.workspace.models import Brand

DUE = "audience.journeys"

reaching.people_guard(entering.flagged)
reaching.on_outcome(running.ORIGIN, running.heard)


@reaching.words_guard
def held_words(brand: Brand, text: str, channel: str) -> list[str]:
    """Return the words of a message that law or the brand's own list blocks; of the platforms' rules WeChat's."""
    held, _mark = compliance.rules_for(brand, "wechat_oa", compliance.industry_of(brand))
    return [hit.word for hit in wording.check(text, held) if hit.level == "block"]


@reaching.pause_parts
def parts(brand: Brand) -> Mapping[str, str]:
    """Return the journeys that can be paused alone on the page of the red button."""
    rows = Journey.objects.filter(brand=brand, state__in=(Journey.State.RUNNING, Journey.State.PAUSED))
    return {running.origin(row): _("自动触达：%(name)s") % {"name": row.name} for row in rows.order_by("id")}


@reaching.hold_origins
def paused(brand: Brand) -> list[str]:
    """Return the journeys that are paused: what they asked for waits with them."""
    rows = Journey.objects.filter(brand=brand, state=Journey.State.PAUSED)
    return [running.origin(row) for row in rows]


@jobs.handler(DUE, atomic=False, label=N_("自动触达"))
def due(ctx: jobs.Context) -> object:
    """Let in whom the triggers name, then do what is due, set by set."""
    brand = Brand.objects.get(pk=str(ctx.brand_id))
    came = 0
    for row in Journey.objects.filter(brand=brand, state=Journey.State.RUNNING).order_by("id"):
        ctx.check()
        came += entering.let_in(row.pk, timezone.now())
    done = int(ctx.payload.get("done", 0))
    while steps := running.one_set(brand, timezone.now()):
        done += steps
        ctx.check()
        if ctx.should_rest:
            return jobs.Continue({"done": done})
    return {"came": came, "done": done}


@jobs.handler("audience.journeys_tick", label=N_("查看自动触达"))
def tick(ctx: jobs.Context) -> dict[str, int]:
    """Ask for the work of each brand that has a journey running; end the watching of the held, also of ended ones."""
    running.watched(timezone.now())
    running_ = Journey.objects.filter(state=Journey.State.RUNNING).values_list("brand", flat=True).distinct()
    for brand in running_:
        jobs.enqueue(DUE, brand_id=brand, key="due", again=True)
    return {"brands": len(running_)}


jobs.every("audience.journeys_tick", minutes=1)
