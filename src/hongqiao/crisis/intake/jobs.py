"""Background work of intake: feeds and mailboxes asked in their turn, overdue rounds told, old looks cleared."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from hongqiao.crisis.intake import graves as grave
from hongqiao.crisis.intake import listening, rounds
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.models import Look, Mention, Source
from hongqiao.errors import N_
from hongqiao.workspace import graves, jobs, keys


@jobs.handler("crisis.listen", atomic=False, label=N_("读取监听来源"))
def listen(ctx: jobs.Context) -> dict[str, int]:
    """Ask every feed and mailbox whose turn it is. An entry that is known comes to nothing, so twice is once."""
    new, rows = 0, listening.due()
    for at, source in enumerate(rows, 1):
        new += listening.ask(source)
        ctx.progress(at / len(rows))
        if ctx.should_rest:
            break  # those heard longest ago come first the next minute
    return {"new": new, "told": rounds.remind()}


@jobs.handler("crisis.looks", label=N_("清理监听记录"))
def looks(ctx: jobs.Context) -> dict[str, int]:
    """Forget looks that no meter shows any more."""
    old = timezone.now() - timedelta(days=limits()["look_days"])
    return {"deleted": Look.objects.filter(at__lt=old).delete()[0]}


jobs.every("crisis.listen", minutes=1)
jobs.every("crisis.looks", minutes=24 * 60)
keys.keeps(Source, "secrets")
keys.keeps(Mention, "author")
graves.register("crisis", grave.hear)
