"""What can go wrong with a publication, each with the next step."""

from hongqiao.errors import N_, Conflict, HongqiaoError, Invalid


class AlreadyOnItsWay(Conflict):
    code = "already_on_its_way"
    message = N_("这条内容已有另一版在这个账号上排期或发布")
    next_step = N_("请先取消那一版，再重新排期")


class Competitor(Invalid):
    code = "not_our_account"
    message = N_("只能发布到自家使用中的账号")
    next_step = N_("请换一个账号")


class BadMoment(Invalid):
    code = "bad_moment"
    message = N_("发布时间不能早于现在，也不能超过一年")
    next_step = N_("请改一个时间")


class Submitting(Conflict):
    code = "submitting"
    message = N_("正在向平台提交，还不能改")
    next_step = N_("一两分钟后刷新；没有得到平台答复时会先查清是否已收到")


class NotNow(Conflict):
    code = "wrong_state"
    message = N_("这一步在当前状态下不能做")
    next_step = N_("请刷新后再看")


class NoConnector(HongqiaoError):
    code, status = "no_connector", 409
    message = N_("这个账号没有可用的官方接口")
    next_step = N_("已转人工发布：请在发布台用手机发出，再粘贴链接")


class TextChanged(Conflict):
    code = "text_changed"
    message = N_("排期之后内容改过或撤回了，这一版不再发布")
    next_step = N_("改过的内容通过审核后，重新排期")


class Unsure(HongqiaoError):
    code, status = "unsure", 502
    message = N_("提交后没有得到平台的答复，平台也没有说清是否已收到")
    next_step = N_("请到平台后台查看：已发出就粘贴链接，没有发出再重试")


class TooManyRuns(HongqiaoError):
    code, status = "too_many_runs", 500
    message = N_("多次在提交途中中断")
    next_step = N_("请到平台后台确认没有发出，再重试或转人工发布")


class NoVerdict(HongqiaoError):
    code, status = "no_verdict", 504
    message = N_("平台 %(days)s 天没有给出结果")
    next_step = N_("请到平台后台查看：已发出就粘贴链接，没有发出再重试")


class Refused(HongqiaoError):
    """What the platform said itself; `words` are its own."""

    code, status = "platform_refused", 502
    message = N_("平台没有通过：%(words)s")
    next_step = N_("请按平台的说明修改后重新排期，或转人工发布")


class RefusedByHand(Refused):
    code = "refused_by_hand"
