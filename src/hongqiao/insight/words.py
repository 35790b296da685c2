"""From codes to words in the room of figures: values of dimensions, units, notes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.metrics import METRICS, NOTES, Result
from hongqiao.metrics.dimensions import VALUES as VALUES
from hongqiao.ui import formats
from hongqiao.ui.period import days_words
from hongqiao.workspace import assistant
from hongqiao.workspace import words as registered
from hongqiao.workspace.words import platform_name

#: The columns that may stand behind a figure. A person is only ever a key.
COLUMNS: dict[str, str] = {
    "source_key": N_("作品"),
    "channel": N_("传播渠道"),
    "posts": N_("发布篇数"),
    "views": N_("阅读/播放次数"),
    "view_users": N_("阅读人数"),
    "likes": N_("点赞"),
    "comments": N_("评论"),
    "favorites": N_("收藏"),
    "shares": N_("分享"),
    "share_users": N_("分享人数"),
    "impressions": N_("曝光"),
    "completion_rate": N_("完播率"),
    "completion5s_rate": N_("5s完播率"),
    "exit2s_rate": N_("2s跳出率"),
    "cover_ctr": N_("封面点击率"),
    "avg_seconds": N_("人均时长（秒）"),
    "delivered": N_("送达人数"),
    "delivered_read_rate": N_("送达阅读率"),
    "followers_gained": N_("粉丝增量"),
    "followers_new": N_("新增关注"),
    "followers_lost": N_("取消关注"),
    "followers_net": N_("净增关注"),
    "followers_total": N_("期末粉丝"),
    "profile_visits": N_("主页访问"),
    "visit_follow_rate": N_("主页转粉率"),
    "event_key": N_("行为编号"),
    "person_key": N_("用户标识（不可还原）"),
    "event": N_("行为"),
    "order_key": N_("订单号"),
    "line_key": N_("子订单号"),
    "refund_key": N_("退款流水号"),
    "status": N_("订单状态"),
    "paid_at": N_("支付时间"),
    "gross": N_("下单金额"),
    "paid": N_("实付金额"),
    "amount": N_("退款金额"),
    "quantity": N_("件数"),
    "coins": N_("投币"),
    "upvotes": N_("喜欢"),
    "placement_key": N_("投放编号"),
    "session_key": N_("直播场次编号"),
    "spend": N_("消耗"),
    "clicks": N_("点击"),
    "conversions": N_("转化数"),
    "deep_conversions": N_("深度转化"),
    "gmv": N_("成交金额"),
    "net_gmv": N_("净成交金额"),
    "orders": N_("成交订单"),
    "messages": N_("私信进线"),
    "messages_open": N_("私信开口"),
    "leads": N_("私信留资"),
    "interactions": N_("互动量"),
    "quote": N_("博主报价"),
    "fee": N_("服务费"),
    "peak_users": N_("最高在线"),
    "indicator": N_("品牌指标"),
    "value": N_("数值"),
    "creator_key": N_("达人"),
}

registered.register(
    "audit",
    {
        "data.exported": N_("导出 %(metric)s（%(what)s，%(period)s，%(kind)s，%(rows)s 行）"),
        "data.view_saved": N_("保存视图 %(name)s"),
        "data.view_changed": N_("修改视图 %(before)s：现名 %(name)s"),
        "data.view_deleted": N_("删除视图 %(name)s"),
        "data.view_pinned": N_("把视图 %(name)s 放到今日"),
        "data.view_unpinned": N_("从今日移走视图 %(name)s"),
        "data.note_added": N_("在 %(day)s 加注记：%(text)s"),
        "data.note_changed": N_("修改 %(day)s 的注记：%(text)s"),
        "data.note_deleted": N_("删除 %(day)s 的注记：%(text)s"),
        "report.built": N_("生成报告：%(kind)s（%(start)s～%(end)s）"),
        "report.reworded": N_("请模型改写报告：%(kind)s（%(start)s～%(end)s）"),
        "report.unworded": N_("报告改回原文：%(kind)s（%(start)s～%(end)s）"),
        "report.taken": N_("下载报告：%(kind)s（%(start)s～%(end)s，%(shape)s）"),
        "report.scheduled": N_("新建定时报告：%(kind)s，%(rhythm)s %(hour)s 点"),
        "report.schedule_changed": N_("修改定时报告：%(kind)s，%(rhythm)s %(hour)s 点"),
        "report.schedule_removed": N_("删除定时报告：%(kind)s，%(rhythm)s %(hour)s 点"),
        "goal.added": N_("新建目标：%(metric)s %(target)s（%(start)s～%(end)s）"),
        "goal.changed": N_("修改目标：%(metric)s %(target)s（%(start)s～%(end)s）"),
        "goal.archived": N_("归档目标：%(metric)s %(target)s（%(start)s～%(end)s）"),
        "goal.revived": N_("恢复目标：%(metric)s %(target)s（%(start)s～%(end)s）"),
        "metric.defined": N_("自定义指标 %(metric)s（%(of)s）：%(formula)s"),
        "metric.changed": N_("改指标 %(metric)s（%(of)s）为第 %(number)s 版：%(formula)s；原因：%(why)s"),
        "metric.followed": N_("指标 %(metric)s（%(of)s）随 %(follows)s 更新为第 %(number)s 版"),
        "metric.retired": N_("停用指标 %(metric)s（%(of)s）"),
        "metric.revived": N_("恢复指标 %(metric)s（%(of)s）"),
        "alert.added": N_("新建提醒：%(metric)s %(condition)s %(line)s"),
        "alert.changed": N_("修改提醒：%(metric)s %(condition)s %(line)s"),
        "alert.paused": N_("暂停提醒：%(metric)s %(condition)s %(line)s"),
        "alert.resumed": N_("恢复提醒：%(metric)s %(condition)s %(line)s"),
        "alert.deleted": N_("删除提醒：%(metric)s %(condition)s %(line)s"),
    },
)

#: Units that are written alike in every language, and what stands before one that counts by the thousand.
SIGNS = ("", "%", "‰")
SCALED = {"千": N_("千%(unit)s"), "万": N_("万%(unit)s"), "百万": N_("百万%(unit)s")}
_PARTS = re.compile(r"(?P<times>百万|[千万]|[0-9]*)(?P<unit>[^/·0-9]+)")

#: The sides of a ratio.
SIDES = {"numerator": N_("分子"), "less": N_("减项"), "denominator": N_("分母")}

#: How `ui.formats` writes a metric, by its format in the dictionary.
UNITS = {"int": "count", "money": "money", "rate": "percent", "number": "number"}


def unit_of(code: str) -> str:
    """Return the unit name of `ui.formats.figure` for a metric; a time in seconds has its own."""
    metric = METRICS[code]
    return "seconds" if metric.unit == "秒" else UNITS[metric.format]


def unit_words(unit: str) -> str:
    """Return a unit in the reader's language, one that a formula gave part by part: 元/千次 is CNY/thousand times."""
    return _PARTS.sub(lambda part: _unit_part(part["times"], part["unit"]), unit) if unit not in SIGNS else unit


