"""The shapes of the ledger's HTTP interface: what calls may say, and rows as programs and the command line see them."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Schema

from hongqiao.ledger import playbook, present, rules, words
from hongqiao.ledger.measuring import rivals
from hongqiao.ledger.models import Action, Decision, Finding, Outcome
from hongqiao.metrics.result import jsonable
from hongqiao.workspace.models import Brand, Member
from hongqiao.workspace.paging import Paged


class FindingsAsked(Paged):
    state: str = ""
    kind: str = ""
    room: str = ""
    rule: str = ""
    start: date | None = None
    end: date | None = None


class ActionsAsked(Paged):
    state: str = ""
    room: str = ""
    template: str = ""
    mine: bool = False
    overdue: bool = False


class OutcomesAsked(Paged):
    verdict: str = ""
    action: UUID | None = None


class DecisionsAsked(Paged):
    state: str = ""


class Act(Schema):
    """What an act may take; each takes its own part. `version` is the one you saw: another one is a conflict."""

    version: int | None = None
    reason: str = ""
    text: str = ""
    until: str = ""
    right: bool | None = None
    into: str = ""
    index: int = 0
    owner: str = ""
    due: str = ""
    on: str = ""
    effect: float | None = None
    chosen: str = ""
    links: list[dict[str, str]] = []
    changes: dict[str, Any] = {}


class ActionIn(Schema):
    template: str = ""
    title: str = ""
    note: str = ""
    room: str = ""
    params: dict[str, Any] = {}
    target: dict[str, Any] = {}
    owner: str = ""
    due: str = ""
    cost: str = ""
    expected: dict[str, Any] | None = None
    measure: dict[str, Any] = {}
    finding: str = ""
    links: list[dict[str, str]] = []


class PreviewIn(Schema):
    measure: dict[str, Any]
    template: str = ""
    expected: dict[str, Any] | None = None


class DecisionIn(Schema):
    title: str
    options: list[str]
    note: str = ""
    amount: str = ""
    deadline: str = ""
    finding: str = ""
    action: str = ""


class RuleIn(Schema):
    version: int | None = None
    on: bool | None = None
    settings: dict[str, Any] = {}
    severity: int | None = None


class TemplateIn(Schema):
    version: int | None = None
    due_days: int | None = None
    words: list[str] | None = None
    measure: dict[str, Any] | None = None
    expected: dict[str, Any] | None = None


def template_json(member: Member, kept: dict[str, Any]) -> dict[str, Any]:
    """Return a kind of action as the brand does it, with what ships."""
    shipped = playbook.of(None)[kept["code"]]
    changing = ("due_days", "words", "measure", "expected")
    return {
        "code": kept["code"],
        "label": playbook.label(kept["code"]),
        "room": kept["room"],
        "want": kept["want"],
        **{k: kept[k] for k in changing},
        "shipped": {k: shipped[k] for k in changing},
        "version": member.brand.version,
    }


def finding_json(row: Finding) -> dict[str, Any]:
    """Return a finding as programs see it: codes, parameters, and its sentence in the reader's language."""
    plain = ("rule", "key", "variant", "room", "kind", "severity", "state", "day", "subject", "params", "evidence")
    more = (
        "proposals",
        "manifest",
        "first_said",
        "last_said",
        "times",
        "snoozed_until",
        "reason",
        "right",
        "version",
    )
    found = {name: getattr(row, name) for name in (*plain, *more)}
    into = str(row.merged_into_id) if row.merged_into_id else None
    return jsonable({"id": str(row.pk), "text": words.sentence(row), **found, "merged_into": into})


def action_json(row: Action, outcome: Outcome | None = None) -> dict[str, Any]:
    """Return an action with its newest outcome."""
    plain = ("template", "title", "note", "params", "room", "target", "state", "due", "cost", "expected", "measure")
    dates = ("started_on", "ended_on", "measure_on", "links", "reason", "created_at", "version")
    found = {name: getattr(row, name) for name in (*plain, *dates)}
    keys = {"finding": row.finding_id, "owner": row.owner_id}
    more = {name: str(key) if key else None for name, key in keys.items()}
    said = {"id": str(row.pk), "name": words.label(row), "owner_name": str(row.owner or "")}
    return jsonable({**said, **found, **more, "outcome": outcome_json(outcome) if outcome else None})


def clashes(row: Action) -> dict[str, list[str]]:
    """Return the open actions that get into an action's way, by key."""
    return {"clashes": [str(a.pk) for a in rivals.rivals(row)] if row.state in rivals.OPEN else []}


def outcome_json(row: Outcome) -> dict[str, Any]:
    plain = ("method", "metric", "verdict", "reason", "params", "effect", "sd", "lo", "hi", "relative", "cumulative")
    rest = ("unit", "level", "n", "start", "end", "manifest", "details", "created_at")
    found = {name: getattr(row, name) for name in (*plain, *rest)}
    return jsonable(
        {"id": str(row.pk), "action": str(row.action_id), **found, "why": present.words_of_reason(row.reason)}
    )


def decision_json(row: Decision) -> dict[str, Any]:
    plain = ("title", "note", "amount", "options", "deadline", "state", "chosen", "decided_at", "created_at", "version")
    return jsonable({"id": str(row.pk), **{name: getattr(row, name) for name in plain}, "author": str(row.author)})


def rule_json(member: Member, rule: rules.Rule) -> dict[str, Any]:
    """Return a rule with the brand's thresholds."""
    brand = member.brand
    own = rules.settings_of(brand, rule)
    settings = {
        name: {
            "value": own[name],
            "shipped": s.value,
            "low": s.low,
            "high": s.high,
            "unit": s.unit,
            "label": _(s.label),
            "source": _(s.source) if s.source else "",
            "date": s.date,
        }
        for name, s in rule.settings.items()
    }
    said = {"label": _(rule.label), "watches": _(rule.watches), "speaks": _(rule.speaks)}
    plain = {"code": rule.code, "room": rule.room, "kind": rule.kind, "actions": list(rule.actions)}
    return {**plain, **said, "on": rules.is_on(brand, rule), "settings": settings, **_fixed(brand, rule)}


def _fixed(brand: Brand, rule: rules.Rule) -> dict[str, Any]:
    return {"severity": rules.severity_of(brand, rule), "version": brand.version}
