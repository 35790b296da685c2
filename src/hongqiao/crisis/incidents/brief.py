"""What stakeholders read of an incident: no names, no contact data; and a summary for the group chat."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.crisis.incidents import present, queries
from hongqiao.crisis.models import Fact, Incident, Step


def of(row: Incident) -> dict[str, Any]:
    """Return where it stands: facts, steps, statements that are out, amends as counts, the summary to copy."""
    steps = present.steps(row)
    facts = [present.fact(f) for f in queries.facts(row)]
    duties = [present.duty(row, d) for d in queries.duties(row)]
    shown = {
        "facts": facts,
        "next_steps": [s for s in steps if not s["over"]][:6],
        "done": sum(s["row"].state == Step.State.DONE for s in steps),
        "all": len(steps),
        "duties": duties,
        "out": [s for s in queries.statements(row) if s.out_at],
        "amends": queries.amends(row),
        "strategy": present.strategy(row)["found"],
    }
    return shown | {"summary": summary(row, shown)}


def summary(row: Incident, shown: dict[str, Any]) -> str:
    """Return a few lines for the group chat, as of now."""
    head = present.head(row)
    lines = [
        ("【演练】" if row.drill else "") + f"#{row.number} {row.title}",
        _("级别 %(level)s，%(state)s；总指挥：%(name)s")
        % {"level": head["level"]["label"], "state": head["state"]["label"], "name": str(row.commander or _("未定"))},
        _answered(row, head),
        _facts(shown["facts"]),
        _("步骤：完成 %(done)s / %(all)s") % {"done": shown["done"], "all": shown["all"]} if shown["all"] else "",
        _next(shown["next_steps"]),
        _("声明：已发布 %(n)s 份") % {"n": len(shown["out"])} if shown["out"] else "",
        _amends(shown["amends"]),
        _("截至 %(at)s") % {"at": timezone.localtime().strftime("%m-%d %H:%M")},
    ]
    return "\n".join(line for line in lines if line)


def _answered(row: Incident, head: dict[str, Any]) -> str:
    if row.answered_at:
        return _("首次回应：发现后 %(took)s") % {"took": head["took"]}
    left = {"left": head["left"]}
    return _("首次回应：已超时 %(left)s") % left if head["late"] else _("首次回应：还剩 %(left)s") % left


def _facts(facts: list[dict[str, Any]]) -> str:
    known = [f["row"].text for f in facts if f["row"].state == Fact.State.VERIFIED]
    checking = sum(f["row"].state == Fact.State.CHECKING for f in facts)
    if not facts:
        return ""
    return _("已核实：%(known)s；待核实 %(n)s 条") % {"known": "；".join(known[:3]) or _("无"), "n": checking}


def _next(steps: list[dict[str, Any]]) -> str:
    if not steps:
        return ""
    one = steps[0]
    due = timezone.localtime(one["row"].due_at).strftime("%m-%d %H:%M")
    return _("下一步：%(step)s（%(due)s）") % {"step": one["label"], "due": due}


def _amends(amends: dict[str, Any]) -> str:
    if not amends["people"]:
        return ""
    said = {"people": amends["people"], "contacted": amends["contacted"], "settled": amends["settled"]}
    return _("受影响用户 %(people)s 位，已联系 %(contacted)s，已了结 %(settled)s") % said
