"""What a reader must know about an answer, as codes; the words are msgids and are rendered by screens."""

from typing import Any

from hongqiao.errors import N_

NOTES: dict[str, str] = {
    "proxy": N_("代理指标：平台不直接给出，由其他数推算"),
    "persons_not_added": N_("人数不能相加（跨天、跨账号、跨渠道会重复计人），合并的格子不显示"),
    "not_comparable": N_("各平台口径不同，不宜直接比较"),
    "corrections": N_("有 %(count)s 处累计值下降，按平台更正保留为负数"),
    "interval_crosses_start": N_("有 %(count)s 段增量的起点早于所选期间，整段计入，未摊到每天"),
    "window_open": N_("有 %(count)s 人的观察期还没结束，数值会继续上升"),
    "too_little_data": N_("数据不足：基数只有 %(count)s"),
    "missing_days": N_("有缺数的日子，合计只含已有的数"),
    "partial_days": N_("有还没过完就采集的日子，数值偏小"),
    "late_accounts": N_("有账号的数据比其他账号旧"),
    "compare_missing": N_("对比期间缺数，变化仅供参考"),
    "compare_thin": N_("两个周期里有文件的天数不同，不给出变化"),
    "compare_uneven": N_("两个周期天数不同（%(days)s 天与 %(before)s 天）：合计按日均比较，去重人数不给出变化"),
    "never_stated": N_("已导入的文件里没有这个指标的数"),
    "identified_only": N_("只算可识别的用户，请与可识别用户占比一起看"),
    "not_filled": N_("格子太多，缺数的日子没有逐一列出"),
    "parts_unstated": N_("有 %(count)s 个账号没有给出全部组成指标，不计在内"),
    "sums_apart": N_("由几张表的合计算出，各表的账号和日子不一定相同"),
    "retired": N_("这个自定义指标已停用，仍按它的定义计算"),
    "several_currencies": N_("含多种币种，金额未换算"),
}


class Notes:
    """Collects notes once each: the same code over several metrics is one note with all of them."""

    def __init__(self) -> None:
        self._all: dict[str, dict[str, Any]] = {}

    def add(self, code: str, metric: str = "", **params: Any) -> None:
        """Record `code`; counts of the same code are the largest one seen."""
        note = self._all.setdefault(code, {"code": code, "metrics": [], "params": {}})
        if metric and metric not in note["metrics"]:
            note["metrics"].append(metric)
        for name, value in params.items():
            note["params"][name] = max(value, note["params"].get(name, value))

    def list(self) -> list[dict[str, Any]]:
        return list(self._all.values())
