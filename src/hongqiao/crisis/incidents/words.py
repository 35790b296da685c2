"""Words of what was done in an incident's room: the audit and the timeline say the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.crisis.incidents import book, people
from hongqiao.crisis.models import Entry, Fact
from hongqiao.errors import N_
from hongqiao.knowledge import read
from hongqiao.workspace import words

AUDIT = {
    "incident.taken": N_("接警，距发现 %(minutes)s 分钟"),
    "incident.answered": N_("首次回应，距发现 %(minutes)s 分钟"),
    "incident.answered_again": N_("再次回应"),
    "incident.noted": N_("在事件 #%(number)s 写了一条记录"),
    "incident.filled": N_("补充事件信息"),
    "incident.closed": N_("关闭事件 %(reason)s"),
    "incident.reopened": N_("重新打开事件：%(reason)s"),
    "incident.evidence_kept": N_("固定证据，哈希 %(digest)s…"),
    "incident.mentions_secured": N_("固定提及为证据，新增 %(n)s 份"),
    "incident.vault_taken": N_("下载证据库，共 %(n)s 份"),
    "incident.fact_added": N_("列入事实清单：%(state)s"),
    "incident.fact_changed": N_("更新事实：%(was)s → %(state)s"),
    "incident.seated": N_("%(seat)s：%(name)s，替补 %(deputy)s"),
    "incident.seats_filled": N_("按默认安排了 %(n)s 个空缺的席位"),
    "incident.playbook": N_("启用预案“%(playbook)s”，新增 %(n)s 步"),
    "incident.step_added": N_("新增步骤：%(step)s"),
    "incident.step_done": N_("完成：%(step)s%(late)s"),
    "incident.step_skipped": N_("不适用：%(step)s（%(reason)s）"),
    "incident.step_given": N_("%(step)s 交给 %(name)s"),
    "incident.ads_asked": N_("安排：%(step)s"),
    "incident.duty_begun": N_("法定时限开始计时：%(duty)s，%(days)s 天"),
    "incident.duty_reported": N_("法定时限登记完成：%(duty)s%(late)s"),
    "incident.strategy": N_("策略判定：%(strategy)s（%(reason)s）"),
    "incident.answer_added": N_("新增口径：%(question)s"),
    "incident.answer_changed": N_("修改口径，需重新批准：%(question)s"),
    "incident.answer_approved": N_("批准口径：%(question)s"),
    "incident.answer_dropped": N_("删除口径：%(question)s"),
    "incident.person_added": N_("登记一位受影响用户"),
    "incident.person_changed": N_("更正一位受影响用户的信息"),
    "incident.person_contacted": N_("联系一位受影响用户：%(way)s"),
    "incident.person_apologised": N_("已向一位受影响用户道歉"),
    "incident.person_promised": N_("与一位受影响用户达成补偿 %(amount)s 元"),
    "incident.person_paid": N_("补偿已付 %(amount)s 元，凭证已存"),
    "incident.person_refused": N_("一位受影响用户未接受方案"),
    "incident.people_taken": N_("导出受影响用户，共 %(n)s 位"),
    "incident.paused": N_("一键暂停 %(scope)s：%(reason)s%(drill)s"),
    "incident.released": N_("恢复 %(scope)s %(reason)s"),
}
words.register("audit", AUDIT)
words.register(
    "notice",
    {
        "incident.seated": N_("你在“%(name)s”里负责 %(seat)s"),
        "incident.step_late": N_("“%(name)s”的步骤已超时：%(step)s"),
        "incident.duty_near": N_("“%(name)s”的法定时限将到：%(duty)s，%(at)s"),
    },
)


def say(entry: Entry) -> str:
    """Return a line of the timeline in words: what a person wrote, or the act's."""
    return entry.text if entry.code == "note" else words.say("audit", entry.code, entry.params)


def step_label(code: str, own: str = "") -> str:
    """Return a step's words: its own, or those of its code."""
    if own:
        return _(own)
    named = book.shipped_words()
    return _(named[code]) if code in named else code


def duty_label(code: str, own: str = "") -> str:
    """Return a legal term's name: the brand's own, or that of its code."""
    return _(own) if own else _of(read("crisis/duties")["duties"], code)


def _of(rows: list[dict[str, Any]], code: Any) -> str:
    return next((_(r["label"]) for r in rows if r["code"] == code), str(code))


def _step(params: Mapping[str, Any]) -> dict[str, str]:
    late = _("（已超时）") if params.get("late") else ""
    return {"step": step_label(str(params.get("step", "")), str(params.get("own") or "")), "late": late}


def _duty(params: Mapping[str, Any]) -> dict[str, str]:
    late = _("（已超时）") if params.get("late") else ""
    return {"duty": duty_label(str(params.get("duty", "")), str(params.get("own") or "")), "late": late}


def _fact(params: Mapping[str, Any]) -> dict[str, str]:
    return {k: _(str(Fact.State(params[k]).label)) for k in ("state", "was") if params.get(k) in Fact.State.values}


def seat(params: Mapping[str, Any]) -> dict[str, str]:
    blank = {k: params.get(k) or _("（空）") for k in ("name", "deputy")}
    named = params.get("own") or _of(read("crisis/roles")["roles"], params.get("seat"))
    return {"seat": named, **blank}


def _strategy(params: Mapping[str, Any]) -> dict[str, str]:
    known = read("crisis/scct")
    return {k: _of(known[rows], params.get(k)) for k, rows in (("strategy", "strategies"), ("reason", "reasons"))}


def _playbook(params: Mapping[str, Any]) -> dict[str, str]:
    return {"playbook": _of(read("crisis/playbooks")["playbooks"], params.get("playbook"))}


def _way(params: Mapping[str, Any]) -> dict[str, str]:
    return {"way": _(people.WAYS.get(str(params.get("way")), "")) or str(params.get("way"))}


def _drill(params: Mapping[str, Any]) -> dict[str, str]:
    return {"drill": _("（演练，未真正暂停）") if params.get("drill") else "", "scope": _(str(params.get("scope", "")))}


for _code in ("added", "done", "skipped", "given", "late"):
    words.completes(f"incident.step_{_code}", _step)
words.completes("incident.ads_asked", _step)
for _code in ("begun", "reported", "near"):
    words.completes(f"incident.duty_{_code}", _duty)
for _code in ("fact_added", "fact_changed"):
    words.completes(f"incident.{_code}", _fact)
words.completes("incident.seated", seat)
words.completes("incident.strategy", _strategy)
words.completes("incident.playbook", _playbook)
words.completes("incident.person_contacted", _way)
words.completes("incident.paused", _drill)
