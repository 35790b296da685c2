"""Groups are kept by hand: made, changed, closed; a week's figures typed or imported; a day's routine ticked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience import typed
from hongqiao.audience.communities import kit
from hongqiao.audience.models import Group, GroupWeek, RoutineTick
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.workspace import audit
from hongqiao.workspace.models import Member

#: what is told of a week → its words
WORDS = {
    "members": N_("周末人数"), "speakers": N_("发言人数"), "messages": N_("消息数"), "joins": N_("新进"),
    "leaves": N_("退群"), "stayed": N_("上周新进的还在几人"), "reports": N_("一天最多举报"),
}  # fmt: skip
FIGURES = tuple(WORDS)
MOST_ROWS = 2000


class NameTaken(Conflict):
    code = "group_name_taken"
    message = N_("已经有叫这个名字的社群：%(name)s")
    next_step = N_("请换一个名字，或改原来那个")


class BadWeek(Invalid):
    code = "bad_week"
    message = N_("第 %(row)s 行：%(what)s")
    next_step = N_("这一批都没有保存，改好再导入")


class BadDay(Invalid):
    code = "bad_week_day"
    message = N_("周要填那一周里的一天，不能在将来：%(value)s")
    next_step = N_("像 2026-11-23 这样写")


class NoRows(Invalid):
    code = "no_week_rows"
    message = N_("文件里要有 1 到 %(most)s 行")
    next_step = N_("第一行写列名，下面一行一个群的一周；太长就分成几份")


class Impossible(Invalid):
    code = "impossible_week"
    message = N_("这一周的数自相矛盾：%(what)s")
    next_step = N_("请核对后再提交")


def of(actor: Member, group_id: UUID | str, seen: int | None) -> Group:
    """Return a group, locked. Raises NotAllowed, NotFound, Conflict."""
    kit.need(actor, kit.EDIT)
    row: Group = Group.objects.for_member(actor, kit.EDIT).locked(group_id, seen)
    return row


@transaction.atomic
def save_group(*, actor: Member, group_id: UUID | str | None = None, seen: int | None = None, **given: Any) -> Group:
    """Make a group, or change what is given of one.

    Raises NotAllowed, NotFound, Conflict, NameTaken, NeedsWords, BadChoice, BadNumber.
    """
    kit.need(actor, kit.EDIT)
    row = of(actor, group_id, seen) if group_id else Group(brand=actor.brand)
    _fill(row, given, new=not group_id)
    try:
        with transaction.atomic():
            if group_id:
                kit.save(row)
            else:
                row.save(force_insert=True)
    except IntegrityError:
        raise NameTaken(name=row.name) from None
    audit.record(actor, "community.changed" if group_id else "community.created", row, name=row.name)
    return row


def _fill(row: Group, given: Mapping[str, Any], *, new: bool) -> None:
    if new or "name" in given:
        row.name = kit.text(given.get("name"), _("名称"), 80, need=True)
    if new or "kind" in given:
        row.kind = kit.one_of(given.get("kind"), Group.Kind.values, _("类型"))
    if given.get("sort"):
        row.sort = kit.one_of(given["sort"], {s["code"] for s in kit.book(row.brand)["sorts"]}, _("定位"))
    if "size" in given:
        row.size = kit.count(given["size"], _("人数")) or 0
    if "owner" in given:
        row.owner = kit.member(row.brand, given["owner"])
    if "account" in given:
        row.account = kit.account(row.brand, given["account"])
    if "note" in given:
        row.note = kit.text(given["note"], _("说明"), 300)
    if "levels" in given:
        row.levels = _levels(given["levels"])


def _levels(value: Any) -> list[dict[str, Any]]:
    """Return levels of a 粉丝团, one a line as "level members"."""
    found = []
    for line in str(value or "").splitlines():
        parts = line.replace("：", " ").replace(":", " ").split()
        if not parts:
            continue
        if len(parts) != 2:
            raise kit.BadNumber(field=_("等级与人数"), value=line[:40])
        found.append({"level": parts[0][:20], "members": kit.count(parts[1], _("人数")) or 0})
    return found[:50]


@transaction.atomic
def close_group(*, actor: Member, group_id: UUID | str, seen: int, closed: bool = True) -> Group:
    """Close a group, or open it again; its figures stay. Raises NotAllowed, NotFound, Conflict, WrongState."""
    row = of(actor, group_id, seen)
    if bool(row.closed_at) == closed:
        raise kit.WrongState()
    row.closed_at = timezone.now() if closed else None
    row.save_next("closed_at")
    audit.record(actor, "community.closed" if closed else "community.reopened", row, name=row.name)
    return row


@transaction.atomic
def save_week(*, actor: Member, group_id: UUID | str, week: Any, **figures: Any) -> GroupWeek:
    """Keep a week's figures; typed again they replace. What is not told stays unknown, it is not zero.

    Raises NotAllowed, NotFound, NeedsWords, BadNumber, BadDay, Impossible.
    """
    group = of(actor, group_id, None)
    row = _week(group, week, figures)
    audit.record(actor, "community.week", group, name=group.name, week=row.week)
    return row


def _week(group: Group, week: Any, figures: Mapping[str, Any]) -> GroupWeek:
    monday = _monday(week)
    labels = labelled()
    said = {name: kit.count(figures.get(name), labels[name]) for name in FIGURES}
    if said["members"] is None:
        raise kit.NeedsWords(field=labels["members"])
    _sane(group, monday, said)
    row, _new = GroupWeek.objects.update_or_create(brand=group.brand, group=group, week=monday, defaults=said)
    newest = GroupWeek.objects.filter(group=group).order_by("-week").first()
    if newest == row and group.size != row.members:
        group.size = row.members
        group.save_next("size")
    return row


def labelled() -> dict[str, str]:
    """Return figure → its words."""
    return {name: _(words) for name, words in WORDS.items()}


def _monday(value: Any) -> date:
    if isinstance(value, date):
        found = value
    else:
        try:
            found = date.fromisoformat(typed.iso(value)[:10])
        except ValueError:
            raise BadDay(value=str(value or "")[:40]) from None
    if found > timezone.localdate() + timedelta(days=6):
        raise BadDay(value=str(value)[:40])
    return found - timedelta(days=found.weekday())


def _sane(group: Group, monday: date, said: Mapping[str, int | None]) -> None:
    before = GroupWeek.objects.filter(group=group, week=monday - timedelta(days=7)).first()
    if said["stayed"] is not None and before and before.joins is not None and said["stayed"] > before.joins:
        raise Impossible(what=_("还在的人比上周新进的多"))
    if said["speakers"] and said["messages"] is not None and said["speakers"] > said["messages"]:
        raise Impossible(what=_("发言人数比消息数多"))


@transaction.atomic
def import_weeks(*, actor: Member, rows: Sequence[Mapping[str, Any]], first: int = 2) -> int:
    """Keep weeks of many groups, all or none: {group, week, members, …} by the names of groups. Returns how many.
    `first`: the number that the first row has in its file. A row that says nothing is passed over.

    Raises NotAllowed, NoRows, BadWeek with the row's number.
    """
    kit.need(actor, kit.EDIT)
    if not any(any(one.values()) for one in rows) or len(rows) > MOST_ROWS:
        raise NoRows(most=MOST_ROWS)
    mine = Group.objects.for_member(actor, kit.EDIT).select_for_update(of=("self",))
    groups, done = {g.name: g for g in mine}, 0
    for number, one in enumerate(rows, first):
        if not any(one.values()):
            continue
        name = str(one.get("group") or "").strip()
        if name not in groups:
            raise BadWeek(row=number, what=_("没有这个社群：%(name)s") % {"name": name[:40]})
        try:
            _week(groups[name], one.get("week"), one)
        except Invalid as error:
            raise BadWeek(row=number, what=error.message % error.params) from None
        done += 1
    audit.record(actor, "community.weeks_imported", brand=actor.brand, count=done)
    return done


@transaction.atomic
def tick(*, actor: Member, group_id: UUID | str, step: str, day: date | None = None, done: bool = True) -> None:
    """Tick a step of a day's routine, or take the tick back. Twice is once.

    Raises NotAllowed, NotFound, BadChoice.
    """
    group = of(actor, group_id, None)
    code = kit.one_of(step, {s["code"] for s in kit.book(group.brand)["routine"]}, _("步骤"))
    when = day or timezone.localdate()
    known = RoutineTick.objects.filter(group=group, day=when, step=code)
    if done == known.exists():
        return
    if done:
        RoutineTick.objects.create(brand=group.brand, group=group, day=when, step=code, by=actor)
    else:
        known.delete()
    audit.record(
        actor, "community.ticked" if done else "community.unticked", group, name=group.name, step=code, day=when
    )
