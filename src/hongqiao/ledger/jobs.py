"""Background work of the ledger: the look of a day, and what actions brought on their measuring day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from hongqiao import warehouse
from hongqiao.delivery import cards
from hongqiao.errors import N_
from hongqiao.ledger import files, playbook, services, telling, watching
from hongqiao.ledger.limits import limits
from hongqiao.ledger.measuring import judging
from hongqiao.ledger.models import Action, ActionState, Attachment
from hongqiao.ledger.queries import today_of
from hongqiao.workspace import jobs
from hongqiao.workspace.models import Brand, Job

MEASURE = "ledger.measure"
RIPE = (ActionState.RUNNING, ActionState.DONE)

cards.register(telling.FINDINGS, N_("问题与机会"), telling.findings_card)
cards.register(telling.DIGEST, N_("每日汇总"), telling.digest_card, group=False)


@jobs.handler("ledger.tick", atomic=False, label=N_("安排每日查看"))
def tick(ctx: jobs.Context) -> dict[str, int]:
    """Queue the look of the day where a brand's facts are new or a morning has come."""
    asked = 0
    for brand in Brand.objects.order_by("id"):
        wanted = watching.due(brand)
        if wanted:
            watching.ask(brand, *wanted)
            asked += 1
    return {"asked": asked}


@jobs.handler(watching.WATCH, atomic=False, label=N_("查看问题与机会"))
def watch(ctx: jobs.Context) -> Any:
    """Let every rule speak over one version of the facts. Said again changes nothing, so a second run is harmless."""
    brand = Brand.objects.get(pk=str(ctx.brand_id))
    handle = warehouse.open(brand.pk, int(ctx.payload["version"]))
    day, done = date.fromisoformat(ctx.payload["day"]), list(ctx.payload.get("done", []))

    def step(rule: str, share: float) -> bool:
        ctx.progress(share, "ledger.rule", rule=rule)
        return not ctx.should_rest

    result = watching.watch(brand, handle, day, skip=done, step=step)
    if result["left"]:
        return jobs.Continue({**ctx.payload, "done": [*done, *result["said"], *result["failed"]]})
    return result


@jobs.handler("ledger.due", atomic=False, label=N_("安排复盘"))
def due(ctx: jobs.Context) -> dict[str, int]:
    """Queue the measuring of every action whose day has come, once a version and day."""
    asked = 0
    for brand in Brand.objects.order_by("id"):
        early = timezone.now().astimezone(ZoneInfo(brand.zone)).hour < limits()["measure"]["hour"]
        if early or watching.busy(brand):
            continue
        today = today_of(brand)
        for action in ripe(brand, today):
            ask_measure(action, today)
            asked += 1
    return {"asked": asked}


def ripe(brand: Brand, today: date) -> list[Action]:
    """Return the actions whose measuring day has come, the earliest first."""
    found = Action.objects.filter(brand=brand, state__in=RIPE, measure_on__lte=today).exclude(measure__method="by_hand")
    return list(found.select_related("brand").order_by("measure_on", "id"))


def ask_measure(action: Action, today: date) -> Job:
    """Queue the measuring of an action as it is now."""
    payload = {"action": str(action.pk), "version": action.version}
    key = f"{action.pk}|{action.version}|{today}"
    return jobs.enqueue(MEASURE, brand_id=action.brand_id, key=key, payload=payload)


def _subjects(rows: Sequence[Job]) -> Mapping[UUID, jobs.Subject]:
    wanted = {row.payload.get("action"): row for row in rows}
    found = Action.objects.filter(pk__in=[k for k in wanted if k]).select_related("brand")
    return {
        wanted[str(a.pk)].pk: jobs.Subject(
            playbook.label(a.template, a.title), f"/b/{a.brand.slug}/ledger/actions/{a.pk}/"
        )
        for a in found
    }


@jobs.handler(MEASURE, atomic=False, label=N_("计算动作的效果"), subject=_subjects)
def measure(ctx: jobs.Context) -> dict[str, Any]:
    """Compute what an action brought. Nothing where it moved since it was asked: cancelled, changed, judged.

    Where files of the window may still come, it stays open and is asked again the next day.
    """
    row = Action.objects.select_related("brand").filter(pk=ctx.payload["action"]).first()
    if row is None or row.version != ctx.payload["version"] or row.state not in RIPE:
        return {"outcome": None}
    return judge(row)


def judge(row: Action) -> dict[str, Any]:
    """Compute what an action brought at the newest facts, as on the brand's today, and keep it."""
    handle = warehouse.open(row.brand_id)
    found = judging.measured(row, handle, today_of(row.brand))
    if isinstance(found, judging.Waiting):
        return {"outcome": None, "waiting": str(found.until)}
    outcome = services.keep_outcome(action_id=row.pk, version=row.version, found=found)
    return {"outcome": outcome.verdict if outcome else None}


@jobs.handler("ledger.tidy", atomic=False, label=N_("清理无主的附件"))
def tidy(ctx: jobs.Context) -> dict[str, int]:
    """Remove attachments that no row names."""

    def known(brand_id: UUID) -> set[str]:
        return set(Attachment.objects.filter(brand_id=brand_id).values_list("digest", flat=True))

    return {"files": files.sweep(known, limits()["attachment_orphan_hours"])}


jobs.every("ledger.tidy", minutes=24 * 60)
jobs.every("ledger.tick", minutes=limits()["watch"]["tick_minutes"])
jobs.every("ledger.due", minutes=limits()["measure"]["tick_minutes"])
