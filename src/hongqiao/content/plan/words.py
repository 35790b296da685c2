"""Words of the calendar in the audit log."""

from hongqiao.errors import N_
from hongqiao.workspace import words

words.register(
    "audit",
    {
        "plan.saved": N_("月度计划 %(month)s %(platform)s：%(pieces)s 篇"),
        "red_day.added": N_("加了庄重日 %(on)s %(label)s"),
        "red_day.changed": N_("改了庄重日 %(on)s %(label)s"),
        "red_day.off": N_("停用庄重日“%(label)s”：%(reason)s"),
        "red_day.on": N_("恢复庄重日“%(label)s”"),
        "red_day.removed": N_("移除庄重日 %(on)s %(label)s"),
    },
)
