"""The run of the growth system: every hour, and when everybody was judged after an import."""

from __future__ import annotations

from hongqiao.audience.growth import earning
from hongqiao.audience.tiers import jobs as tiers
from hongqiao.errors import N_, HongqiaoError
from hongqiao.warehouse.models import Source
from hongqiao.workspace import jobs
from hongqiao.workspace.models import Brand

GROW = "audience.growth"


@jobs.handler(GROW, atomic=False, label=N_("积分入账"))
def grow(ctx: jobs.Context) -> dict[str, int]:
    """Give points for what facts newly tell, brand by brand."""
    done, known = 0, Source.objects.filter(undone_at=None).values_list("brand_id", flat=True).distinct()
    for brand in Brand.objects.filter(pk__in=list(known)).order_by("pk"):
        try:
            done += earning.run(brand)
        except HongqiaoError:
            continue  # that brand is looked at again in an hour
        ctx.check()
    return {"lines": done}


jobs.every(GROW, minutes=60)
tiers.then(GROW)
