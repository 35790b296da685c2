"""The ledger over HTTP: findings, actions, outcomes, decisions, rules. Lists page by cursor. Serves D2."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from hongqiao import warehouse
from hongqiao.errors import Invalid, NotFound
from hongqiao.ledger import playbook, present, queries, rules, services, words
from hongqiao.ledger.measuring import preview as previews
from hongqiao.ledger.models import Finding
from hongqiao.ledger.services.book import template_of
from hongqiao.ledger.services.ruling import rule_of
from hongqiao.ledger.shapes import (
    Act,
    ActionIn,
    ActionsAsked,
    DecisionIn,
    DecisionsAsked,
    FindingsAsked,
    OutcomesAsked,
    PreviewIn,
    RuleIn,
    TemplateIn,
    action_json,
    clashes,
    decision_json,
    finding_json,
    outcome_json,
    rule_json,
    template_json,
)
from hongqiao.metrics.result import jsonable
from hongqiao.workspace import permissions
from hongqiao.workspace.access import caller
from hongqiao.workspace.assistant import rewording
from hongqiao.workspace.models import Member
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

findings, actions, outcomes = Router(tags=["findings"]), Router(tags=["actions"]), Router(tags=["outcomes"])
decisions, rule_router = Router(tags=["decisions"]), Router(tags=["rules"])
templates = Router(tags=["action templates"])


@findings.get("", response=Rows, summary="Findings")
def list_findings(request: HttpRequest, asked: Query[FindingsAsked]) -> dict[str, Any]:
    """What the rules found, in the rooms that the token may see."""
    found = queries.findings(caller(request, queries.SEE))
    for name in ("state", "kind", "room", "rule"):
        if value := getattr(asked, name).replace("\x00", ""):
            found = found.filter(**{name: value})
    found = found.filter(day__gte=asked.start) if asked.start else found
    found = found.filter(day__lte=asked.end) if asked.end else found
    rows, following = page(found, asked)
    return {"items": [finding_json(r) for r in rows], "next": following}


@findings.get("/{finding_id}", response=dict[str, Any], summary="One finding")
def get_finding(request: HttpRequest, finding_id: UUID) -> dict[str, Any]:
    """A finding; `reworded` is its text in a model's words, marked as such, null where there is none."""
    row: Finding = queries.findings(caller(request, queries.SEE)).one(finding_id)
    made = rewording.reworded(row.brand, services.subject(row), words.sentence(row))
    return finding_json(row) | {"reworded": {"text": made.text, "model": made.model} if made else None}


FINDING_ACTS: Mapping[str, Callable[[dict[str, Any], Act], Finding]] = {
    "wont": lambda on, a: services.wont_finding(**on, reason=a.reason, text=a.text),
    "snooze": lambda on, a: services.snooze_finding(**on, until=a.until),
    "mark": lambda on, a: services.mark_finding(**on, right=a.right),
    "merge": lambda on, a: services.merge_finding(**on, into=a.into),
    "unmerge": lambda on, a: services.unmerge_finding(**on),
    "reopen": lambda on, a: services.reopen_finding(**on),
}


@findings.post("/{finding_id}/reword", response=dict[str, Any], summary="Have a finding's text reworded")
def post_reword(request: HttpRequest, finding_id: UUID) -> dict[str, Any]:
    """Ask the brand's model; what does not keep every figure, date and name is refused (502) and not kept."""
    services.reword_finding(actor=caller(request, queries.SEE), finding_id=finding_id)
    return get_finding(request, finding_id)


@findings.post("/{finding_id}/unword", response=dict[str, Any], summary="Show a finding's own text again")
def post_unword(request: HttpRequest, finding_id: UUID) -> dict[str, Any]:
    services.unword_finding(actor=caller(request, queries.SEE), finding_id=finding_id)
    return get_finding(request, finding_id)


@findings.post("/{finding_id}/adopt", response={201: dict[str, Any]}, summary="Make an action of a proposal")
@idempotent()
def adopt_finding(request: HttpRequest, finding_id: UUID, given: Act) -> Status[dict[str, Any]]:
    """`index`: which proposal; `owner` and `due` where they are to be others than you and the proposal's."""
    more: dict[str, Any] = {"index": given.index, "owner_id": given.owner or None, "due": given.due}
    row = services.adopt_proposal(actor=caller(request, queries.SEE), finding_id=finding_id, seen=given.version, **more)
    return Status(201, action_json(row))


@findings.post("/{finding_id}/{act}", response=dict[str, Any], summary="Act on a finding")
def act_on_finding(request: HttpRequest, finding_id: UUID, act: str, given: Act) -> dict[str, Any]:
    """`act`: wont (reason, text), snooze (until), mark (right: true, false, null), merge (into), unmerge, reopen."""
    if act not in FINDING_ACTS:
        raise NotFound()
    on = {"actor": caller(request, queries.SEE), "finding_id": finding_id, "seen": given.version}
    return finding_json(FINDING_ACTS[act](on, given))


