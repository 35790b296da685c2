"""What goes over when one incident is merged into another: all that somebody still has to do or to say.

The room of a merged incident is only read: a term of law, somebody affected or a statement that stayed there would be
left undone. Who sat in a seat that is empty in the other sits there too. Its timeline, evidence and steps stay as they
were; the room of the other shows and hands out its evidence with its own (`Incident.joined`).
"""

from __future__ import annotations

from hongqiao.crisis.models import Affected, Answer, Duty, Fact, Incident, Seat, Statement

PARTS = (Fact, Answer, Statement, Affected)


def over(source: Incident, target: Incident) -> dict[str, int]:
    """Put facts, answers, statements, people, terms and holders of one locked incident to the other; return how many.

    A term that runs in both ends when the earlier of them does; what is reported stays where it was reported.
    """
    moved = {m._meta.model_name or "": m.objects.filter(incident=source).update(incident=target) for m in PARTS}
    there = {d.code: d for d in Duty.objects.select_for_update().filter(incident=target)}
    terms = 0
    for row in Duty.objects.select_for_update().filter(incident=source, done_at=None):
        terms += 1
        same = there.get(row.code)
        if same is None:
            row.incident = target
            row.save_next("incident")
            continue
        if same.done_at is None and row.due_at < same.due_at:
            same.known_at, same.due_at = row.known_at, row.due_at
            same.save_next("known_at", "due_at")
        row.delete()
    return moved | {"duty": terms, "seat": _seats(source, target)}


def _seats(source: Incident, target: Incident) -> int:
    """Let who holds a seat, or stands in, do so in the other too where nobody does; return how many seats that filled.

    Who commands there stays: a merge hands over no command.
    """
    there, filled = {s.role: s for s in Seat.objects.select_for_update().filter(incident=target)}, 0
    for row in Seat.objects.filter(incident=source).exclude(role="commander").exclude(member=None, deputy=None):
        own = there.get(row.role) or Seat(brand_id=target.brand_id, incident=target, role=row.role)
        if own.member_id or own.deputy_id:
            continue
        own.member_id, own.deputy_id, filled = row.member_id, row.deputy_id, filled + 1
        own.save(force_insert=True) if own._state.adding else own.save_next("member", "deputy")
    return filled
