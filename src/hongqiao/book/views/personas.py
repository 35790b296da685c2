"""The page of personas: whom the brand speaks to, and what says that they exist."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.book import figures, present, queries, services
from hongqiao.book.models import Persona
from hongqiao.book.services.personas import GENDERS
from hongqiao.book.views import base
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.figures import today_of
from hongqiao.workspace.views import kit

TEXTS = ("name", "gender", "age_from", "age_to", "who", "scenes", "needs", "words")


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def listed(request: BrandRequest) -> HttpResponse:
    """Every persona with its evidence; add, change, put out of use."""
    if request.method == "POST":
        acts = {
            "add": _add,
            "save": _save,
            "end": lambda r: _use(r, False),
            "resume": lambda r: _use(r, True),
            "survey": _survey,
            "figure": _figure,
            "unsay": _unsay,
        }
        return kit.act(request, acts, _page)
    return _page(request, {})


def _fields(request: BrandRequest) -> dict[str, Any]:
    return {k: request.POST.get(k, "") for k in TEXTS} | {"platforms": request.POST.getlist("platforms")}


def _add(request: BrandRequest) -> str:
    row = services.add_persona(actor=request.member, **_fields(request))
    return _("已新增 %(name)s，请补一条依据") % {"name": row.name}


def _save(request: BrandRequest) -> str:
    services.change_persona(
        actor=request.member, persona_id=kit.row_id(request), seen=kit.seen(request), **_fields(request)
    )
    return _("已保存")


def _use(request: BrandRequest, active: bool) -> str:
    services.use_persona(
        actor=request.member, persona_id=kit.row_id(request), seen=kit.seen(request), active=active
    )  # fmt: skip
    return _("已重新启用") if active else _("已停用，随时可以重新启用")


def _survey(request: BrandRequest) -> str:
    services.add_evidence(
        actor=request.member,
        persona_id=kit.row_id(request),
        seen=kit.seen(request),
        text=request.POST.get("text", ""),
        url=request.POST.get("url", ""),
    )
    return _("已补充依据")


def _figure(request: BrandRequest) -> str:
    post = request.POST
    days = kit.day(post.get("start", "")), kit.day(post.get("end", ""))
    text, cite = figures.said(request.member, post.get("metric", ""), post.get("platform", ""), *days)
    if note := post.get("note", "").strip():
        text = f"{text}：{note[:120]}"
    services.add_evidence(
        actor=request.member,
        persona_id=kit.row_id(request),
        seen=kit.seen(request),
        text=text,
        kind="figure",
        cite=cite,
    )
    return _("已补充依据")


def _unsay(request: BrandRequest) -> str:
    index = kit.whole(request.POST.get("index", ""))
    services.remove_evidence(
        actor=request.member,
        persona_id=kit.row_id(request),
        seen=kit.seen(request),
        index=-1 if index is None else index,
    )
    return _("已删除这条依据")


def _page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    held = permissions.held_by(request.member)
    rows: list[Persona] = list(queries.persona_rows(request.member))
    shown = [present.persona(request.brand, r, held) | {"form": _form(extra, "save", r)} for r in rows]
    today = today_of(request.brand)
    context = {
        "rows": shown,
        "new": _form(extra, "add", Persona(brand=request.brand)),
        "genders": [(g, _(g) if g else _("不限")) for g in GENDERS],
        "metrics": figures.metrics() if figures.NEEDS in held else [],
        "platforms": present.platforms(),
        "start": today.replace(day=1),
        "end": today,
        "typed_id": extra["typed"].get("id", "") if extra.get("typed") else "",
    }
    return base.show(request, "personas", "book_personas", context | extra)


def _form(extra: dict[str, Any], act: str, row: Persona) -> dict[str, Any]:
    kept = {k: getattr(row, k) for k in TEXTS} | {k: "、".join(getattr(row, k)) for k in ("scenes", "needs", "words")}
    made = base.typed(extra, act, "id", kept, str(row.pk) if act == "save" else "")
    chosen = extra["typed"].getlist("platforms") if made["open"] else row.platforms
    return made | {"platforms": [(code, label, code in chosen) for code, label in present.platforms()]}
