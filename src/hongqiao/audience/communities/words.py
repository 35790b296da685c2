"""The words of what is done to groups, activities and draws."""

from hongqiao.errors import N_
from hongqiao.workspace import words

words.register(
    "audit",
    {
        "communities.bounds_changed": N_("改了社群与活动的门槛"),
        "draws.bounds_changed": N_("改了抽奖的门槛"),
        "community.created": N_("新建社群 %(name)s"),
        "community.changed": N_("修改社群 %(name)s"),
        "community.closed": N_("关闭社群 %(name)s"),
        "community.reopened": N_("重新启用社群 %(name)s"),
        "community.week": N_("登记社群 %(name)s 一周数据（%(week)s）"),
        "community.weeks_imported": N_("导入社群周数据 %(count)s 行"),
        "community.ticked": N_("完成社群 %(name)s 的每日动作（%(day)s）"),
        "community.unticked": N_("撤回社群 %(name)s 的每日动作（%(day)s）"),
        "activity.created": N_("新建活动 %(title)s"),
        "activity.changed": N_("修改活动 %(title)s"),
        "activity.draft": N_("活动 %(title)s 退回草稿"),
        "activity.ready": N_("活动 %(title)s 检查通过，待开始"),
        "activity.running": N_("开始活动 %(title)s"),
        "activity.ended": N_("结束活动 %(title)s"),
        "activity.reviewed": N_("复盘活动 %(title)s"),
        "activity.spent": N_("活动 %(title)s 花费 %(amount)s 元：%(what)s"),
        "activity.unspent": N_("撤回活动 %(title)s 的花费 %(amount)s 元：%(what)s"),
        "activity.photo": N_("给活动 %(title)s 添加照片"),
        "activity.entered": N_("登记活动 %(title)s 的一份参与"),
        "activity.entry_approved": N_("通过活动 %(title)s 的一份参与"),
        "activity.entry_hidden": N_("隐藏活动 %(title)s 的一份参与"),
        "activity.entry_best": N_("精选活动 %(title)s 的一份参与"),
        "activity.entry_not_best": N_("取消活动 %(title)s 的一份精选"),
        "activity.answered": N_("回答活动 %(title)s 的一个问题"),
        "activity.followed_up": N_("跟进活动 %(title)s 的一个问题"),
        "activity.scored": N_("登记活动 %(title)s 的一份信任评分"),
        "activity.step_added": N_("流程单增加 %(title)s"),
        "activity.step_dropped": N_("流程单去掉 %(title)s"),
        "activity.step_done": N_("流程单完成 %(title)s"),
        "activity.step_undone": N_("流程单撤回 %(title)s"),
        "activity.measured": N_("衡量活动 %(title)s：参加 %(takers)s 人，可比 %(matched)s 人"),
        "draw.created": N_("新建抽奖 %(title)s"),
        "draw.saved": N_("保存抽奖 %(title)s 的登记表（第 %(form)s 稿）"),
        "draw.opened": N_("开放抽奖 %(title)s 报名，规则冻结：%(plan)s"),
        "draw.entered": N_("登记抽奖报名 %(ticket)s"),
        "draw.excluded": N_("抽奖编号 %(ticket)s 的排除原因：%(reason)s"),
        "draw.closed": N_("公布抽奖 %(title)s 名单 %(count)s 份：%(hash)s"),
        "draw.void": N_("作废抽奖 %(title)s：%(reason)s"),
        "draw.beacon_typed": N_("录入抽奖 %(title)s 的公开随机数"),
        "draw.drawn": N_("抽奖 %(title)s 开出 %(winners)s 个奖"),
        "draw.recorded": N_("登记抽奖 %(title)s 的平台结果，%(winners)s 人获奖"),
        "draw.win_moved": N_("奖品 %(ticket)s 的进度：%(state)s"),
        "draw.forfeited": N_("编号 %(ticket)s 弃奖，候补 %(heir)s"),
        "draw.exported": N_("导出抽奖 %(title)s 的记录"),
        "activity.exported": N_("导出活动列表"),
    },
)
words.register(
    "notice",
    {"draw.not_closed": N_("抽奖「%(title)s」的名单没有公布，请处理")},
)

#: what a form lacks or has wrong (methods.draw_rules, forms) → words
PROBLEMS = {
    "missing": N_("必填"),
    "no_prizes": N_("至少一个奖项"),
    "not_money": N_("价格要填数字，元"),
    "over_cap": N_("单价 %(price)s 元超过 %(cap)s 元上限，不能开"),
    "over_cap_together": N_("同一人最多可得 %(price)s 元，超过 %(cap)s 元上限，不能开"),
    "not_a_count": N_("份数要填 1 或更大的整数"),
    "not_odds": N_("概率写成 1% 或 1/500"),
    "out_of_order": N_("时间次序不对"),
    "not_on_site": N_("现场即时开奖超过 %(over)s 元的奖项，要随时公示兑奖情况"),
    "too_many_tickets": N_("每人最多 %(most)s 张"),
    "barred_condition": N_("这个平台不许用它作参与条件"),
    "few_values": N_("只有 %(values)s 种取值，掌握名单的人试得出来，请换一种"),
}
WARNINGS = {
    "retention": N_("7 日留存低"),
    "messages": N_("消息少"),
    "reports": N_("举报多"),
    "crowded": N_("人数过多"),
}
