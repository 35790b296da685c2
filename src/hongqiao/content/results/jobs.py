"""Background work of results: published pieces are looked for among the facts, whichever way those came."""

from __future__ import annotations

from collections import Counter

from hongqiao.content.results import pairing, settings
from hongqiao.errors import N_
from hongqiao.workspace import jobs
from hongqiao.workspace.models import Brand


@jobs.handler("content.pair", atomic=False, label=N_("把发布的内容和数据对上"))
def pair(ctx: jobs.Context) -> dict[str, int]:
    """Pair every brand's published pieces with their facts, whether a file or an interface brought those."""
    done: Counter[str] = Counter()
    for brand in Brand.objects.order_by("id"):
        done.update(pairing.pair(brand))
    return dict(done)


jobs.every("content.pair", minutes=settings.matching()["minutes_every"])
