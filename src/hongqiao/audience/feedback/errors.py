"""What can go wrong with tickets and needs, with the next step."""

from hongqiao.errors import N_, Conflict, HongqiaoError, Invalid


class NoWords(Invalid):
    code = "no_words"
    message = N_("还没有写内容")
    next_step = N_("写一句再提交")


class BadField(Invalid):
    code = "bad_field"
    message = N_("“%(value)s”不在可选的范围里")
    next_step = N_("请从列表中选择")


class NoReason(Invalid):
    code = "no_reason"
    message = N_("请写下理由")
    next_step = N_("理由会留在记录里，日后可查")


class WrongState(Conflict):
    code = "wrong_state"
    message = N_("现在的状态下不能做这一步")
    next_step = N_("请刷新页面看现在的状态")


class BadScore(Invalid):
    code = "bad_score"
    message = N_("满意度是 1 到 5 分")
    next_step = N_("请重新选择")


class LinkDead(HongqiaoError):
    code, status = "link_dead", 410
    message = N_("这个协作链接已失效")
    next_step = N_("请联系发给你链接的人，重新要一个")


class TooManyLinks(Invalid):
    code = "too_many_links"
    message = N_("一张工单最多同时有 %(most)s 个协作链接")
    next_step = N_("请先停用不用的链接")


class BadDays(Invalid):
    code = "bad_days"
    message = N_("有效期要在 1 到 %(most)s 天之间")
    next_step = N_("请改有效期")


class NobodyAsked(Invalid):
    code = "nobody_asked"
    message = N_("还没有选是谁提的")
    next_step = N_("至少选一条用户的话")


class TooMany(Invalid):
    code = "too_many"
    message = N_("一次最多处理 %(most)s 条")
    next_step = N_("请分几次做")
