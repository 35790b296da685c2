"""What the rules of this room share in saying: parameters as codes, cites, the words of evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from hongqiao.errors import N_
from hongqiao.insight.words import VALUES, unit_of
from hongqiao.ledger.rules import Look, Setting, Statement
from hongqiao.metrics import METRICS
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace.models import Account

if TYPE_CHECKING:
    from hongqiao.insight.rules.windows import Window

#: Evidence that every rule of this room may show.
EVIDENCE = {
    "value": N_("%(place)s%(metric)s %(start)s～%(end)s 合计 %(value)s，按往常应为 %(expected)s（%(change)s）"),
    "rate": N_("%(place)s%(metric)s %(start)s～%(end)s 为 %(value)s，按往常应为 %(expected)s（%(change)s）"),
    "against": N_("%(place)s%(metric)s %(start)s～%(end)s 合计 %(value)s，此前同样天数 %(before)s（%(change)s）"),
    "against_days": N_(
        "%(place)s%(metric)s %(start)s～%(end)s 合计 %(value)s，%(from)s～%(until)s 合计 %(before)s（%(change)s）"
    ),
    "part": N_("其中 %(slice)s %(change)s，占变化的 %(share)s"),
    "rest": N_("其余 %(change)s；各部分相加正好是 %(total)s"),
    "mix": N_("结构变化 %(mix)s，自身变化 %(rate)s"),
    "also": N_("同时变化：%(place)s%(metric)s %(change)s"),
    "spend": N_("与消耗变化同时发生：%(place)s日均消耗由 %(before)s 变为 %(after)s（%(start)s 起）"),
    "note": N_("与这天的注记同时发生：%(day)s %(text)s"),
    "posts": N_("同期发布 %(after)s 篇，对比期 %(before)s 篇"),
    "acted": N_("与团队的动作同时发生：%(text)s（%(day)s 开始）"),
    "lag": N_("消耗领先 %(metric)s %(lag)s 天（%(n)s 对逐日变化，p=%(p)s）"),
    "lag_sure": N_("消耗领先 %(metric)s %(lag)s 天（%(n)s 对逐日变化，p<0.001）"),
    "hit": N_("其中《%(title)s》（%(day)s 发布）一篇累计 %(own)s，相当于变化的 %(share)s"),
    "faded": N_(
        "回落：《%(title)s》（%(day)s 发布，一篇累计 %(own)s）带来的增量在消退；"
        "发布前日均 %(before)s，之后到这段时间前日均 %(during)s，这段时间日均 %(after)s"
    ),
    "paused": N_("同期停更 %(n)s 天（%(start)s～%(end)s），此前近 %(days)s 天最长停 %(longest)s 天"),
    "event": N_("与日历上的%(name)s同时（%(start)s～%(end)s）"),
    "event_before": N_("对比期里有%(name)s（%(start)s～%(end)s）"),
    "ended": N_("与团队的动作同时发生：%(text)s（%(day)s 结束）"),
    "late": N_("有 %(n)s 天的数据当时未满一天"),
    "joined": N_("%(account)s的数据从 %(day)s 才有"),
    "broad": N_("没有单一原因：变化分散在各部分"),
    "only_mix": N_("只是结构变化：各部分自身没有变"),
    "what_the_cut_took": N_("减投后以其他平台为对照，每天少了这么多（%(n)s 天）；每天补回 %(spend)s 可望挽回"),
    "missing": N_("有 %(n)s 天缺数据，未计入"),
}


UNTITLED = N_("（无标题）")


def thresholds(rule: str) -> dict[str, Setting]:
    """Return a rule's thresholds as shipped (settings.json)."""
    book = json.loads(files("hongqiao.insight.rules").joinpath("settings.json").read_text("utf-8"))
    return {name: Setting(**entry) for name, entry in book[rule].items()}


def metric(code: str) -> dict[str, str]:
    """Return a metric's name as a parameter."""
    return {"word": METRICS[code].label}


def figure(code: str, value: float | None) -> dict[str, Any]:
    """Return a figure of a metric as a parameter."""
    return {"value": value, "unit": unit_of(code)}


def change(value: float | None) -> dict[str, Any]:
    """Return a relative change as a parameter."""
    return {"value": value, "unit": "percent", "signed": True}


def moved(code: str, value: float) -> dict[str, Any]:
    """Return a difference of two figures of a metric as a parameter: points of a rate, else a signed figure."""
    return {"value": value, "unit": "points" if METRICS[code].format == "rate" else unit_of(code), "signed": True}


def share(value: float | None) -> dict[str, Any]:
    return {"value": value, "unit": "percent"}


def place(look: Look, where: Mapping[str, Any], *, tail: str = " · ") -> dict[str, Any]:
    """Return where something is, as a parameter: "抖音 · ", "" for the whole brand."""
    said = [
        [named(look, name, v) for v in value] if isinstance(value, list | tuple) else named(look, name, value)
        for name, value in where.items()
    ]
    return {"parts": said, "tail": tail if where else ""}


def named(look: Look, dimension: str, value: Any) -> Any:
    """Return one value of a dimension as a parameter: a msgid where it has one, else its own text."""
    if value is None or value == "":
        return {"word": N_("未注明")}
    text = str(value)
    if dimension == "platform" and text in PLATFORMS:
        return {"word": PLATFORMS[text].name}
    if dimension == "account":
        names = look.shared.setdefault("insight.accounts", {})
        if not names:
            names |= {str(a.pk): a.name for a in Account.objects.filter(brand=look.brand)}
        return names.get(text, text)
    return {"word": VALUES[dimension][text]} if text in VALUES.get(dimension, {}) else text


def cite(
    codes: list[str], where: Mapping[str, Any], start: date, end: date, by: tuple[str, ...] = ("day",)
) -> dict[str, Any]:
    """Return the question whose rows stand behind a statement."""
    return {"metrics": codes, "by": list(by), "where": dict(where), "start": str(start), "end": str(end)}


def days(window: Window) -> dict[str, str]:
    """Return the days that a finding is about and the first of those they are held against: what 波动归因 asks."""
    return {"start": str(window.start), "end": str(window.end), "base": str(window.before.start)}


def base(window: Window) -> dict[str, str]:
    """Return the days a window is held against, for sentences: they need not be the days just before it."""
    return {"from": day(window.before.start), "until": day(window.before.end)}


def statement(code: str, cited: Mapping[str, Any], **params: Any) -> Statement:
    return Statement(code, params, cited)


def day(value: date) -> str:
    return f"{value:%m-%d}"
