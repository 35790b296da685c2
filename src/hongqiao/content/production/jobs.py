"""What production sends to colleagues, the job that reminds of what is late, and its card on 今日."""

from hongqiao.content.production import reminding, today
from hongqiao.content.production.services import telling
from hongqiao.delivery import cards
from hongqiao.errors import N_
from hongqiao.workspace import jobs, todays
from hongqiao.workspace.models import Brand


@jobs.handler("content.remind", label=N_("提醒超时的审核和任务"))
def remind(ctx: jobs.Context) -> dict[str, int]:
    """Remind in every brand. Done again it tells nobody twice."""
    return {"told": sum(reminding.remind(brand) for brand in Brand.objects.order_by("id"))}


jobs.every("content.remind", minutes=15)
cards.register(telling.KIND, N_("待审内容"), telling.card)
cards.register(reminding.REVIEW, N_("审核超时"), reminding.late_card, group=False)
cards.register(reminding.OWNER, N_("审核超时，告诉负责人"), reminding.late_card, group=False)
cards.register(reminding.TASKS, N_("任务过期"), reminding.tasks_card, group=False)
todays.register("content.production", today.card)
