"""What goes wrong with a draw, in the reader's words."""

from hongqiao.errors import N_, Conflict, Invalid


class NotReady(Invalid):
    """`problems` are `draw_rules.Problem`s; the form shows each beside its field."""

    code = "draw_not_ready"
    message = N_("还有 %(n)s 处要补，不能开放报名")
    next_step = N_("每处都标在表单里，补好再开")

    def __init__(self, problems: list) -> None:
        self.problems = problems
        super().__init__(n=len(problems))


class BadWords(Invalid):
    code = "draw_words"
    message = N_("抽奖文案里有不能用的话：%(words)s")
    next_step = N_("请改掉再开放报名")


class NoEntries(Conflict):
    code = "no_entries"
    message = N_("没有可以参加抽奖的人")
    next_step = N_("请在截止前登记报名，或作废这次抽奖")


class NotYet(Conflict):
    code = "draw_not_yet"
    message = N_("还没到时间：%(at)s 之后才能做这一步")
    next_step = N_("请到时再来")


class TooLate(Conflict):
    code = "draw_too_late"
    message = N_("公开随机数已经可以知道，这时公布名单不再可信")
    next_step = N_("请作废这次抽奖，写明原因，另开一次")


class Entered(Conflict):
    code = "already_entered"
    message = N_("这个人已经报过名")
    next_step = N_("一人一份，不重复登记")


class EntryClosed(Conflict):
    code = "entry_closed"
    message = N_("现在不能报名：还没开始或已经截止")
    next_step = N_("请看规则里的报名时间")


class BeaconDiffers(Conflict):
    code = "beacon_differs"
    message = N_("两位同事录入的不一样")
    next_step = N_("请各自到公开来源核对，错的那位再录一次")


class BadBeacon(Invalid):
    code = "bad_beacon"
    message = N_("公开随机数不对")
    next_step = N_("照规则里写的样子录入；drand 要填 signature，系统核对它的哈希")


class OverCap(Invalid):
    code = "prize_over_cap"
    message = N_("这个人在本次活动里累计 %(sum)s 元，超过 %(cap)s 元上限")
    next_step = N_("抽奖式有奖销售的最高奖不得超过 5 万元，同一人多次中奖合并计算")


class OwnTool(Invalid):
    code = "draw_mode"
    message = N_("平台官方抽奖只登记结果，自有抽奖不能登记结果")
    next_step = N_("请检查抽奖方式")
