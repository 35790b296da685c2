"""Settings: the brand's language model."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.errors import N_
from hongqiao.workspace import assistant, queries, services
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.assistant import asking
from hongqiao.workspace.limits import limits
from hongqiao.workspace.views import kit

#: Codes of what came of a call that are no errors.
OUTCOMES = {"ok": N_("成功"), "": N_("进行中")}


@brand_view("settings.brand")
@require_http_methods(["GET", "POST"])
def page(request: BrandRequest) -> HttpResponse:
    """The model: address, name, key, uses, limit; try it; what came of the last calls."""
    if request.method == "POST":
        return kit.act(request, {"save": _save, "try": _try, "end": _end}, _page)
    return _page(request, {})


def _page(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    row = queries.assistant(request.member)
    ticked = extra["typed"].getlist("use") if "typed" in extra else row.uses if row else []
    names = {code: (_(name), _(sent)) for code, (name, sent) in assistant.uses().items()}
    calls = queries.assistant_calls(request.member)[: limits()["assistant_calls_shown"]]
    context = {
        "row": row,
        "uses": [(code, name, sent, code in ticked) for code, (name, sent) in names.items()],
        "monthly": row.monthly if row else limits()["assistant_monthly"],
        "used": asking.used(request.brand),
        "lines": [_line(c, names) for c in calls],
        "inner": settings.MODEL_PRIVATE,
    }
    return kit.show(request, "assistant", context | extra)


def _line(call: Any, names: dict[str, tuple[str, str]]) -> dict[str, Any]:
    return {
        "row": call,
        "use": names[call.use][0] if call.use in names else _("试一下") if call.use == asking.TRY else call.use,
        "outcome": _(OUTCOMES[call.outcome]) if call.outcome in OUTCOMES else call.outcome,
        "colour": "good" if call.outcome == "ok" else "warn" if call.outcome else "",
    }


def _save(request: BrandRequest) -> str:
    post = request.POST
    services.save_assistant(
        actor=request.member,
        url=post.get("url", ""),
        model=post.get("model", ""),
        key=post.get("key"),
        uses=post.getlist("use"),
        monthly=post.get("monthly", ""),
        active=post.get("active") == "1",
        seen=kit.seen(request),
    )
    return _("模型已保存")


def _try(request: BrandRequest) -> str:
    answer = services.try_assistant(actor=request.member)
    return _("模型 %(model)s 答：%(text)s") % {"model": answer.model, "text": answer.text[:60]}


def _end(request: BrandRequest) -> str:
    services.end_assistant(actor=request.member, seen=kit.seen(request))
    return _("模型已移除，密钥一并删除")
