"""What people do about incidents from outside their room: take, open, merge, split, set the level. Each is audited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.crisis.incidents import carrying, kit, steps, timeline
from hongqiao.crisis.models import Alarm, Incident, Mention
from hongqiao.crisis.watching import alarms, clocks, grading, hearing, opening, tables
from hongqiao.errors import N_, Invalid
from hongqiao.methods.crisis.severity import LEVELS, gravest, settled
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member
from hongqiao.workspace.services import checks

SEE, HANDLE = "crisis.view", "crisis.handle"
State = Incident.State


class BadIncident(Invalid):
    code = "bad_incident"
    message = N_("事件信息有误：%(what)s")
    next_step = N_("请从列表中选择；标题不能为空")


class LevelReason(Invalid):
    code = "level_needs_reason"
    message = N_("人工定级要写明理由")
    next_step = N_("请写一句理由，复盘时会看到")


class CannotMerge(Invalid):
    code = "cannot_merge"
    message = N_("这两个事件不能合并")
    next_step = N_("请选两个都未关闭、同为真实或同为演练的事件")


class CannotSplit(Invalid):
    code = "cannot_split"
    message = N_("没有选出要拆出的提及，或选了全部")
    next_step = N_("请至少留一条，至少选一条")


def _locked(actor: Member, incident_id: UUID | str, seen: int | None) -> Incident:
    """Return an incident to act on, locked. Raises NotFound (not yours looks the same), NotAllowed, Conflict."""
    rows = Incident.objects.for_member(actor, SEE).select_related("brand", "commander__user", "commander__brand")
    rows.one(incident_id)
    permissions.require(actor, HANDLE)
    found: Incident = rows.locked(incident_id, seen)
    return found


@transaction.atomic
def open_by_hand(
    *,
    actor: Member,
    title: str,
    kind: str = "",
    nature: str = "",
    level: str = "",
    mention_ids: Sequence[str] = (),
    note: str = "",
) -> Incident:
    """Open an incident that no machine saw.

    Raises NotAllowed, NotFound for a mention, BadName, BadIncident, TooLong.
    """
    permissions.require(actor, HANDLE)
    _known(actor.brand, kind, nature, level)
    note = kit.clean(note, 2000, lines=True)
    chosen = _free(actor, mention_ids)
    incident = opening.open_incident(
        actor.brand,
        title=checks.name(title, most=opening.TITLE),
        kind=kind,
        nature=nature,
        level=level,
        mentions=chosen,
        why="hand",
        by=actor,
        drill=any(m.drill for m in chosen),
    )
    if level:
        _by_hand(incident, level, note or str(incident.title), actor)
    if note:
        timeline.note(incident, "note", by=actor, text=note)
    key = f"opened|{incident.pk}"
    alarms.raise_alarm(actor.brand, Alarm.Why.LEVEL, key, incident=incident, level=incident.level, cause="opened")
    return incident


def _known(brand: Brand, kind: str, nature: str, level: str) -> None:
    """Raise BadIncident for what is none of the lists."""
    if kind and kind not in tables.kinds():
        raise BadIncident(what=kind)
    if nature and tables.nature_of(brand, nature) is None:
        raise BadIncident(what=nature)
    if level and level not in LEVELS:
        raise BadIncident(what=level)


def _free(actor: Member, mention_ids: Sequence[str]) -> list[Mention]:
    """Return mentions, locked, that are of no incident yet. Raises NotFound, BadIncident."""
    rows = Mention.objects.for_member(actor, SEE)
    chosen = [rows.locked(key, None) for key in dict.fromkeys(mention_ids)]
    if len({m.drill for m in chosen}) > 1 or any(m.incident_id for m in chosen):
        raise BadIncident(what=N_("提及已属于别的事件"))
    return chosen


@transaction.atomic
def add(*, actor: Member, incident_id: UUID | str, mention_ids: Sequence[str], seen: int | None) -> Incident:
    """Put mentions to an incident by hand; those of another one move. Raises NotFound, NotAllowed, Conflict."""
    incident = _locked(actor, incident_id, seen)
    rows = Mention.objects.for_member(actor, SEE)
    chosen = [rows.locked(key, None) for key in dict.fromkeys(mention_ids)]
    hearing.gather_all(incident, chosen)
    audit.record(actor, "incident.gathered", incident, n=len(chosen))
    return incident


@transaction.atomic
def take_alarm(*, actor: Member, alarm_id: UUID | str) -> Alarm:
    """Acknowledge an alarm, and with it all that wait of its incident: it is taken, nobody else is told.

    Taken already: it stays with whoever took it. Raises NotFound, NotAllowed.
    """
    rows = Alarm.objects.for_member(actor, SEE).select_related("incident")
    rows.one(alarm_id)
    permissions.require(actor, HANDLE)
    alarm: Alarm = rows.locked(alarm_id, None)
    if alarm.taken_at is None:
        if alarm.incident_id:
            took(_locked(actor, alarm.incident_id, None), actor)
        else:
            _took(alarm, actor)
        alarm.refresh_from_db()
        audit.record(actor, "alarm.taken", alarm, alarm=alarm.pk)
    return alarm


@transaction.atomic
def take_incident(*, actor: Member, incident_id: UUID | str, seen: int | None) -> Incident:
    """Take an incident and all its alarms that wait. Raises NotFound, NotAllowed, Conflict."""
    incident = _locked(actor, incident_id, seen)
    took(incident, actor)
    return incident


def took(incident: Incident, actor: Member) -> None:
    """The first who takes a locked incident makes it handled and commands it where nobody does; its alarms rest."""
    for alarm in Alarm.objects.select_for_update().filter(incident=incident, taken_at=None):
        _took(alarm, actor)
    if incident.taken_at is not None or incident.state not in clocks.BURNING:
        return
    incident.taken_at, incident.state = timezone.now(), State.HANDLING
    fields = ["taken_at", "state"]
    if incident.commander is None:
        incident.commander = actor
        fields.append("commander")
    incident.save_next(*fields)
    minutes = max(0, round((incident.taken_at - incident.heard_at).total_seconds() / 60))
    said: dict[str, Any] = {"number": incident.number, "minutes": minutes}
    steps.follow(incident, "take", actor)
    timeline.note(incident, "incident.taken", by=actor, **said)
    audit.record(actor, "incident.taken", incident, **said)


def _took(alarm: Alarm, actor: Member) -> None:
    alarm.taken_at, alarm.taken_by, alarm.next_at = timezone.now(), actor, None
    alarm.save_next("taken_at", "taken_by", "next_at")


@transaction.atomic
def set_level(*, actor: Member, incident_id: UUID | str, seen: int | None, level: str, reason: str) -> Incident:
    """Set the level by hand, with a reason; "" gives it back to the table. Raises NotFound, NotAllowed, Conflict,
    LevelReason, BadIncident, TooLong."""
    incident = _locked(actor, incident_id, seen)
    if level and level not in LEVELS:
        raise BadIncident(what=level)
    why = kit.clean(reason, 300)
    if not why:
        raise LevelReason()
    if incident.state not in clocks.GATHERS:
        raise BadIncident(what=str(State(incident.state).label))
    _by_hand(incident, level, why, actor)
    target = level or _by_table(incident)
    if target != incident.level:
        grading.put(incident, target, why="hand" if level else "table", by=actor, reason=why)
    else:  # it stays where it was, by a person's word from now on: that is told, too
        timeline.note(incident, "incident.level_held", by=actor, text=why, number=incident.number, level=level)
    return incident


def _by_hand(incident: Incident, level: str, reason: str, actor: Member) -> None:
    now = timezone.now().isoformat(timespec="seconds")
    incident.by_hand = {"level": level, "reason": reason, "by": str(actor.pk), "at": now} if level else {}
    incident.save_next("by_hand")
    audit.record(actor, "incident.level_held", incident, number=incident.number, level=level, reason=reason)


def _by_table(incident: Incident) -> str:
    """What the table says without the person's word: from the floor, by the looks that are kept."""
    base = gravest((incident.floor, str(incident.parts.get("table", "")))) or "IV"
    looks = [(h[0], h[1]) for h in incident.hits]
    return settled(tables.table(incident.brand), base, looks, floor=incident.floor or "IV")


