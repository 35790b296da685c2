"""What can be wrong with a trial."""

from hongqiao.errors import N_, Conflict, Invalid


class BadTrial(Invalid):
    code = "bad_trial"
    message = N_("请填名称、1–10,000 份名额、将来的截止时间和 1–365 天的交稿期限")
    next_step = N_("请改好再提交")


class Applied(Conflict):
    code = "trial_applied"
    message = N_("这位用户已经报过名")
    next_step = N_("请在名单里查看")


class Closed(Conflict):
    code = "trial_closed"
    message = N_("报名已截止或已选完人")
    next_step = N_("请新建一次试用")


class NoPlaces(Conflict):
    code = "trial_full"
    message = N_("名额已满")
    next_step = N_("请先退回一个人，或增加名额新建一次试用")


class WrongStep(Conflict):
    code = "trial_wrong_step"
    message = N_("这位用户现在是“%(state)s”，不能做这一步")
    next_step = N_("顺序是：报名 → 选中 → 寄出 → 交报告")


class NeedsReason(Invalid):
    code = "trial_needs_reason"
    message = N_("人工选人要写理由")
    next_step = N_("请写一句为什么选这位用户")


class BadReport(Invalid):
    code = "bad_report"
    message = N_("请写报告内容（5,000 字以内）并打 1–5 分")
    next_step = N_("请改好再提交")
