"""Words of watching: alarms, levels, clocks, acts. Codes become sentences here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hongqiao.crisis.models import Alarm, Incident
from hongqiao.crisis.watching import tables
from hongqiao.crisis.watching.clocks import Clock
from hongqiao.errors import N_
from hongqiao.ui import formats
from hongqiao.workspace import webhooks, words
from hongqiao.workspace.models import Brand

TONES = {"I": "danger", "II": "warn", "III": "info", "IV": ""}
WHY = {
    "grave": N_("性质严重"),
    "wave": N_("大量雷同文案"),
    "burst": N_("声量异动"),
    "hand": N_("人工开启"),
    "split": N_("从另一事件拆出"),
    "drill": N_("危机演练"),
}
COLUMNS = {
    "volume": N_("负面声量"),
    "share": N_("负面占比"),
    "reach": N_("传播范围"),
    "nature": N_("事件性质"),
    "table": N_("定级表"),
    "hand": N_("人工定级"),
}
PERSONS = {
    "allergy": N_("过敏或安全"),
    "authenticity": N_("真伪"),
    "advertising": N_("宣传"),
    "logistics": N_("物流"),
    "service": N_("服务"),
    "price": N_("价格"),
    "quality": N_("质量"),
    "malicious": N_("恶意"),
    "regulator": N_("监管"),
    "press": N_("媒体"),
}
MARKS = {
    "central": N_("央媒报道"),
    "regulator": N_("监管介入"),
    "executive": N_("涉及高管"),
    "values": N_("价值观争议"),
}


def level(code: str) -> str:
    """Return a level with its colour, as it is called."""
    return _(Incident.Level(code).label) if code in Incident.Level.values else code


def kind(code: str) -> str:
    """Return a kind of complaint in the reader's language."""
    return _(PERSONS[code]) if code in PERSONS else code


def nature(brand: Brand, code: str) -> str:
    """Return a nature in the reader's language, as the brand calls it; one that it has no more by a general word."""
    if not code:
        return ""
    known = tables.nature_of(brand, code)
    return _(known.label) if known else _("自定义性质")


def columns(code: str) -> str:
    """Return why a level is as it is: the columns that reached it."""
    return "、".join(_(COLUMNS[c]) if c in COLUMNS else c for c in code.split("+"))


def span(time: timedelta) -> str:
    """Return a stretch of time as a person says it, minutes up to two hours."""
    return formats.span(time)


def clock(held: Clock) -> str:
    """Return a term and how much of it is left."""
    what = _("首次回应") if held.code == "first" else _("进展更新")
    said = _("%(what)s已超时 %(span)s") if held.late else _("%(what)s还剩 %(span)s")
    return said % {"what": what, "span": span(held.left)}


def sentence(alarm: Alarm) -> str:
    """Return what an alarm says. Nobody's words or names are in it."""
    held = {"n": 0, "minutes": 0, "usual": 0, "channel": ""} | dict(alarm.params)
    what = {"kind": kind(str(held.get("kind", ""))), "nature": nature(alarm.brand, str(held.get("nature", "")))}
    held |= what
    if alarm.why == Alarm.Why.GRAVE:
        return (_("%(nature)s，来自%(channel)s") if held["channel"] else _("%(nature)s")) % held
    if alarm.why == Alarm.Why.SHARE:
        return _("负面占比突然升高：%(minutes)s 分钟内负面 %(n)s 条") % held
    if alarm.why == Alarm.Why.BURST:
        return _burst(alarm, held)
    if alarm.why == Alarm.Why.LEVEL:
        return _level(held)
    return _clock(held)


def _burst(alarm: Alarm, held: Mapping[str, Any]) -> str:
    if alarm.key.startswith("wave|"):
        return _("同样文案的负面已有 %(n)s 条") % held
    if float(held["usual"]) < 0.5 and held["kind"]:
        return _("%(kind)s类负面 %(minutes)s 分钟内 %(n)s 条，平时几乎没有") % held
    if float(held["usual"]) < 0.5:
        return _("负面 %(minutes)s 分钟内 %(n)s 条，平时几乎没有") % held
    if held["kind"]:
        return _("%(kind)s类负面 %(minutes)s 分钟内 %(n)s 条，平时每小时约 %(usual)s 条") % held
    return _("负面 %(minutes)s 分钟内 %(n)s 条，平时每小时约 %(usual)s 条") % held


