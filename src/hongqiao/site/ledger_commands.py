"""Commands of the ledger: findings, actions, and acts on them. Each works as the installation's owner."""

import argparse
import json
from collections.abc import Callable
from typing import Any

from hongqiao.errors import N_, Invalid
from hongqiao.ledger import jobs, playbook, queries, rules, services, shapes, watching
from hongqiao.ledger.services.book import template_of
from hongqiao.ledger.services.ruling import rule_of
from hongqiao.site import first
from hongqiao.site.house_commands import show, tell
from hongqiao.workspace import figures
from hongqiao.workspace import jobs as work

SHORT = ("id", "day", "kind", "severity", "state", "rule", "text")
LINE = ("id", "state", "name", "owner_name", "due", "measure_on")


class BadJson(Invalid):
    code = "bad_json"
    message = N_("%(name)s 不是有效的 JSON 对象")
    next_step = N_('例如 --measure \'{"metric": "followers_new", "where": {"platform": "douyin"}}\'')


def findings(a: argparse.Namespace) -> int:
    """List findings as `GET /api/findings` does."""
    first.migrate()
    found = queries.findings(first.local_member(a.brand)).order_by("-id")
    for name in ("state", "kind", "room", "rule"):
        if value := getattr(a, name):
            found = found.filter(**{name: value})
    rows = [shapes.finding_json(r) for r in found[: max(1, a.limit)]]
    show(rows if a.json else ({k: r[k] for k in SHORT} for r in rows), as_json=a.json)
    return 0


def actions(a: argparse.Namespace) -> int:
    """List actions with their newest outcome as `GET /api/actions` does."""
    first.migrate()
    member = first.local_member(a.brand)
    found = queries.actions(member).select_related("owner__user").order_by("-id")
    found = found.filter(state=a.state) if a.state else found
    found = queries.overdue(found, queries.today_of(member.brand)) if a.overdue else found
    rows = list(found[: max(1, a.limit)])
    newest = queries.newest_outcomes(rows)
    said = [shapes.action_json(r, newest.get(r.pk)) for r in rows]
    show(said if a.json else ({k: r[k] for k in LINE} for r in said), as_json=a.json)
    return 0


def action(a: argparse.Namespace) -> int:
    """`hongqiao action add|adopt|start|finish|wont|cancel|reopen|conclude|measure`."""
    first.migrate()
    actor = first.local_member(a.brand)
    if a.act == "add":
        row = services.create_action(
            actor=actor,
            template=a.template,
            title=a.title,
            room=a.room,
            due=a.due,
            cost=a.cost,
            owner_id=actor.pk,
            measure=_object(a.measure, "--measure"),
            expected=_object(a.expected, "--expected") or None,
        )
    elif a.act == "adopt":
        row = services.adopt_proposal(actor=actor, finding_id=a.id, seen=None, index=a.index)
    else:
        row = ACTS[a.act]({"actor": actor, "action_id": a.id, "seen": None}, a)
    row = queries.actions(actor).select_related("owner__user").one(row.pk)
    said = shapes.action_json(row, queries.newest_outcomes([row]).get(row.pk))
    tell(said if a.json else {k: said[k] for k in LINE}, as_json=a.json)
    return 0


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise BadJson(name=name)
    return found


def _measure(on: dict[str, Any], a: argparse.Namespace) -> Any:
    """Measure now what is due, in this process."""
    row = queries.actions(on["actor"]).one(on["action_id"])
    jobs.ask_measure(row, queries.today_of(row.brand))
    work.work_off()
    return row


ACTS: dict[str, Callable[[dict[str, Any], argparse.Namespace], Any]] = {
    "start": lambda on, a: services.start_action(**on, on=a.on),
    "finish": lambda on, a: services.finish_action(**on, on=a.on),
    "wont": lambda on, a: services.wont_action(**on, reason=a.reason, text=a.text),
    "cancel": lambda on, a: services.cancel_action(**on, text=a.text),
    "reopen": lambda on, a: services.reopen_action(**on),
    "conclude": lambda on, a: services.conclude_action(**on),
    "measure": _measure,
}


def watch(a: argparse.Namespace) -> int:
    """Let every rule look at the newest facts now, as the worker does each morning."""
    from hongqiao import warehouse

    first.migrate()
    brand = first.local_member(a.brand).brand
    result = watching.watch(brand, warehouse.open(brand.pk), figures.today_of(brand))
    rows = [{"rule": code, **said} for code, said in result["said"].items()]
    rows += [{"rule": code, "failed": error} for code, error in result["failed"].items()]
    show(rows, as_json=a.json)
    return 1 if result["failed"] else 0


def template(a: argparse.Namespace) -> int:
    """Show kinds of actions, or keep the brand's differences of one."""
    first.migrate()
    actor = first.local_member(a.brand)
    given = {"due_days": a.due_days, "words": a.step, "measure": _object(a.measure, "--measure") or None}
    given["expected"] = _object(a.expected, "--expected") or None
    values = {k: v for k, v in given.items() if v is not None}
    if a.code and (values or a.reset):
        changed = None if a.reset else values
        actor.brand = services.change_template(actor=actor, code=a.code, seen=None, values=changed)
    kinds = [template_of(actor, a.code)] if a.code else list(playbook.of(actor.brand).values())
    rows = [shapes.template_json(actor, t) for t in kinds]
    show(rows if a.json else ({k: r[k] for k in ("code", "label", "room", "due_days")} for r in rows), as_json=a.json)
    return 0


def rule(a: argparse.Namespace) -> int:
    """Show rules, or keep the brand's differences of one."""
    first.migrate()
    actor = first.local_member(a.brand)
    values = dict(_pair(text) for text in a.set)
    on = {"on": True, "off": False}.get(a.turn)
    if a.code and (values or a.reset or on is not None or a.severity is not None):
        given: dict[str, Any] = {"values": values, "on": on, "severity": a.severity, "reset": a.reset}
        actor.brand = services.change_rule(actor=actor, code=a.code, seen=None, **given)
    kinds = [rule_of(actor, a.code)] if a.code else [r for _code, r in sorted(rules.all_rules().items())]
    rows = [shapes.rule_json(actor, r) for r in kinds]
    short = ("code", "label", "room", "on", "severity")
    show(rows if a.json else ({k: r[k] for k in short} for r in rows), as_json=a.json)
    return 0


def _pair(text: str) -> tuple[str, str]:
    name, _sign, value = text.partition("=")
    return name.strip(), value.strip()


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "findings": findings,
    "actions": actions,
    "action": action,
    "template": template,
    "rule": rule,
    "watch": watch,
}
