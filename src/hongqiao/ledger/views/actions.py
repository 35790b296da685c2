"""优化动作: the board and the list, the page of one, and the form that makes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao import warehouse
from hongqiao.errors import HongqiaoError
from hongqiao.ledger import limits, playbook, present, queries, services, words
from hongqiao.ledger.measuring import pieces, plans, preview
from hongqiao.ledger.measuring.settings import numbers
from hongqiao.ledger.models import Action, ActionState, Outcome
from hongqiao.ledger.views import base, forms
from hongqiao.workspace import figures, permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import BrandedQuerySet
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words

COLUMNS = (ActionState.PLANNED, ActionState.RUNNING, ActionState.DONE, ActionState.JUDGED)
SORTS = {"due": ("due", "id"), "-id": ("-id",), "state": ("state", "due", "id"), "owner": ("owner__user__name", "id")}


def _row(request: BrandRequest) -> dict[str, Any]:
    return {"actor": request.member, "action_id": kit.row_id(request), "seen": kit.seen_of(request)}


def start(request: BrandRequest) -> str:
    row = services.start_action(**_row(request), on=request.POST.get("on", ""))
    return _("已开始，%(day)s 复盘") % {"day": row.measure_on}


def finish(request: BrandRequest) -> str:
    row = services.finish_action(**_row(request), on=request.POST.get("on", ""))
    if row.measure.get("method") == "by_hand":
        return _("已完成，请登记结果")
    return _("已完成，%(day)s 自动复盘") % {"day": row.measure_on}


def wont(request: BrandRequest) -> str:
    services.wont_action(**_row(request), reason=request.POST.get("reason", ""), text=request.POST.get("text", ""))
    return _("已标为不做，可以重新计划")


def cancel(request: BrandRequest) -> str:
    services.cancel_action(**_row(request), text=request.POST.get("text", ""))
    return _("已取消，可以重新计划")


def reopen(request: BrandRequest) -> str:
    services.reopen_action(**_row(request))
    return _("已重新计划")


def again(request: BrandRequest) -> str:
    services.measure_again(**_row(request))
    return _("稍后用现在的数据重新复盘，原来的结果保留")


def conclude(request: BrandRequest) -> str:
    services.conclude_action(**_row(request))
    return _("已收尾，稍后给出结论")


def assign(request: BrandRequest) -> str:
    row = services.assign_action(**_row(request), owner_id=request.POST.get("owner", ""))
    return _("现在由 %(name)s 负责") % {"name": row.owner} if row.owner else _("现在没有人负责")


def change(request: BrandRequest) -> str:
    services.change_action(**_row(request), **forms.changed(request.POST))
    return _("已保存")


def arms(request: BrandRequest) -> str:
    row: Action = queries.actions(request.member).one(kit.row_id(request))
    chosen = {
        arm: [k.removeprefix("arm.") for k, v in request.POST.items() if k.startswith("arm.") and v == arm]
        for arm in "ab"
    }
    services.change_action(**_row(request), measure={**row.measure, "arms": chosen})
    return _("已保存分组：新做法 %(a)s 篇，原做法 %(b)s 篇") % {"a": len(chosen["a"]), "b": len(chosen["b"])}


def link(request: BrandRequest) -> str:
    row: Action = queries.actions(request.member).one(kit.row_id(request))
    gone = request.POST.get("gone", "")
    kept = [x for x in row.links if f"{x['kind']}:{x['code']}" != gone]
    if not gone:
        kept = [*kept, {"kind": request.POST.get("kind", ""), "code": request.POST.get("code", "")}]
    services.link_action(**_row(request), links=kept)
    return _("已保存")


def say(request: BrandRequest) -> str:
    effect = request.POST.get("effect", "").strip()
    try:
        number = float(effect) if effect else None
    except ValueError:
        number = None
    services.say_outcome(**_row(request), text=request.POST.get("text", ""), effect=number)
    return _("已登记；人工登记不计入有效率")


def comment(request: BrandRequest) -> str:
    services.comment(actor=request.member, text=request.POST.get("text", ""), action_id=kit.row_id(request))
    return _("已评论")


ACTS: Mapping[str, Callable[[Any], Any]] = {
    "start": start,
    "finish": finish,
    "wont": wont,
    "cancel": cancel,
    "reopen": reopen,
    "conclude": conclude,
    "again": again,
    "assign": assign,
    "change": change,
    "arms": arms,
    "link": link,
    "say": say,
    "comment": comment,
}


@require_http_methods(["GET", "POST"])
@brand_view("ledger.view")
def home(request: BrandRequest) -> HttpResponse:
    """The board by state, or the list."""
    return kit.act(request, ACTS, _home) if request.method == "POST" else _home(request, {})


def _filtered(request: BrandRequest) -> tuple[BrandedQuerySet, dict[str, str]]:
    get, found = request.GET, queries.actions(request.member)
    asked = {
        "who": base.one_of(get.get("who", ""), ("mine", "nobody")),
        "room": base.one_of(get.get("room", ""), queries.rooms_of(request.member)),
        "late": base.one_of(get.get("late", ""), ("1",)),
        "state": base.one_of(get.get("state", ""), ActionState.values),
        "template": base.one_of(get.get("template", ""), playbook.of(request.brand)),
        "q": kit.words_of(request),
    }
    for name in ("room", "state", "template"):
        if asked[name]:
            found = found.filter(**{name: asked[name]})
    if asked["who"]:
        found = found.filter(owner=request.member) if asked["who"] == "mine" else queries.nobodys(found)
    if asked["late"]:
        found = queries.overdue(found, queries.today_of(request.brand))
    if asked["q"]:
        codes = [c for c in playbook.of(request.brand) if asked["q"].lower() in playbook.label(c).lower()]
        found = found.filter(title__icontains=asked["q"]) | found.filter(title="", template__in=codes)
    return found.select_related("owner__user", "brand"), asked


def _home(request: BrandRequest, more: dict[str, Any]) -> HttpResponse:
    found, asked = _filtered(request)
    view = base.one_of(request.GET.get("view", ""), ("board", "list")) or "board"
    context: dict[str, Any] = {
        "view": view,
        "narrowed": any(asked.values()),
        "who": [("mine", _("我的")), ("nobody", _("无人负责"))],
        "rooms": present.room_choices(request.member),
        "states": [(v, _(label)) for v, label in ActionState.choices],
        "lates": [("1", _("只看逾期"))],
        "ever": queries.actions(request.member).exists(),
    }
    context |= _board(request, found) if view == "board" else _listed(request, found)
    return base.page(request, "actions", "ledger_actions", context | more)


def _shown(request: BrandRequest, rows: list[Action]) -> list[dict[str, Any]]:
    held, today = permissions.held_by(request.member), queries.today_of(request.brand)
    outcomes = queries.newest_outcomes(rows)
    return [present.action(request.member, a, held, outcomes.get(a.pk), today) for a in rows]


def _board(request: BrandRequest, found: BrandedQuerySet) -> dict[str, Any]:
    columns, most = [], limits.limits()["board_cards"]
    for state in COLUMNS:
        order = ("-closed_at", "-id") if state == ActionState.JUDGED else ("due", "id")
        rows = found.filter(state=state).order_by(*order)
        columns.append(
            {
                "label": _(state.label),
                "state": state,
                "count": rows.count(),
                "cards": _shown(request, list(rows[:most])),
            }
        )
    away = found.filter(state__in=[ActionState.WONT, ActionState.CANCELLED]).count()
    return {"columns": columns, "away": away}


def _listed(request: BrandRequest, found: BrandedQuerySet) -> dict[str, Any]:
    sort = base.one_of(request.GET.get("sort", ""), SORTS) or "due"
    rows, following = base.slice_of(request, found.order_by(*SORTS[sort]))
    return {
        "lines": _shown(request, rows),
        "next": following,
        "sorts": [("due", _("按到期日")), ("-id", _("新建的在前")), ("state", _("按状态")), ("owner", _("按负责人"))],
    }


@require_http_methods(["GET", "POST"])
@brand_view("ledger.view")
def one(request: BrandRequest, action_id: Any) -> HttpResponse:
    """The page of one action: what, who, until when, how it is judged, what it brought, what was said."""
    row: Action = queries.actions(request.member).one(action_id)
    if request.method == "POST":
        return kit.act(request, ACTS, lambda r, more: _page(r, row, more))
    return _page(request, row, {})


def _page(request: BrandRequest, row: Action, more: dict[str, Any]) -> HttpResponse:
    member = request.member
    row = queries.actions(member).select_related("owner__user", "author__user", "finding", "brand").one(row.pk)
    outcomes = list(queries.outcomes(member).filter(action=row))
    newest = outcomes[0] if outcomes else None
    held, today = permissions.held_by(member), queries.today_of(request.brand)
    kept = playbook.of(request.brand).get(row.template, {})
    finding_seen = row.finding is not None and row.finding.room in queries.rooms_of(member)
    context = {
        "row": row,
        "card": present.action(member, row, held, newest, today),
        "steps": [_(w) for w in kept.get("words", [])],
        "reason": words.reason(row.reason) if row.reason else "",
        "expected_why": words.expected_reason(row.expected),
        "finding": present.finding(member, row.finding, held) if row.finding and finding_seen else None,
        "owners": [(str(m.pk), str(m)) for m in queries.holders(member, row.room)],
        "outcome": present.shown(newest) if newest else None,
        "former": [present.shown(o) for o in outcomes[1:]],
        "chart": present.picture(newest),
        "controls": present.names_of(request.brand, newest.details.get("controls", [])) if newest else "",
        "left_out": present.names_of(request.brand, newest.details.get("left_out", [])) if newest else "",
        "former_plans": present.former_plans(request.brand, row.measure),
        "clash": present.clash_words(member, row) if row.state in queries.OPEN_ACTIONS else "",
        "interim": _interim(request, row) if "data.view" in held else None,
        "may_judge": queries.JUDGE in held,
        "arms": _arms(request, row) if "data.view" in held else None,
        "comments": queries.comments(member).filter(action=row).select_related("author__user"),
        "attachments": queries.attachments(member).filter(action=row).select_related("author__user"),
        "timeline": present.timeline([row]),
        "link_kinds": forms.link_kinds(),
        "links": [{**x, "label": dict(forms.link_kinds()).get(x["kind"], x["kind"])} for x in row.links],
        "form": forms.of_action(row),
        "by_hand": row.measure.get("method") == "by_hand",
        "about": "action",
    }
    return base.page(request, "action", "ledger_actions", context | more)


def _interim(request: BrandRequest, row: Action) -> dict[str, Any] | None:
    """Return what an experiment that runs says by now, as an outcome is shown."""
    if row.measure.get("method") not in plans.EXPERIMENTS or row.state not in queries.OPEN_ACTIONS:
        return None
    from hongqiao.ledger.measuring import judging  # SciPy, which a start need not load

    found = judging.interim(row, warehouse.open(request.brand.pk), queries.today_of(request.brand))
    return present.shown(Outcome(action=row, **found)) if found else None


def _arms(request: BrandRequest, row: Action) -> list[dict[str, Any]] | None:
    """Return recent pieces with the arm each is in, for an experiment over pieces that is not judged yet."""
    if row.measure.get("method") != "ab" or row.state not in queries.OPEN_ACTIONS:
        return None
    last, days = figures.today_of(request.brand), numbers()["volume_days"]
    handle = warehouse.open(request.brand.pk)
    listed = pieces.listed(handle, row.measure["metric"], row.measure.get("where") or {}, last, days, 60)
    inside = {key: arm for arm in ("a", "b") for key in row.measure["arms"][arm]}
    shown = [{"key": k, "title": title or k, "value": v, "arm": inside.pop(k, "")} for k, title, v in listed]
    return [*({"key": k, "title": k, "value": None, "arm": arm} for k, arm in inside.items()), *shown]


@require_http_methods(["GET", "POST"])
@brand_view("ledger.edit")
def new(request: BrandRequest) -> HttpResponse:
    """The form of an action made by hand, for a finding or for none."""
    failed: dict[str, Any] = {}
    if request.method == "POST":
        try:
            row = services.create_action(actor=request.member, **forms.made(request.POST))
        except HongqiaoError as error:
            if error.status == 404:
                raise
            failed = {"failed": error_words(error), "typed": request.POST}
        else:
            messages.success(request, _("已建立优化动作「%(name)s」") % {"name": words.label(row)})
            if clash := present.clash_words(request.member, row):
                messages.warning(request, clash)
            return redirect("ledger_action", brand=request.brand.slug, action_id=row.pk)
    about = request.POST.get("finding") or request.GET.get("finding", "")
    finding = queries.findings(request.member).one(about) if about else None
    held = permissions.held_by(request.member)
    context = {"finding": present.finding(request.member, finding, held) if finding else None, "finding_id": about}
    context |= forms.choices(request.member, request.POST or request.GET, finding)
    answer = base.page(request, "new_action", "ledger_actions", context | failed)
    answer.status_code = 422 if failed else 200
    return answer


@require_GET
@brand_view("ledger.edit")
def reckon(request: BrandRequest) -> HttpResponse:
    """The fragment that says how many pieces, persons or days it takes to tell."""
    try:
        given = forms.plan_of(request.GET)
        clash = _clash(request, given)
        found = preview.preview(
            request.brand, given, template=request.GET.get("template", ""), expected=forms.expected_of(request.GET)
        )
        said = present.preview_words(found)
    except HongqiaoError as error:
        said = {"text": error_words(error)["message"], "tone": "warn", "next": error_words(error)["next_step"]}
        clash = ""
    return base.page(request, "_preview", "", {"said": said, "clash": clash})


def _clash(request: BrandRequest, given: Mapping[str, Any]) -> str:
    """Return what an action of this plan would get into the way of."""
    draft = Action(brand=request.brand, template=request.GET.get("template", ""), measure=plans.checked(given))
    return present.clash_words(request.member, draft)
