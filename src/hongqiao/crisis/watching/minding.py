"""What is looked at every minute: first answers, windows of severity, clocks, alarms that nobody took.

Each incident in a transaction of its own; a run that is repeated finds the windows looked at and the clocks told.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from hongqiao.crisis.models import Alarm, Incident, Mention, Statement
from hongqiao.crisis.watching import alarms, bursts, clocks, grading, opening, tables
from hongqiao.workspace.models import Brand

SETTLED = "settled"  # params of an alarm: the watchers were told that it is over


def mind(brand: Brand, step: Callable[[float], bool] = lambda _share: True) -> dict[str, int]:
    """Look at everything of a brand once. step: told how far it is; False stops it, what is left comes next time."""
    done = {"bursts": len(bursts.watch(brand))}
    keys = list(Incident.objects.filter(brand=brand, state__in=clocks.BURNING).values_list("pk", flat=True))
    for n, key in enumerate(keys):
        if not step(n / len(keys)):
            break
        _one(brand, key)
    _settle(brand)
    return done | {"incidents": len(keys), "told": alarms.escalate(brand)}


@transaction.atomic
def _one(brand: Brand, key: UUID) -> None:
    held = Incident.objects.select_for_update(of=("self",)).select_related("brand", "commander")
    incident = held.filter(pk=key, state__in=clocks.BURNING).first()
    if incident is None:
        return
    _answer(incident)
    until = grading.heard_until(brand, drill=incident.drill)
    if grading.due(incident, tables.table(brand), until):
        grading.regard(incident, until=until)
    _clock(incident)


def _answer(incident: Incident) -> None:
    """Take over the first answer of one of its mentions, or the first statement that is out."""
    if incident.answered_at is not None:
        return
    reply = Mention.objects.filter(incident=incident).aggregate(at=Min("answered_at"))["at"]
    out = Statement.objects.filter(incident=incident).aggregate(at=Min("out_at"))["at"]
    first = min((at for at in (reply, out) if at), default=None)
    if first:
        opening.answered(incident, at=first, way="reply" if first == reply else "statement")


def _clock(incident: Incident) -> None:
    """Alarm where a term is near its end, and once more where it is over."""
    table, book, now = tables.table(incident.brand), tables.telling(incident.brand), timezone.now()
    words = clocks.last_words([incident]).get(incident.pk)
    clock = clocks.running(incident, table, now, word_at=words)
    if clock is None or not clock.near(book):
        return
    phase = "over" if clock.late else "near"
    key = f"clock|{incident.pk}|{clock.code}|{phase}|{clock.due_at.isoformat(timespec='minutes')}"
    alarms.raise_alarm(
        incident.brand,
        Alarm.Why.CLOCK,
        key,
        incident=incident,
        clock=clock.code,
        phase=phase,
        due=clock.due_at.isoformat(timespec="seconds"),
    )


def _settle(brand: Brand) -> None:
    """Tell the watchers of incidents that are over, so that the next of their kind is heard too."""
    since = timezone.now() - timedelta(days=2)
    over = Alarm.objects.filter(
        brand=brand,
        why__in=(Alarm.Why.BURST, Alarm.Why.SHARE),
        incident__state=Incident.State.CLOSED,
        incident__closed_at__gte=since,
    )
    for alarm in over.select_related("incident"):
        if alarm.params.get(SETTLED):
            continue
        with transaction.atomic():
            bursts.settle(brand, str(alarm.params.get("kind", "")))
            alarm.params = alarm.params | {SETTLED: True}
            alarm.save_next("params")
