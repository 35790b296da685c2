"""Background work of rooms: reminding of what is late; names and contacts are encrypted anew with all else."""

from hongqiao.crisis.incidents import late
from hongqiao.crisis.models import Affected
from hongqiao.delivery import cards
from hongqiao.errors import N_
from hongqiao.workspace import jobs, keys


@jobs.handler("crisis.late", label=N_("提醒超时的舆情步骤与法定时限"))
def remind(ctx: jobs.Context) -> dict[str, int]:
    """Remind of what is late. Done again it tells nobody twice."""
    return {"told": late.remind()}


jobs.every("crisis.late", minutes=5)
cards.register(late.KIND, N_("舆情步骤超时"), late.card)
keys.keeps(Affected, "name", "contact")
