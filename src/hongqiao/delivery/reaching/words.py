"""Words of reaching: why a message was not sent, and what people did."""

from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.workspace import words

#: A refusal's code → msgid.
WHY = {
    "no_consent": N_("没有同意这类推送"),
    "opted_out": N_("已退订"),
    "no_address": N_("没有这个渠道的联系方式"),
    "over_cap": N_("超过触达频次上限"),
    "minor": N_("未满 14 岁"),
    "erased": N_("已删除个人信息"),
    "no_profile": N_("拒绝了个性化推荐"),
    "bad_words": N_("文案有不能用的词"),
    "no_signature": N_("短信开头没有签名【】"),
    "no_opt_out": N_("没有写退订方式"),
    "bad_signs": N_("短信里有不允许的符号"),
    "too_long": N_("短信太长"),
    "empty": N_("没有内容"),
    "no_act": N_("后面还没有一步触达"),
    "template_marketing": N_("公众号模板消息不能发营销内容"),
    "no_template": N_("没有填模板编号"),
    "no_vendor": N_("没有接入这个渠道"),
    "no_coupon": N_("券码已发完"),
    "no_pool": N_("要发券码，还没选券码池"),
    "vendor": N_("服务商没有接受"),
    "unsure": N_("不确定是否已发出"),
    "by_hand": N_("人工登记未发送"),
    "stopped": N_("已取消"),
}


def why(code: str) -> str:
    """Return why a message was not sent, in the reader's language."""
    return _(WHY[code]) if code in WHY else code


words.register(
    "audit",
    {
        "consent.given": N_("记录同意：%(purpose)s %(channel)s，来源 %(source)s"),
        "consent.withdrawn": N_("记录撤回同意：%(purpose)s %(channel)s，来源 %(source)s"),
        "contact.added": N_("登记联系方式：%(channel)s"),
        "opt_out.taken_back": N_("用户重新同意接收：%(channel)s"),
        "sms_vendor.saved": N_("保存短信服务商 %(name)s"),
        "sms_vendor.tried": N_("试发短信：%(name)s"),
        "sms_vendor.turned": N_("启停短信服务商 %(name)s"),
        "sms_vendor.removed": N_("移除短信服务商 %(name)s，密钥一并删除"),
        "coupons.added": N_("券码池 %(name)s 加入 %(count)s 个券码"),
        "reach.confirmed": N_("登记人工发送：%(count)s 人"),
        "reach.skipped": N_("登记未发送：%(count)s 人"),
        "reach.stopped": N_("取消待发送：%(count)s 条"),
        "reaching.kept": N_("触达记录改为保存 %(days)s 天"),
        "reaching.forgotten": N_("%(count)s 条触达记录满 %(days)s 天，抹去对象与内容"),
        "reaching.set": N_("修改触达规则"),
    },
)