@transaction.atomic
def merge(*, actor: Member, incident_id: UUID | str, into_id: UUID | str, seen: int | None) -> Incident:
    """Put one incident into another: mentions, waiting alarms and what is still to be done go over, it stays to be
    read. Returns the other.

    Raises NotFound, NotAllowed, Conflict, CannotMerge.
    """
    if str(incident_id) == str(into_id):
        raise CannotMerge()
    first, second = sorted((str(incident_id), str(into_id)))
    held = {key: _locked(actor, key, seen if key == str(incident_id) else None) for key in (first, second)}
    source, target = held[str(incident_id)], held[str(into_id)]
    if source.drill != target.drill or {source.state, target.state} - set(clocks.GATHERS):
        raise CannotMerge()
    moved = list(source.mentions.select_for_update())
    if source.floor and gravest((source.floor, target.floor)) == source.floor != target.floor:
        target.floor, target.nature = source.floor, source.nature
        target.save_next("floor", "nature")
    hearing.gather_all(target, moved)
    if gravest((source.level, target.level)) != target.level and not target.by_hand:
        grading.put(target, source.level, why="table", by=actor)
    source.state, source.into, source.closed_at = State.MERGED, target, timezone.now()
    source.save_next("state", "into", "closed_at")
    Alarm.objects.filter(incident=source).update(incident=target)
    if target.taken_at is not None:
        took(target, actor)  # who merges has looked: nothing of it waits for somebody again
    carried = carrying.over(source, target)
    if source.answered_at is not None and target.answered_at is None:  # of the same matter somebody has answered
        opening.answered(target, at=source.answered_at, by=actor, proof=source.fields.get("answer"))
    timeline.note(source, "incident.merged", by=actor, number=source.number, into=target.number)
    said: dict[str, Any] = {"number": source.number, "title": source.title, "n": len(moved), "parts": carried}
    timeline.note(target, "incident.absorbed", by=actor, **said)
    audit.record(actor, "incident.merged", source, number=source.number, into=target.number)
    return target


