"""Sources that the house itself asks: feeds, mailboxes, own accounts, each in turn; what goes wrong is kept with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from hongqiao.crisis.intake import coverage, feeds, mailbox, own
from hongqiao.crisis.intake.arriving import Arrived
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.models import Source
from hongqiao.delivery.connections import clients
from hongqiao.errors import HongqiaoError
from hongqiao.workspace.words import stored_error

HEAR: dict[str, Callable[[Source], Arrived]] = {
    Source.Way.FEED: feeds.hear,
    Source.Way.MAIL: mailbox.hear,
    Source.Way.OWN: own.hear,
}
_MINUTES = {Source.Way.FEED: "feed_minutes", Source.Way.MAIL: "mail_minutes", Source.Way.OWN: "own_minutes"}
#: accounts of other platforms are pushed to by other systems, not asked
_ASKED = (
    ~Q(way=Source.Way.OWN) | Q(account=None, options__hook__isnull=True) | Q(account__platform__in=clients.PLATFORMS)
)


def due() -> list[Source]:
    """Return the sources to be asked now: those not asked for their interval; one that failed waits twice as long
    after each failure, up to as long as it may be silent."""
    now = timezone.now()
    rows = Source.objects.filter(_ASKED, way__in=list(HEAR), on=True).select_related("brand", "account")
    rows = rows.order_by("heard_at", "id")
    return [s for s in rows if (at := _asked(s)) is None or at + _pause(s) <= now]


def _asked(source: Source) -> datetime | None:
    last = source.looks.order_by("-at").values_list("at", flat=True).first()
    return max(filter(None, (last, source.heard_at)), default=None)


def _pause(source: Source) -> timedelta:
    usual = min(int(limits(source.brand)[_MINUTES[Source.Way(source.way)]]), source.every)
    return timedelta(minutes=max(1, min(usual * 2 ** min(source.failures, 6), max(source.every, usual)) - 0.5))


def ask(source: Source) -> int:
    """Ask a source; return how many mentions are new. What goes wrong is kept with it and seen in the meter."""
    try:
        return HEAR[source.way](source).new
    except HongqiaoError as error:
        failed(source, error)
        return 0


def failed(source: Source, error: HongqiaoError) -> None:
    """Note that a source could not be heard."""
    Source.objects.filter(pk=source.pk).update(error=stored_error(error), failures=min(source.failures + 1, 30000))
    coverage.look(source, timezone.now(), error=error.code)
