"""An activity is planned, made ready, run, ended, looked back on. Each step is one act with one audit row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.communities import checking, kit
from hongqiao.audience.models import Activity, Draw, Group, RunStep, Spent
from hongqiao.compliance import draft as drafts
from hongqiao.errors import N_, Invalid
from hongqiao.workspace import audit, pause, shots
from hongqiao.workspace.models import Member

State, Kind = Activity.State, Activity.Kind
SCOPE = "activities"
MOVES: Mapping[str, tuple[str, ...]] = {
    State.DRAFT: (State.READY,),
    State.READY: (State.DRAFT, State.RUNNING),
    State.RUNNING: (State.ENDED,),
    State.ENDED: (State.RUNNING, State.REVIEWED),
    State.REVIEWED: (),
}
MOST_PHOTOS = 30


class Lacks(Invalid):
    """`fields` are the codes of what is missing."""

    code = "activity_lacks"
    message = N_("还缺：%(fields)s")
    next_step = N_("补好再进入待开始")

    def __init__(self, lacking: Sequence[str], words: str) -> None:
        self.fields = list(lacking)
        super().__init__(fields=words)


class Held(Invalid):
    code = "activity_held"
    message = N_("文案里有不能用的话：%(words)s")
    next_step = N_("请按检查结果改掉；诱导好评、诱导关注分享都不能开")


class BadTimes(Invalid):
    code = "bad_times"
    message = N_("开始时间要早于结束时间")
    next_step = N_("请改时间后再保存")


def of(actor: Member, activity_id: UUID | str, seen: int | None, permission: str = kit.EDIT) -> Activity:
    """Return an activity, locked. Raises NotAllowed, NotFound, Conflict."""
    kit.need(actor, permission)
    row: Activity = Activity.objects.for_member(actor, permission).locked(activity_id, seen)
    return row


@transaction.atomic
def create_activity(*, actor: Member, kind: str, title: str, **given: Any) -> Activity:
    """Begin an activity; what is not given is filled by the kind's first words.

    Raises NotAllowed, NeedsWords, BadChoice, BadNumber, BadTimes.
    """
    kit.need(actor, kit.EDIT)
    book = kit.book(actor.brand)
    row = Activity(brand=actor.brand, owner=actor, kind=kit.one_of(kind, Kind.values, _("类型")), title=_title(title))
    row.rules = book["kinds"][row.kind]["words"]
    if row.kind == Kind.SHOW:
        row.data = {"licence": book["licence"]}
    if days := book["kinds"][row.kind].get("days"):
        row.data = {"days": days}
    _fill(row, given)
    row.save(force_insert=True)
    if row.kind == Kind.LIVE:
        for line in book["sheet"]:
            known = {name: line[name] for name in ("code", "minute", "until", "role", "words")}
            RunStep.objects.create(brand=row.brand, activity=row, title=line["label"], **known)
    audit.record(actor, "activity.created", row, title=row.title, kind=row.kind)
    return row


def _title(title: Any) -> str:
    return kit.text(title, _("名称"), 80, need=True)


@transaction.atomic
def change_activity(*, actor: Member, activity_id: UUID | str, seen: int, **given: Any) -> Activity:
    """Change what is given. Once it is ready its rules stand: it has to go back to a draft first.

    Raises NotAllowed, NotFound, Conflict, WrongState, and as create_activity.
    """
    row = of(actor, activity_id, seen)
    loose = {"owner", "kill", "moderation", "event", "content", "script"}
    if row.state != State.DRAFT and set(given) - loose:
        raise kit.WrongState()
    if "title" in given:
        row.title = _title(given.pop("title"))
    _fill(row, given)
    kit.save(row)
    audit.record(actor, "activity.changed", row, title=row.title)
    return row


def _fill(row: Activity, given: Mapping[str, Any]) -> None:
    most = kit.book(row.brand)["letters"]
    texts = {"goal": most["goal"], "rules": most["text"], "script": most["text"], "event": 64, "content": 120}
    for name, letters in texts.items():
        if name in given:
            setattr(row, name, kit.text(given[name], name, letters, lines=name in ("rules", "script")))
    if "budget" in given:
        row.budget = kit.amount(given["budget"], _("预算"))
    for name in ("opens", "closes"):
        if name in given:
            setattr(row, name, kit.moment(row.brand, given[name]))
    if row.opens and row.closes and row.opens >= row.closes:
        raise BadTimes()
    for name in ("owner", "kill"):
        if name in given:
            setattr(row, name, kit.member(row.brand, given[name]))
    if "account" in given:
        row.account = kit.account(row.brand, given["account"])
    if "group" in given:
        row.group = Group.objects.filter(brand=row.brand).one(given["group"]) if given["group"] else None
    if "moderation" in given:
        row.moderation = _lines(given["moderation"], 40)
    if "data" in given:
        row.data = {**row.data, **_data(row, given["data"])}


def _lines(value: Any, most: int) -> list[str]:
    lines = value.splitlines() if isinstance(value, str) else list(value or [])
    return [kit.text(v, _("一行"), 200) for v in lines if str(v).strip()][:most]


def _data(row: Activity, given: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of what is given what the kind knows."""
    found: dict[str, Any] = {}
    labels = kit.book(row.brand)["fields"]["labels"]
    if "prompts" in given:
        found["prompts"] = _lines(given["prompts"], 10)
    if "options" in given:
        found["options"] = _lines(given["options"], 20)
    for name in ("expert", "guest", "licence"):
        if name in given:
            found[name] = kit.text(given[name], _(labels[name]), 300)
    if "days" in given:
        found["days"] = kit.count(given["days"], _("打卡天数"), most=366)
    if "roles" in given:
        known = kit.book(row.brand)["roles"]["labels"]
        found["roles"] = {k: kit.text(v, known[k], 40) for k, v in given["roles"].items() if k in known}
    return found


