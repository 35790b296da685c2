"""From codes to words in the room of figures: values of dimensions, units, notes."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.metrics import METRICS, NOTES
from hongqiao.platforms import PLATFORMS

VALUES: dict[str, dict[str, str]] = {
    "form": {
        "image_text": N_("图文"),
        "video": N_("视频"),
        "article": N_("文章"),
        "live": N_("直播"),
        "other": N_("其他"),
    },
    "status": {
        "placed": N_("待支付"),
        "paid": N_("已支付"),
        "shipped": N_("已发货"),
        "finished": N_("已完成"),
        "closed": N_("已关闭"),
        "unknown": N_("未知状态"),
    },
    "event": {
        "follow": N_("关注"),
        "unfollow": N_("取消关注"),
        "visit": N_("访问"),
        "view": N_("浏览"),
        "click": N_("点击"),
        "sign_up": N_("注册"),
        "add_cart": N_("加购"),
        "purchase": N_("购买"),
        "refund": N_("退款"),
    },
}

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
}

#: How `ui.formats` writes a metric, by its format in the dictionary.
UNITS = {"int": "count", "money": "money", "rate": "percent", "number": "number"}


def unit_of(code: str) -> str:
    """Return the unit name of `ui.formats.figure` for a metric; a time in seconds has its own."""
    metric = METRICS[code]
    return "seconds" if metric.unit == "秒" else UNITS[metric.format]


def label(code: str) -> str:
    """Return a metric's name in the reader's language."""
    return _(METRICS[code].label)


def filled(code: str, text: str) -> str:
    """Return a text of a metric in the reader's language, with its windows (30 天) filled in."""
    params = METRICS[code].params
    return _(text) % params if text and params else _(text) if text else ""


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
        return _(PLATFORMS[text].name) if text in PLATFORMS else text
    if dimension == "account":
        return accounts.get(text, text)
    if text in titles:
        return titles[text] or _("（无标题）")
    if dimension in VALUES:
        return _(VALUES[dimension].get(text, text))
    return text
