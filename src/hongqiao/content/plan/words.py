"""Words of the calendar in the audit log."""

from hongqiao.errors import N_
from hongqiao.workspace import words

words.register("audit", {"plan.saved": N_("月度计划 %(month)s %(platform)s：%(pieces)s 篇")})
