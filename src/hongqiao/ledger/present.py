"""What the ledger's pages show of findings, actions and outcomes: words, tones, links to the rows behind a figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.ledger import limits, playbook, queries, rules, words
from hongqiao.ledger.measuring import plans, rivals
from hongqiao.ledger.measuring.settings import numbers
from hongqiao.ledger.models import Action, ActionState, Finding, FindingState, Outcome
from hongqiao.ledger.services.actions import MOVES
from hongqiao.metrics import DIMENSIONS, METRICS
from hongqiao.metrics.dimensions import VALUES
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import permissions
from hongqiao.workspace import words as said
from hongqiao.workspace.models import Account, AuditEntry, Brand, Member
from hongqiao.workspace.words import platform_name

TONES = {3: "danger", 2: "warn", 1: ""}
VERDICT_TONES = {"worked": "good", "did_not": "danger", "cannot_tell": "warn"}
STATE_TONES = {"running": "info", "done": "warn", "judged": "", "planned": "", "wont": "", "cancelled": ""}
#: What a person may press in each state: (act, words), in order; the first is the usual next step.
STEPS = {
    ActionState.PLANNED: (("start", N_("开始")), ("wont", N_("不做")), ("cancel", N_("取消"))),
    ActionState.RUNNING: (("finish", N_("完成")), ("cancel", N_("取消"))),
    ActionState.DONE: (("cancel", N_("取消")),),
    ActionState.JUDGED: (("again", N_("重新复盘")),),
    ActionState.WONT: (("reopen", N_("重新计划")),),
    ActionState.CANCELLED: (("reopen", N_("重新计划")),),
}
NOT_STATED = "∅"


def rows_url(brand: Brand, cite: Mapping[str, Any], held: frozenset[str]) -> str:
    """Return the address of the figures behind a statement in the explorer, "" where the reader may not see figures."""
    metrics = [m for m in cite.get("metrics", []) if m in METRICS]
    if not metrics or "data.view" not in held:
        return ""
    asked: list[tuple[str, str]] = [("m", m) for m in metrics]
    asked += [("by", d) for d in cite.get("by", ["day"]) if d in DIMENSIONS]
    for dimension, given in (cite.get("where") or {}).items():
        asked += [(f"f.{dimension}", NOT_STATED if v is None else str(v)) for v in plans.values(given)]
    asked += [(k, str(cite[k])) for k in ("start", "end") if cite.get(k)]
    try:
        return f"{reverse('data_explore', args=[brand.slug])}?{urlencode(asked)}"
    except NoReverseMatch:
        return ""


def why_url(brand: Brand, row: Finding, held: frozenset[str]) -> str:
    """Return the address of 波动归因 with a finding's own metric, place, days and those it holds them against; "" where
    it is not about days, or the reader may not see figures."""
    days, where = row.params.get("days"), row.subject.get("where") or {}
    given = {d: plans.values(v) for d, v in where.items()}
    code = row.subject.get("metric")
    if not isinstance(days, Mapping) or code not in METRICS or "data.view" not in held:
        return ""
    if any(len(v) != 1 or d not in METRICS[code].dimensions for d, v in given.items()):
        return ""  # that page asks for one value a dimension
    asked = {d: NOT_STATED if v[0] is None else str(v[0]) for d, v in given.items()}
    asked |= {"start": days["start"], "end": days["end"], "vs": days["base"]}
    try:
        return f"{reverse('data_why', args=[brand.slug, code])}?{urlencode(asked)}"
    except NoReverseMatch:
        return ""


def where_words(brand: Brand, where: Mapping[str, Any] | None) -> str:
    """Return a slice in words: platforms and accounts by their names."""
    names = []
    for dimension, given in (where or {}).items():
        for value in plans.values(given):
            names.append(_value(brand, dimension, value))
    return _("、").join(names)


def _value(brand: Brand, dimension: str, value: Any) -> str:
    if value is None:
        return _("未说明")
    if dimension == "platform":
        return platform_name(str(value))
    if dimension in VALUES:
        return _(VALUES[dimension].get(str(value), str(value)))
    if dimension == "account":
        try:
            found = Account.objects.filter(brand=brand, pk=value).first()
        except (ValueError, TypeError):
            found = None
        return found.name if found else str(value)
    return str(value)


def measured_by(brand: Brand, plan: Mapping[str, Any]) -> str:
    """Return how an action is judged, in one line: 前后对比＋对照维度 · 新增关注（抖音）· 14 天."""
    parts = [_(plans.label(plan.get("method") or "by_hand"))]
    if name := metric_name(plan.get("metric", "")):
        place = where_words(brand, plan.get("where"))
        parts.append(_("%(name)s（%(place)s）") % {"name": name, "place": place} if place else name)
    if plan.get("days"):
        parts.append(_("看 %(n)s 天") % {"n": plan["days"]})
    return " · ".join(parts)


def former_plans(brand: Brand, plan: Mapping[str, Any]) -> list[str]:
    """Return how it was to be judged before, as far as that reads differently: pieces put into arms change no words."""
    said = dict.fromkeys(measured_by(brand, p) for p in plan.get("former", []))
    return [text for text in said if text != measured_by(brand, plan)]


def metric_name(code: str) -> str:
    """Return a metric's name, of the dictionary or of persons in a hold-out; "" for none."""
    if code in METRICS:
        return _(METRICS[code].label)
    return _(plans.PERSON_METRICS[code]) if code in plans.PERSON_METRICS else ""


