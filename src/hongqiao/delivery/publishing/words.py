"""Words of what was done with publications."""

from hongqiao.errors import N_
from hongqiao.workspace import webhooks, words

words.register(
    "audit",
    {
        "publication.asked": N_("排期发布 %(title)s"),
        "publication.stopped": N_("取消发布 %(title)s"),
        "publication.retried": N_("重试发布 %(title)s"),
        "publication.handed": N_("转人工发布 %(title)s"),
        "publication.moved": N_("改期发布 %(title)s"),
        "publication.under_review": N_("标记平台审核中 %(title)s"),
        "publication.declared": N_("登记已发布 %(title)s"),
        "publication.refused": N_("登记平台未通过 %(title)s"),
        "publication.told": N_("登记已群发 %(title)s"),
        "publication.pass": N_("生成手机发布码 %(title)s"),
        "publication.passes_ended": N_("作废手机发布码 %(title)s"),
    },
)
words.register(
    "notice",
    {
        "publication.failed": N_("发布失败：%(account)s《%(title)s》"),
        "publication.gone": N_("已发布的内容打不开了：%(account)s《%(title)s》"),
    },
)
webhooks.register(
    {
        "publication.live": N_("内容已发布，待核实"),
        "publication.verified": N_("内容已发布，已核实"),
        "publication.failed": N_("发布失败"),
        "publication.stopped": N_("发布已取消"),
        "publication.gone": N_("已发布的内容打不开了"),
    }
)
