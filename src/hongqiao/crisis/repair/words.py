"""Words of the repair: what was done, as the audit log and the timeline say it."""

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
        "incident.closed": N_("关闭「%(title)s」%(reason)s"),
    },
)
#: What the timeline says of it.
TIMELINE = {
    "repair.begun": N_("开始修复，排出 30/60/90 天计划"),
    "repair.done": N_("修复计划完成：%(item)s"),
    "repair.dropped": N_("修复计划去掉：%(item)s（%(reason)s）"),
    "repair.recovered": N_("%(day)s 达到恢复标准"),
    "repair.learnt": N_("保存复盘：新增监测词 %(watch)s 个、慎用词 %(avoid)s 个"),
    "repair.closed": N_("事件关闭%(reason)s"),
}
