"""The ledger in a report: what was found and why, what was done, what it brought, what is next, what is to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from hongqiao.errors import N_
from hongqiao.insight.reports.desk import Desk, limit
from hongqiao.insight.reports.document import (
    Block,
    Cell,
    Param,
    Sentence,
    Table,
    canonical,
    fig,
    heads,
    plain,
)
from hongqiao.ledger.models import Action, ActionState, Decision, Finding, FindingState, Outcome, Verdict

OPEN_ACTIONS = (ActionState.PLANNED, ActionState.RUNNING, ActionState.DONE)
TONES = {Verdict.WORKED.value: "good", Verdict.DID_NOT.value: "bad", Verdict.CANNOT_TELL.value: ""}
NOBODY = N_("无人负责")


def said(desk: Desk, *, only_open: bool = False) -> list[Finding]:
    """Return what rules said in the period, the most severe first."""
    rows = Finding.objects.filter(brand=desk.brand, day__gte=desk.start, day__lte=desk.end)
    rows = rows.filter(state=FindingState.OPEN) if only_open else rows.exclude(state=FindingState.MERGED)
    return sorted(rows, key=lambda f: (-f.severity, -f.day.toordinal(), f.rule, f.key))


def joined(found: Sequence[Finding], told: Sequence[Sentence]) -> tuple[list[Sentence], list[Finding]]:
    """Return statements with the finding about the same figure among their cites, and the findings left to tell."""
    about = {_about(f.subject.get("metric"), f.subject.get("where")): f for f in found if f.subject.get("metric")}
    shown, used = [], set()
    for one in told:
        first = one.cites[0] if one.cites else {}
        row = about.get(_about(*first.get("metrics", ())[:1], first.get("where")))
        if row is not None:
            used.add(row.pk)
            one = replace(one, cites=[*one.cites, {"finding": row.pk}])
        shown.append(one)
    return shown, [f for f in found if f.pk not in used]


def _about(*parts: Any) -> str:
    return canonical({"about": plain(parts)}).decode()


def findings(
    desk: Desk, *, evidence: bool = False, most: int | None = None, rows: Sequence[Finding] | None = None
) -> list[Block]:
    """Return findings as statements (those of the period, or `rows`); with `evidence` what stands behind each."""
    blocks: list[Block] = []
    for row in (said(desk) if rows is None else rows)[: most or limit("findings")]:
        blocks.append(finding(row))
        blocks += evidence_of(row) if evidence else []
    return blocks


def finding(row: Finding) -> Sentence:
    tone = "good" if row.kind == "opportunity" else "bad"
    return Sentence(row.variant, row.params, [{"finding": row.pk}], tone, row.rule)


def evidence_of(row: Finding) -> list[Block]:
    """Return a finding's statements, each with its own question at the version the rule looked at."""
    found: list[Block] = []
    for one in row.evidence or ():
        cite = dict(one.get("cite") or {})
        known = [cite | ({"version": row.manifest} if row.manifest else {})] if cite.get("metrics") else []
        found.append(Sentence(one["code"], one.get("params") or {}, known, "", row.rule, sub=True))
    return found


def title_of(row: Action) -> Param:
    """Return an action as a parameter: a person's own words, else the playbook's with its parameters."""
    return {"action": row.template, "title": row.title, "params": row.params or {}}


def owner_of(desk: Desk, row: Action) -> Param:
    if row.owner_id is None:
        return {"word": NOBODY}
    member = desk.people.get(str(row.owner_id))
    gone = member is None or member.state != "active" or not member.user.is_active
    return {"word": NOBODY} if gone else {"text": str(member)}


def acted(desk: Desk) -> list[Block]:
    """Return what was started, ended or given up in the period."""
    during = Q(started_on__gte=desk.start, started_on__lte=desk.end) | Q(
        ended_on__gte=desk.start, ended_on__lte=desk.end
    )
    rows = list(Action.objects.filter(during, brand=desk.brand).exclude(state=ActionState.CANCELLED))
    rows.sort(key=lambda a: (a.started_on or a.ended_on or date.max, str(a.pk)))
    if not rows:
        return [Sentence("acted.none")]
    table = [
        [
            Cell(title_of(a), [{"action": a.pk}]),
            Cell(owner_of(desk, a)),
            Cell({"day": a.started_on} if a.started_on else None),
            Cell({"word": str(ActionState(a.state).label)}),
            Cell({"method": (a.measure or {}).get("method", "")}),
        ]
        for a in rows[: limit("actions")]
    ]
    return [Table(heads(N_("动作"), N_("负责人"), N_("开始"), N_("状态"), N_("怎么判断")), table)]


