"""Background work of topics: scores anew every night."""

from __future__ import annotations

from hongqiao.content.topics import services
from hongqiao.errors import N_
from hongqiao.workspace import jobs
from hongqiao.workspace.models import Brand


@jobs.handler("topics.nightly", atomic=False, label=N_("选题重新评分"))
def nightly(ctx: jobs.Context) -> dict[str, int]:
    """Score every brand's open topics as of today. Done again it changes nothing."""
    done = 0
    brands = list(Brand.objects.order_by("id"))
    for at, brand in enumerate(brands, 1):
        done += services.rescore_all(brand)
        ctx.progress(at / len(brands))
    return {"changed": done}


jobs.every("topics.nightly", minutes=24 * 60)
