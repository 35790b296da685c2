"""Words of what was done with checks, own words and exemptions."""

from hongqiao.errors import N_
from hongqiao.workspace import words

words.register(
    "audit",
    {
        "text.checked": N_("检查文案 %(name)s"),
        "word.added": N_("新增自定义词 %(name)s"),
        "word.changed": N_("修改自定义词 %(name)s"),
        "word.removed": N_("删除自定义词 %(name)s"),
        "word.exempted": N_("豁免 %(name)s"),
        "exemption.ended": N_("结束豁免 %(name)s"),
        "draft.waived": N_("放行 %(name)s"),
        "craft.levels_set": N_("调整写作规则，%(count)s 条与默认不同"),
        "waiver.ended": N_("结束放行 %(name)s"),
    },
)