def _unit_part(times: str, unit: str) -> str:
    return _(SCALED[times]) % {"unit": _(unit)} if times in SCALED else f"{times}{_(unit)}"


def label(code: str) -> str:
    """Return a metric's name in the reader's language."""
    return _(METRICS[code].label)


def filled(code: str, text: str) -> str:
    """Return a text of a metric in the reader's language, with its windows (30 天) filled in."""
    params = METRICS[code].params
    return _(text) % params if text and params else _(text) if text else ""


def part_words(code: str) -> list[tuple[str, str]]:
    """Return (part, name) of what the rows behind a metric may be asked by."""
    found = []
    for part in METRICS[code].parts:
        of, _dot, side = part.rpartition(".")
        words = {"name": label(of or part) if (of or part) in METRICS else "", "side": _(SIDES.get(side, side))}
        both = bool(of)
        found.append((part, _("%(name)s（%(side)s）") % words if both else words["name"] or words["side"]))
    return found


def few_words(code: str, few: Sequence[Any]) -> tuple[str, str]:
    """Return (1/1, what both numbers are) of a ratio that rests on too little to be shown as one."""
    part, base = (formats.number(v or 0, 0) for v in few)
    metric = METRICS[code]
    said = {"part": filled(code, metric.numerator_text), "base": filled(code, metric.denominator_text)}
    words_of = _("数据不足：%(part)s %(n)s，%(base)s %(m)s") if all(said.values()) else _("数据不足：%(m)s 中的 %(n)s")
    return f"{part}/{base}", words_of % {**said, "n": part, "m": base}


