"""Background work of intake: feeds, mailboxes and accounts asked in their turn, late rounds told, old looks cleared."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from hongqiao.crisis.intake import graves as grave
from hongqiao.crisis.intake import keeping, listening, own, rounds
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.models import Mention, Source
from hongqiao.delivery.connections import heard
from hongqiao.errors import N_
from hongqiao.workspace import graves, jobs, keys


@jobs.handler("crisis.listen", atomic=False, label=N_("读取监听来源"))
def listen(ctx: jobs.Context) -> dict[str, int]:
    """Ask every feed, mailbox and own account whose turn it is. What is known comes to nothing: twice is once."""
    new, rows = 0, listening.due()
    for at, source in enumerate(rows, 1):
        new += listening.ask(source)
        ctx.progress(at / len(rows))
        if ctx.should_rest:
            break  # those heard longest ago come first the next minute
    return {"new": new, "told": rounds.remind()}


@jobs.handler("crisis.looks", label=N_("清理监听记录"))
def looks(ctx: jobs.Context) -> dict[str, int]:
    """Forget looks that no meter shows any more; what reports of incidents stand on stays."""
    return {"deleted": keeping.forget(timezone.now() - timedelta(days=limits()["look_days"]))}


jobs.every("crisis.listen", minutes=1)
jobs.every("crisis.looks", minutes=24 * 60)
heard.register("crisis", wants=own.wants, hear=own.take)
keys.keeps(Source, "secrets")
keys.keeps(Mention, "author")
graves.register("crisis", grave.hear, grave.holds)
