"""Activities for programs: the list, and entries coming in. What a person wrote is never given out."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from hongqiao.audience.communities import kit
from hongqiao.audience.communities.activities import entries, queries
from hongqiao.audience.models import Activity, Slip
from hongqiao.workspace.access import caller
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["activities"])


class Asked(Paged):
    state: str = ""
    kind: str = ""


class EntryIn(Schema):
    """`person`: the id in the brand's own system, kept as its person key; `ref`: the entry's number there."""

    person: str = ""
    name: str = ""
    words: str = ""
    choice: str = ""
    licence: bool = False
    ref: str = ""


class EntryOut(Schema):
    id: UUID
    version: int
    state: str
    flagged: bool
    ticket: str | None


@router.get("", response=Rows, summary="Activities")
def list_activities(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Newest first; `state`: draft, ready, running, ended, reviewed."""
    found = queries.activities(caller(request, kit.SEE), state=asked.state, kind=asked.kind)
    rows, following = page(found, asked)
    return {"items": [as_json(r) for r in rows], "next": following}


def as_json(row: Activity) -> dict[str, Any]:
    """Return an activity as programs see it."""
    plain = ("kind", "title", "state", "goal", "rules", "opens", "closes", "version")
    told = {name: getattr(row, name) for name in plain}
    measured = {
        k: row.measured.get(k) for k in ("takers", "matched", "again", "others_again", "lift", "lo", "hi", "few")
    }
    return {
        "id": str(row.pk),
        **told,
        "budget": str(row.budget) if row.budget is not None else None,
        "spent": str(queries.spent(row)),
        "entries": queries.took_part(row),
        "measured": measured if row.measured else None,
    }


@router.post("/{activity_id}/entries", response={201: EntryOut}, summary="Enter an activity")
@idempotent()
def post_entry(request: HttpRequest, activity_id: UUID, body: EntryIn) -> Status[dict[str, Any]]:
    """Waits for moderation; the same `ref` again is the same entry. `ticket`: its id in the activity's draw."""
    row = entries.add_entry(actor=caller(request, kit.EDIT), activity_id=activity_id, **body.dict())
    ticket = Slip.objects.filter(entry=row).values_list("code", flat=True).first()
    told = {name: getattr(row, name) for name in ("id", "version", "state", "flagged")}
    return Status(201, {**told, "ticket": ticket})
