"""The look of a day: every rule that is on, over one version of the facts; what each said is kept by its own key."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from hongqiao.ledger import rules, services, telling
from hongqiao.ledger.limits import limits
from hongqiao.ledger.rules import Look
from hongqiao.warehouse.handle import Handle
from hongqiao.warehouse.models import Manifest
from hongqiao.workspace import figures, jobs, notices
from hongqiao.workspace.models import Brand, Job, Notice

log = logging.getLogger("hongqiao.ledger")
WATCH, FAILED = "ledger.watch", "ledger.rule_failed"


def watch(
    brand: Brand,
    handle: Handle,
    day: date,
    *,
    skip: Sequence[str] = (),
    step: Callable[[str, float], bool] | None = None,
    tell: bool = True,
) -> dict[str, Any]:
    """Let every rule speak that is on, in order of their codes; return what each brought.

    {"said": {rule: {"new", "again", …}}, "failed": {rule: error's name}, "left": [rules not got to]}. A rule that
    raises stops no other; it is said to who keeps the jobs. `step(rule, share)` is called before each; False ends it.
    `tell`: whether people hear of it; nobody wants to be told of a day long gone.
    """
    known = [r for code, r in sorted(rules.all_rules().items()) if code not in skip and rules.is_on(brand, r)]
    result: dict[str, Any] = {"said": {}, "failed": {}, "left": []}
    shared: dict[str, Any] = {}
    for n, rule in enumerate(known):
        if step and not step(rule.code, n / max(len(known), 1)):
            result["left"] = [r.code for r in known[n:]]
            break
        look = Look(brand, handle, day, rules.settings_of(brand, rule), shared)
        try:
            raised = list(rule.detect(look))
            result["said"][rule.code] = asdict(services.raise_all(brand, rule, raised, day, handle.version))
        except (jobs.Lost, jobs.Cancelled):
            raise
        except Exception as error:  # whatever one rule raises, the others speak
            log.exception("rule %s failed for brand %s", rule.code, brand.slug)
            result["failed"][rule.code] = type(error).__name__
            _report(brand, rule.code, type(error).__name__)
    if tell and not result["left"]:
        telling.tell(brand, day)
    return result


def _report(brand: Brand, rule: str, error: str) -> None:
    """Tell who keeps the jobs, once a day and rule."""
    start = datetime.combine(timezone.now().astimezone(ZoneInfo(brand.zone)).date(), datetime.min.time())
    since = start.replace(tzinfo=ZoneInfo(brand.zone))
    for member in notices.holders(brand, "settings.jobs"):
        said = Notice.objects.filter(member=member, code=FAILED, created_at__gte=since)
        if not any(n.params.get("rule") == rule for n in said):
            notices.tell([member], FAILED, url=f"/b/{brand.slug}/settings/jobs/", rule=rule, error=error)


def due(brand: Brand) -> tuple[date, int] | None:
    """Return the day and version to look at now, None where there is nothing new or it is too early.

    Each morning, and after imports: when no import is under way and the last look is a while ago.
    """
    version = Manifest.objects.filter(brand_id=brand.pk).values_list("version", flat=True).first()
    now = timezone.now()
    if not version or now.astimezone(ZoneInfo(brand.zone)).hour < limits()["watch"]["hour"]:
        return None
    if busy(brand):
        return None
    last = Job.objects.filter(brand=brand, kind=WATCH).order_by("-id").first()
    if last is not None and (now - last.created_at).total_seconds() < 60 * limits()["watch"]["gap_minutes"]:
        return None
    return figures.today_of(brand), version


def busy(brand: Brand) -> bool:
    """Return whether facts, or the sample's story, are still on their way: looking and judging wait for them."""
    kinds = Q()
    for prefix in limits()["watch"]["after"]:
        kinds |= Q(kind__startswith=prefix)
    open_ones = Job.objects.filter(kinds, brand=brand, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return open_ones.exists()


def ask(brand: Brand, day: date, version: int) -> Job:
    """Queue the look of a day at a version, once."""
    payload = {"day": str(day), "version": version}
    return jobs.enqueue(WATCH, brand_id=brand.pk, key=f"{day}|{version}", payload=payload)
