"""The sample brand's book: positioning, voice, red lines, pillars, personas with surveys, products with claims."""

import json
from pathlib import Path
from typing import Any

from hongqiao.book import queries, services
from hongqiao.book.models import Persona, Product
from hongqiao.workspace.models import Member


def plant(member: Member, folder: Path) -> None:
    """Write the book from `book.json`; nothing where the brand has one."""
    if queries.book_of(member.brand).version:
        return
    told = json.loads((folder / "book.json").read_text("utf-8"))
    services.save_book(actor=member, seen=0, **told["book"])
    for one in told["personas"]:
        _persona(member, one)
    for one in told["products"]:
        _product(member, one)


def _persona(member: Member, told: dict[str, Any]) -> None:
    evidence = told.pop("evidence")
    row: Persona = services.add_persona(actor=member, **told)
    for said in evidence:
        services.add_evidence(actor=member, persona_id=row.pk, seen=None, **said)


def _product(member: Member, told: dict[str, Any]) -> None:
    claims = told.pop("claims")
    row: Product = services.add_product(actor=member, **told)
    for claim in claims:
        approve = not claim.pop("pending", False)
        services.add_claim(actor=member, product_id=row.pk, approve=approve, **claim)
