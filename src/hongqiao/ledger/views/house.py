"""待决策, 规则, and files put to findings and actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hongqiao.errors import N_, Invalid
from hongqiao.ledger import files, playbook, plugins, present, queries, rules, services, words
from hongqiao.ledger.models import Decision, Severity
from hongqiao.ledger.services.decisions import may_decide
from hongqiao.ledger.views import base
from hongqiao.ui import formats
from hongqiao.workspace import words as said_words
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit


class NoFile(Invalid):
    code = "no_file"
    message = N_("没有收到文件")
    next_step = N_("请先选择文件再上传")


# 待决策


def ask(request: BrandRequest) -> str:
    post = request.POST
    services.create_decision(
        actor=request.member,
        title=post.get("title", ""),
        options=post.get("options", "").splitlines(),
        note=post.get("note", ""),
        amount=post.get("amount", ""),
        deadline=post.get("deadline", ""),
        finding_id=post.get("finding") or None,
        action_id=post.get("action") or None,
    )
    return _("已提请决策，能决定的同事会收到通知")


def decide(request: BrandRequest) -> str:
    row = services.decide(
        actor=request.member,
        decision_id=kit.row_id(request),
        seen=kit.seen_of(request),
        chosen=request.POST.get("chosen", ""),
        note=request.POST.get("note", ""),
    )
    return _("已决定：%(chosen)s") % {"chosen": row.chosen}


def withdraw(request: BrandRequest) -> str:
    services.withdraw_decision(actor=request.member, decision_id=kit.row_id(request), seen=kit.seen_of(request))
    return _("已撤回")


DECIDE: Mapping[str, Any] = {"ask": ask, "decide": decide, "withdraw": withdraw}


@require_http_methods(["GET", "POST"])
@brand_view("ledger.view")
def decisions(request: BrandRequest) -> HttpResponse:
    return kit.act(request, DECIDE, _decisions) if request.method == "POST" else _decisions(request, {})


def _decisions(request: BrandRequest, more: dict[str, Any]) -> HttpResponse:
    found = queries.decisions(request.member).select_related("author__user", "decided_by__user", "finding", "action")
    today = queries.today_of(request.brand)
    waiting = list(found.filter(state=Decision.State.OPEN).order_by("deadline", "id")[:100])
    context = {
        "waiting": [
            {
                "row": d,
                "may": may_decide(request.member, d),
                "late": bool(d.deadline and d.deadline < today),
                "about": _about(d),
            }
            for d in waiting
        ],
        "past": found.exclude(state=Decision.State.OPEN).order_by("-id")[:50],
        "finding": request.GET.get("finding", ""),
        "action": request.GET.get("action", ""),
    }
    return base.page(request, "decisions", "ledger_decisions", context | more)


def _about(row: Decision) -> dict[str, str]:
    slug = row.brand.slug
    if row.action:
        return {"text": words.label(row.action), "url": f"/b/{slug}/ledger/actions/{row.action_id}/"}
    if row.finding:
        return {"text": words.sentence(row.finding), "url": f"/b/{slug}/ledger/findings/{row.finding_id}/"}
    return {}


# 规则


def change(request: BrandRequest) -> str:
    code = request.POST.get("rule", "")
    typed = {k.removeprefix("set."): request.POST.get(k, "") for k in request.POST if k.startswith("set.")}
    severity = request.POST.get("severity") or None
    values = {name: _typed(code, name, text) for name, text in typed.items()}
    services.change_rule(actor=request.member, code=code, seen=kit.seen_of(request), values=values, severity=severity)
    return _("已保存，下次查看时生效")


def _typed(code: str, name: str, text: str) -> Any:
    """Return a threshold as it is kept: a share was typed in percent."""
    rule = rules.all_rules().get(code)
    setting = rule.settings.get(name) if rule else None
    if setting is not None and setting.sign:
        return base.hundredth(text)
    return text


def restore(request: BrandRequest) -> str:
    services.change_rule(actor=request.member, code=request.POST.get("rule", ""), seen=kit.seen_of(request), reset=True)
    return _("已恢复原来的规则")


def turn(request: BrandRequest) -> str:
    on = request.POST.get("on") == "1"
    services.change_rule(actor=request.member, code=request.POST.get("rule", ""), seen=kit.seen_of(request), on=on)
    return _("规则已开启") if on else _("规则已关闭")


def hush(request: BrandRequest) -> str:
    post = request.POST
    services.mute(
        actor=request.member,
        rule=post.get("rule", ""),
        reason=post.get("reason", ""),
        text=post.get("text", ""),
        everybody=post.get("whom") == "all",
        until=post.get("until", ""),
    )
    return _("已静音，可在「规则」里解除")


def lift(request: BrandRequest) -> str:
    services.lift_mute(actor=request.member, mute_id=kit.row_id(request), seen=kit.seen_of(request))
    return _("已解除静音")


RULE: Mapping[str, Any] = {
    "change": change,
    "restore": restore,
    "turn": turn,
    "mute": hush,
    "lift": lift,
}


@require_http_methods(["GET", "POST"])
@brand_view("ledger.view")
def rule_list(request: BrandRequest) -> HttpResponse:
    """All rules: what each watches, when it speaks, its thresholds, how often it spoke and was right."""
    return kit.act(request, RULE, _rules) if request.method == "POST" else _rules(request, {})


def counts(request: BrandRequest) -> dict[str, dict[str, int]]:
    """Return rule → how many findings, how often said, and how many were right, wrong, refused (n_…)."""
    found = queries.findings(request.member).values("rule")
    rows = found.annotate(
        findings=Count("id"),
        said=Sum("times"),
        n_right=Count("id", filter=Q(right=True)),
        n_wrong=Count("id", filter=Q(right=False)),
        n_wont=Count("id", filter=Q(state="wont")),
    )
    return {r["rule"]: r for r in rows}


def _rules(request: BrandRequest, more: dict[str, Any]) -> HttpResponse:
    said, rooms, brand = counts(request), queries.rooms_of(request.member), request.brand
    brand.refresh_from_db()
    mutes = list(queries.mutes(request.member))
    shown: list[dict[str, Any]] = []
    book, shipped = playbook.of(brand), playbook.of(None)
    for code, rule in sorted(rules.all_rules().items(), key=lambda r: (r[1].room, r[0])):
        if rule.room not in rooms:
            continue
        own = rules.settings_of(brand, rule)
        settings = [_setting(name, s, own[name]) for name, s in rule.settings.items()]
        shown.append(
            {
                "code": code,
                "label": _(rule.label),
                "plugin": plugins.plugin_of(code),
                "room": present.room_label(rule.room),
                "watches": _(rule.watches),
                "speaks": _(rule.speaks),
                "measured": _(rule.measured) if rule.measured else "",
                "actions": [
                    {"code": a, "label": playbook.label(a), "changed": book.get(a) != shipped.get(a)}
                    for a in rule.actions
                ],
                "severity": rules.severity_of(brand, rule) or 0,
                "on": rules.is_on(brand, rule),
                "settings": settings,
                "changed": any(s["changed"] for s in settings) or bool(rules.severity_of(brand, rule)),
                "differs": bool((brand.settings or {}).get("rules", {}).get(code)),
                "count": said.get(code, {}),
                "mutes": [m for m in mutes if m.rule == code],
            }
        )
    context = {"rules": shown, "version": brand.version, "reason_words": words.reason}
    context["broken"] = [(b, said_words.fill(b.why, b.params)) for b in plugins.broken()]
    context["severities"] = [(0, _("按规则")), *((v, _(label)) for v, label in Severity.choices)]
    for one in shown:
        one["mutes"] = [{"row": m, "why": words.reason(m.reason)} for m in one["mutes"]]
    return base.page(request, "rules", "ledger_rules", context | more)


def _setting(name: str, s: rules.Setting, value: float) -> dict[str, Any]:
    return {
        "name": name,
        "label": _(s.label),
        "value": s.typed(value),
        "low": s.typed(s.low),
        "high": s.typed(s.high),
        "unit": s.sign,
        "shipped": formats.figure(s.value, s.unit),
        "changed": value != s.value,
        "source": _(s.source) if s.source else "",
        "date": s.date,
    }


# Files


@require_POST
@brand_view("ledger.edit")
def attach(request: BrandRequest) -> HttpResponse:
    """Put a file to a finding or an action, then go back to it."""
    post, file = request.POST, request.FILES.get("file")
    if file is None:
        raise NoFile()
    finding, action = post.get("finding") or None, post.get("action") or None
    services.attach(actor=request.member, stream=file, name=file.name or "", finding_id=finding, action_id=action)
    messages.success(request, _("附件已上传"))
    return _back(request, finding, action)


@require_POST
@brand_view("ledger.edit")
def drop(request: BrandRequest) -> HttpResponse:
    """Delete a comment or a file, then go back to what it was about."""
    key, seen = kit.row_id(request), kit.seen_of(request)
    if request.POST.get("what") == "comment":
        row = queries.comments(request.member).one(key)
        services.delete_comment(actor=request.member, comment_id=key, seen=seen)
    else:
        row = queries.attachments(request.member).one(key)
        services.delete_attachment(actor=request.member, attachment_id=key, seen=seen)
    messages.success(request, _("已删除"))
    return _back(request, row.finding_id, row.action_id)


def _back(request: BrandRequest, finding: Any, action: Any) -> HttpResponse:
    if finding:
        return redirect("ledger_finding", brand=request.brand.slug, finding_id=finding)
    return redirect("ledger_action", brand=request.brand.slug, action_id=action)


@require_GET
@brand_view("ledger.view")
def download(request: BrandRequest, attachment_id: Any) -> HttpResponseBase:
    """A file, always as a download and never as what it claims to be: nothing of it runs in this house's name."""
    row = queries.attachments(request.member).one(attachment_id)
    path = files.path_of(request.brand.pk, row.digest)
    answer = FileResponse(
        path.open("rb"), as_attachment=True, filename=row.name, content_type="application/octet-stream"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer
