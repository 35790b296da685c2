"""Words of what was done to the brand book."""

from hongqiao.errors import N_
from hongqiao.workspace import words

words.register(
    "audit",
    {
        "book.changed": N_("修改品牌手册：%(fields)s"),
        "persona.added": N_("新增目标人群 %(name)s"),
        "persona.changed": N_("修改目标人群 %(name)s"),
        "persona.ended": N_("停用目标人群 %(name)s"),
        "persona.resumed": N_("重新启用目标人群 %(name)s"),
        "persona.evidence_added": N_("为目标人群 %(name)s 补充依据：%(said)s"),
        "persona.evidence_removed": N_("删除目标人群 %(name)s 的依据：%(said)s"),
        "product.added": N_("新增产品 %(name)s"),
        "product.changed": N_("修改产品 %(name)s"),
        "product.ended": N_("停用产品 %(name)s"),
        "product.resumed": N_("重新启用产品 %(name)s"),
        "products.imported": N_("导入产品：新增 %(added)s，修改 %(changed)s，宣称 %(claims)s，退回 %(refused)s 行"),
        "products.exported": N_("导出产品与宣称 %(count)s 个"),
        "claim.added": N_("为 %(name)s 新增宣称：%(text)s"),
        "claim.changed": N_("修改 %(name)s 的宣称：%(text)s"),
        "claim.approved": N_("批准 %(name)s 的宣称：%(text)s"),
        "claim.removed": N_("删除 %(name)s 的宣称：%(text)s"),
    },
)
