"""From a rule's codes and parameters to sentences, in the reader's language. Figures are formatted by their unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.ledger import limits, playbook, rules
from hongqiao.ledger.measuring import plans
from hongqiao.ledger.models import Action, Finding, Outcome, Verdict
from hongqiao.metrics import METRICS
from hongqiao.platforms import PLATFORMS
from hongqiao.ui import formats
from hongqiao.workspace import assistant, webhooks, words


def said(rule: str, code: str, params: Mapping[str, Any] | None = None) -> str:
    """Return the words of a finding's variant or of a statement; the bare code where no rule knows it any more."""
    known = rules.all_rules().get(rule)
    msgid = {**known.evidence, **known.finding}.get(code) if known else None
    return words.fill(msgid, {k: readable(v) for k, v in (params or {}).items()}) if msgid else code


def readable(value: Any) -> Any:
    """Return a parameter as words: {"value", "unit"} as a figure, {"word"} as a msgid, a list as its parts."""
    if isinstance(value, Mapping) and "value" in value:
        if value.get("signed"):
            return formats.signed(value["value"], value.get("unit", "percent"))
        return formats.figure(value["value"], value.get("unit", "number"))
    if isinstance(value, Mapping) and "word" in value:
        return _(value["word"])
    if isinstance(value, Mapping) and "parts" in value:
        return " · ".join(str(readable(v)) for v in value["parts"]) + value.get("tail", "")
    if isinstance(value, list | tuple):
        return "、".join(str(readable(v)) for v in value)
    return value


def sentence(finding: Finding) -> str:
    """Return a finding's sentence."""
    return said(finding.rule, finding.variant, finding.params)


def names_in(finding: Finding) -> list[str]:
    """Return the names that may stand in a finding's sentence: its parameters, metrics, platforms."""
    return [str(readable(v)) for v in finding.params.values()] + everybodys_names()


def everybodys_names() -> list[str]:
    """Return the names of metrics and platforms: none may come into a text that had it not."""
    return [_(m.label) for m in METRICS.values()] + [_(p.name) for p in PLATFORMS.values()]


def label(action: Action) -> str:
    """Return what an action is called."""
    return playbook.label(action.template, action.title)


def reason(kept: str) -> str:
    """Return a kept reason ("no_budget|等双十一后") in words."""
    code, _bar, said = kept.partition("|")
    known = limits.reasons().get(code)
    first = _(known["label"]) if known else code
    return _("%(what)s：%(said)s") % {"what": first, "said": said} if said else first


def expected_words(expected: Mapping[str, Any] | None) -> str:
    """Return an expected effect as 指标 +150～+320/日, or a share; "" where nobody said."""
    if not expected:
        return ""
    metric = METRICS.get(expected.get("metric", ""))
    unit, daily = expected.get("unit") or "number", expected.get("unit") == "a_day"
    if daily:
        unit = plans.UNITS[metric.format] if metric else "number"
    ends = [expected[k] for k in ("low", "high") if expected.get(k) is not None] or [expected.get("mid")]
    if ends == [None]:
        return ""
    whole = unit == "count" and max(abs(v) for v in ends) >= WHOLE_FROM
    written = [
        formats.signed(round(v) if whole else v, "points" if daily and unit == "percent" else unit) for v in ends
    ]
    text = _("%(low)s～%(high)s") % {"low": written[0], "high": written[1]} if len(written) > 1 else written[0]
    text = _("%(text)s/日") % {"text": text} if daily else text
    return f"{_(metric.label)} {text}" if metric else text


def expected_reason(expected: Mapping[str, Any] | None) -> str:
    """Return why an effect is expected: from pooled actions, in the words of the rule that proposed it, or none."""
    if not expected or not expected.get("reason"):
        return ""
    params = {k: readable(v) for k, v in (expected.get("params") or {}).items()}
    if expected["reason"] == "pooled":
        return words.fill(POOLED, params)
    if expected["reason"] == "brand":
        return _("团队在动作模板里写的预期，不是算出来的")
    return said(str(expected.get("rule", "")), expected["reason"], expected.get("params"))


POOLED = N_("同类动作 %(n)s 次的平均；有效 %(worked)s、无效 %(did_not)s、数据不足 %(cannot_tell)s")


WHOLE_FROM = 10  # effects on counts from here on are written without decimals


def effect_words(outcome: Outcome) -> str:
    """Return an effect with its interval: +1,204（+800～+1,600）, shares in points; "" where there is none."""
    if outcome.effect is None:
        return ""
    unit = "points" if outcome.unit == "percent" else outcome.unit
    whole = unit == "count" and abs(outcome.effect) >= WHOLE_FROM  # a tenth of a follower says nothing

    def figure(value: float) -> str:
        return formats.signed(round(value) if whole else value, unit)

    if outcome.lo is None or outcome.hi is None:
        return figure(outcome.effect)
    said = {"rate": figure(outcome.effect), "low": figure(outcome.lo), "high": figure(outcome.hi)}
    return _("%(rate)s（%(low)s～%(high)s）") % said


def why(outcome: Outcome) -> str:
    """Return why nothing can be told, in words; "" for a verdict."""
    known = plans.REASONS.get(outcome.reason)
    return _(known) if known else outcome.reason


def _finding_notice(params: Mapping[str, Any]) -> dict[str, Any]:
    found = Finding.objects.filter(pk=str(params["finding"])).first() if params.get("finding") else None
    return {"text": sentence(found) if found else ""}


def _action_notice(params: Mapping[str, Any]) -> dict[str, Any]:
    found = Action.objects.filter(pk=str(params["action"])).first() if params.get("action") else None
    verdict = params.get("verdict")
    more = {"verdict": _(Verdict(verdict).label)} if verdict in Verdict.values else {}
    return {"action": label(found) if found else "—"} | more


