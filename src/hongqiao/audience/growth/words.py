"""The words of the growth system."""

from hongqiao.errors import N_
from hongqiao.workspace import words

RULES = {
    "purchase": (N_("购买每元"), N_("分")),
    "sign_up": (N_("注册"), N_("分")),
    "review": (N_("评价一次"), N_("分")),
    "invite": (N_("邀请一人"), N_("分")),
    "most_a_day": (N_("同一行为每天最多计"), N_("次")),
    "window_days": (N_("算等级看最近"), N_("天")),
    "expire_months": (N_("积分有效期"), N_("个月")),
}
PERIODS = {"once": N_("一次"), "year": N_("每年"), "month": N_("每月")}

words.register(
    "audit",
    {
        "points.written": N_("人工调整积分 %(amount)s"),
        "benefit.claimed": N_("登记领取权益「%(benefit)s」"),
        "benefit.unclaimed": N_("撤回领取权益「%(benefit)s」"),
        "benefit.added": N_("新建权益「%(benefit)s」"),
        "benefit.changed": N_("修改权益「%(benefit)s」"),
        "benefit.stopped": N_("停用权益「%(benefit)s」"),
        "benefit.started": N_("重新启用权益「%(benefit)s」"),
        "benefit.reset": N_("权益「%(benefit)s」恢复默认"),
        "growth.rules_changed": N_("改了成长体系规则"),
        "trial.opened": N_("新建试用「%(name)s」，%(quota)s 份"),
        "trial.applied": N_("登记试用报名「%(name)s」"),
        "trial.chosen": N_("试用「%(name)s」人工选中一人：%(reason)s"),
        "trial.declined": N_("试用「%(name)s」退回一人"),
        "trial.drawn": N_("试用「%(name)s」随机选中 %(drawn)s 人（%(of)s 人报名）"),
        "trial.sent": N_("试用「%(name)s」寄出一份"),
        "trial.addresses_shown": N_("查看了试用「%(name)s」的地址与报告"),
        "trial.reported": N_("试用「%(name)s」收到一份报告，%(score)s 分"),
    },
)