def finding(member: Member, row: Finding, held: frozenset[str]) -> dict[str, Any]:
    """Return a finding as a card shows it."""
    brand, rule = member.brand, rules.all_rules().get(row.rule)
    under_way = row.actions.filter(state__in=queries.OPEN_ACTIONS) if row.state == FindingState.ACTING else ()
    taken = {a.template for a in under_way}
    return {
        "row": row,
        "text": words.sentence(row),
        "url": reverse("ledger_finding", args=[brand.slug, row.pk]),
        "rule": _(rule.label) if rule else row.rule,
        "tone": "good" if row.kind == "opportunity" else TONES.get(row.severity, ""),
        "kind": _(row.get_kind_display()),
        "severity": _(row.get_severity_display()),
        "state": _(row.get_state_display()),
        "evidence": [
            {
                "text": words.said(row.rule, e["code"], e.get("params")),
                "url": rows_url(brand, e.get("cite") or {}, held),
            }
            for e in row.evidence
        ],
        "why": why_url(brand, row, held),
        "proposals": [
            _proposal(brand, row, n, p) | {"taken": p["action"] in taken} for n, p in enumerate(row.proposals)
        ],
        "open": row.state in (FindingState.OPEN, FindingState.SNOOZED),
        "live": row.state in queries.LIVE,
        "reason": words.reason(row.reason) if row.reason else "",
        "may_edit": queries.EDIT in held,
        "may_judge": queries.JUDGE in held,
    }


def _proposal(brand: Brand, row: Finding, index: int, given: Mapping[str, Any]) -> dict[str, Any]:
    kept = playbook.of(brand).get(given["action"], {})
    plan = {**kept.get("measure", {}), **(given.get("measure") or {})}
    own = playbook.expected(kept, plan) if kept else None
    expected = own or ({**given["expected"], "rule": row.rule} if given.get("expected") else None)
    return {
        "index": index,
        "label": playbook.label(given["action"]),
        "expected": words.expected_words(expected),
        "why": words.expected_reason(expected),
        "measured": measured_by(brand, plan),
        "due_days": given.get("due_days") or kept.get("due_days"),
        "cost": given.get("cost"),
    }


def action(member: Member, row: Action, held: frozenset[str], outcome: Outcome | None, today: date) -> dict[str, Any]:
    """Return an action as a card or a line shows it."""
    carried = queries.carried(row)
    late = bool(row.due and row.due < today and row.state in (ActionState.PLANNED, ActionState.RUNNING))
    return {
        "row": row,
        "name": words.label(row),
        "url": reverse("ledger_action", args=[row.brand.slug, row.pk]),
        "state": _(row.get_state_display()),
        "tone": STATE_TONES.get(row.state, ""),
        "owner": str(row.owner) if carried else "",
        "late": late,
        "days_late": (today - row.due).days if late and row.due else 0,
        "expected": words.expected_words(row.expected),
        "measured": measured_by(row.brand, row.measure),
        "steps": steps(row) if queries.EDIT in held else [],
        "outcome": shown(outcome) if outcome else None,
        "room": room_label(row.room),
    }


def steps(row: Action) -> list[tuple[str, str]]:
    """Return the acts that fit an action's state: (act, words)."""
    assert row.state in MOVES
    return [(code, _(label)) for code, label in STEPS.get(ActionState(row.state), ())]


