"""What goes on when the sample is brought in: a day of ordinary talk, then notes of one batch within the last hour.

Nobody has taken the alarm: that is left to whoever looks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from hongqiao.crisis.incidents import steps
from hongqiao.crisis.intake import coverage
from hongqiao.crisis.intake.arriving import Heard, arrive
from hongqiao.crisis.mentions import services
from hongqiao.crisis.models import Incident, Mention, Source
from hongqiao.crisis.sample import kit
from hongqiao.workspace.models import Member


@transaction.atomic
def plant(member: Member, folder: Path) -> None:
    """Let it be heard, relative to now; nothing where it was already."""
    told, held = kit.read(folder, "live"), kit.sources(member.brand, folder)
    ids = [one["id"] for one in told["mentions"]]
    if Mention.objects.filter(source__in=held.values(), outer__in=ids).exists():
        return
    cast, now = kit.cast_of(member, folder), timezone.now()
    _day(cast, kit.read(folder, "listening"), held, now)
    for one in sorted(told["mentions"], key=lambda m: m["lag"] - m["ago"]):
        _say(cast, held, dict(one), now)
    kit.understand(member.brand)
    _judge(cast[told["judge"]["by"]], held, told["judge"])
    _playbook(member, cast, told["playbook"])


def _day(cast: kit.Cast, told: kit.Told, held: dict[str, Source], now: datetime) -> None:
    """The day before: the system pushed or said nothing, a person looked and found nothing."""
    for hours in told["heard"]:
        arrive(held["push"], [], at=now - timedelta(hours=hours))
    for hours in told["rounds"]:
        at = now - timedelta(hours=hours)
        if coverage.awake(held["round"], at):
            coverage.look(held["round"], at, by=cast["notes"], fine=True)


def _say(cast: kit.Cast, held: dict[str, Source], one: dict[str, Any], now: datetime) -> None:
    source = held[one.pop("source")]
    posted = now - timedelta(minutes=one.pop("ago"))
    heard = posted + timedelta(minutes=one.pop("lag"))
    by = cast["notes"] if source.way == Source.Way.ROUND else None
    arrive(source, [Heard(outer=one.pop("id"), posted_at=posted, **one)], at=heard, by=by)


def _judge(by: Member, held: dict[str, Source], told: dict[str, Any]) -> None:
    """Correct what the reader took for harmless, as a person does who goes through the list."""
    rows = Mention.objects.filter(source__in=held.values(), outer__in=told["ids"], negative=False)
    for row in rows.order_by("posted_at"):
        services.judge(actor=by, mention_id=row.pk, seen=None, negative=True, kind=told["kind"])


def _playbook(member: Member, cast: kit.Cast, told: dict[str, Any]) -> None:
    """Start the playbook of what was opened by itself; its steps wait."""
    row = (
        Incident.objects.filter(brand=member.brand, drill=False, state=Incident.State.OPEN).order_by("-number").first()
    )
    if row is not None and not row.playbook:
        given = {"playbook": told["code"], "answers": told["answers"]}
        steps.start(actor=cast[told["by"]], incident_id=row.pk, seen=None, **given)
