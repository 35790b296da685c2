"""Pages of products: the list with its search, and one with what may be claimed of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hongqiao.book import present, queries, services, shipped, tables
from hongqiao.book.models import Claim, Product
from hongqiao.book.views import base
from hongqiao.workspace import audit
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.figures import calendar_day
from hongqiao.workspace.spreadsheets import XLSX
from hongqiao.workspace.views import kit

TEXTS = ("name", "kind", "filing", "filing_until", "aliases", "facts", "url")
CLAIM = ("text", "proof", "link", "until")


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def listed(request: BrandRequest) -> HttpResponse:
    """The products, searched and by kind; add one."""
    if request.method == "POST":
        return kit.act(request, {"add": _add}, _list)
    return _list(request, {})


def _add(request: BrandRequest) -> dict[str, Any]:
    return {"made": services.add_product(actor=request.member, **_fields(request))}


def _fields(request: BrandRequest) -> dict[str, str]:
    return {k: request.POST.get(k, "") for k in TEXTS}


def _list(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    if made := extra.get("made"):
        return HttpResponseRedirect(reverse("book_product", args=[request.brand.slug, made.pk]))
    asked, kind = kit.words_of(request), kit.words_of(request, "kind")
    found = queries.product_rows(request.member, asked, kind)
    rows, following = kit.page_of(found, kit.after(request), shipped.limits()["page_size"])
    context = {
        "rows": present.products(rows, calendar_day(request.brand)),
        "next": following,
        "asked": asked,
        "kind": kind,
        "any": bool(asked or kind) or bool(rows),
        "kinds": present.kinds(),
        "form": base.typed(extra, "add", "id", present.product_form(Product(brand=request.brand))),
    }
    return base.show(request, "products", "book_products", context | extra)


@brand_view(queries.SEE)
@require_http_methods(["GET", "POST"])
def one(request: BrandRequest, product_id: UUID) -> HttpResponse:
    """One product: its number and facts, its claims with proof, until when, approved by whom."""
    row: Product = queries.product_rows(request.member).one(product_id)
    if request.method == "POST":
        acts = {
            "save": lambda r: _save(r, row),
            "end": lambda r: _use(r, row, False),
            "resume": lambda r: _use(r, row, True),
            "claim": lambda r: _claim(r, row),
            "reclaim": _reclaim,
            "approve": _approve,
            "unclaim": _unclaim,
        }
        return kit.act(request, acts, lambda r, extra: _one(r, row, extra))
    return _one(request, row, {})


def _save(request: BrandRequest, row: Product) -> str:
    services.change_product(actor=request.member, product_id=row.pk, seen=kit.seen(request), **_fields(request))
    return _("已保存")


def _use(request: BrandRequest, row: Product, active: bool) -> str:
    services.use_product(actor=request.member, product_id=row.pk, seen=kit.seen(request), active=active)
    return _("已重新启用") if active else _("已停用，随时可以重新启用")


def _said(request: BrandRequest) -> dict[str, Any]:
    return {k: request.POST.get(k, "") for k in CLAIM}


def _claim(request: BrandRequest, row: Product) -> str:
    made = services.add_claim(actor=request.member, product_id=row.pk, **_said(request))
    return _("已登记，可以使用") if made.approved_by_id else _("已登记，等审核人批准后才能使用")


def _reclaim(request: BrandRequest) -> str:
    made = services.change_claim(
        actor=request.member, claim_id=kit.row_id(request), seen=kit.seen(request), **_said(request)
    )
    return _("已保存") if made.approved_by_id else _("已保存，等审核人批准后才能使用")


def _approve(request: BrandRequest) -> str:
    services.approve_claim(actor=request.member, claim_id=kit.row_id(request), seen=kit.seen(request))
    return _("已批准，从现在起可以使用")


def _unclaim(request: BrandRequest) -> str:
    services.remove_claim(actor=request.member, claim_id=kit.row_id(request), seen=kit.seen(request))
    return _("已删除，文案里再写到会被拦下")


def _one(request: BrandRequest, row: Product, extra: dict[str, Any]) -> HttpResponse:
    row = queries.product_rows(request.member).one(row.pk)
    day = calendar_day(request.brand)
    claims = queries.claims_of([row])[row.pk]
    context = {
        "row": row,
        "kind": present.kind(row),
        "states": present.product_states(row, claims, day),
        "claims": [present.claim(c, day) | {"form": _claim_form(extra, c)} for c in claims],
        "form": base.typed(extra, "save", "id", present.product_form(row)),
        "new": base.typed(extra, "claim", "id", dict.fromkeys(CLAIM, "")),
        "kinds": present.kinds(),
    }
    return base.show(request, "product", "book_products", context | extra)


def _claim_form(extra: dict[str, Any], row: Claim) -> dict[str, Any]:
    kept = {"text": row.text, "proof": row.proof, "link": row.link, "until": str(row.until or "")}
    return base.typed(extra, "reclaim", "id", kept, str(row.pk))


@brand_view(queries.EDIT)
@require_http_methods(["GET", "POST"])
def taken(request: BrandRequest) -> HttpResponse:
    """Products from a pasted table or a file: looked at first, then taken."""
    if request.method == "POST":
        return kit.act(request, {"file": _file, "look": _look, "take": _take}, _import)
    return _import(request, {})


def _file(request: BrandRequest) -> dict[str, Any]:
    upload = request.FILES.get("file")
    if upload is None:
        raise tables.NoTable()
    text = tables.text_of(upload)
    return {"text": text, "receipt": services.import_products(actor=request.member, text=text, dry=True), "dry": True}


def _look(request: BrandRequest) -> dict[str, Any]:
    text = request.POST.get("text", "")
    return {"text": text, "receipt": services.import_products(actor=request.member, text=text, dry=True), "dry": True}


def _take(request: BrandRequest) -> dict[str, Any]:
    return {"receipt": services.import_products(actor=request.member, text=request.POST.get("text", "")), "dry": False}


def _import(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    text = extra.get("text") or (extra["typed"].get("text", "") if extra.get("typed") else "")
    heads = [_(head) for head, _others in tables.COLUMNS.values()]
    context = {"text": text, "heads": heads, "kinds": present.kinds(), "most": shipped.limits()["rows"]}
    return base.show(request, "import", "book_products", context | extra)


@brand_view(queries.SEE)
@require_GET
def exported(request: BrandRequest) -> HttpResponse:
    """All products with their claims as xlsx, in the columns that an import reads."""
    rows = list(queries.product_rows(request.member).order_by("name"))
    audit.record(request.member, "products.exported", count=len(rows))
    return kit.named(HttpResponse(tables.workbook(rows), content_type=XLSX), f"{_('产品')}.xlsx")
