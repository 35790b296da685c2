"""The minute's run of the tiers, and judging anew."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from hongqiao import warehouse
from hongqiao.audience.models import TierRun
from hongqiao.audience.tiers import history, judging, repurchasing
from hongqiao.errors import N_, HongqiaoError
from hongqiao.warehouse import identity
from hongqiao.warehouse.models import InboxRow, Source
from hongqiao.workspace import figures, jobs
from hongqiao.workspace.models import Brand, Job

TICK, JUDGE = "audience.tick", "audience.judge"
FEW = 5_000  # of more persons than that everybody is judged


@jobs.handler(TICK, atomic=False, label=N_("用户分层（每分钟）"))
def tick(ctx: jobs.Context) -> dict[str, int]:
    """Place those of whom something new was heard; let a day that began, or a file that came, judge everybody."""
    done = 0
    for brand in _known():
        try:
            done += _look(brand)
        except HongqiaoError:
            continue  # that brand is looked at again in a minute
        ctx.check()
    return {"moved": done}


def _known() -> list[Brand]:
    """Return the brands of which facts about persons may be there."""
    found = Source.objects.filter(undone_at=None).values_list("brand_id", flat=True).distinct()
    return list(Brand.objects.filter(pk__in=list(found)).order_by("pk"))


def _look(brand: Brand) -> int:
    if Job.objects.filter(brand=brand, kind__startswith="imports.", state__in=("queued", "running")).exists():
        return 0  # one judgement when all of it is there
    run = TierRun.objects.filter(brand=brand).order_by("-day").first()
    today, version = figures.calendar_day(brand), warehouse.open(brand.pk).version
    if run is None:
        if history.first_day(brand) is not None:
            ask(brand)
        return 0
    sources, earliest = history.told_since(brand, run.facts)
    if run.day != today or (earliest is not None and sources) or history.stale(brand):
        ask(brand, earliest)
        return 0
    persons = _heard(brand, run.facts) if sources or version != run.facts else []
    if len(persons) > FEW:
        ask(brand)
        return 0
    return judging.judge_some(brand, persons, run, version) if persons else 0


def _heard(brand: Brand, version: int) -> list[str]:
    """Return the persons of events that arrived since a version, under whichever number."""
    rows = InboxRow.objects.filter(brand_id=brand.pk, added_version__gt=version, table__in=history.TABLES)
    named = {p for payload in rows.values_list("payload", flat=True) if (p := payload.get("person_key"))}
    said = identity.said_of(brand.pk, named)
    return sorted({said.get(p, p) for p in named})


def ask(brand: Brand, since: date | None = None, *, anew: bool = False) -> None:
    """Have everybody judged; from the week of `since` on, or all weeks `anew`, what was judged before is taken out."""
    if anew or since:
        history.mark(brand, None if anew or not since else since - timedelta(days=since.weekday()))
    jobs.enqueue(JUDGE, brand_id=brand.pk, key=f"{JUDGE}:{brand.pk}", again=True)


@jobs.handler(JUDGE, atomic=False, label=N_("用户分层"))
def judge(ctx: jobs.Context) -> dict[str, int] | jobs.Continue:
    """Judge the weeks that are not judged yet, then today; as many at a time as five minutes hold."""
    assert ctx.brand_id is not None
    brand = Brand.objects.get(pk=ctx.brand_id)
    started = timezone.now()
    if since := history.stale(brand):
        history.clear(brand, since)
    run = TierRun.objects.filter(brand=brand).order_by("-day").first()
    if run and run.day == figures.calendar_day(brand):
        moved = judging.judge(brand).moved
        _forecast(brand)
        return {"moved": moved}
    moved, judging_ = 0, judging.Judging(brand, many=True)
    while (day := history.next_day(brand)) is not None:
        moved += judging_.judge(day).moved
        if history.stale(brand) or ctx.should_rest or (timezone.now() - started).total_seconds() > 120:
            return jobs.Continue({})
    _forecast(brand)
    return jobs.Continue({}) if history.stale(brand) else {"moved": moved}


_THEN: list[str] = []


def then(kind: str) -> None:
    """Have a job of this kind asked for whenever everybody of a brand was judged: facts that came in are all there."""
    _THEN.append(kind)


def _forecast(brand: Brand) -> None:
    """Fit who buys again to what is known today, keep it with the latest judgement, and ask for what waited for it."""
    run = TierRun.objects.filter(brand=brand).order_by("-day").first()
    if run is not None:
        run.summary["repurchase"] = repurchasing.told(warehouse.open(brand.pk), brand, run.day)
        run.save(update_fields=["summary"])
    for kind in _THEN:
        jobs.enqueue(kind, brand_id=None, key=f"judged:{brand.pk}", again=True)


jobs.every(TICK, minutes=1)
