"""Products and claims from a table: each row by itself, a wrong one refused with its reason, the others taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from hongqiao.book import queries, tables
from hongqiao.book.models import Claim, Product
from hongqiao.book.services import products as writes
from hongqiao.errors import N_, HongqiaoError, Invalid
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member
from hongqiao.workspace.words import error_words

PRODUCT = ("kind", "filing", "filing_until", "aliases", "facts", "url")


class NoName(Invalid):
    code = "book_row_without_name"
    message = N_("这一行没有产品名")
    next_step = N_("请补上产品名")


@dataclass
class Receipt:
    """What a table came to. `problems`: {row, name, message, next_step}."""

    added: int = 0
    changed: int = 0
    claims: int = 0
    waiting: int = 0
    unchanged: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)


@transaction.atomic
def import_products(*, actor: Member, text: str, dry: bool = False) -> Receipt:
    """Take the products and claims of a pasted table; `dry` says what would come of it and keeps nothing.

    An empty cell changes nothing. Raises NotAllowed, NoTable, TooManyRows.
    """
    permissions.require(actor, queries.EDIT)
    receipt = Receipt()
    for number, row in tables.rows(text):
        try:
            with transaction.atomic():
                _take(actor, row, receipt)
        except HongqiaoError as error:
            receipt.problems.append({"row": number, "name": row.get("name", "")[:40], **error_words(error)})
    if dry:
        transaction.set_rollback(True)
        return receipt
    counts = {k: getattr(receipt, k) for k in ("added", "changed", "claims")}
    audit.record(actor, "products.imported", **counts, refused=len(receipt.problems))
    return receipt


def _take(actor: Member, row: tables.Row, receipt: Receipt) -> None:
    if not row.get("name"):
        raise NoName()
    given = {k: row[k] for k in PRODUCT if row.get(k)}
    if "kind" in given:
        given["kind"] = tables.kind_of(given["kind"])
    if "facts" in given:
        given["facts"] = given["facts"].replace("；", "\n").replace(";", "\n")
    before = Product.objects.filter(brand=actor.brand, name=" ".join(row["name"].split())).first()
    product, moved = _product(actor, before, row["name"], given)
    added = _claim(actor, product, row) if row.get("claim") else None
    receipt.added += before is None
    receipt.changed += before is not None and moved
    receipt.claims += added is not None
    receipt.waiting += added is not None and added.approved_by_id is None
    receipt.unchanged += before is not None and not moved and added is None


def _product(actor: Member, before: Product | None, name: str, given: dict[str, Any]) -> tuple[Product, bool]:
    if before is None:
        return writes.add_product(actor=actor, name=name, **given), True
    trial = Product.objects.get(pk=before.pk)
    writes.fill(trial, given)
    if all(getattr(trial, k) == getattr(before, k) for k in PRODUCT):
        return before, False
    return writes.change_product(actor=actor, product_id=before.pk, seen=None, **given), True


def _claim(actor: Member, product: Product, row: tables.Row) -> Claim | None:
    """Add the claim of a row, or change the one that is there; None where nothing changed."""
    given: dict[str, Any] = {"text": row["claim"]} | {k: row[k] for k in ("proof", "until", "link") if row.get(k)}
    before = Claim.objects.filter(product=product, text=" ".join(row["claim"].split())).first()
    if before is None:
        return writes.add_claim(actor=actor, product_id=product.pk, **given)
    trial = Claim.objects.get(pk=before.pk)
    writes.fill_claim(trial, given)
    if all(getattr(trial, k) == getattr(before, k) for k in ("proof", "until", "link")):
        return None
    return writes.change_claim(actor=actor, claim_id=before.pk, seen=None, **given)
