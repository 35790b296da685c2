"""Background work of topics: scores anew every night, feeds read every hour."""

from __future__ import annotations

from hongqiao.content.models import TopicFeed
from hongqiao.content.topics import calibrating, services
from hongqiao.errors import N_
from hongqiao.workspace import jobs
from hongqiao.workspace.models import Brand


@jobs.handler("topics.nightly", atomic=False, label=N_("选题重新评分"))
def nightly(ctx: jobs.Context) -> dict[str, int]:
    """Score every brand's open topics as of today, keep how scores told results. Done again it changes nothing."""
    done = 0
    brands = list(Brand.objects.order_by("id"))
    for at, brand in enumerate(brands, 1):
        done += services.rescore_all(brand)
        calibrating.keep(brand)
        ctx.progress(at / len(brands))
    return {"changed": done}


@jobs.handler("topics.feeds", atomic=False, label=N_("读取选题订阅"))
def feeds(ctx: jobs.Context) -> dict[str, int]:
    """Read every feed. An entry that was taken is known, so a second run takes nothing twice."""
    rows = list(TopicFeed.objects.filter(active=True).select_related("brand", "by__user").order_by("read_at", "id"))
    new = 0
    for at, row in enumerate(rows, 1):
        new += services.read_feed(row)
        ctx.progress(at / len(rows))
        if ctx.should_rest:
            break  # those read longest ago come first the next hour
    return {"new": new}


jobs.every("topics.nightly", minutes=24 * 60)
jobs.every("topics.feeds", minutes=60)
