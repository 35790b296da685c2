"""Words of journeys: why a person left, what members did."""

from django.utils.translation import gettext as _

from hongqiao.audience.models import Journey
from hongqiao.delivery.reaching import words as reaching
from hongqiao.errors import N_
from hongqiao.workspace import words

WHY = {
    "goal": N_("达成目标"),
    "opted_out": N_("已退订"),
    "condition": N_("不满足条件"),
    "ended": N_("自动触达已结束"),
    "step_gone": N_("所在步骤被删除"),
    "window": N_("观察期满"),
    "done": N_("走完全部步骤"),
    "erased": N_("已删除个人信息"),
    "merged": N_("与另一位用户合并"),
    "survey_closed": N_("问卷没有在收集"),
    "no_survey": N_("写了问卷链接，没有选问卷"),
    "no_survey_link": N_("选了问卷，正文里没有 ${survey}"),
}


def why(code: str) -> str:
    """Return why a person left, or a step cannot be sent, in the reader's language."""
    return _(WHY[code]) if code in WHY else reaching.why(code)


def state(code: str) -> str:
    """Return where a journey stands. That it runs is said otherwise than the button that starts it."""
    return _("运行中") if code == Journey.State.RUNNING else _(str(Journey.State(code).label))


words.register(
    "audit",
    {
        "journey.made": N_("新建自动触达 %(name)s"),
        "journey.changed": N_("修改自动触达 %(name)s"),
        "journey.started": N_("启用自动触达 %(name)s"),
        "journey.paused": N_("暂停自动触达 %(name)s"),
        "journey.ended": N_("结束自动触达 %(name)s"),
        "journey.removed": N_("删除自动触达草稿 %(name)s"),
        "participation.opened": N_("查看收件信息：%(name)s"),
    },
)
