"""The book as its pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from hongqiao.book import figures, queries, shipped
from hongqiao.book.models import Book, Claim, Persona, Product
from hongqiao.errors import N_
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace.figures import calendar_day
from hongqiao.workspace.models import Brand

STATES = {
    "": (N_("可用"), "good"),
    "pending": (N_("待批准"), "warn"),
    "expired": (N_("已过期"), "danger"),
    "filing": (N_("编号已过期"), "danger"),
    "ended": (N_("产品已停用"), ""),
}


def platforms() -> list[tuple[str, str]]:
    """Return the platforms that content goes to, by code and name: those that limit what is written."""
    return [(p.code, _(p.name)) for p in PLATFORMS.values() if {"title", "body"} & set(p.limits)]


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of products, by code and name."""
    return [(value, _(str(label))) for value, label in Product.Kind.choices]


def avoid_lines(row: Book) -> str:
    """Return words not used as they are typed: "词 → 换成" a line."""
    return "\n".join(f"{a['word']} → {a['instead']}" if a.get("instead") else a["word"] for a in row.avoid)


def share(percent: str) -> Any:
    """Return a typed percent as a share; what is no number stays what it is, for the service to refuse."""
    try:
        return float(percent.strip().rstrip("%％")) / 100
    except ValueError:
        return percent


def typed_rows(post: QueryDict, names: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a form as they were typed."""
    return [dict(zip(names, row, strict=True)) for row in zip(*(post.getlist(n) for n in names), strict=False)]


def summary(brand: Brand) -> dict[str, Any]:
    """Return what the book comes to: personas, those without evidence, products, claims by state, what ends soon."""
    people, products, day = queries.personas(brand), queries.products(brand), calendar_day(brand)
    claims = [c for rows in queries.claims_of(products).values() for c in rows]
    states = [queries.why_not(c, day) for c in claims]
    soon = day + timedelta(days=shipped.limits()["soon_days"])
    return {
        "personas": len(people),
        "bare": [p.name for p in people if not p.evidence],
        "products": len(products),
        "good": states.count(""),
        "pending": states.count("pending"),
        "over": states.count("expired") + states.count("filing"),
        "soon": sum(1 for c, s in zip(claims, states, strict=True) if not s and _ends(c) and _ends(c) <= soon),
        "days": shipped.limits()["soon_days"],
    }


def _ends(claim: Claim) -> Any:
    days = [d for d in (claim.until, claim.product.filing_until) if d]
    return min(days) if days else None


def persona(brand: Brand, row: Persona, held: frozenset[str]) -> dict[str, Any]:
    """Return a persona with its age in words and the links of its evidence."""
    evidence = [
        e
        | {
            "url": figures.address(brand, e.get("cite") or {}, held) or e.get("url", ""),
            "figure": e["kind"] == "figure",
        }
        for e in row.evidence
    ]
    names = dict(platforms())
    places = [names.get(p, p) for p in row.platforms]
    return {
        "row": row,
        "age": _age(row),
        "evidence": evidence,
        "places": places,
        "gender": _(row.gender) if row.gender else "",
    }


def _age(row: Persona) -> str:
    if row.age_from is not None and row.age_to is not None:
        return _("%(low)s–%(high)s 岁") % {"low": row.age_from, "high": row.age_to}
    if row.age_from is not None:
        return _("%(low)s 岁以上") % {"low": row.age_from}
    return _("%(high)s 岁以下") % {"high": row.age_to} if row.age_to is not None else ""


def kind(row: Product) -> dict[str, str]:
    """Return a product's kind in words, and how its number is called and written."""
    about = shipped.kinds()[row.kind]
    return {"label": _(Product.Kind(row.kind).label), "number": _(about["label"]), "example": about["example"]}


def products(rows: Sequence[Product], day: date) -> list[dict[str, Any]]:
    """Return products with their claims counted and what is wrong with them."""
    claims = queries.claims_of(rows)
    return [
        {
            "row": r,
            "kind": kind(r),
            "good": sum(not queries.why_not(c, day) for c in claims[r.pk]),
            "all": len(claims[r.pk]),
            "states": product_states(r, claims[r.pk], day),
        }
        for r in rows
    ]


def product_states(row: Product, claims: Sequence[Claim], day: date) -> list[tuple[str, str]]:
    """Return what is to be known of a product at a glance: words and colour."""
    if not row.active:
        return [(_("已停用"), "")]
    found = []
    if row.filing_until and row.filing_until < day:
        found.append((_("编号已过期"), "danger"))
    elif not row.filing and shipped.kinds()[row.kind].get("needs"):
        found.append((_("缺编号"), "danger"))
    elif not shipped.looks_right(row.kind, row.filing):
        found.append((_("编号写法不像"), "warn"))
    states = [queries.why_not(c, day) for c in claims]
    if n := states.count("pending"):
        found.append((_("%(n)s 条待批准") % {"n": n}, "warn"))
    if n := states.count("expired"):
        found.append((_("%(n)s 条已过期") % {"n": n}, "danger"))
    return found


def claim(row: Claim, day: date) -> dict[str, Any]:
    """Return a claim with its state in words."""
    code = queries.why_not(row, day)
    label, colour = STATES[code]
    return {"row": row, "state": _(label), "colour": colour, "code": code}


def product_form(row: Product) -> dict[str, str]:
    """Return a product's fields as they are typed."""
    return {
        "name": row.name,
        "kind": row.kind,
        "filing": row.filing,
        "filing_until": str(row.filing_until or ""),
        "aliases": "、".join(row.aliases),
        "facts": "\n".join(row.facts),
        "url": row.url,
    }
