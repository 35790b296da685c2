"""Background work of reading: what arrived, at once and every minute; what files brought; what goes to the facts."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from hongqiao.crisis.intake.arriving import READ, ask
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.reading import facts, reader
from hongqiao.errors import N_
from hongqiao.workspace import jobs
from hongqiao.workspace.models import Brand

FACTS = "crisis.facts"


@jobs.handler(READ, atomic=False, label=N_("研判提及"))
def read(ctx: jobs.Context) -> jobs.Continue | dict[str, int]:
    """Read a brand's new mentions. The minute's run asks for every brand that has some, also after a crash."""
    if ctx.brand_id is None:
        for brand_id in (waiting := reader.waiting()):
            ask(brand_id)
        return {"asked": len(waiting)}
    done = 0
    for brand in reader.brands([ctx.brand_id]):
        while count := reader.read_chunk(brand):
            done += count
            ctx.progress(0.5, "crisis.read", count=done)
            if ctx.should_rest:
                return jobs.Continue(ctx.payload)
        later = timezone.now() + timedelta(seconds=limits(brand)["facts_seconds"])
        jobs.enqueue(FACTS, brand_id=brand.pk, key="", run_at=later, again=True)
    return {"read": done}


@jobs.handler(FACTS, atomic=False, label=N_("提及入库"))
def give(ctx: jobs.Context) -> jobs.Continue | None:
    """Give what was read to the warehouse, a bite a run: nobody waits for it, and what is to be read goes before."""
    for brand in reader.brands([ctx.brand_id] if ctx.brand_id else []):
        if facts.give(brand, more=lambda: False):
            return jobs.Continue(ctx.payload)
    return None


@jobs.handler("crisis.files", atomic=False, label=N_("接收导入的提及"))
def files(ctx: jobs.Context) -> dict[str, int]:
    """Hear what files brought into the warehouse, and put there what was read while it could not be reached."""
    new = 0
    rows = list(Brand.objects.order_by("pk"))
    for at, brand in enumerate(rows, 1):
        new += facts.hear_files(brand)
        facts.give(brand)
        ctx.progress(at / len(rows))
    return {"new": new}


jobs.every(READ, minutes=1)
jobs.every("crisis.files", minutes=limits()["file_minutes"])
