"""What goes over when one incident is merged into another: all that somebody still has to do or to say.

The room of a merged incident is only read: a term of law, somebody affected or a statement that stayed there would be
left undone. Its timeline, evidence, seats and steps stay as they were.
"""

from __future__ import annotations

from hongqiao.crisis.models import Affected, Answer, Duty, Fact, Incident, Statement

PARTS = (Fact, Answer, Statement, Affected)


def over(source: Incident, target: Incident) -> dict[str, int]:
    """Put facts, answers, statements, people and terms of one locked incident to the other; return how many of each.

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
    return moved | {"duty": terms}