def lacking(row: Activity) -> list[str]:
    """Return the codes of what an activity of its kind still needs."""
    book = kit.book(row.brand)

    def there(name: str) -> bool:
        if name in ("goal", "rules", "opens", "closes", "kill"):
            return bool(getattr(row, name))
        if name == "draw":
            return row.draws.exclude(state="void").exists()
        held = row.data.get(name)
        return len(held or []) >= book["least_prompts"] if name == "prompts" else bool(held)

    return [name for name in book["kinds"][row.kind]["needs"] if not there(name)]


def checked(row: Activity) -> list[Any]:
    """Return what is found in the words of an activity now."""
    said = [row.goal, row.rules, row.script, *row.data.get("prompts", []), *row.data.get("options", [])]
    platform = row.account.platform if row.account else ""
    return checking.found(row.brand, row.title, "\n".join(s for s in said if s), platform)


@transaction.atomic
def make_ready(*, actor: Member, activity_id: UUID | str, seen: int) -> Activity:
    """Hold an activity against its kind's needs and the house's rules, and let it wait for its start.

    Raises NotAllowed, NotFound, Conflict, WrongState, Lacks, Held.
    """
    row = of(actor, activity_id, seen)
    if row.state != State.DRAFT:
        raise kit.WrongState()
    if missing := lacking(row):
        labels = kit.book(row.brand)["fields"]["labels"]
        raise Lacks(missing, "、".join(_(labels[m]) for m in missing))
    found = checked(row)
    if drafts.holds(found):
        raise Held(words="、".join(dict.fromkeys(f.word for f in found if f.level in drafts.HOLDING)))
    row.found = drafts.kept(found)
    return _moved(actor, row, State.READY, "found")


@transaction.atomic
def back_to_draft(*, actor: Member, activity_id: UUID | str, seen: int) -> Activity:
    """Take an activity that has not begun back. Raises NotAllowed, NotFound, Conflict, WrongState."""
    row = of(actor, activity_id, seen)
    if row.state != State.READY:
        raise kit.WrongState()
    return _moved(actor, row, State.DRAFT)