def _level(held: Mapping[str, Any]) -> str:
    said = {"level": level(str(held.get("level", "")))}
    if held.get("hand"):
        return _("按定级表应为 %(level)s，现为人工定级 %(hand)s") % (said | {"hand": level(str(held["hand"]))})
    if held.get("cause") == "opened":
        return _("人工开启，%(level)s") % said
    return _("升为 %(level)s，依据：%(why)s") % (said | {"why": columns(str(held.get("cause", "table")))})


def _clock(held: Mapping[str, Any]) -> str:
    first = held.get("clock") != "update"
    if held.get("phase") == "over":
        return _("首次回应已超时") if first else _("进展更新已超时")
    return _("首次回应快到时限") if first else _("进展更新快到时限")


def _readable(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Turn the codes among the parameters of an act into words."""
    found: dict[str, Any] = {}
    for name in ("level", "before"):
        if name in params:
            found[name] = level(str(params[name])) if params[name] else _("按定级表")
    if "why" in params:
        code = str(params["why"])
        known = WHY | (COLUMNS if "before" in params else {})  # a level set by hand is not an incident opened by hand
        found["why"] = _(known[code]) if code in known else columns(code)
    if "way" in params:
        found["way"] = _("声明") if params["way"] == "statement" else _("回复当事人")
    return found


CARRIED = {
    "fact": N_("%(n)s 条事实"),
    "answer": N_("%(n)s 条口径"),
    "statement": N_("%(n)s 份声明"),
    "affected": N_("%(n)s 位受影响用户"),
    "duty": N_("%(n)s 项法定时限"),
    "seat": N_("%(n)s 个席位"),
}


def _absorbed(params: Mapping[str, Any]) -> Mapping[str, Any]:
    parts = params.get("parts") or {}
    said = [_(label) % {"n": parts[code]} for code, label in CARRIED.items() if parts.get(code)]
    return {"parts": "、" + "、".join(said) if said else ""}


def _alarm(params: Mapping[str, Any]) -> Mapping[str, Any]:
    alarm = Alarm.objects.filter(pk=str(params.get("alarm") or UUID(int=0))).select_related("incident").first()
    if alarm is None:
        return {"what": _("告警已不在"), "title": ""}
    title = alarm.incident.title if alarm.incident else ""
    return {"what": sentence(alarm), "title": _("【演练】") + title if alarm.drill else title}


#: Acts on incidents: audit and timeline say them with the same codes and parameters.
ACTS = {
    "incident.opened": N_("开启事件 %(number)s「%(title)s」，%(level)s，原因：%(why)s，涉及 %(n)s 条提及"),
    "incident.gathered": N_("并入 %(n)s 条新的提及"),
    "incident.level": N_("事件 %(number)s 级别由 %(before)s 改为 %(level)s，依据：%(why)s"),
    "incident.level_held": N_("事件 %(number)s 人工定级：%(level)s"),
    "incident.commander": N_("总指挥由 %(before)s 改为 %(name)s，因级别上升"),
    "incident.taken": N_("接警：事件 %(number)s，首次听到后 %(minutes)s 分钟"),
    "incident.answered": N_("事件 %(number)s 首次回应，首次听到后 %(minutes)s 分钟"),
    "incident.merged": N_("事件 %(number)s 并入事件 %(into)s"),
    "incident.absorbed": N_("并入事件 %(number)s「%(title)s」的 %(n)s 条提及%(parts)s"),
    "incident.split": N_("从事件 %(number)s 拆出 %(n)s 条提及，成为事件 %(into)s"),
    "incident.marked": N_("修改事件 %(number)s 的传播情况"),
    "alarm.taken": N_("接警：%(what)s"),
    "crisis.severity_changed": N_("修改舆情定级表"),
}
words.register("audit", ACTS)
for _code in ("incident.opened", "incident.level", "incident.level_held", "incident.answered"):
    words.completes(_code, _readable)
words.completes("incident.absorbed", _absorbed)
words.completes("incident.commander", lambda params: {k: params.get(k) or _("（空）") for k in ("before", "name")})
words.completes("alarm.taken", _alarm)
words.register("notice", {"crisis.alarm": N_("舆情告警：%(title)s %(what)s")})
words.completes("crisis.alarm", _alarm)
webhooks.register(
    {
        "incident.opened": N_("舆情事件开启"),
        "incident.level": N_("舆情事件级别变化"),
        "incident.answered": N_("舆情事件首次回应"),
    }
)
