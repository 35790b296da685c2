"""Pages of checking: paste and check, one check with its hits, the list, own words, rules, exemptions. C2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.compliance import draft as drafts
from hongqiao.compliance import packs, present, queries, services
from hongqiao.compliance.craft import forms, parts
from hongqiao.compliance.craft import present as craft
from hongqiao.compliance.limits import limits
from hongqiao.compliance.models import Check, Word
from hongqiao.methods.wording import Hit, mended
from hongqiao.workspace import permissions, tabs
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.views import kit


def _parts(request: BrandRequest, on: str) -> list[dict[str, Any]]:
    """Return the pages of checking, below the tabs of the room."""
    names = {
        "content_check": _("检查文案"),
        "content_checks": _("检查记录"),
        "content_words": _("自定义词"),
        "content_rules": _("规则库"),
        "content_craft": _("写作规则"),
        "content_exemptions": _("豁免记录"),
    }
    return [{"label": v, "url": reverse(k, args=[request.brand.slug]), "on": k == on} for k, v in names.items()]


def show(request: BrandRequest, page: str, on: str, context: dict[str, Any]) -> HttpResponse:
    shared = {
        "tabs": tabs.of(request.member, "content", on="content_check"),
        "parts": _parts(request, on),
        "may_review": permissions.allows(request.member, queries.REVIEW),
    }
    return render(request, f"compliance/{page}.html", shared | context)


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def check(request: BrandRequest) -> HttpResponse:
    """Paste a text or a whole draft, choose where it goes, check it. `?from=` starts with an earlier check."""
    if request.method == "POST":
        return kit.act(request, {"check": _check}, _form)
    return _form(request, {})


def _check(request: BrandRequest) -> Any:
    if request.POST.get("form"):
        draft = forms.draft_of(request.brand, request.POST)
        industry = request.POST.get("industry", "")
        return {"made": services.check_draft(actor=request.member, draft=draft, industry=industry)}
    fields = {k: request.POST.get(k, "") for k in ("text", "platform", "industry", "title")}
    return {"made": services.check_text(actor=request.member, **fields)}


def _form(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    if made := extra.get("made"):
        return HttpResponseRedirect(reverse("content_checked", args=[request.brand.slug, made.pk]))
    start: Check | None = None
    if earlier := request.GET.get("from"):
        start = queries.checks(request.member).one(earlier)
    typed = extra.get("typed") or (
        forms.typed(start) if start else {"industry": queries.industry_of(request.brand), "form": "note"}
    )
    context = forms.choices() | {
        "platforms": present.platforms(),
        "industries": present.industries(),
        "typed": typed,
        "most": limits()["characters"],
        "recent": _listed(list(queries.checks(request.member)[:5])),
    }
    return show(request, "check", "content_check", context | {k: v for k, v in extra.items() if k != "typed"})


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def one(request: BrandRequest, check_id: UUID) -> HttpResponse:
    """One check: the text with its hits; replace and check again; a reviewer lets a hit stand."""
    row: Check = queries.checks(request.member).one(check_id)
    if request.method == "POST":
        acts = {
            "replace": lambda r: _replace(r, row),
            "exempt": lambda r: _exempt(r, row),
            "waive": lambda r: _waive(r, row),
        }
        return kit.act(request, acts, lambda r, extra: _one(r, row, extra))
    return _one(request, row, {})


def _replace(request: BrandRequest, row: Check) -> Any:
    """Put the chosen words in place of the hits, and check the new text."""
    found = queries.lines(row)
    if row.draft:
        draft = forms.mended(row, found, request.POST, request.POST.getlist("swap"))
        return {"made": services.check_draft(actor=request.member, draft=draft, industry=row.industry)}
    asked = [n for one in request.POST.getlist("swap") if (n := kit.whole(one)) is not None and n < len(found)]
    chosen = {(h["rule"], h["word"]): request.POST.get(f"instead.{n}", "") for n in asked for h in (found[n].hit,)}
    hits = [
        Hit(**{k: v for k, v in h.items() if k != "sentence"} | {"replacement": chosen[h["rule"], h["word"]]})
        for h in (x.hit for x in found if not x.exemption)
        if (h["rule"], h["word"]) in chosen
    ]
    text = mended(row.text, hits, drop=True)
    fields = {"platform": row.platform, "industry": row.industry, "title": row.title}
    return {"made": services.check_text(actor=request.member, text=text, **fields)}


def _exempt(request: BrandRequest, row: Check) -> str:
    post, index = request.POST, kit.whole(request.POST.get("index", ""))
    services.exempt(
        actor=request.member,
        check_id=row.pk,
        index=-1 if index is None else index,
        kind=post.get("kind", ""),
        evidence=post.get("evidence", ""),
        link=post.get("link", ""),
        until=kit.day(post.get("until", "")),
        everywhere="everywhere" in post,
    )
    return _("已豁免，记入豁免记录")


def _waive(request: BrandRequest, row: Check) -> str:
    """Let what a heuristic holds stay, by a reviewer who did not ask for the check."""
    post = request.POST
    services.waive_check(
        actor=request.member, check_id=row.pk, mark=post.get("mark", ""), reason=post.get("reason", "")
    )
    return _("已放行，写法不变就不再拦")


def _one(request: BrandRequest, row: Check, extra: dict[str, Any]) -> HttpResponse:
    if made := extra.get("made"):
        return HttpResponseRedirect(reverse("content_checked", args=[request.brand.slug, made.pk]))
    found = queries.lines(row)
    lines = [present.line(i, x) for i, x in enumerate(found)]
    beside = parts.standing([row])[row.pk]
    groups = craft.groups(beside)
    context = {
        "row": row,
        "lines": lines,
        "pieces": present.pieces(row, lines, [r for g in groups for r in g["rows"]]),
        "hits": present.together(lines),
        "groups": groups,
        "swaps": bool(lines) or any(r["found"].replacement for g in groups for r in g["rows"]),
        "count": present.summary(found, beside),
        "form": craft.form(row.draft.get("form", "")),
        "measures": craft.measures(request.brand, row),
        "platform": _platform(row),
        "industry": dict(present.industries()).get(row.industry, ""),
        "kinds": [(k, _(v)) for k, v in packs.exemption_kinds().items()],
        "mine": row.by_id == request.member.pk,
        "stale": row.rules != (drafts.mark if row.draft else queries.mark_of)(request.brand),
    }
    return show(request, "one", "content_checks", context | extra)


@brand_view(queries.SEE)
@require_GET
def checks(request: BrandRequest) -> HttpResponse:
    """What was checked, newest first; searched by text, by who asked."""
    found = queries.checks(request.member)
    if asked := kit.words_of(request):
        found = found.filter(text__icontains=asked) | found.filter(title__icontains=asked)
    if request.GET.get("mine"):
        found = found.filter(by=request.member)
    rows, following = kit.page_of(found, kit.after(request), limits()["page_size"])
    return show(request, "checks", "content_checks", {"rows": _listed(rows), "next": following})


def _listed(rows: Sequence[Check]) -> list[dict[str, Any]]:
    lines, beside = queries.lines_of(rows), parts.standing(rows)
    return [{"row": r, "count": present.summary(lines[r.pk], beside[r.pk]), "platform": _platform(r)} for r in rows]


def _platform(row: Check) -> str:
    return dict(present.platforms()).get(row.platform, "")


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def words(request: BrandRequest) -> HttpResponse:
    """The brand's own words: not to be written, or let through."""
    if request.method == "POST":
        return kit.act(request, {"add": _add, "save": _save, "remove": _remove}, _words)
    return _words(request, {})


