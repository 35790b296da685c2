"""Two incidents that are over, handled by the services people use: a wave of malice, a press report mended to its end.

What a service writes by itself stands at the moment it was done, which is when the sample is brought in; the lines that
tell what people did then stand at their own moments.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from hongqiao.crisis.incidents import choosing, facts, handling, timeline, vault
from hongqiao.crisis.mentions import services as mentions
from hongqiao.crisis.models import Incident, Look, Mention
from hongqiao.crisis.sample import kit, mended, talk
from hongqiao.crisis.watching import acting, opening
from hongqiao.workspace.models import Brand, Member


def plant(member: Member, folder: Path) -> None:
    """Handle each that is told and not there; answer the complaints that nobody answered yet."""
    told, brand = kit.read(folder, "past"), member.brand
    cast, began = kit.cast_of(member, folder), timezone.now()
    for one in told["incidents"]:
        rows = talk.pushed(brand, folder, one["heard"])
        if not any(m.incident and m.incident.closed_at for m in rows):
            with transaction.atomic():
                _handle(cast, one, rows, brand)
    _late(brand, cast, told["late"])
    kit.settled(brand, began)


def _handle(cast: kit.Cast, told: kit.Told, rows: list[Mention], brand: Brand) -> None:
    by = cast[told["by"]]
    _listened(rows)
    row = _opened(by, told, rows)  # nobody takes it: that would be months after it was heard
    handling.write(actor=by, incident_id=row.pk, text=told["why"])
    first = told["answered"]
    proof = {k: first[k] for k in ("text", "url") if first[k]}
    row = Incident.objects.select_for_update().select_related("brand").get(pk=row.pk)
    opening.answered(row, at=kit.moment(first["at"], brand), by=cast[first["by"]], way="reply", proof=proof)
    for note in told["notes"]:
        at = kit.moment(note["at"], brand)
        timeline.note(row, "note", by=cast[note["by"]], text=note["text"], at=at)
    vault.secure(actor=by, incident_id=row.pk)
    if "fields" in told:
        handling.fill(actor=by, incident_id=row.pk, seen=None, fields=told["fields"])
    for fact in told["facts"]:
        facts.add_fact(actor=by, incident_id=row.pk, **fact)
    choosing.choose(actor=by, incident_id=row.pk, seen=None, **told["choice"])
    _ended(cast, by, row, told)


def _listened(rows: list[Mention]) -> None:
    """The system that pushed them was heard every hour of the months that the report of the incident looks at."""
    first = min(rows, key=lambda m: m.heard_at)
    hours = int((min(timezone.now(), first.heard_at + timedelta(days=90)) - first.heard_at).total_seconds() // 3600)
    Look.objects.bulk_create(
        Look(brand_id=first.brand_id, source=first.source, at=first.heard_at + timedelta(hours=n)) for n in range(hours)
    )


def _opened(by: Member, told: kit.Told, rows: list[Mention]) -> Incident:
    """Return the incident that the reader opened of these mentions, named as people call it, or one opened by hand."""
    held = {m.incident_id for m in rows if m.incident_id}
    free = [str(m.pk) for m in rows if m.incident_id is None]
    if not held:
        given = {k: told[k] for k in ("title", "kind", "level")}
        return acting.open_by_hand(actor=by, mention_ids=free, **given)
    found = Incident.objects.get(pk=min(held, key=str))
    return acting.add(actor=by, incident_id=found.pk, mention_ids=[str(m.pk) for m in rows], seen=None)


def _ended(cast: kit.Cast, by: Member, row: Incident, told: kit.Told) -> None:
    if "statement" in told:
        mended.said(cast, row, told)
    way = (
        {"way": "platform", "text": told["platform"]} if "platform" in told else {"way": "reply", "text": told["said"]}
    )
    closed(by, row.mentions.all(), way)
    if "repair" in told:
        mended.mended(cast, row, told["repair"])
    else:
        handling.close(actor=by, incident_id=row.pk, seen=None, said=told["close"], reason=told["close"])


def closed(by: Member, rows: Any, way: Mapping[str, Any]) -> None:
    """Answer what stands open, a wave at once, and close it."""
    for key in list(rows.filter(state=Mention.State.OPEN).values_list("pk", flat=True)):
        if Mention.objects.filter(pk=key, state=Mention.State.OPEN).exists():  # its wave may have been answered
            mentions.answer(actor=by, mention_id=key, seen=None, whole=True, **way)
            mentions.move(actor=by, mention_id=key, seen=None, state=Mention.State.CLOSED, whole=True)


@transaction.atomic
def _late(brand: Brand, cast: kit.Cast, told: Mapping[str, Any]) -> None:
    """Parcels that came late are answered by customer service, those that are of no incident."""
    rows = Mention.objects.filter(brand=brand, drill=False, incident=None, state=Mention.State.OPEN)
    keys = [m.pk for m in rows if kit.says(m.text, told["says"])]
    closed(cast[told["by"]], Mention.objects.filter(pk__in=keys), {"way": "contact", "text": told["text"]})
