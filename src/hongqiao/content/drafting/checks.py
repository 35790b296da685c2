"""What checks say of drafts, kept with them: anew only where what they are held against has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Sum
from django.utils import timezone

from hongqiao.book.models import Book, Claim, Product
from hongqiao.compliance import draft as checking
from hongqiao.compliance.models import Exemption, Waiver
from hongqiao.content import body as bodies
from hongqiao.content.models import Piece, Proposal
from hongqiao.methods.craft import Found
from hongqiao.workspace import figures


def of(piece: Piece, rows: Iterable[Proposal]) -> dict[UUID, list[Found]]:
    """Return what is found in each draft of a piece today; what was not held against today's rules is, and kept."""
    now, found = stamp(piece), {}
    for row in rows:
        if row.found is None or row.stamp != now:
            row.found, row.stamp = checking.kept(_check(piece, row)), now
            Proposal.objects.filter(pk=row.pk).update(found=row.found, stamp=now)
        found[row.pk] = checking.read(row.found)
    return found


def _check(piece: Piece, row: Proposal) -> list[Found]:
    return checking.check(piece.brand, bodies.draft(piece, row.body), brief=piece.brief)


def stamp(piece: Piece) -> str:
    """Return a digest of all that a draft is held against: rules, the book, what was let stand, the piece.

    And the day: by it what is in force is told, and nothing that is kept is older.
    """
    brand = piece.brand
    ours: dict[str, Any] = {"brand": brand}
    versions = {"n": Count("pk"), "sum": Sum("version"), "last": Max("created_at")}
    told = {
        "rules": [checking.mark(brand), brand.name, brand.industry],
        "days": [figures.calendar_day(brand), timezone.localdate()],
        "book": list(Book.objects.filter(**ours).values_list("pk", "version")),
        "products": Product.objects.filter(**ours).aggregate(**versions),
        "claims": Claim.objects.filter(**ours).aggregate(**versions),
        "let": [m.objects.filter(**ours).aggregate(n=Count("pk"), e=Count("ended_at")) for m in (Waiver, Exemption)],
        "piece": [piece.platform, piece.form, piece.commercial, piece.buying, piece.brief],
    }
    return hashlib.sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()