def _words(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    rows = [{"row": w, "level": present.level(w.level)} for w in queries.words(request.member)]
    levels = [(code, _(label)) for code, label in Word.Level.choices]
    return show(request, "words", "content_words", {"rows": rows, "levels": levels} | extra)


def _fields(request: BrandRequest) -> dict[str, str]:
    return {k: request.POST.get(k, "") for k in ("text", "level", "instead", "note")}


def _add(request: BrandRequest) -> str:
    services.add_word(actor=request.member, **_fields(request))
    return _("已添加，下次检查起生效")


def _save(request: BrandRequest) -> str:
    fields = _fields(request)
    services.change_word(actor=request.member, word_id=kit.row_id(request), seen=kit.seen(request), **fields)
    return _("已保存")


def _remove(request: BrandRequest) -> str:
    services.remove_word(actor=request.member, word_id=kit.row_id(request), seen=kit.seen(request))
    return _("已删除")


@brand_view(queries.SEE)
@require_GET
def rules(request: BrandRequest) -> HttpResponse:
    """All rules that ship, with their words, level and basis; `?q=` finds the rules of a word."""
    asked = kit.words_of(request)
    shown = [_rule(g) for g in packs.groups() if not asked or any(asked in w for w in g.get("terms", ()))]
    about = ngettext("%(n)d 条规则", "%(n)d 条规则", len(shown)) % {"n": len(shown)}
    return show(request, "rules", "content_rules", {"rules": shown, "about": about, "mark": packs.version()})


def _rule(g: dict[str, Any]) -> dict[str, Any]:
    basis = packs.bases()[g["basis"]]
    trades, places = dict(present.industries()), dict(present.platforms())
    return {
        "code": g["code"],
        "label": _(g["label"]),
        "level": present.level(g["level"]),
        "basis": _(basis["label"]),
        "about": _(basis["description"]),
        "advice": _(g["next_step"]) if g.get("next_step") else "",
        "words": g.get("terms", ()),
        "patterns": len(g.get("patterns", ())),
        "where": "、".join(trades[i] for i in g.get("industries", ()) if i in trades)
        or "、".join(places[p] for p in g.get("platforms", ()) if p in places),
    }


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def exemptions(request: BrandRequest) -> HttpResponse:
    """What reviewers let stand, with reason and proof; a reviewer may end one."""
    if request.method == "POST":
        return kit.act(request, {"end": _end}, _exemptions)
    return _exemptions(request, {})


def _exemptions(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    rows, following = kit.page_of(queries.exemptions(request.member), kit.after(request), limits()["page_size"])
    kinds = packs.exemption_kinds()
    shown = [{"row": r, "why": _(kinds.get(r.kind, r.kind))} for r in rows]
    return show(request, "exemptions", "content_exemptions", {"rows": shown, "next": following} | extra)


def _end(request: BrandRequest) -> str:
    services.end_exemption(actor=request.member, exemption_id=kit.row_id(request), seen=kit.seen(request))
    return _("已结束，再出现会重新拦截")
