"""Words of the topic library: acts, parts of a score and why they are so, gates, verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.content.models import Topic
from hongqiao.errors import N_
from hongqiao.ui import formats
from hongqiao.workspace import words
from hongqiao.workspace.words import platform_name

PARTS = {
    "relevance": N_("用户相关"),
    "fit": N_("品牌契合"),
    "timing": N_("时效热度"),
    "spread": N_("传播力"),
    "use": N_("干货价值"),
    "difference": N_("差异化"),
    "cost": N_("制作可行"),
    "risk": N_("风险"),
}
VERDICTS = {
    "pass": (N_("建议通过"), "good"),
    "discuss": (N_("可以讨论"), "warn"),
    "park": (N_("建议搁置"), ""),
    "gated": (N_("一票否决"), "danger"),
}
STATES = {
    "passed": "good",
    "planned": "info",
    "making": "info",
    "published": "good",
    "rejected": "danger",
    "parked": "warn",
}
WHY = {
    "relevance.mentions": N_("%(days)s 天内被提到 %(mentions)s 次"),
    "relevance.theirs": N_("“%(whom)s”会说：%(words)s；%(days)s 天内被提到 %(mentions)s 次"),
    "relevance.not_theirs": N_("没有“%(whom)s”会说的词；%(days)s 天内被提到 %(mentions)s 次"),
    "relevance.elsewhere": N_("“%(whom)s”不在这个平台，常在：%(platforms)s"),
    "fit.brand": N_("内容支柱：%(pillar)s；产品：%(product)s；可用卖点 %(claims)s 条"),
    "fit.none": N_("没有选内容支柱和产品，也没有品牌的词"),
    "fit.form": N_("这个平台少见这种形式，降一级；内容支柱：%(pillar)s；产品：%(product)s"),
    "timing.hot": N_("热度还剩约 %(left)s 小时，制作要 %(hours)s 小时，来得及"),
    "timing.too_hot": N_("热度只剩约 %(left)s 小时，制作要 %(hours)s 小时，来不及"),
    "timing.evergreen": N_("常青选题，没有节点和热度"),
    "timing.over": N_("“%(node)s”已在 %(last)s 结束"),
    "timing.too_late": N_("“%(node)s”还剩 %(left)s 天，制作要 %(days)s 天，来不及"),
    "timing.now": N_("“%(node)s”%(first)s 至 %(last)s，现在做正好；制作要 %(days)s 天"),
    "timing.ahead": N_("“%(node)s”从 %(prep)s 起准备，还有 %(ahead)s 天"),
    "spread.cues": N_("标题里有：反差 %(contrast)s；转发理由 %(pass_on)s；情绪 %(emotion)s"),
    "spread.none": N_("标题平，没有反差、情绪或转发理由"),
    "use.list": N_("清单或模板，可以直接用：%(list)s"),
    "use.how": N_("讲方法或做测评，值得收藏：%(how)s"),
    "use.none": N_("看不出能带走什么"),
    "difference.none": N_("近一年没有发过相似的"),
    "difference.exclusive": N_("近一年没有相似的，且有自己独有的数据或用户原话"),
    "difference.renews": N_("续的是自家跑起来的“%(renews)s”，和它像是应当的；此外近一年没有相似的"),
    "difference.renews_alike": N_(
        "不算它要续的“%(renews)s”，另有 %(count)s 篇相似，最像“%(title)s”（相似度 %(share)s）"
    ),
    "difference.alike": N_("%(count)s 篇相似，最像“%(title)s”（相似度 %(share)s）"),
    "difference.many": N_("已有 %(count)s 篇相似，最像“%(title)s”（相似度 %(share)s）"),
    "cost.said": N_("写明 %(hours)s 小时，约 %(days)s 人日"),
    "cost.usual": N_("按这种形式的常见工时 %(hours)s 小时，约 %(days)s 人日"),
    "risk.none": N_("没有发现风险词"),
    "risk.legal": N_("需要法务看：%(words)s"),
    "risk.danger": N_("涉及政治、灾难或医疗：%(words)s"),
    "by_hand": N_("%(name)s 手工评定：%(reason)s"),
}
RENEWED = N_("“%(title)s”%(day)s 发布，播放/阅读 %(views)s，超过同账号同形式 %(peers)s 篇里的 %(share)s")
PLACE = N_("；进了 %(days)s 天搜索与工单的前 %(place)s")
GATES = {
    "solemn": N_("“%(node)s”（%(day)s）当天不做促销和娱乐内容"),
    "line": N_("踩了红线“%(line)s”：%(words)s"),
    "claim": N_("主张没有依据：%(claim)s。补上依据，或改用产品已批准的卖点"),
    "figure": N_("标题里的数字没有依据：%(words)s。补上依据，或改掉数字"),
    "whom": N_("不适合“%(whom)s”：%(because)s"),
}
SOURCES = dict(Topic.Source.choices)


def why(part: Mapping[str, Any]) -> str:
    """Return why a part has its level, in the reader's language."""
    params = dict(part.get("params") or {})
    said = words.fill(WHY.get(part.get("why", ""), ""), _shown(params))
    if params.get("place") and str(part.get("why", "")).startswith("relevance"):
        said += words.fill(PLACE, params)
    return said


