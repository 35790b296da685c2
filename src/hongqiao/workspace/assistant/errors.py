"""What can go wrong between the house and a model. `again`: whether trying again later can help."""

from hongqiao.errors import N_, HongqiaoError, Invalid


class AssistantError(HongqiaoError):
    """A model did not answer as it should."""

    code, status = "model_failed", 502
    again = False


class NoAssistant(AssistantError):
    code, status = "model_off", 409
    message = N_("没有配置模型，或这个用途没有开启")
    next_step = N_("请品牌管理员在 设置 → 模型 里配置并开启")


class MonthOver(AssistantError):
    code, status = "model_month_over", 429
    message = N_("本月调用模型的次数已用完（%(limit)s 次）")
    next_step = N_("下月自动恢复；或请品牌管理员调高上限")


class Unreachable(AssistantError):
    code = "model_unreachable"
    again = True
    message = N_("没有连上模型 %(host)s：%(why)s")
    next_step = N_("请检查地址与网络；稍后再试")


class Slow(AssistantError):
    code, status = "model_slow", 504
    again = True
    message = N_("模型 %(host)s 在 %(seconds)s 秒内没有答完")
    next_step = N_("稍后再试；一直这样请换一个更快的模型")


class Busy(AssistantError):
    code, status = "model_busy", 429
    again = True
    message = N_("模型服务说请求太多或额度不足（429）")
    next_step = N_("稍后再试；一直这样请到模型服务商处看额度")


class Down(AssistantError):
    code = "model_down"
    again = True
    message = N_("模型服务自己出错了（%(answer)s）")
    next_step = N_("稍后再试")


class KeyRefused(AssistantError):
    code = "model_key_refused"
    message = N_("模型服务不认这个密钥（%(answer)s）")
    next_step = N_("请在 设置 → 模型 里重新填写密钥")


class Refused(AssistantError):
    code = "model_refused"
    message = N_("模型服务没有接受请求（%(answer)s）：%(said)s")
    next_step = N_("请核对地址与模型名")


class NotUnderstood(AssistantError):
    code = "model_answer_unreadable"
    message = N_("模型的回答不是约定的格式：%(why)s")
    next_step = N_("请再试一次；一直这样请换一个模型")


class BadEndpoint(Invalid):
    code = "bad_model_url"
    message = N_("这个地址不能用：%(why)s")
    next_step = N_("请填写 https:// 的接口地址；内网的模型需要安装者设 HONGQIAO_MODEL_PRIVATE=1")


class KeyAgain(Invalid):
    code = "model_key_again"
    message = N_("换了地址，请重新填写密钥")
    next_step = N_("密钥不会被带到另一个地址")
