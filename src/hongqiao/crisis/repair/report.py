"""The report of an incident: sentences made of what is kept, each with the rows behind it. X3; evidence-locked reports.

No sentence is written by hand and none says more than its rows. Below the coverage floor nothing is said of volume or
feeling: 数据不足.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import TruncHour
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongqiao.crisis import addresses, settings
from hongqiao.crisis.models import Affected, Entry, Incident, Look, Mention, Statement, Step
from hongqiao.methods.crisis.recovery import Recovery
from hongqiao.ui import formats


@dataclass(frozen=True)
class Sentence:
    """What is said, and where the rows behind it are: (words, address)."""

    text: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Section:
    title: str
    sentences: tuple[Sentence, ...]


def coverage(incident: Incident) -> float | None:
    """Return the share of hours, from first hearing to the end (or now), in which some source was heard; None: no hour.

    Hours of the incident alone: whether anybody listened before says nothing of what was said in it. Of one that is
    over what was measured last stands; where nothing was, the looks of its hours are kept (intake/keeping.py).
    """
    kept = incident.recovery.get("coverage")
    if incident.closed_at is not None and kept is not None:
        return float(kept)
    end = min(incident.closed_at or timezone.now(), incident.heard_at + timedelta(days=90))
    hours = int((end - incident.heard_at).total_seconds() // 3600)
    if hours < 1:
        return None
    looks = Look.objects.filter(brand=incident.brand, error="", at__gte=incident.heard_at, at__lt=end)
    heard = looks.annotate(hour=TruncHour("at", tzinfo=UTC)).values("hour").distinct().count()
    return min(1.0, heard / hours)


def sections(incident: Incident, found: Recovery | None = None) -> list[Section]:
    """Return the report as it stands now; a part without a row says nothing."""
    share = coverage(incident)
    made = [
        Section(_("经过"), tuple(_course(incident, share))),
        Section(_("应对"), tuple(_answers(incident))),
        Section(_("受影响的用户"), tuple(_affected(incident))),
        Section(_("整改与修复"), tuple(_repair(incident))),
        Section(_("恢复情况"), tuple(_recovered(incident, found, share))),
    ]
    return [s for s in made if s.sentences]


def _moment(incident: Incident, at: datetime) -> str:
    return at.astimezone(ZoneInfo(incident.brand.zone)).strftime("%Y-%m-%d %H:%M")


def _span(seconds: float) -> str:
    minutes = max(0, round(seconds / 60))
    if minutes < 120:
        return ngettext("%(n)s 分钟", "%(n)s 分钟", minutes) % {"n": minutes}
    return ngettext("%(n)s 小时", "%(n)s 小时", 2) % {"n": round(minutes / 60, 1)}  # two at the least


def _floor(incident: Incident, share: float | None) -> bool:
    return share is not None and share < settings.of(incident.brand, "repair")["coverage_floor"]


def _course(incident: Incident, share: float | None) -> Iterable[Sentence]:
    rows = Mention.objects.filter(incident=incident)
    first = rows.order_by("posted_at", "id").first()
    if first:
        told = {"at": _moment(incident, first.posted_at), "where": first.channel or _("未注明来源")}
        told["late"] = _span((incident.heard_at - incident.posted_at).total_seconds())
        text = _("最早一条发布于 %(at)s（%(where)s），发布后 %(late)s 被监听到。") % told
        yield Sentence(text, ((_("这一条"), addresses.mention(first)),))
    if _floor(incident, share):
        text = _("监听覆盖只有 %(share)s，数据不足，不写声量和占比。") % {"share": formats.percent(share, 0)}
        yield Sentence(text, ((_("监听来源"), addresses.page("crisis_sources", incident.brand)),))
        return
    bad = Count("id", filter=Q(negative=True))
    counts = rows.aggregate(n=Count("id"), bad=bad, channels=Count("channel", distinct=True))
    if counts["n"]:
        text = (
            ngettext(
                "归入这起事件的提及共 %(n)s 条，其中负面 %(bad)s 条，来自 %(channels)s 个渠道。",
                "归入这起事件的提及共 %(n)s 条，其中负面 %(bad)s 条，来自 %(channels)s 个渠道。",
                counts["n"],
            )
            % counts
        )
        all_of = (_("全部提及"), addresses.mentions(incident))
        yield Sentence(text, (all_of, (_("负面"), addresses.mentions(incident, negative=1))))
    top = rows.filter(followers__gt=0).order_by("-followers", "id").first()
    if top:
        reached: dict[str, Any] = {"n": formats.number(top.followers, 0), "where": top.channel or _("未注明来源")}
        yield Sentence(
            _("影响最大的一条来自粉丝 %(n)s 的账号（%(where)s）。") % reached, ((_("这一条"), addresses.mention(top)),)
        )
    levels = Entry.objects.filter(incident=incident, code="incident.level")
    if levels.exists():
        moved: dict[str, Any] = {"n": levels.count(), "level": _(incident.get_level_display())}
        text = ngettext(
            "定级先后变动 %(n)s 次，报告时为 %(level)s。", "定级先后变动 %(n)s 次，报告时为 %(level)s。", moved["n"]
        )
        yield Sentence(text % moved, ((_("时间线"), addresses.incident(incident, "timeline")),))


def _answers(incident: Incident) -> Iterable[Sentence]:
    timeline = ((_("时间线"), addresses.incident(incident, "timeline")),)
    if incident.taken_at:
        told = {"t": _span((incident.taken_at - incident.heard_at).total_seconds())}
        yield Sentence(_("监听到之后 %(t)s 有人接警。") % told, timeline)
    if incident.answered_at:
        told = {"t": _span((incident.answered_at - incident.heard_at).total_seconds())}
        told["posted"] = _span((incident.answered_at - incident.posted_at).total_seconds())
        yield Sentence(_("监听到之后 %(t)s 作出首次回应，距发布 %(posted)s。") % told, timeline)
    for one in Statement.objects.filter(incident=incident, state=Statement.State.OUT).order_by("out_at", "id"):
        told = {
            "kind": _(one.get_kind_display()),
            "at": _moment(incident, one.out_at or one.created_at),
            "title": one.title,
        }
        text = _("%(at)s 发布%(kind)s《%(title)s》。") % told
        yield Sentence(text, ((_("声明"), addresses.incident(incident, "statements")),))
    steps = Step.objects.filter(incident=incident).exclude(state=Step.State.SKIPPED)
    done = steps.filter(state=Step.State.DONE)
    late = [s for s in done if s.done_at and s.done_at > s.due_at]
    if steps.exists():
        counted = {"done": done.count(), "all": steps.count(), "late": len(late)}
        text = _("预案步骤完成 %(done)s / %(all)s，其中 %(late)s 步晚于时限。") % counted
        yield Sentence(text, ((_("预案步骤"), addresses.incident(incident, "steps")),))


def _affected(incident: Incident) -> Iterable[Sentence]:
    rows = Affected.objects.filter(incident=incident)
    link = ((_("受影响用户"), addresses.incident(incident, "people")),)
    total = rows.count()
    if not total:
        return
    reached = rows.exclude(state=Affected.State.NEW).count()
    settled = rows.filter(state=Affected.State.SETTLED).count()
    yield Sentence(
        ngettext(
            "登记受影响用户 %(n)s 人，已联系 %(reached)s 人，已结清 %(settled)s 人。",
            "登记受影响用户 %(n)s 人，已联系 %(reached)s 人，已结清 %(settled)s 人。",
            total,
        )
        % {"n": total, "reached": reached, "settled": settled},
        link,
    )
    sums = rows.aggregate(promised=Sum("promised"), paid=Sum("paid"))
    if sums["promised"]:
        told = {"promised": formats.money(sums["promised"]), "paid": formats.money(sums["paid"] or Decimal(0))}
        yield Sentence(_("承诺补偿 %(promised)s，已支付 %(paid)s。") % told, link)


def _repair(incident: Incident) -> Iterable[Sentence]:
    plan = addresses.repair(incident)
    for item in incident.goodwill.exclude(done_at=None).order_by("done_at", "id"):
        told = {"at": _moment(incident, item.done_at), "title": item.title}  # type: ignore[arg-type]
        rows = [(_("修复计划"), plan)]
        if item.proof.get("url"):
            rows.append((_("链接"), str(item.proof["url"])))
        yield Sentence(_("%(at)s 完成：%(title)s。") % told, tuple(rows))
    left = incident.goodwill.filter(done_at=None)
    if left.exists():
        last = left.aggregate(due=Max("due"))["due"]
        open_: dict[str, Any] = {"n": left.count(), "due": last.isoformat()}
        yield Sentence(
            ngettext(
                "还有 %(n)s 项未完成，最晚一项 %(due)s 到期。",
                "还有 %(n)s 项未完成，最晚一项 %(due)s 到期。",
                open_["n"],
            )
            % open_,
            ((_("修复计划"), plan),),
        )
    if changed := (incident.lessons or {}).get("changed"):
        yield Sentence(_("复盘后的改变：%(text)s") % {"text": changed}, ((_("复盘"), f"{plan}#review"),))


def _recovered(incident: Incident, found: Recovery | None, share: float | None) -> Iterable[Sentence]:
    link = ((_("恢复曲线"), addresses.repair(incident) + "#recovery"),)
    if found is None or found.few or found.band is None or _floor(incident, share):
        yield Sentence(_("恢复情况：数据不足。"), link)
        return
    band, last = found.band, next((p for p in reversed(found.points) if p.value is not None), None)
    told: dict[str, Any] = {"mean": formats.signed(band.mean), "low": formats.signed(band.low), "days": band.days}
    yield Sentence(_("事发前 %(days)s 天净情感均值 %(mean)s，恢复线 %(low)s。") % told, link)
    if last:
        now = {"now": formats.signed(last.value), "day": last.day.isoformat()}
        yield Sentence(_("截至 %(day)s，近 7 天净情感 %(now)s。") % now, link)
    if found.half_life is not None:
        days = ngettext("声量从最高点回落一半用了 %(n)s 天。", "声量从最高点回落一半用了 %(n)s 天。", found.half_life)
        yield Sentence(days % {"n": found.half_life}, link)
    if found.recovered:
        yield Sentence(_("%(day)s 达到恢复标准。") % {"day": found.recovered.isoformat()}, link)
    else:
        yield Sentence(_("尚未达到恢复标准。"), link)


def plain(made: Sequence[Section]) -> str:
    """Return the report as text for a group chat."""
    return "\n\n".join("\n".join([s.title, *("· " + x.text for x in s.sentences)]) for s in made)