@actions.get("", response=Rows, summary="Actions")
def list_actions(request: HttpRequest, asked: Query[ActionsAsked]) -> dict[str, Any]:
    """What was decided to be done, each with its newest outcome."""
    member = caller(request, queries.SEE)
    found = queries.actions(member).select_related("owner__user")
    for name in ("state", "room", "template"):
        if value := getattr(asked, name).replace("\x00", ""):
            found = found.filter(**{name: value})
    found = found.filter(owner=member) if asked.mine else found
    found = queries.overdue(found, queries.today_of(member.brand)) if asked.overdue else found
    rows, following = page(found, asked)
    newest = queries.newest_outcomes(rows)
    return {"items": [action_json(r, newest.get(r.pk)) for r in rows], "next": following}


@actions.post("", response={201: dict[str, Any]}, summary="Make an action")
@idempotent()
def post_action(request: HttpRequest, given: ActionIn) -> Status[dict[str, Any]]:
    fields = given.dict()
    fields |= {"owner_id": fields.pop("owner") or None, "finding_id": fields.pop("finding") or None}
    row = services.create_action(actor=caller(request, queries.SEE), **fields)
    return Status(201, action_json(row) | clashes(row))


@actions.post("/preview", response=dict[str, Any], summary="How much it takes to tell")
def preview(request: HttpRequest, given: PreviewIn) -> dict[str, Any]:
    """How many pieces, persons or days an action's measuring takes at today's volume; makes nothing."""
    member = caller(request, queries.SEE)
    permissions.require(member, queries.EDIT)
    found = previews.preview(member.brand, given.measure, template=given.template, expected=given.expected)
    return jsonable(found.to_json() | {"text": present.preview_words(found)["text"]})


@actions.get("/{action_id}", response=dict[str, Any], summary="One action")
def get_action(request: HttpRequest, action_id: UUID) -> dict[str, Any]:
    row = queries.actions(caller(request, queries.SEE)).one(action_id)
    return action_json(row, queries.newest_outcomes([row]).get(row.pk)) | clashes(row)


@actions.get("/{action_id}/interim", response=dict[str, Any], summary="What an experiment that runs says by now")
def get_interim(request: HttpRequest, action_id: UUID) -> dict[str, Any]:
    """Effect and verdict by an interval that holds at any look; `found` is null where nothing is compared."""
    from hongqiao.ledger.measuring import judging  # SciPy, which a start need not load

    member = caller(request, queries.SEE)
    row = queries.actions(member).one(action_id)
    permissions.require(member, "data.view")
    found = judging.interim(row, warehouse.open(row.brand_id), queries.today_of(member.brand))
    return {"found": jsonable(found) if found else None}


ACTION_ACTS: Mapping[str, Callable[[dict[str, Any], Act], Any]] = {
    "start": lambda on, a: services.start_action(**on, on=a.on),
    "finish": lambda on, a: services.finish_action(**on, on=a.on),
    "wont": lambda on, a: services.wont_action(**on, reason=a.reason, text=a.text),
    "cancel": lambda on, a: services.cancel_action(**on, text=a.text),
    "reopen": lambda on, a: services.reopen_action(**on),
    "assign": lambda on, a: services.assign_action(**on, owner_id=a.owner or None),
    "change": lambda on, a: services.change_action(**on, **_changes(a)),
    "link": lambda on, a: services.link_action(**on, links=a.links),
    "say": lambda on, a: services.say_outcome(**on, text=a.text, effect=a.effect),
    "conclude": lambda on, a: services.conclude_action(**on),
    "again": lambda on, a: services.measure_again(**on),
}


def _changes(given: Act) -> dict[str, Any]:
    from hongqiao.ledger.services.actions import CHANGEABLE

    if not given.changes or set(given.changes) - set(CHANGEABLE):
        raise Invalid()
    return given.changes


@actions.post("/{action_id}/{act}", response=dict[str, Any], summary="Act on an action")
def act_on_action(request: HttpRequest, action_id: UUID, act: str, given: Act) -> dict[str, Any]:
    """`act`: start, finish (on), wont (reason, text), cancel (text), reopen, assign (owner), change (changes), link
    (links), say (text, effect: a person's word), conclude (end an experiment early), again (measure anew)."""
    if act not in ACTION_ACTS:
        raise NotFound()
    on = {"actor": caller(request, queries.SEE), "action_id": action_id, "seen": given.version}
    ACTION_ACTS[act](on, given)
    row = queries.actions(caller(request, queries.SEE)).one(action_id)
    return action_json(row, queries.newest_outcomes([row]).get(row.pk))


@outcomes.get("", response=Rows, summary="Outcomes")
def list_outcomes(request: HttpRequest, asked: Query[OutcomesAsked]) -> dict[str, Any]:
    """What actions brought, newest first; of an action that was measured again the first one listed counts."""
    found = queries.outcomes(caller(request, queries.SEE))
    if asked.verdict:
        found = found.filter(verdict=asked.verdict.replace("\x00", ""))
    found = found.filter(action_id=asked.action) if asked.action else found
    rows, following = page(found, asked)
    return {"items": [outcome_json(r) for r in rows], "next": following}