def few_cell(code: str, few: Sequence[Any]) -> SafeString:
    """Return what a table shows instead of such a ratio."""
    short, title = few_words(code, few)
    return format_html('<span class="few" title="{}">{} <small>{}</small></span>', title, _("数据不足"), short)


def against(result: Result, today: date) -> str:
    """Return the days that a change is against: 较 10月1日–23日; "" where nothing is compared."""
    days = compared_days(result, today)
    return _("较 %(days)s") % {"days": days} if days else ""


def compared_days(result: Result, today: date) -> str:
    """Return the days that are compared with: 10月1日–23日."""
    if result.compare_start is None or result.compare_end is None:
        return ""
    return days_words(result.compare_start, result.compare_end, today)


def note_words(note: Mapping[str, Any]) -> str:
    """Return the sentence of a note of a result, with the metrics it is about."""
    text = _(NOTES[note["code"]])
    names = listed(label(c) for c in note.get("metrics", ()) if c in METRICS)
    said = text % note["params"] if note.get("params") else text
    return _("%(names)s：%(said)s") % {"names": names, "said": said} if names else said


def listed(names: Iterable[str]) -> str:
    """Return names in a row as the reader's language writes them: 甲、乙 or A, B."""
    return _("、").join(names)


def column_words(column: str) -> str:
    """Return the name of a fact table's column; its code where it has none."""
    return _(COLUMNS[column]) if column in COLUMNS else column


def value_words(dimension: str, value: Any, accounts: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """Return how a person names one value of a dimension; what was not stated is said to be."""
    if value is None or value == "":
        return _("未注明")
    text = str(value)
    if dimension == "platform":
        return platform_name(text)
    if dimension == "account":
        return accounts.get(text, text)
    if text in titles:
        return titles[text] or _("（无标题）")
    if dimension in VALUES:
        return _(VALUES[dimension].get(text, text))
    return text


assistant.register(
    {
        "ask": (
            N_("问数"),
            N_("规则读不懂的问句交给模型。发出：问句（去掉账号名与号码）、指标和维度的名字；不发任何数字"),
        )
    }
)


#: What may stand behind a number that a person types.
_SIZES = {"万": Decimal(10_000), "亿": Decimal(10**8), "%": Decimal("0.01"), "％": Decimal("0.01")}


def typed_figure(text: str, *, in_percent: bool) -> Decimal | str:
    """Return what a person typed as it is counted: 2.5% is 0.025, 1.2万 is 12000; the text itself where it is none.

    in_percent: a bare number is one in percent, as such a figure is shown.
    """
    plain = text.strip().replace(",", "").replace("，", "").replace(" ", "").removeprefix("¥")
    times = Decimal(1)
    for mark, size in _SIZES.items():
        if plain.endswith(mark):
            plain, times = plain.removesuffix(mark), size
    if in_percent and times == 1:
        times = Decimal("0.01")
    try:
        return Decimal(plain) * times
    except ArithmeticError:
        return text
