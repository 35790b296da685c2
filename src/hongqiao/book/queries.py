"""Reads of the brand book: the book, personas, products, and which claims may be made on a day. C1, C2."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django.db.models import Count, Q

from hongqiao.book import shipped
from hongqiao.book.models import Book, Claim, Persona, Product
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Brand, BrandedQuerySet, Member

SEE, EDIT, APPROVE = "content.view", "content.edit", "content.review"


def book_of(brand: Brand) -> Book:
    """Return the brand's book; an empty one of version 0 with the shipped pillars where nobody has written it yet."""
    return Book.objects.filter(brand=brand).first() or Book(brand=brand, version=0, pillars=shipped.pillars())


def pillars(brand: Brand) -> list[dict[str, Any]]:
    """Return the content pillars: {code, label, about, quota, selling}, `quota` a share of a month's pieces."""
    return list(book_of(brand).pillars)


def personas(brand: Brand) -> list[Persona]:
    """Return the personas in use, by name."""
    return list(Persona.objects.filter(brand=brand, active=True).order_by("created_at", "id"))


def products(brand: Brand) -> list[Product]:
    """Return the products in use, by name."""
    return list(Product.objects.filter(brand=brand, active=True).order_by("name"))


def claims_in_force(brand: Brand, day: date) -> list[Claim]:
    """Return the claims that may be made on a day: approved, not expired, of a product in use whose filing holds."""
    found = Claim.objects.filter(brand=brand, product__active=True).exclude(approved_by=None)
    found = found.filter(Q(until=None) | Q(until__gte=day))
    found = found.filter(Q(product__filing_until=None) | Q(product__filing_until__gte=day))
    return list(found.select_related("product").order_by("product__name", "id"))


def why_not(claim: Claim, day: date) -> str:
    """Return why a claim may not be made on a day: pending, expired, filing, ended; "" where it may."""
    if not claim.product.active:
        return "ended"
    if claim.approved_by_id is None:
        return "pending"
    if claim.until and claim.until < day:
        return "expired"
    return "filing" if claim.product.filing_until and claim.product.filing_until < day else ""


def book_for(member: Member) -> Book:
    """Return the book as a member sees it. Raises NotAllowed."""
    permissions.require(member, SEE)
    return book_of(member.brand)


def persona_rows(member: Member) -> BrandedQuerySet:
    """Return every persona that the member may see, those no longer in use last."""
    return cast(BrandedQuerySet, Persona.objects.for_member(member, SEE).order_by("-active", "created_at", "id"))


def product_rows(member: Member, text: str = "", kind: str = "") -> BrandedQuerySet:
    """Return the products that the member may see with their number of claims, newest first; `text` searches."""
    found = Product.objects.for_member(member, SEE).annotate(claims_count=Count("claims")).order_by("-id")
    if text:
        found = found.filter(
            Q(name__icontains=text) | Q(filing__icontains=text) | Q(claims__text__icontains=text)
        ).distinct()
    return cast(BrandedQuerySet, found.filter(kind=kind) if kind in Product.Kind.values else found)


def claims_of(products: Sequence[Product]) -> dict[Any, list[Claim]]:
    """Return product key → its claims, in one question."""
    out: dict[Any, list[Claim]] = {p.pk: [] for p in products}
    rows = Claim.objects.filter(product__in=[p.pk for p in products]).select_related("product", "approved_by__user")
    for claim in rows.order_by("id"):
        out[claim.product_id].append(claim)
    return out