@transaction.atomic
def split(
    *, actor: Member, incident_id: UUID | str, mention_ids: Sequence[str], seen: int | None, title: str = ""
) -> Incident:
    """Make some of an incident's mentions an incident of their own; the first stays as it is otherwise.

    Raises NotFound, NotAllowed, Conflict, CannotSplit, TooLong.
    """
    title = kit.clean(title, opening.TITLE)
    source = _locked(actor, incident_id, seen)
    wanted = set(map(str, mention_ids))
    rows = list(source.mentions.select_for_update())
    chosen = [m for m in rows if str(m.pk) in wanted]
    if not chosen or len(chosen) == len(rows) or len(chosen) != len(wanted):
        raise CannotSplit()
    gravely = [n for n in tables.natures(actor.brand) if n.code in {m.nature for m in chosen}]
    fresh = opening.open_incident(
        actor.brand,
        title=title,
        kind=chosen[0].kind,
        nature=gravely[0].code if gravely else "",
        mentions=chosen,
        why="split",
        by=actor,
        drill=source.drill,
    )
    grading.regard(fresh, count=False)
    opening.forget(source)
    said: dict[str, Any] = {"number": source.number, "into": fresh.number, "n": len(chosen)}
    timeline.note(source, "incident.split", by=actor, **said)
    audit.record(actor, "incident.split", source, **said)
    return fresh


@transaction.atomic
def mark(
    *, actor: Member, incident_id: UUID | str, seen: int | None, marks: Sequence[str] = (), hot: int | None = None
) -> Incident:
    """Say what no source tells: central media, an executive, values; the place on a hot list. The level follows."""
    incident = _locked(actor, incident_id, seen)
    known = ("central", "regulator", "executive", "values")
    if set(marks) - set(known) or (hot is not None and not 1 <= hot <= 1000):
        raise BadIncident(what=", ".join(marks))
    incident.fields = incident.fields | {"marks": [m for m in known if m in marks], "hot": hot}
    incident.save_next("fields")
    timeline.note(incident, "incident.marked", by=actor, number=incident.number)
    audit.record(actor, "incident.marked", incident, number=incident.number, marks=list(marks), hot=hot)
    grading.regard(incident, count=False)
    return incident
