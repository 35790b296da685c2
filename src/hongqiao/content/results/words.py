"""Words of results in the audit log."""

from hongqiao.errors import N_
from hongqiao.workspace import words

words.register("audit", {"results.exported": N_("导出效果列表（%(period)s，%(rows)s 篇）")})