@transaction.atomic
def start(*, actor: Member, activity_id: UUID | str, seen: int, at: datetime | None = None) -> Activity:
    """Begin. Raises NotAllowed, NotFound, Conflict, WrongState, Paused."""
    row = of(actor, activity_id, seen, kit.SEND)
    pause.require(row.brand, SCOPE)
    if row.state != State.READY:
        raise kit.WrongState()
    row.opens = row.opens or at or timezone.now()
    return _moved(actor, row, State.RUNNING, "opens")


@transaction.atomic
def end(*, actor: Member, activity_id: UUID | str, seen: int, at: datetime | None = None) -> Activity:
    """End. Raises NotAllowed, NotFound, Conflict, WrongState."""
    row = of(actor, activity_id, seen)
    if row.state != State.RUNNING:
        raise kit.WrongState()
    moment = at or timezone.now()
    row.closes = row.closes if row.closes and row.closes <= moment else moment
    return _moved(actor, row, State.ENDED, "closes")


@transaction.atomic
def review(*, actor: Member, activity_id: UUID | str, seen: int, results: str, lessons: str) -> Activity:
    """Say what came out and what is done otherwise next time.

    Raises NotAllowed, NotFound, Conflict, WrongState, NeedsWords; WrongState also while its draw is not over.
    """
    row = of(actor, activity_id, seen)
    over = (Draw.State.DONE, Draw.State.VOID, Draw.State.DRAWN)
    if row.state != State.ENDED or row.draws.exclude(state__in=over).exists():
        raise kit.WrongState()
    row.results = kit.text(results, _("结果"), 4000, lines=True, need=True)
    row.lessons = kit.text(lessons, _("下次怎么改"), 4000, lines=True, need=True)
    return _moved(actor, row, State.REVIEWED, "results", "lessons")


def _moved(actor: Member, row: Activity, state: str, *fields: str) -> Activity:
    if state not in MOVES[row.state]:
        raise kit.WrongState()
    row.state = state
    row.save_next("state", *fields)
    audit.record(actor, f"activity.{state}", row, title=row.title)
    return row


@transaction.atomic
def spend(*, actor: Member, activity_id: UUID | str, amount: Any, what: str) -> Spent:
    """Note money that it cost. Raises NotAllowed, NotFound, NeedsWords, BadNumber."""
    activity = of(actor, activity_id, None)
    found = kit.amount(amount, _("金额"))
    if not found:
        raise kit.BadNumber(field=_("金额"), value=str(amount)[:40])
    said = kit.text(what, _("用途"), 120, need=True)
    row = Spent.objects.create(brand=activity.brand, activity=activity, amount=found, what=said, by=actor)
    audit.record(actor, "activity.spent", row, title=activity.title, amount=str(found), what=said)
    return row


@transaction.atomic
def unspend(*, actor: Member, spent_id: UUID | str, seen: int) -> None:
    """Take a wrong line of money out; the audit keeps that it was. Raises NotAllowed, NotFound, Conflict."""
    kit.need(actor, kit.EDIT)
    row: Spent = Spent.objects.for_member(actor, kit.EDIT).locked(spent_id, seen)
    audit.record(actor, "activity.unspent", row, title=row.activity.title, amount=str(row.amount), what=row.what)
    row.delete()


@transaction.atomic
def add_photo(*, actor: Member, activity_id: UUID | str, picture: bytes) -> Activity:
    """Keep a photo of it. Raises NotAllowed, NotFound, NotAPicture, TooLong."""
    row = of(actor, activity_id, None)
    name = shots.keep(row.brand_id, picture)
    if len(row.photos) >= MOST_PHOTOS:
        raise kit.TooLong(field=_("照片"), most=MOST_PHOTOS, length=len(row.photos) + 1)
    row.photos = [*row.photos, *([] if name in row.photos else [name])]
    row.save_next("photos")
    audit.record(actor, "activity.photo", row, title=row.title)
    return row
