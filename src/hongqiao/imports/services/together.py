"""Files handed over together: where some tell their day and others nothing, those are proposed the batch's day."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import FileState, ImportFile

#: Reasons that say nothing of the file itself: such a proposal gives way to what its batch tells.
SILENT = ("upload_time", "batch")
Told = tuple[object, datetime]  # account's key (None for none) and the moment that a file of the batch tells


def one_day(file: ImportFile) -> int:
    """Propose, for the waiting files of this file's batch that tell no moment, the one that the others tell.

    Call it inside the transaction that saved the file. A file on the day of its upload keeps that moment, which is
    nearer; a person's own choice is never touched. No new version: a form that is open stays good. Return how many
    files were proposed another moment.
    """
    mates = _batch(file)
    silent = mates.filter(captured_from__in=SILENT)
    if file.captured_from in SILENT:
        silent = silent.filter(id=file.id)  # the others heard what the batch tells when it was told
    dated = mates.exclude(captured_from__in=(*SILENT, "person", ""))
    told: list[Told] = [(account, m) for account, m in dated.values_list("account_id", "captured_at") if m]
    changed = 0
    for one in silent.select_related("account", "brand") if told else ():
        moment = _moment(one, told)
        if moment and moment != one.captured_at:
            one.captured_at, one.captured_from = moment, "batch"
            one.save(update_fields=["captured_at", "captured_from"])
            changed += 1
    if changed:
        file.refresh_from_db(fields=["captured_at", "captured_from"])
    return changed


def _batch(file: ImportFile) -> QuerySet[ImportFile]:
    """The waiting files of the same zip, or that the same person handed over within minutes of this one."""
    mine = ImportFile.objects.filter(brand_id=file.brand_id, state=FileState.WAITING, captured_at__isnull=False)
    if file.bundle_id:
        return mine.filter(bundle_id=file.bundle_id)
    near = timedelta(minutes=limits_of(file.brand)["batch_minutes"])
    around = Q(created_at__gte=file.created_at - near, created_at__lte=file.created_at + near)
    return mine.filter(around, bundle=None, created_by_id=file.created_by_id, folder=file.folder)


def _moment(file: ImportFile, told: Iterable[Told]) -> datetime | None:
    """Return what the same account's files of the batch tell; without any, the day that most of the batch tells."""
    zone, everything = ZoneInfo(file.zone), list(told)
    moments = [m for account, m in everything if account == file.account_id and account is not None]
    moments = moments or _most([m for _account, m in everything], zone)
    moment = max(moments, default=None)
    uploaded = file.created_at.astimezone(zone).date()
    return moment if moment and moment.astimezone(zone).date() < uploaded else None


def _most(moments: list[datetime], zone: ZoneInfo) -> list[datetime]:
    """Return the moments of the day that more than half of them name; none where they do not agree."""
    days: Counter[date] = Counter(m.astimezone(zone).date() for m in moments)
    (day, count), *_ = days.most_common(1) or [(date.min, 0)]
    return [m for m in moments if m.astimezone(zone).date() == day] if count * 2 > len(moments) else []
