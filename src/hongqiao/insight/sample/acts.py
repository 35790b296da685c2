"""What people of the story do on a day: each verb is one of the services that a button calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from hongqiao import warehouse
from hongqiao.errors import NotFound
from hongqiao.insight.explorer import services as explorer
from hongqiao.insight.goals import services as goals
from hongqiao.ledger import queries, services
from hongqiao.ledger.models import Action, Finding
from hongqiao.metrics import Query
from hongqiao.workspace import figures
from hongqiao.workspace.models import Member

Cast = Mapping[str, Member]  # the story's code of a person → who
Names = dict[str, str]  # the story's name of an action → its key
Act = Mapping[str, Any]


def do(cast: Cast, names: Names, act: Act) -> None:
    """Carry out one act. Raises what its service raises, NotFound where its finding or action is not there."""
    made = VERBS[act["do"]](cast[act["by"]], cast, names, act)
    if isinstance(made, Action) and act.get("as"):
        names[act["as"]] = str(made.pk)


def _finding(actor: Member, wanted: Mapping[str, Any]) -> Finding:
    """Return the newest living finding of a rule whose subject and variant are as the story says."""
    rows = queries.findings(actor).filter(rule=wanted["rule"], state__in=queries.LIVE).order_by("-last_said", "-id")
    subject, variant = wanted.get("subject", {}), wanted.get("variant")
    for row in rows:
        where = {**(row.subject.get("where") or {}), **row.subject}
        if (not variant or row.variant == variant) and all(where.get(k) == v for k, v in subject.items()):
            found: Finding = row
            return found
    raise NotFound()


def _action(actor: Member, names: Names, act: Act) -> Action:
    row: Action = queries.actions(actor).one(names.get(act["action"], ""))
    return row


def _measure(actor: Member, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a way of measuring; the story names the pieces of an arm by days and by what their titles hold."""
    arms = given.get("arms")
    return {**given, "arms": {n: _pieces(actor, given, a) for n, a in arms.items()}} if arms else dict(given)


def _pieces(actor: Member, given: Mapping[str, Any], arm: Mapping[str, Any]) -> list[str]:
    first, last = date.fromisoformat(arm["from"]), date.fromisoformat(arm["to"])
    asked = Query((given["metric"],), ("content",), given["where"], first, last, limit=None, totals=False)
    found = figures.answer(warehouse.open(actor.brand_id), asked)
    titles, keys = found.labels.get("content", {}), [str(r["content"]) for r in found.rows if r["content"]]

    def fits(title: str) -> bool:
        return arm.get("title", "") in title and not any(word in title for word in arm.get("not", ()))

    return [key for key in keys if fits(titles.get(key, ""))]


def _adopt(actor: Member, cast: Cast, names: Names, act: Act) -> Action:
    found = _finding(actor, act["finding"])
    given = {"index": act.get("proposal", 0), "owner_id": cast[act["owner"]].pk, "due": act.get("due")}
    row = services.adopt_proposal(actor=actor, finding_id=found.pk, seen=found.version, **given)
    if more := {k: act[k] for k in ("title", "note", "cost") if k in act}:
        row = services.change_action(actor=actor, action_id=row.pk, seen=row.version, **more)
    return row


def _create(actor: Member, cast: Cast, names: Names, act: Act) -> Action:
    fields = {k: act[k] for k in ("template", "title", "note", "room", "due", "cost", "expected", "target") if k in act}
    if "measure" in act:
        fields["measure"] = _measure(actor, act["measure"])
    found = _finding(actor, act["finding"]).pk if "finding" in act else None
    return services.create_action(actor=actor, owner_id=cast[act["owner"]].pk, finding_id=found, **fields)


def _start(actor: Member, cast: Cast, names: Names, act: Act) -> Action:
    row = _action(actor, names, act)
    return services.start_action(actor=actor, action_id=row.pk, seen=row.version, on=act.get("on"))


def _arms(actor: Member, cast: Cast, names: Names, act: Act) -> Action:
    row = _action(actor, names, act)
    arms = {n: _pieces(actor, row.measure, a) for n, a in act["arms"].items()}
    measure = {**row.measure, "arms": arms}
    return services.change_action(actor=actor, action_id=row.pk, seen=row.version, measure=measure)


def _finish(actor: Member, cast: Cast, names: Names, act: Act) -> Action:
    row = _action(actor, names, act)
    return services.finish_action(actor=actor, action_id=row.pk, seen=row.version, on=act.get("on"))


def _drop(actor: Member, cast: Cast, names: Names, act: Act) -> Action:
    row, why = _action(actor, names, act), {"reason": act["reason"], "text": act.get("text", "")}
    return services.wont_action(actor=actor, action_id=row.pk, seen=row.version, **why)


def _wont(actor: Member, cast: Cast, names: Names, act: Act) -> Finding:
    row, why = _finding(actor, act["finding"]), {"reason": act["reason"], "text": act.get("text", "")}
    return services.wont_finding(actor=actor, finding_id=row.pk, seen=row.version, **why)


def _snooze(actor: Member, cast: Cast, names: Names, act: Act) -> Finding:
    row = _finding(actor, act["finding"])
    return services.snooze_finding(actor=actor, finding_id=row.pk, seen=row.version, until=act["until"])


def _merge(actor: Member, cast: Cast, names: Names, act: Act) -> Finding:
    row, into = _finding(actor, act["finding"]), _finding(actor, act["into"])
    return services.merge_finding(actor=actor, finding_id=row.pk, seen=row.version, into=into.pk)


def _say(actor: Member, cast: Cast, names: Names, act: Act) -> Any:
    if "action" in act:
        return services.comment(actor=actor, text=act["text"], action_id=_action(actor, names, act).pk)
    return services.comment(actor=actor, text=act["text"], finding_id=_finding(actor, act["finding"]).pk)


def _ask(actor: Member, cast: Cast, names: Names, act: Act) -> Any:
    fields = {k: act[k] for k in ("title", "options", "note", "amount", "deadline") if k in act}
    found = _finding(actor, act["finding"]).pk if "finding" in act else None
    return services.create_decision(actor=actor, finding_id=found, **fields)


def _goal(actor: Member, cast: Cast, names: Names, act: Act) -> Any:
    fields = {k: act[k] for k in ("metric", "target", "span", "scope", "platform", "note") if k in act}
    owner, day = cast[act.get("owner", act["by"])].pk, figures.today_of(actor.brand)
    return goals.add_goal(actor=actor, wanted=goals.Wanted(**fields, day=day, owner_id=owner))


def _note(actor: Member, cast: Cast, names: Names, act: Act) -> Any:
    day = date.fromisoformat(act["day"])
    return explorer.annotate(actor=actor, day=day, text=act["text"], platform=act.get("platform", ""))


VERBS: Mapping[str, Callable[[Member, Cast, Names, Act], Any]] = {
    "adopt": _adopt,
    "create": _create,
    "start": _start,
    "arms": _arms,
    "finish": _finish,
    "drop": _drop,
    "wont": _wont,
    "snooze": _snooze,
    "merge": _merge,
    "say": _say,
    "ask": _ask,
    "goal": _goal,
    "note": _note,
}