def brought(desk: Desk) -> list[Block]:
    """Return the verdicts of the period and how many helped."""
    rows = [o for o in _outcomes(desk) if desk.start <= o[1] <= desk.end]
    if not rows:
        return [Sentence("brought.none")]
    count = {v: sum(o.verdict == v for o, _d in rows) for v in Verdict.values}
    params = {"worked": count["worked"], "did_not": count["did_not"], "cannot_tell": count["cannot_tell"]}
    cites = [_cite(o) for o, _d in rows]
    table = [_outcome_row(o) for o, _d in rows[: limit("outcomes")]]
    return [
        Sentence("brought", params, cites),
        Table(heads(N_("动作"), N_("结果"), N_("效果与区间"), N_("说明")), table),
    ]


def _outcomes(desk: Desk) -> list[tuple[Outcome, date]]:
    """Return the newest outcome of each action with the brand's day it was computed on, oldest first."""
    zone = ZoneInfo(desk.brand.zone)
    newest: dict[Any, Outcome] = {}
    for row in Outcome.objects.filter(brand=desk.brand).select_related("action").order_by("created_at", "id"):
        newest[row.action_id] = row
    found = [(o, o.day or o.created_at.astimezone(zone).date()) for o in newest.values()]
    return sorted(found, key=lambda x: (x[1], str(x[0].pk)))


def _cite(row: Outcome) -> dict[str, Any]:
    return {"outcome": row.pk, "of": row.action_id}


def _outcome_row(row: Outcome) -> list[Cell]:
    unit = "points" if row.unit == "percent" else row.unit or "number"
    effect: Param = None
    if row.effect is not None:
        effect = {"effect": fig(row.effect, unit, signed=True), "level": row.level}
        if row.lo is not None and row.hi is not None:
            effect |= {"low": fig(row.lo, unit, signed=True), "high": fig(row.hi, unit, signed=True)}
    verdict = {"word": str(Verdict(row.verdict).label)}
    return [
        Cell(title_of(row.action), [_cite(row)]),
        Cell(verdict, (), TONES[row.verdict]),
        Cell(effect),
        Cell({"reason": row.reason, "params": row.params or {}} if row.reason else None),
    ]


def hit_rate(desk: Desk) -> list[Block]:
    """Return how many of all judged actions helped, up to the report's last day; few are said to be few."""
    rows = [o for o, day in _outcomes(desk) if day <= desk.end]
    judged = [o for o in rows if o.verdict != Verdict.CANNOT_TELL]
    worked = sum(o.verdict == Verdict.WORKED for o in judged)
    params = {"worked": worked, "judged": len(judged), "unclear": len(rows) - len(judged)}
    cites = [_cite(o) for o in rows]
    return [Sentence("hits" if judged else "hits.none", params, cites)] if rows else [Sentence("hits.empty")]


def following(desk: Desk, days: int | None = None) -> list[Block]:
    """Return the actions that are open, the overdue first; `days` limits to those due within so many."""
    rows = Action.objects.filter(brand=desk.brand, state__in=OPEN_ACTIONS)
    if days is not None:
        rows = rows.filter(due__lte=desk.today + timedelta(days=days))
    found = sorted(rows, key=lambda a: (a.due or date.max, str(a.pk)))
    if not found:
        return [Sentence("next.none")]
    table = [
        [
            Cell(title_of(a), [{"action": a.pk}]),
            Cell(owner_of(desk, a)),
            Cell(_due(a.due), (), "bad" if _late(desk, a) else ""),
            Cell({"word": str(ActionState(a.state).label)}),
            Cell(_expected(a.expected)),
        ]
        for a in found[: limit("actions")]
    ]
    return [Table(heads(N_("动作"), N_("负责人"), N_("到期"), N_("状态"), N_("预期")), table)]


def _due(due: date | None) -> Param:
    return {"day": due} if due else None