def _rule_words(params: Mapping[str, Any]) -> dict[str, Any]:
    known = rules.all_rules().get(str(params.get("rule")))
    return {"rule": _(known.label)} if known else {}


def _rule_act(params: Mapping[str, Any]) -> dict[str, Any]:
    said = {"reason": reason(str(params["reason"]))} if params.get("reason") else {}
    return _rule_words(params) | said


def _named(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return an act's names: the template's words where there is no title, verdict and reason in words."""
    more: dict[str, Any] = {"name": playbook.label(str(params.get("template", "")), str(params.get("title", "")))}
    if params.get("verdict") in Verdict.values:
        more["verdict"] = _(Verdict(params["verdict"]).label)
    if params.get("reason"):
        more["reason"] = reason(str(params["reason"]))
    if params.get("fields"):
        names = str(params["fields"]).split(", ")
        more["fields"] = _("、").join(_(FIELDS[n]) if n in FIELDS else n for n in names)
    return more


#: What of an action may be changed, as its page calls it.
FIELDS = {
    "title": N_("标题"),
    "note": N_("备注"),
    "due": N_("到期"),
    "cost": N_("费用"),
    "expected": N_("预期"),
    "measure": N_("怎么判断"),
    "params": N_("做法的参数"),
    "target": N_("作用对象"),
}


words.register(
    "notice",
    {
        "finding.raised": N_("新的问题或机会：%(text)s"),
        "finding.digest": N_("今日的问题与机会汇总已备好"),
        "action.assigned": N_("%(name)s 把「%(action)s」交给你"),
        "action.commented": N_("%(name)s 评论了「%(action)s」"),
        "action.judged": N_("「%(action)s」复盘完成：%(verdict)s"),
        "decision.asked": N_("%(name)s 请你决定：%(title)s"),
        "decision.decided": N_("%(name)s 已决定「%(title)s」：%(chosen)s"),
        "ledger.rule_failed": N_("规则「%(rule)s」运行出错（%(error)s），其他规则照常"),
    },
)
words.completes("finding.raised", _finding_notice)
for _code in ("action.assigned", "action.commented", "action.judged"):
    words.completes(_code, _action_notice)
words.completes("ledger.rule_failed", _rule_words)
words.register("job", {"ledger.rule": N_("正在看：%(rule)s")})
words.completes("ledger.rule", _rule_words)
AUDIT = {
    "finding.watched": N_(
        "规则「%(rule)s」：新 %(new)s 条，再次提示 %(again)s 条，重新打开 %(reopened)s 条，自动结束 %(closed)s 条"
    ),
    "finding.right": N_("评为有用：%(rule)s"),
    "finding.wrong": N_("评为误报：%(rule)s"),
    "finding.unmarked": N_("撤回评价：%(rule)s"),
    "finding.wont": N_("不处理「%(rule)s」：%(reason)s"),
    "finding.snoozed": N_("「%(rule)s」推迟到 %(until)s 再看"),
    "finding.merged": N_("合并「%(rule)s」到另一条"),
    "finding.unmerged": N_("撤销合并「%(rule)s」"),
    "finding.reopened": N_("重新打开「%(rule)s」"),
    "rule.changed": N_("调整规则「%(rule)s」"),
    "rule.muted": N_("静音规则「%(rule)s」"),
    "rule.unmuted": N_("解除静音「%(rule)s」"),
    "finding.reworded": N_("请模型改写「%(rule)s」的一条说明"),
    "finding.unworded": N_("「%(rule)s」的一条说明改回原文"),
    "ledger.commented": N_("评论：%(text)s"),
    "ledger.comment_deleted": N_("删除评论：%(text)s"),
    "ledger.attached": N_("上传附件 %(name)s"),
    "ledger.attachment_deleted": N_("删除附件 %(name)s"),
    "ledger.exported": N_("导出复盘台账 %(rows)s 条（%(kind)s）"),
    "decision.asked": N_("提请决策：%(title)s"),
    "decision.decided": N_("决定「%(title)s」：%(chosen)s"),
    "decision.withdrawn": N_("撤回决策「%(title)s」"),
}
ACTIONS = {
    "action.created": N_("新建优化动作「%(name)s」"),
    "action.changed": N_("修改优化动作「%(name)s」：%(fields)s"),
    "action.given": N_("把优化动作「%(name)s」交给 %(owner)s"),
    "action.started": N_("开始优化动作「%(name)s」"),
    "action.done": N_("完成优化动作「%(name)s」，等复盘"),
    "action.wont": N_("不做「%(name)s」：%(reason)s"),
    "action.cancelled": N_("取消优化动作「%(name)s」"),
    "action.reopened": N_("重新计划「%(name)s」"),
    "action.linked": N_("修改「%(name)s」的关联"),
    "template.changed": N_("调整动作模板「%(name)s」"),
    "action.closed": N_("优化动作「%(name)s」复盘：%(verdict)s"),
    "action.concluded": N_("提前收尾「%(name)s」"),
    "action.measured_again": N_("重新复盘「%(name)s」"),
}
words.register("audit", AUDIT | ACTIONS)
for _code in AUDIT:
    if _code.startswith(("finding.", "rule.")):
        words.completes(_code, _rule_act)
for _code in ACTIONS:
    words.completes(_code, _named)
webhooks.register({"finding.raised": N_("新的问题或机会"), "action.judged": N_("优化动作复盘完成")})
assistant.register(
    {
        "reword": (
            N_("改写"),
            N_(
                "把问题与机会、报告里的句子换个说法。发出：去掉数字、日期和名字的句子；改动了意思的不用，原文一点就看到"
            ),
        )
    }
)
