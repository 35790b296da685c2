"""The words of what is done to the tiers."""

from hongqiao.errors import N_
from hongqiao.workspace import words

words.register(
    "audit", {"audience.rules_changed": N_("改了用户分层规则"), "audience.judged_anew": N_("重算了用户分层历史")}
)

#: threshold → (label, unit, what it does)
RULES = {
    "active_days": (N_("活跃窗口"), N_("天"), N_("看最近几天的关键行为")),
    "active_actions": (N_("活跃至少行为"), N_("次"), N_("窗口内有几次关键行为算经常互动；没买过、又不到的是潜在用户")),
    "lapsed_days": (N_("流失天数"), N_("天"), N_("这么久没有任何关键行为就是流失用户")),
    "loyal_orders": (N_("忠诚至少下单"), N_("单"), N_("窗口内下单几次算买得勤")),
    "loyal_window": (N_("忠诚窗口"), N_("天"), N_("忠诚的下单与带新看最近几天")),
    "loyal_recent": (N_("忠诚最近一单"), N_("天"), N_("最近一单不早于几天前")),
    "loyal_brought": (N_("带来新朋友"), N_("人"), N_("窗口内带来几个人也算忠诚")),
    "new_days": (N_("新客天数"), N_("天"), N_("首单在几天之内是新客")),
    "at_risk_cycles": (N_("预警倍数"), N_("倍"), N_("超过几个复购周期没有行为的买家要预警")),
    "cycle_days": (N_("默认复购周期"), N_("天"), N_("买过两次的人太少时用它代替")),
    "rfm_window": (N_("RFM 窗口"), N_("天"), N_("快消 90，耐用品 180，默认一年")),
}
