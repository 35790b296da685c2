"""问题与机会: the list with its acts in one tap, and the page of one finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.ledger import present, queries, rules, services, words
from hongqiao.ledger.models import Finding, FindingState, Kind, Severity, Told
from hongqiao.ledger.views import base
from hongqiao.workspace import assistant, permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.assistant import rewording
from hongqiao.workspace.models import BrandedQuerySet
from hongqiao.workspace.views import kit

SORTS = {"-severity": ("-severity", "-day", "-id"), "-day": ("-day", "-severity", "-id"), "-times": ("-times", "-id")}
SNOOZE = (1, 3, 7)  # days that are offered in one tap


def _row(request: BrandRequest) -> dict[str, Any]:
    return {"actor": request.member, "finding_id": kit.row_id(request), "seen": kit.seen_of(request)}


def adopt(request: BrandRequest) -> str:
    index = request.POST.get("index", "0")
    number = int(index) if index.isascii() and index.isdigit() and len(index) < 4 else 0
    row = services.adopt_proposal(**_row(request), index=number)
    if clash := present.clash_words(request.member, row):
        messages.warning(request, clash)
    return _("已建立优化动作「%(name)s」，由你负责") % {"name": words.label(row)}


def wont(request: BrandRequest) -> str:
    services.wont_finding(**_row(request), reason=request.POST.get("reason", ""), text=request.POST.get("text", ""))
    return _("已标为不处理；想撤回，到「不处理」里重新打开")


def snooze(request: BrandRequest) -> str:
    days = request.POST.get("days", "")
    until: Any = request.POST.get("until", "")
    if days.isascii() and days.isdigit() and len(days) < 4:
        until = queries.today_of(request.brand) + timedelta(days=int(days))
    row = services.snooze_finding(**_row(request), until=until)
    return _("%(day)s 再提醒") % {"day": row.snoozed_until}


def mark(request: BrandRequest) -> str:
    right = {"yes": True, "no": False}.get(request.POST.get("right", ""))
    services.mark_finding(**_row(request), right=right)
    return _("已评为有用") if right else _("已评为误报") if right is False else _("已撤回评价")


def reopen(request: BrandRequest) -> str:
    services.reopen_finding(**_row(request))
    return _("已重新打开")


def merge(request: BrandRequest) -> str:
    services.merge_finding(**_row(request), into=request.POST.get("into", ""))
    return _("已合并；需要时可以撤销")


def unmerge(request: BrandRequest) -> str:
    services.unmerge_finding(**_row(request))
    return _("已撤销合并")


def hush(request: BrandRequest) -> str:
    row: Finding = queries.findings(request.member).one(kit.row_id(request))
    services.mute(
        actor=request.member,
        rule=row.rule,
        reason=request.POST.get("reason", ""),
        text=request.POST.get("text", ""),
        finding_id=row.pk if request.POST.get("scope") == "subject" else None,
        everybody=request.POST.get("whom") == "all",
        until=request.POST.get("until", ""),
    )
    return _("已静音，可在「规则」里解除")


def comment(request: BrandRequest) -> str:
    services.comment(actor=request.member, text=request.POST.get("text", ""), finding_id=kit.row_id(request))
    return _("已评论")


def reword(request: BrandRequest) -> str:
    services.reword_finding(**_row(request))
    return _("已由模型改写；原文一点就能看到")


def unword(request: BrandRequest) -> str:
    services.unword_finding(**_row(request))
    return _("已改回原文")


ACTS: Mapping[str, Callable[[Any], Any]] = {
    "adopt": adopt,
    "wont": wont,
    "snooze": snooze,
    "mark": mark,
    "reopen": reopen,
    "merge": merge,
    "unmerge": unmerge,
    "mute": hush,
    "comment": comment,
    "reword": reword,
    "unword": unword,
}


@require_http_methods(["GET", "POST"])
@brand_view("ledger.view")
def home(request: BrandRequest) -> HttpResponse:
    """The list of findings, the most severe first; what is muted or done with is a filter away."""
    return kit.act(request, ACTS, _list) if request.method == "POST" else _list(request, {})


def _filtered(request: BrandRequest) -> tuple[BrandedQuerySet, dict[str, str]]:
    get, found = request.GET, queries.findings(request.member)
    asked = {
        "state": base.one_of(get.get("state", ""), (*FindingState.values, "all")),
        "kind": base.one_of(get.get("kind", ""), Kind.values),
        "room": base.one_of(get.get("room", ""), queries.rooms_of(request.member)),
        "severity": base.one_of(get.get("severity", ""), [str(v) for v in Severity.values]),
        "rule": base.one_of(get.get("rule", ""), rules.all_rules()),
        "q": kit.words_of(request),
        "day": str(kit.day(get.get("day", "")) or ""),
    }
    for name in ("kind", "room", "severity", "rule"):
        if asked[name]:
            found = found.filter(**{name: asked[name]})
    if asked["day"]:
        found = found.filter(told__member=request.member, told__day=asked["day"])
    elif not asked["state"]:
        today = queries.today_of(request.brand)
        found = queries.hushed(request.member, queries.awake(found, today) | found.filter(state="acting"))
    elif asked["state"] != "all":
        found = found.filter(state=asked["state"])
    return found, asked


def _list(request: BrandRequest, more: dict[str, Any]) -> HttpResponse:
    found, asked = _filtered(request)
    sort = base.one_of(request.GET.get("sort", ""), SORTS) or "-severity"
    ordered: Any = found.order_by(*SORTS[sort])
    if asked["q"]:  # sentences are made when read, in the reader's language: so they are searched there
        ordered = [f for f in ordered[:500] if asked["q"].lower() in words.sentence(f).lower()]
    rows, following = base.slice_of(request, ordered)
    held = permissions.held_by(request.member)
    known = rules.all_rules()
    context = {
        "cards": [present.finding(request.member, f, held) for f in rows],
        "next": following,
        "narrowed": any(asked.values()),
        "states": [(v, _(label)) for v, label in FindingState.choices] + [("all", _("全部"))],
        "kinds": [(v, _(label)) for v, label in Kind.choices],
        "severities": [(str(v), _(label)) for v, label in reversed(Severity.choices)],
        "rooms": present.room_choices(request.member),
        "rule_choices": sorted(
            (code, _(r.label)) for code, r in known.items() if r.room in queries.rooms_of(request.member)
        ),
        "sorts": [("-severity", _("重要的在前")), ("-day", _("新的在前")), ("-times", _("提示次数多的在前"))],
        "snooze": _snooze(),
        "ever": queries.findings(request.member).exists(),
    }
    return base.page(request, "findings", "ledger_home", context | more)


def _snooze() -> list[tuple[int, str]]:
    return [(n, _("明天") if n == 1 else _("%(n)s 天后") % {"n": n}) for n in SNOOZE]


@require_http_methods(["GET", "POST"])
@brand_view("ledger.view")
def one(request: BrandRequest, finding_id: Any) -> HttpResponse:
    """The page of one finding; opening it says that it was seen."""
    row: Finding = queries.findings(request.member).select_related("merged_into").one(finding_id)
    if request.method == "POST":
        return kit.act(request, ACTS, lambda r, more: _page(r, row, more))
    Told.objects.filter(finding=row, member=request.member, seen_at=None).update(seen_at=timezone.now())
    return _page(request, row, {})


def _page(request: BrandRequest, row: Finding, more: dict[str, Any]) -> HttpResponse:
    row.refresh_from_db()
    member, held = request.member, permissions.held_by(request.member)
    mine = queries.findings(member)
    merged = list(mine.filter(merged_into=row))
    actions = list(queries.actions(member).filter(finding__in=[row, *merged]).select_related("owner__user", "brand"))
    outcomes, today = queries.newest_outcomes(actions), queries.today_of(request.brand)
    live = mine.filter(state__in=queries.LIVE).exclude(pk=row.pk)
    others = [*live.filter(rule=row.rule)[:50], *live.exclude(rule=row.rule)[:50]]
    rule = rules.all_rules().get(row.rule)
    context = {
        "card": present.finding(member, row, held),
        "row": row,
        "actions": [present.action(member, a, held, outcomes.get(a.pk), today) for a in actions],
        "merged": [(f, words.sentence(f)) for f in merged],
        "into": words.sentence(row.merged_into) if row.merged_into else "",
        "others": [(str(f.pk), words.sentence(f)) for f in others],
        "comments": queries.comments(member).filter(finding=row).select_related("author__user"),
        "attachments": queries.attachments(member).filter(finding=row).select_related("author__user"),
        "timeline": present.timeline([row, *actions]),
        "rule": rule,
        "rule_words": {"watches": _(rule.watches), "speaks": _(rule.speaks)} if rule else {},
        "snooze": _snooze(),
        "about": "finding",
        "reworded": rewording.reworded(request.brand, services.subject(row), words.sentence(row)),
        "may_reword": "ledger.edit" in held and assistant.allowed(request.brand, rewording.USE),
    }
    return base.page(request, "finding", "ledger_home", context | more)
