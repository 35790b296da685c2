"""What Ctrl-K finds of the brand book: products and personas."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.book import queries
from hongqiao.book.models import Product
from hongqiao.errors import N_
from hongqiao.workspace import search
from hongqiao.workspace.models import Member


def products(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find products by name, number and claim."""
    rows = queries.product_rows(member, text)[:limit]
    slug = member.brand.slug
    return [
        search.Hit(r.name, reverse("book_product", args=[slug, r.pk]), _(str(Product.Kind(r.kind).label))) for r in rows
    ]


def personas(member: Member, text: str, limit: int) -> list[search.Hit]:
    """Find personas by name."""
    url = reverse("book_personas", args=[member.brand.slug])
    rows = queries.persona_rows(member).filter(name__icontains=text)[:limit]
    return [search.Hit(r.name, f"{url}#p-{r.pk}", r.who[:40]) for r in rows]


search.register("products", N_("产品"), "content.view", products, order=45)
search.register("personas", N_("目标人群"), "content.view", personas, order=46)
