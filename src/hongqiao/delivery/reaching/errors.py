"""What can go wrong where users are reached."""

from hongqiao.errors import N_, Conflict, HongqiaoError, Invalid


class BadAddressOfUser(Invalid):
    code = "bad_contact"
    message = N_("这不是一个能用的%(channel)s地址")
    next_step = N_("手机号 11 位，邮箱含 @，openid 与企业微信客户 ID 原样粘贴")


class BadChoice(Invalid):
    code = "bad_reach"
    message = N_("%(what)s 不能是 %(value)s")
    next_step = N_("请从列表中选择")


class NoProof(Invalid):
    code = "needs_proof_of_consent"
    message = N_("记录同意要写明来源与文本版本")
    next_step = N_("例如：小程序注册页，隐私政策 2026-03 版")


class BadSign(Invalid):
    code = "bad_sms_sign"
    message = N_("短信签名要 %(least)s 到 %(most)s 个字，不带【】")
    next_step = N_("请填已在服务商处审核通过的签名")


class BadVendor(Invalid):
    code = "bad_sms_vendor"
    message = N_("短信服务商的设置不完整：%(what)s")
    next_step = N_("请到服务商控制台复制后填写")


class PoolTaken(Conflict):
    code = "coupon_pool_taken"
    message = N_("已有同名的券码池：%(name)s")
    next_step = N_("请换一个名称")


class NoCodes(Invalid):
    code = "no_coupon_codes"
    message = N_("没有读到券码")
    next_step = N_("一行一个，4 到 64 个字母、数字或横线")


class MailFailed(HongqiaoError):
    code, status = "mail_failed", 502
    again = True
    message = N_("邮件没有发出：%(why)s")
    next_step = N_("稍后会自动重试；一直不行请检查邮件服务器设置")


class UnsureReach(HongqiaoError):
    code, status = "reach_unsure", 502
    message = N_("不确定是否已发出：已请求发送，没有得到答复")
    next_step = N_("为避免重复打扰，不会自动重发；请到服务商后台核对")
