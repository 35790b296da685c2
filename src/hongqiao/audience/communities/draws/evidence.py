"""What anybody may check: plan, list and pack of a draw, made from its rows by the method and by nothing else."""

from __future__ import annotations

from typing import Any

from hongqiao.audience.models import Draw, Slip, Win
from hongqiao.methods import draw as method
from hongqiao.workspace import keys


def plan(row: Draw) -> method.Plan:
    """Return the plan of a draw that was opened."""
    assert row.opens
    assert row.closes
    assert row.due
    prizes = tuple(
        method.Prize(p["code"], int(p["quantity"]), " ".join(f"{p['level']} {p['name']}".split()))
        for p in row.form["prizes"]
    )
    return method.Plan(
        draw=str(row.pk),
        terms=method.sha256(row.terms.encode()),
        commitment=row.commitment,
        opens=row.opens,
        closes=row.closes,
        beacon=method.Beacon(row.beacon_source, row.due, row.chain, row.round),
        prizes=prizes,
        alternates=int(row.form.get("alternates") or 0),
        tickets=int(row.form.get("tickets") or 1) > 1,
    )


def listed(row: Draw) -> method.Listed:
    """Return who takes part. Raises method.Refused where nobody does."""
    found = list(Slip.objects.filter(draw=row).values_list("code", "count", "excluded"))
    out = {code: why for code, _n, why in found if why}
    return method.listed([(code, n) for code, n, _why in found], plan(row), excluded=out)


def opened(row: Draw) -> dict[str, Any]:
    """Return what was published at opening."""
    return method.at_opening(plan(row), row.terms)


def closed(row: Draw) -> dict[str, Any]:
    """Return what was published at opening and at close."""
    assert row.listed_at  # noqa: S101 — close filled it
    return {**opened(row), **method.at_close(plan(row), listed(row)), "listed": method.moment(row.listed_at)}


def pack(row: Draw) -> dict[str, Any]:
    """Return the whole evidence of a drawn one, with forfeits in their order."""
    assert row.listed_at
    assert row.drawn_at
    gone = Win.objects.filter(draw=row, gone__gt=0).order_by("gone").values_list("ticket__code", flat=True)
    return method.pack(
        plan(row),
        row.terms,
        listed(row),
        keys.decrypt(row.secret),
        row.beacon,
        listed_at=row.listed_at,
        drawn_at=row.drawn_at,
        signature=row.signature,
        forfeits=list(gone),
    )


def public(row: Draw) -> dict[str, Any]:
    """Return what may be told of a draw now: no name, no reason, no secret before it is drawn."""
    if row.state in (Draw.State.DRAWN, Draw.State.DONE):
        return pack(row)
    return closed(row) if row.listed_at else opened(row)
