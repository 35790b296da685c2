"""From codes to words in the room of figures: values of dimensions, units, notes."""

from collections.abc import Mapping
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
    names = "、".join(label(c) for c in note.get("metrics", ()) if c in METRICS)
    said = text % note["params"] if note.get("params") else text
    return f"{names}：{said}" if names else said


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
