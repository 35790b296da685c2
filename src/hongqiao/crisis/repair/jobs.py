"""The recovery of incidents in repair is measured every morning. X3."""

from hongqiao.crisis.models import Incident
from hongqiao.crisis.repair import services
from hongqiao.errors import N_
from hongqiao.workspace import figures, jobs


@jobs.handler("crisis.recovery", label=N_("测量舆情事件的恢复情况"), atomic=False)
def recovery(ctx: jobs.Context) -> dict[str, int]:
    """Measure every incident in repair of every brand; measured twice a day it says the same."""
    rows = Incident.objects.filter(state=Incident.State.MENDING, drill=False).select_related("brand").order_by("id")
    for row in rows:
        services.keep_measure(row, figures.calendar_day(row.brand))
    return {"measured": len(rows)}


jobs.every("crisis.recovery", minutes=360)