def renewed(origin: Mapping[str, Any]) -> list[str]:
    """Return how the piece did that a topic takes up again, in words; nothing where it takes up none."""
    told = origin.get("renews") or {}
    if not told or told.get("share") is None:
        return []
    views = "—" if told.get("views") is None else f"{told['views']:,}"
    return [words.fill(RENEWED, {**told, "views": views, "share": formats.percent(told["share"], 0)})]


def gate(one: Mapping[str, Any]) -> str:
    """Return what forbids a topic, in the reader's language."""
    params = dict(one.get("params") or {})
    if one.get("code") == "whom":
        params["because"] = why({"why": params.get("why", ""), "params": params})
    return words.fill(GATES.get(one.get("code", ""), ""), _shown(params))


def _shown(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as they are read: lists joined, nothing as 无, platforms by name."""
    shown: dict[str, Any] = {}
    for name, value in params.items():
        if name == "platforms":
            value = [platform_name(p) for p in value]
        if isinstance(value, list | tuple):
            value = "、".join(map(str, value))
        if isinstance(value, float):
            value = f"{value:g}"
        shown[name] = _("无") if value in ("", None) else _(value) if name == "node" else value
    return shown


words.register(
    "audit",
    {
        "topic.added": N_("新增选题「%(name)s」"),
        "topic.joined": N_("选题「%(name)s」并入新的来源"),
        "topic.changed": N_("修改选题「%(name)s」"),
        "topic.rescored": N_("重新评分「%(name)s」：%(score)s"),
        "topic.part_set": N_("手工评定选题「%(name)s」的分项"),
        "topic.weights_set": N_("修改选题评分权重：%(reason)s"),
        "topic.declined": N_("不采纳提出的选题「%(name)s」：%(reason)s"),
        "topic.wanted_again": N_("重新提选题「%(name)s」"),
        "topic.moved": N_("选题「%(name)s」改为%(state)s"),
        "topic.undone": N_("撤销：选题「%(name)s」退回%(state)s"),
        "signals.added": N_("收进 %(count)s 条评论、工单、搜索词或热点"),
        "topics.imported": N_("导入选题表 %(name)s"),
        "feed.added": N_("订阅 %(name)s"),
        "feed.changed": N_("修改订阅 %(name)s"),
        "feed.removed": N_("取消订阅 %(name)s"),
    },
)


def _state(params: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**params, "state": _(dict(Topic.State.choices).get(params.get("state", ""), params.get("state", "")))}


words.completes("topic.moved", _state)
words.completes("topic.undone", _state)
