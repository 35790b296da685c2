"""动作模板: every kind of action with its steps, due days and way of measuring, as shipped and as the brand does it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.ledger import playbook, present, queries, services, words
from hongqiao.ledger.measuring import plans
from hongqiao.ledger.views import base
from hongqiao.metrics import METRICS
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.models import Brand
from hongqiao.workspace.views import kit


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def book(request: BrandRequest) -> HttpResponse:
    """All kinds of actions; who judges may change or reset one."""
    return (
        kit.act(request, {"change": _change, "reset": _reset}, _book)
        if request.method == "POST"
        else _book(request, {})
    )


def _change(request: BrandRequest) -> str:
    post = request.POST
    values = {
        "due_days": post.get("due_days", ""),
        "words": post.get("words", ""),
        "measure": {name: post.get(name, "") for name in ("method", "metric", "days")},
        "expected": {k: base.hundredth(post.get(f"expected_{k}", "").strip()) for k in ("low", "high")},
    }
    _keep(request, values)
    return _("已保存，以后按新模板建动作")


def _typed(expected: dict[str, float] | None, name: str) -> str:
    return f"{expected[name] * 100:g}" if expected else ""


def _reset(request: BrandRequest) -> str:
    _keep(request, None)
    return _("已恢复原来的模板")


def _keep(request: BrandRequest, values: dict[str, Any] | None) -> None:
    code, seen = request.POST.get("template", ""), kit.seen_of(request)
    services.change_template(actor=request.member, code=code, seen=seen, values=values)


def _book(request: BrandRequest, more: dict[str, Any]) -> HttpResponse:
    request.brand.refresh_from_db()
    rooms, shipped = queries.rooms_of(request.member), playbook.of(None)
    shown = [
        _shown(request.brand, kept, shipped[code], more)
        for code, kept in playbook.of(request.brand).items()
        if kept["room"] in rooms
    ]
    context = {
        "templates": shown,
        "version": request.brand.version,
        "book": playbook.book_source(),
        "methods": [(code, _(label)) for code, label in plans.METHODS.items()],
        "metrics": [(code, _(m.label)) for code, m in METRICS.items()],
    }
    return base.page(request, "book", "ledger_book", context | more)


def _shown(brand: Brand, kept: dict[str, Any], shipped: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return a kind of action for the page; what was typed and refused stays in its form."""
    typed = more["typed"] if "typed" in more and more["typed"].get("template") == kept["code"] else {}
    measure = kept["measure"]
    return {
        "code": kept["code"],
        "label": playbook.label(kept["code"]),
        "room": present.room_label(kept["room"]),
        "steps": [_(w) for w in kept["words"]],
        "words": typed.get("words", "\n".join(_(w) for w in kept["words"])),
        "due_days": typed.get("due_days", kept["due_days"]),
        "method": typed.get("method", measure["method"]),
        "metric": typed.get("metric", measure.get("metric", "")),
        "days": typed.get("days", measure.get("days", "")),
        "expected_low": typed.get("expected_low", _typed(kept["expected"], "low")),
        "expected_high": typed.get("expected_high", _typed(kept["expected"], "high")),
        "expects": words.expected_words(playbook.expected(kept, measure)),
        "way": _(plans.METHODS[measure["method"]]),
        "of": present.metric_name(measure.get("metric", "")),
        "usual_days": kept["due_days"],
        "shipped_days": shipped["due_days"],
        "shipped_way": present.measured_by(brand, shipped["measure"]),
        "shipped_steps": [_(w) for w in shipped["words"]],
        "changed": any(kept[k] != shipped[k] for k in ("due_days", "words", "measure", "expected")),
        "open": bool(typed),
    }