def shown(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as it is shown: verdict with its tone, effect with its interval, why not."""
    relative = f"{outcome.relative * 100:+.0f}%".replace("-", "−") if outcome.relative is not None else ""
    return {
        "row": outcome,
        "verdict": _(outcome.get_verdict_display()),
        "tone": VERDICT_TONES.get(outcome.verdict, ""),
        "effect": words.effect_words(outcome),
        "per": per(outcome),
        "relative": relative,
        "why": words.why(outcome) if outcome.reason else "",
        "method": _(plans.label(outcome.method)),
        "metric": metric_name(outcome.metric),
        "level": f"{outcome.level:.0%}",
        "notes": _notes(outcome.details),
    }


def _notes(details: Mapping[str, Any]) -> list[str]:
    """Return how an experiment's interval was made, where it was not the plain one."""
    cuped, said = details.get("cuped") or {}, []
    if details.get("peeking"):
        said.append(_("区间按随时可看计算，比到期一次看的宽"))
    if cuped and cuped["variance"] < 1:
        share = f"{1 - cuped['variance']:.0%}"
        said.append(_("已按开始前的表现校正（CUPED），方差少了 %(share)s") % {"share": share})
    return said


def per(outcome: Outcome) -> str:
    """Return what an effect is per: a day, a piece, a person; "" for shares of counts."""
    if (outcome.details or {}).get("counts"):
        return ""
    return {"controls": _("每天"), "before_after": _("每天"), "ab": _("每篇"), "holdout": _("每人")}.get(
        outcome.method, ""
    )


def room_label(code: str) -> str:
    found = next((r for r in permissions.rooms() if r["code"] == code), None)
    return _(found["label"]) if found else code


def room_choices(member: Member) -> list[tuple[str, str]]:
    """Return the rooms of a member that findings and actions may belong to."""
    seen = queries.rooms_of(member) - {"today", "ledger", "settings", "imports"}
    return [(r["code"], _(r["label"])) for r in permissions.rooms() if r["code"] in seen]


def timeline(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Return what was done to these rows, newest first, in words."""
    keys = [str(r.pk) for r in rows]
    entries = AuditEntry.objects.filter(object_id__in=keys).select_related("user").order_by("-id")[:60]
    return [
        {"at": e.at, "who": str(e.user) if e.user else _("系统"), "text": said.say("audit", e.code, e.params)}
        for e in entries
    ]


def reasons() -> list[tuple[str, str]]:
    """Return the reasons in one tap: (code, words)."""
    return [(code, _(r["label"])) for code, r in limits.reasons().items() if r["of"] == "person" and code != "other"]


def picture(outcome: Outcome | None) -> dict[str, Any] | None:
    """Return the chart of a measured series: what was, and from the start on what would have been."""
    kept = (outcome.details.get("series") or {}) if outcome else {}
    if outcome is None or not kept.get("target"):
        return None
    days = outcome.details["days"]
    first = date.fromisoformat(days["first"])
    x = [str(date.fromordinal(first.toordinal() + n)) for n in range(len(kept["target"]))]
    start = (date.fromisoformat(days["start"]) - first).days
    expected = [None] * start + list(kept.get("expected", []))
    expected = (expected + [None] * len(x))[: len(x)]
    series = [{"name": metric_name(outcome.metric), "values": kept["target"], "room": "data"}]
    if kept.get("expected"):
        series.append({"name": _("没有这个动作时的估计"), "values": expected, "dashed": True, "room": "data"})
    there = [n for n in range(start) if kept["target"][n] is not None]  # no estimate is missing before the start
    more = {"annotations": [{"x": start, "label": _("开始")}], "quiet": there}
    return {"type": "line", "x": x, "series": series, "unit": outcome.unit, "size": "m", **more}


def names_of(brand: Brand, slices: Iterable[str]) -> str:
    """Return the control slices of an outcome by name: platforms and accounts as people call them."""
    found = [_value(brand, "platform" if s in PLATFORMS else "account", s) for s in slices]
    return _("、").join(found)


def preview_words(found: Any) -> dict[str, Any]:
    """Return what it takes to tell, as a sentence, with its tone."""
    units = {"pieces": _("篇作品"), "people": _("人"), "days": _("天")}
    if not found.unit:
        return {"text": words_of_reason(found.reason), "tone": "warn", "next": _("复盘时只能记为数据不足")}
    unit, parts = units[found.unit], []
    if found.needed is not None and found.relative is not None:
        params = {"effect": f"{found.relative:.0%}", "n": f"{found.needed:,}", "unit": unit}
        parts.append(_("要看出 %(effect)s 的变化，约需 %(n)s %(unit)s") % params)
    if found.there is not None:
        parts.append(_("按现在的量，这段时间有 %(n)s %(unit)s") % {"n": f"{found.there:,}", "unit": unit})
    if found.takes is not None:
        parts.append(_("攒够约需 %(n)s 天") % {"n": f"{found.takes:,}"})
    if found.smallest is not None:
        parts.append(_("至少要变化 %(effect)s 才看得出") % {"effect": f"{found.smallest:.0%}"})
    text = _("；").join(parts)
    if found.reason:
        likely = _("很可能是数据不足：%(why)s") % {"why": words_of_reason(found.reason)}
        return {"text": text or likely, "tone": "warn", "next": likely if text else ""}
    return {"text": text, "tone": "good", "next": _("按现在的量大致够用")}


def clash_words(member: Member, action: Action) -> str:
    """Return which open actions get into an action's way, "" where none does. Those of rooms that the member may not
    enter are counted, not named."""
    found = rivals.rivals(action)
    if not found:
        return ""
    seen = queries.rooms_of(member)
    named = [_("「%(name)s」") % {"name": words.label(a)} for a in found if a.room in seen][:3]
    if any(rivals.opposed(action, a) for a in found):
        said = _("和正在做的动作相反：%(names)s；同时做分不清是谁的作用，复盘只能记为数据不足")
    else:
        said = _("同一目标上还有动作：%(names)s；同时做分不清是谁的作用，复盘只能记为数据不足")
    return said % {"names": _("、").join(named) or _("别的板块的 %(n)s 个") % {"n": len(found)}}


def words_of_reason(code: str) -> str:
    return _(plans.REASONS[code]) if code in plans.REASONS else code


def level_words() -> str:
    return f"{numbers()['level']:.0%}"
