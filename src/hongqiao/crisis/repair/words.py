"""Words of the repair: what was done, audit and timeline say the same."""

from hongqiao.errors import N_
from hongqiao.workspace import words

words.register(
    "audit",
    {
        "incident.repair_begun": N_("开始修复「%(title)s」"),
        "incident.repair_added": N_("「%(title)s」的修复计划增加：%(item)s"),
        "incident.repair_done": N_("「%(title)s」的修复计划完成：%(item)s"),
        "incident.repair_dropped": N_("「%(title)s」的修复计划去掉：%(item)s（%(reason)s）"),
        "incident.reviewed": N_("保存「%(title)s」的复盘"),
        "incident.repair_closed": N_("修复结束，关闭「%(title)s」%(reason)s"),
        "incident.recovered": N_("「%(title)s」%(day)s 达到恢复标准"),
    },
)