@outcomes.get("/{outcome_id}", response=dict[str, Any], summary="One outcome")
def get_outcome(request: HttpRequest, outcome_id: UUID) -> dict[str, Any]:
    return outcome_json(queries.outcomes(caller(request, queries.SEE)).one(outcome_id))


@decisions.get("", response=Rows, summary="Decisions")
def list_decisions(request: HttpRequest, asked: Query[DecisionsAsked]) -> dict[str, Any]:
    found = queries.decisions(caller(request, queries.SEE)).select_related("author__user")
    found = found.filter(state=asked.state.replace("\x00", "")) if asked.state else found
    rows, following = page(found, asked)
    return {"items": [decision_json(r) for r in rows], "next": following}


@decisions.post("", response={201: dict[str, Any]}, summary="Ask for a decision")
@idempotent()
def post_decision(request: HttpRequest, given: DecisionIn) -> Status[dict[str, Any]]:
    fields = given.dict()
    fields |= {"finding_id": fields.pop("finding") or None, "action_id": fields.pop("action") or None}
    return Status(201, decision_json(services.create_decision(actor=caller(request, queries.SEE), **fields)))


@decisions.get("/{decision_id}", response=dict[str, Any], summary="One decision")
def get_decision(request: HttpRequest, decision_id: UUID) -> dict[str, Any]:
    return decision_json(queries.decisions(caller(request, queries.SEE)).one(decision_id))


@decisions.post("/{decision_id}/{act}", response=dict[str, Any], summary="Decide, or withdraw the question")
def act_on_decision(request: HttpRequest, decision_id: UUID, act: str, given: Act) -> dict[str, Any]:
    """`act`: decide (chosen, text), withdraw."""
    on: dict[str, Any] = {"actor": caller(request, queries.SEE), "decision_id": decision_id, "seen": given.version}
    if act == "decide":
        return decision_json(services.decide(**on, chosen=given.chosen, note=given.text))
    if act == "withdraw":
        return decision_json(services.withdraw_decision(**on))
    raise NotFound()


@rule_router.get("", response=Rows, summary="Rules")
def list_rules(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    """Every rule of the rooms that the token may see, by code; the cursor is the last code shown."""
    member = caller(request, queries.SEE)
    seen = queries.rooms_of(member)
    found = [r for code, r in sorted(rules.all_rules().items()) if r.room in seen and code > asked.after]
    shown = found[: asked.limit]
    following = shown[-1].code if len(found) > len(shown) else None
    return {"items": [rule_json(member, r) for r in shown], "next": following}


@rule_router.get("/{code}", response=dict[str, Any], summary="One rule")
def get_rule(request: HttpRequest, code: str) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    return rule_json(member, rule_of(member, code))


@rule_router.put("/{code}", response=dict[str, Any], summary="Change a rule's thresholds, severity, on or off")
def change_rule(request: HttpRequest, code: str, given: RuleIn) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    more: dict[str, Any] = {"on": given.on, "values": given.settings, "severity": given.severity}
    member.brand = services.change_rule(actor=member, code=code, seen=given.version, **more)
    return rule_json(member, rule_of(member, code))


@rule_router.delete("/{code}", response=dict[str, Any], summary="Take a rule back to what ships")
def reset_rule(request: HttpRequest, code: str) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    member.brand = services.change_rule(actor=member, code=code, seen=None, reset=True)
    return rule_json(member, rule_of(member, code))


@templates.get("", response=Rows, summary="Kinds of actions")
def list_templates(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    """Every kind of action of the rooms that the token may see, by code; the cursor is the last code shown."""
    member = caller(request, queries.SEE)
    seen = queries.rooms_of(member)
    found = [t for code, t in sorted(playbook.of(member.brand).items()) if t["room"] in seen and code > asked.after]
    shown = found[: asked.limit]
    following = shown[-1]["code"] if len(found) > len(shown) else None
    return {"items": [template_json(member, t) for t in shown], "next": following}


@templates.get("/{code}", response=dict[str, Any], summary="One kind of action")
def get_template(request: HttpRequest, code: str) -> dict[str, Any]:
    member = caller(request, queries.SEE)
    return template_json(member, template_of(member, code))


@templates.put("/{code}", response=dict[str, Any], summary="Change a kind of action for the brand")
def change_template(request: HttpRequest, code: str, given: TemplateIn) -> dict[str, Any]:
    """`measure` may hold method, metric and days. What is left out stays as it is."""
    values = {k: v for k, v in given.dict().items() if k != "version" and v is not None}
    return _changed(caller(request, queries.SEE), code, given.version, values)


@templates.delete("/{code}", response=dict[str, Any], summary="Take a kind of action back to what ships")
def reset_template(request: HttpRequest, code: str) -> dict[str, Any]:
    return _changed(caller(request, queries.SEE), code, None, None)


def _changed(member: Member, code: str, seen: int | None, values: dict[str, Any] | None) -> dict[str, Any]:
    member.brand = services.change_template(actor=member, code=code, seen=seen, values=values)
    return template_json(member, template_of(member, code))
