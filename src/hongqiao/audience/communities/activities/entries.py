"""What people bring to an activity: taken, moderated, marked best, answered, followed up."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.communities import kit
from hongqiao.audience.communities.activities import services
from hongqiao.audience.communities.draws import entering
from hongqiao.audience.models import Activity, Entry, Trust
from hongqiao.errors import N_, Conflict
from hongqiao.workspace import audit, shots
from hongqiao.workspace.models import Member

State, Kind = Entry.State, Activity.Kind
ONE_A_PERSON = (Kind.VOTE, Kind.DRAW)


class NotRunning(Conflict):
    code = "activity_not_running"
    message = N_("活动没有在进行，不收参与")
    next_step = N_("请先开始活动")


class Twice(Conflict):
    code = "entry_twice"
    message = N_("这个人已经参加过")
    next_step = N_("投票和抽奖每人一次；打卡每天一次")


@transaction.atomic
def add_entry(
    *,
    actor: Member,
    activity_id: UUID | str,
    person: str = "",
    key: str = "",
    name: str = "",
    words: str = "",
    choice: str = "",
    licence: bool = False,
    ref: str = "",
    picture: bytes | None = None,
    at: datetime | None = None,
) -> Entry:
    """Take what one person brought. The same `ref` again gives the entry that is there.

    Raises NotAllowed, NotFound, NotRunning, Twice, NeedsWords, BadChoice, TooLong, NotAPicture.
    """
    activity = services.of(actor, activity_id, None)
    number = kit.text(ref, _("外部编号"), 120)
    if number and (known := Entry.objects.filter(activity=activity, ref=number).first()):
        return known
    if activity.state != Activity.State.RUNNING:
        raise NotRunning()
    who, is_key = kit.who(activity.brand, person=person, key=key, name=name)
    moment = at or timezone.now()
    _once(activity, who, moment)
    said = kit.text(words, _("内容"), kit.book(activity.brand)["letters"]["words"], lines=True)
    if activity.kind in (Kind.TOPIC, Kind.QA) and not said:
        raise kit.NeedsWords(field=_("内容"))
    options = [str(n) for n in range(len(activity.data.get("options", [])))]
    row = Entry(
        brand=activity.brand, activity=activity, who=who, known=is_key, ref=number, licence=licence, said_at=moment,
        name=kit.seal(kit.text(name, _("昵称"), 80)), words=kit.seal(said),
        choice=kit.one_of(choice, options, _("选项")) if activity.kind == Kind.VOTE else "",
        photo=shots.keep(activity.brand_id, picture) if picture else "",
        flagged=any(w in said for w in activity.moderation),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Twice() from None
    audit.record(actor, "activity.entered", row, activity=str(activity.pk), title=activity.title)
    return row


def _once(activity: Activity, who: str, at: datetime) -> None:
    mine = Entry.objects.filter(activity=activity, who=who)
    if activity.kind == Kind.CHECK_IN:
        day = timezone.localdate(at)
        mine = mine.filter(said_at__date=day)
    elif activity.kind not in ONE_A_PERSON:
        return
    if mine.exists():
        raise Twice()


def _of(actor: Member, entry_id: UUID | str, seen: int) -> Entry:
    kit.need(actor, kit.EDIT)
    rows = Entry.objects.for_member(actor, kit.EDIT)
    services.of(actor, rows.one(entry_id).activity_id, None)
    row: Entry = rows.locked(entry_id, seen)
    return row


def _kept(actor: Member, row: Entry, code: str, *fields: str) -> Entry:
    row.save_next(*fields)
    audit.record(actor, code, row, activity=str(row.activity_id), title=row.activity.title)
    return row


@transaction.atomic
def approve(*, actor: Member, entry_id: UUID | str, seen: int, at: datetime | None = None) -> Entry:
    """Let an entry stand; in an open draw of the activity its person gets a ticket.

    Raises NotAllowed, NotFound, Conflict, WrongState.
    """
    row = _of(actor, entry_id, seen)
    if row.state == State.APPROVED:
        raise kit.WrongState()
    row.state = State.APPROVED
    _kept(actor, row, "activity.entry_approved", "state")
    entering.enter_for(actor, row, at)
    return row


@transaction.atomic
def hide(*, actor: Member, entry_id: UUID | str, seen: int) -> Entry:
    """Hide an entry; it is no longer best. Before a list is made its ticket falls out as well.

    Raises NotAllowed, NotFound, Conflict, WrongState.
    """
    row = _of(actor, entry_id, seen)
    if row.state == State.HIDDEN:
        raise kit.WrongState()
    row.state, row.best = State.HIDDEN, False
    return _kept(actor, row, "activity.entry_hidden", "state", "best")


@transaction.atomic
def mark_best(*, actor: Member, entry_id: UUID | str, seen: int, best: bool) -> Entry:
    """Mark an approved entry as one of the best, or no longer. Raises NotAllowed, NotFound, Conflict, WrongState."""
    row = _of(actor, entry_id, seen)
    if row.state != State.APPROVED or row.best == best:
        raise kit.WrongState()
    row.best = best
    return _kept(actor, row, "activity.entry_best" if best else "activity.entry_not_best", "best")


@transaction.atomic
def answer(*, actor: Member, entry_id: UUID | str, seen: int, text: str, by: str = "") -> Entry:
    """Keep what the expert answered; a later one replaces it. Raises NotAllowed, NotFound, Conflict, NeedsWords."""
    row = _of(actor, entry_id, seen)
    if row.activity.kind != Kind.QA or row.state == State.HIDDEN:
        raise kit.WrongState()
    row.answer = kit.text(text, _("回答"), 2000, lines=True, need=True)
    row.answered_by = kit.text(by, _("专家"), 80) or row.activity.data.get("expert", "")[:80]
    row.answered_at = row.answered_at or timezone.now()
    return _kept(actor, row, "activity.answered", "answer", "answered_by", "answered_at")


@transaction.atomic
def follow_up(*, actor: Member, entry_id: UUID | str, seen: int, text: str) -> Entry:
    """Note what was done about a question after its answer. Raises NotAllowed, NotFound, Conflict, WrongState."""
    row = _of(actor, entry_id, seen)
    if row.answered_at is None:
        raise kit.WrongState()
    row.follow_up = kit.text(text, _("跟进"), 2000, lines=True, need=True)
    row.followed_at = row.followed_at or timezone.now()
    return _kept(actor, row, "activity.followed_up", "follow_up", "followed_at")


@transaction.atomic
def score(
    *, actor: Member, activity_id: UUID | str, person: str = "", name: str = "", before: Any = None, after: Any = None
) -> Trust:
    """Keep one person's trust, 1–5, before or after; what is not given stays. Numbers only, under a keyed hash.

    Raises NotAllowed, NotFound, NeedsWords, BadNumber, WrongState where the activity is no Q&A.
    """
    activity = services.of(actor, activity_id, None)
    if activity.kind != Kind.QA:
        raise kit.WrongState()
    scale = kit.book(activity.brand)["scale"]
    said = {"before": _score(before, scale), "after": _score(after, scale)}
    given = {k: v for k, v in said.items() if v is not None}
    if not given:
        raise kit.NeedsWords(field=_("分数"))
    who, _known = kit.who(activity.brand, person=person, name=name)
    row, made = Trust.objects.select_for_update().get_or_create(
        brand=activity.brand, activity=activity, who=who, defaults=given
    )
    if not made:
        for name_, value in given.items():
            setattr(row, name_, value)
        row.save_next(*given)
    audit.record(actor, "activity.scored", activity, title=activity.title)
    return row


def _score(value: Any, scale: Any) -> int | None:
    found = kit.count(value, _("分数"), most=scale["high"])
    if found is not None and found < scale["low"]:
        raise kit.BadNumber(field=_("分数"), value=str(value))
    return found