def _late(desk: Desk, row: Action) -> bool:
    return row.due is not None and row.due < desk.today and row.state in (ActionState.PLANNED, ActionState.RUNNING)


def _expected(expected: Mapping[str, Any] | None) -> Param:
    if not expected or expected.get("mid") is None:
        return None
    unit = expected.get("unit") or "number"
    made: dict[str, Any] = {
        "metric_name": expected.get("metric", ""),
        "effect": fig(expected["mid"], unit, signed=True),
    }
    if expected.get("low") is not None and expected.get("high") is not None:
        made |= {"low": fig(expected["low"], unit, signed=True), "high": fig(expected["high"], unit, signed=True)}
    return made


def promised(desk: Desk) -> list[Block]:
    """Say in one sentence what was promised by the period's end, done, late, and still running."""
    rows = list(Action.objects.filter(brand=desk.brand).exclude(state=ActionState.CANCELLED).order_by("id"))
    due = [a for a in rows if a.due and desk.start <= a.due <= desk.end and a.state != ActionState.WONT]
    done = [a for a in due if a.state in (ActionState.DONE, ActionState.JUDGED)]
    late = [a for a in rows if _late(desk, a)]
    running = [a for a in rows if a.state == ActionState.RUNNING]
    if not rows:
        return [Sentence("promised.none")]
    params = {"due": len(due), "done": len(done), "late": len(late), "running": len(running)}
    return [Sentence("promised", params, [{"action": a.pk} for a in dict.fromkeys((*due, *late, *running))])]


def people(desk: Desk) -> list[Block]:
    """Return who has how much open and overdue, the most overdue first."""
    held: dict[str, list[Action]] = defaultdict(list)
    for row in Action.objects.filter(brand=desk.brand, state__in=OPEN_ACTIONS).order_by("id"):
        held[_holder(desk, row)].append(row)
    if not held:
        return [Sentence("people.none")]
    lines = sorted(held.items(), key=lambda x: (-sum(_late(desk, a) for a in x[1]), -len(x[1]), x[0]))
    return [
        Table(
            heads(N_("谁"), N_("情况"), N_("进行中"), N_("逾期"), right=2),
            [_person(desk, key, rows) for key, rows in lines[: limit("people")]],
        )
    ]


def _holder(desk: Desk, row: Action) -> str:
    return "" if owner_of(desk, row) == {"word": NOBODY} else str(row.owner_id)


def _person(desk: Desk, key: str, rows: Sequence[Action]) -> list[Cell]:
    late = sum(_late(desk, a) for a in rows)
    said: Param = None
    if not key:
        said = {"word": N_("要有人接手")}
    elif len(rows) >= limit("overload_open"):
        said = {"word": N_("可能超载")}
    elif late:
        said = {"word": N_("卡住了")}
    who: Param = {"text": str(desk.people[key])} if key else {"word": NOBODY}
    cites = [{"action": a.pk} for a in rows]
    return [
        Cell(who, cites),
        Cell(said, (), "bad" if said else ""),
        Cell(len(rows)),
        Cell(late, (), "bad" if late else ""),
    ]


def decisions(desk: Desk) -> list[Block]:
    """Return what waits for a decision: amount, options, deadline; the nearest deadline first."""
    rows = Decision.objects.filter(brand=desk.brand, state=Decision.State.OPEN)
    found = sorted(rows, key=lambda d: (d.deadline or date.max, str(d.pk)))
    if not found:
        return [Sentence("decisions.none")]
    table = [
        [
            Cell({"text": d.title}, [{"decision": d.pk}]),
            Cell({"slash": [_option(o) for o in d.options]} if d.options else None),
            Cell(
                {"day": d.deadline} if d.deadline else None, (), "bad" if d.deadline and d.deadline < desk.today else ""
            ),
            Cell(fig(d.amount, "money") if d.amount is not None else None),
        ]
        for d in found[: limit("decisions")]
    ]
    return [Table(heads(N_("事项"), N_("选项"), N_("期限"), N_("金额"), right=1), table)]


def _option(option: Any) -> Param:
    if isinstance(option, Mapping):
        return {"text": str(next((option[k] for k in ("title", "label", "text", "name") if option.get(k)), ""))}
    return {"text": str(option)}
