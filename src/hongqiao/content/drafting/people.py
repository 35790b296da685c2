"""Whose names a draft's material may hold: people the house knows; and what is public and stays as it is."""

from __future__ import annotations

import re

from hongqiao.book.models import Persona, Product
from hongqiao.content.drafting import names
from hongqiao.content.drafting.material import Material
from hongqiao.content.drafting.redact import Veil
from hongqiao.content.models import Revision
from hongqiao.workspace.models import Member

#: The field of a brief that says whom to call. Nobody drafts from it: it is not sent, its names are hidden elsewhere.
CONTACTS = "crisis"
AUTHORS = 200  # of the newest texts


def veil(m: Material) -> Veil:
    """Return what hides the names in the material of a draft."""
    return Veil(known(m), public(m))


def known(m: Material) -> set[str]:
    """Return the names of members, of authors of the brand's texts, and of whom the brief says to call."""
    brand = m.piece.brand_id
    found = set(Member.objects.filter(brand=brand).values_list("user__name", flat=True))
    texts = Revision.objects.filter(brand=brand).order_by("-id").values_list("body__author", flat=True)
    found |= {str(a) for a in texts[:AUTHORS] if a}
    told = m.brief.get(CONTACTS, "")
    found |= {told[a:b] for a, b in names.spans(told, (), ())}
    return found | set(re.split(r"[^\u4e00-\u9fffA-Za-z ]+|(?<=[\u4e00-\u9fff]) ", told))


def public(m: Material) -> set[str]:
    """Return what is never hidden: brand, personas, products, and names that the book itself speaks with."""
    row = m.book
    brand = m.piece.brand.name
    found = {brand, re.split(r"[（(]", brand)[0], row.first_person, row.promise, row.positioning, *row.tone}
    found |= set(Persona.objects.filter(brand=m.piece.brand_id).values_list("name", flat=True))
    for product in Product.objects.filter(brand=m.piece.brand_id):
        found |= {product.name, *product.aliases, *product.facts}
    found |= {e["good"] for e in row.examples if e.get("good")}
    return {str(f) for f in found if f}
