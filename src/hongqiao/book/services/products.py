"""Writes of products and of what may be claimed of them. A claim counts once a reviewer approved it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext

from hongqiao.book import queries, shipped
from hongqiao.book.models import Claim, Product
from hongqiao.book.services import clean
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member
from hongqiao.workspace.services import checks


class ProductTaken(Conflict):
    code = "product_taken"
    message = N_("已有这个产品：%(name)s")
    next_step = N_("请换一个名称，或修改原来的那一个")


class BadKind(Invalid):
    code = "bad_product_kind"
    message = N_("没有这个产品类别：%(kind)s")
    next_step = N_("请从列表中选择：%(kinds)s")


class ClaimTaken(Conflict):
    code = "claim_taken"
    message = N_("这个产品已有这条宣称：%(text)s")
    next_step = N_("请修改原来的那一条")


class NoProof(Invalid):
    code = "claim_without_proof"
    message = N_("宣称要有证明：“%(text)s”没有写依据")
    next_step = N_("请写检验报告、功效评价或批准文件的名称与编号，至少 4 个字")


FIELDS = ("name", "kind", "filing", "filing_until", "facts", "aliases", "url")


@transaction.atomic
def add_product(*, actor: Member, **fields: Any) -> Product:
    """Add a product. Raises NotAllowed, ProductTaken, Invalid."""
    permissions.require(actor, queries.EDIT)
    if Product.objects.filter(brand=actor.brand).count() >= (most := shipped.limits()["products"]):
        raise clean.TooMany(field=gettext("产品"), most=most)
    row = Product(brand=actor.brand)
    fill(row, fields)
    with checks.once(ProductTaken(name=row.name)):
        row.save(force_insert=True)
    audit.record(actor, "product.added", row, name=row.name, kind=row.kind, filing=row.filing)
    return row


@transaction.atomic
def change_product(*, actor: Member, product_id: UUID | str, seen: int | None, **fields: Any) -> Product:
    """Change a product. Its approved claims wait for a reviewer again where kind or filing changed.

    Raises NotFound, Conflict, ProductTaken, Invalid.
    """
    row: Product = Product.objects.for_member(actor, queries.EDIT).locked(product_id, seen)
    before = (row.kind, row.filing, row.filing_until)
    fill(row, fields)
    with checks.once(ProductTaken(name=row.name)):
        row.save_next(*FIELDS)
    if before != (row.kind, row.filing, row.filing_until) and not permissions.allows(actor, queries.APPROVE):
        Claim.objects.filter(product=row).update(approved_by=None, version=models.F("version") + 1)
    audit.record(actor, "product.changed", row, name=row.name, kind=row.kind, filing=row.filing)
    return row


@transaction.atomic
def use_product(*, actor: Member, product_id: UUID | str, seen: int | None, active: bool) -> Product:
    """Put a product out of use, or back; its claims hold only while it is in use. Raises NotFound, Conflict."""
    row: Product = Product.objects.for_member(actor, queries.EDIT).locked(product_id, seen)
    row.active = active
    row.save_next("active")
    audit.record(actor, "product.resumed" if active else "product.ended", row, name=row.name)
    return row


@transaction.atomic
def add_claim(*, actor: Member, product_id: UUID | str, approve: bool = True, **fields: Any) -> Claim:
    """Add a claim: in force at once where the actor may approve and means to, else it waits for a reviewer.

    Raises NotFound, ClaimTaken, NoProof, Invalid.
    """
    product: Product = Product.objects.for_member(actor, queries.EDIT).one(product_id)
    if Claim.objects.filter(product=product).count() >= (most := shipped.limits()["claims"]):
        raise clean.TooMany(field=gettext("宣称"), most=most)
    row = Claim(brand=actor.brand, product=product)
    fill_claim(row, fields)
    row.approved_by = actor if approve and row.proof and permissions.allows(actor, queries.APPROVE) else None
    with checks.once(ClaimTaken(text=row.text)):
        row.save(force_insert=True)
    audit.record(actor, "claim.added", row, name=product.name, text=row.text, approved=row.approved_by_id is not None)
    return row


@transaction.atomic
def change_claim(*, actor: Member, claim_id: UUID | str, seen: int | None, **fields: Any) -> Claim:
    """Change a claim; it waits for a reviewer again unless the actor is one. Raises NotFound, Conflict, Invalid."""
    row: Claim = Claim.objects.for_member(actor, queries.EDIT).locked(claim_id, seen)
    fill_claim(row, fields)
    row.approved_by = actor if row.approved_by_id and row.proof and permissions.allows(actor, queries.APPROVE) else None
    with checks.once(ClaimTaken(text=row.text)):
        row.save_next("text", "proof", "link", "until", "approved_by")
    audit.record(actor, "claim.changed", row, name=row.product.name, text=row.text)
    return row


@transaction.atomic
def approve_claim(*, actor: Member, claim_id: UUID | str, seen: int | None) -> Claim:
    """Approve a claim that has its proof. Raises NotFound, Conflict, NoProof."""
    row: Claim = Claim.objects.for_member(actor, queries.APPROVE).locked(claim_id, seen)
    if len(row.proof) < 4:
        raise NoProof(text=row.text)
    row.approved_by = actor
    row.save_next("approved_by")
    audit.record(actor, "claim.approved", row, name=row.product.name, text=row.text, proof=row.proof)
    return row


@transaction.atomic
def remove_claim(*, actor: Member, claim_id: UUID | str, seen: int | None) -> None:
    """Take a claim away: texts that make it are stopped from then on. Raises NotFound, Conflict."""
    row: Claim = Claim.objects.for_member(actor, queries.EDIT).locked(claim_id, seen)
    audit.record(actor, "claim.removed", row, name=row.product.name, text=row.text, proof=row.proof)
    row.delete()


def fill(row: Product, fields: Mapping[str, Any]) -> None:
    """Put what is given into a product; the rest stays. Raises Invalid."""
    given = {name: getattr(row, name) for name in FIELDS} | {k: v for k, v in fields.items() if k in FIELDS}
    row.name = checks.name(clean.plain(given["name"]), 120)
    row.kind = clean.plain(given["kind"]) or Product.Kind.OTHER
    if row.kind not in Product.Kind.values:
        raise BadKind(kind=row.kind[:40], kinds="、".join(gettext(str(label)) for label in Product.Kind.labels))
    row.filing, row.filing_until = clean.line(given["filing"], N_("编号"), 80), clean.day(given["filing_until"])
    row.facts, row.aliases = clean.lines(given["facts"], N_("产品事实")), clean.words(given["aliases"], N_("别名"))
    row.url = clean.address(given["url"])


def fill_claim(row: Claim, fields: Mapping[str, Any]) -> None:
    """Put what is given into a claim; the rest stays. Raises Invalid."""
    given = {name: fields.get(name, getattr(row, name)) for name in ("text", "proof", "link", "until")}
    row.text, row.proof = checks.name(clean.plain(given["text"]), 200), clean.line(given["proof"], N_("依据"), 300)
    row.link, row.until = clean.address(given["link"]), clean.day(given["until"])
