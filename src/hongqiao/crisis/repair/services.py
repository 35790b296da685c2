"""What people do in the repair: begin the plan, carry its items out with proof, learn, close. X3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.compliance import services as compliance
from hongqiao.compliance.models import Word
from hongqiao.crisis import settings
from hongqiao.crisis.incidents import handling, kit
from hongqiao.crisis.incidents.timeline import note
from hongqiao.crisis.models import Goodwill, Incident, WatchWord
from hongqiao.crisis.repair import report, series
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.ledger import services as ledger
from hongqiao.ledger.models import Action, ActionState
from hongqiao.workspace import figures, links
from hongqiao.workspace.models import Member

SEE, HANDLE = "crisis.view", "crisis.handle"
State = Incident.State


class NotYet(Conflict):
    code = "not_in_repair"
    message = N_("这起事件现在不在修复阶段")
    next_step = N_("处置中的事件先开始修复；已关闭的不再改")


class NoProofGiven(Invalid):
    code = "no_proof"
    message = N_("请附上链接，或写明依据")
    next_step = N_("贴发布后的地址，或写明在哪里、谁做的")


class BadItem(Invalid):
    code = "bad_repair_item"
    message = N_("这一项没有填对")
    next_step = N_("写明做什么（不超过 %(most)s 字）、哪个阶段、哪天完成")


class TooManyWords(Invalid):
    code = "too_many_words"
    message = N_("最多 %(most)s 个词，现在有 %(n)s 个")
    next_step = N_("请去掉几个后再提交")


class NotRecovered(Invalid):
    code = "not_recovered"
    message = N_("还没有满足恢复标准")
    next_step = N_("再看几天；确需提前关闭，请写明理由")


@transaction.atomic
def begin(*, actor: Member, incident_id: UUID | str, seen: int | None) -> Incident:
    """Begin the 30/60/90 days: the plan that ships, each item an action of the ledger. Raises Conflict, NotYet."""
    row = kit.of(actor, incident_id, seen)
    if row.state != State.HANDLING:
        raise NotYet()
    row.state = State.MENDING
    row.save_next("state")
    today = figures.calendar_day(row.brand)
    for order, one in enumerate(settings.of(row.brand, "repair")["plan"]):
        due = today + timedelta(days=int(one["days"]))
        _item(actor, row, one["kind"], _(one["label"]), int(one["phase"]), due, order)
    kit.tell(actor, row, "incident.repair_begun", title=row.title)
    return row


def _item(actor: Member, row: Incident, kind: str, title: str, phase: int, due: date, order: int) -> Goodwill:
    """A drill's items are no actions: the ledger holds what was really done."""
    action = None
    if not row.drill:
        link = {"kind": "incident", "code": str(row.pk)}
        action = ledger.create_action(
            actor=actor, title=title, room="crisis", due=due, measure={"method": "by_hand"}, links=[link]
        )
    return Goodwill.objects.create(
        brand=row.brand, incident=row, kind=kind, title=title, phase=phase, due=due, owner=actor, order=order,
        action=action.pk if action else None,
    )  # fmt: skip


@transaction.atomic
def add(
    *, actor: Member, incident_id: UUID | str, seen: int | None, kind: str, title: str, phase: Any, due: Any
) -> Goodwill:
    """Add an item of one's own. Raises Conflict, NotYet, BadItem, TooLong."""
    row = kit.of(actor, incident_id, seen)
    if row.state != State.MENDING:
        raise NotYet()
    most = settings.of(row.brand, "repair")["letters"]["title"]
    said = kit.clean(title, most)
    try:
        day, stage = date.fromisoformat(str(due)), int(phase)
    except ValueError:
        raise BadItem(most=most) from None
    if not said or kind not in Goodwill.Kind.values or stage not in (30, 60, 90):
        raise BadItem(most=most)
    if day < figures.calendar_day(row.brand):
        raise BadItem(most=most)
    found = _item(actor, row, kind, said, stage, day, row.goodwill.count())
    row.save_next()
    kit.tell(actor, row, "incident.repair_added", title=row.title, item=said)
    return found


@transaction.atomic
def carried_out(*, actor: Member, item_id: UUID | str, seen: int | None, url: str = "", text: str = "") -> Goodwill:
    """Say that an item is done, with its proof; its action is done too. Raises Conflict, NotYet, NoProofGiven."""
    incident, item = kit.part(actor, Goodwill, item_id, seen)
    most = settings.of(actor.brand, "repair")["letters"]["proof"]
    url, text = kit.clean(url, 1000), kit.clean(text, most)
    if item.done_at or incident.state != State.MENDING:
        raise NotYet()
    if not text and not links.is_page(url):
        raise NoProofGiven()
    item.done_at, item.proof = timezone.now(), {"url": kit.address(url), "text": text, "by": str(actor)}
    item.save_next("done_at", "proof")
    _close_action(actor, item)
    kit.tell(actor, incident, "incident.repair_done", title=incident.title, item=item.title)
    return item


def _close_action(actor: Member, item: Goodwill) -> None:
    row = Action.objects.filter(brand=actor.brand, pk=item.action).first() if item.action else None
    if row is None:
        return
    if row.state == ActionState.PLANNED:
        row = ledger.start_action(actor=actor, action_id=row.pk, seen=None)
    if row.state == ActionState.RUNNING:
        ledger.finish_action(actor=actor, action_id=row.pk, seen=None)


@transaction.atomic
def drop(*, actor: Member, item_id: UUID | str, seen: int | None, reason: str) -> None:
    """Take an item out of the plan, with the reason; its action is cancelled. Raises as `carried_out` does."""
    incident, item = kit.part(actor, Goodwill, item_id, seen)
    said = kit.clean(reason, 200)
    if item.done_at or incident.state != State.MENDING:
        raise NotYet()
    if not said:
        raise NoProofGiven()
    row = Action.objects.filter(brand=actor.brand, pk=item.action).first() if item.action else None
    if row and row.state in (ActionState.PLANNED, ActionState.RUNNING):
        ledger.cancel_action(actor=actor, action_id=row.pk, seen=None, text=said)
    kit.tell(actor, incident, "incident.repair_dropped", title=incident.title, item=item.title, reason=said)
    item.delete()


@transaction.atomic
def learn(
    *,
    actor: Member,
    incident_id: UUID | str,
    seen: int | None,
    happened: str,
    cause: str,
    changed: str,
    watch: Sequence[str] = (),
    avoid: Sequence[str] = (),
) -> Incident:
    """Keep the review; its words are listened for from now on, or not written any more. Raises Conflict, NeedsWords,
    TooLong, TooManyWords.

    watch: words to be heard (a nickname, a batch, a phrase of the wave); avoid: what our own texts must not say.
    """
    row = kit.of(actor, incident_id, seen)
    book = settings.of(row.brand, "repair")
    letters, most = book["letters"], book["words_most"]
    told = {"happened": happened, "cause": cause, "changed": changed}
    said = {name: kit.clean(text, letters["lesson"], lines=True) for name, text in told.items()}
    cleaned = ([kit.clean(x, letters["word"]) for x in given] for given in (watch, avoid))
    words = [[w for w in dict.fromkeys(given) if w] for given in cleaned]
    if not all(said.values()):
        raise kit.NeedsWords()
    if (n := max(map(len, words))) > most:
        raise TooManyWords(most=most, n=n)
    why = _("舆情事件 %(n)s 的复盘") % {"n": row.number}
    row.lessons = {**said, "watch": words[0], "avoid": words[1], "by": str(actor), "at": timezone.now().isoformat()}
    row.save_next("lessons")
    if not row.drill:
        _keep_words(actor, words[0], words[1], why)
    kit.tell(actor, row, "incident.reviewed", title=row.title, watch=words[0], avoid=words[1])
    return row


def _keep_words(actor: Member, watch: Sequence[str], avoid: Sequence[str], why: str) -> None:
    for word in watch:
        WatchWord.objects.get_or_create(
            brand=actor.brand, about=WatchWord.About.RISK, name=word, defaults={"names": [word], "why": why}
        )
    known = set(Word.objects.filter(brand=actor.brand, text__in=avoid).values_list("text", flat=True))
    for word in avoid:
        if word not in known:
            compliance.add_word(actor=actor, text=word, level=Word.Level.WARN, note=why)


@transaction.atomic
def close(*, actor: Member, incident_id: UUID | str, seen: int | None, reason: str = "") -> Incident:
    """Close after the repair: recovered and reviewed, all steps and terms of law done, or with a reason.

    Raises Conflict, NotYet, NotRecovered, StillOpen, TooLong.
    """
    row = kit.of(actor, incident_id, seen)
    if row.state != State.MENDING:
        raise NotYet()
    said, left = kit.clean(reason, 300), handling.undone(row)
    if not said and (not row.lessons or not row.recovery.get("recovered")):
        raise NotRecovered()
    if not said and any(left.values()):
        raise handling.StillOpen(**left)
    row.state, row.closed_at = State.CLOSED, timezone.now()
    row.save_next("state", "closed_at")
    kit.tell(actor, row, "incident.repair_closed", title=row.title, reason=said, **left)
    return row


def keep_measure(incident: Incident, today: date) -> Mapping[str, Any]:
    """Measure the recovery anew and keep it; the timeline says once when it is reached. Returns what is kept."""
    found = series.measured(incident, today)
    kept = {
        "day": today.isoformat(),
        "few": found.few,
        "recovered": found.recovered.isoformat() if found.recovered else "",
        "half_life": found.half_life,
        "coverage": report.coverage(incident),  # looks are not kept for ever
    }
    with transaction.atomic():
        row = Incident.objects.select_for_update().get(pk=incident.pk)
        if kept["recovered"] and not row.recovery.get("recovered"):
            note(row, "incident.recovered", title=row.title, day=kept["recovered"])
        row.recovery = kept
        row.save(update_fields=["recovery"])  # nothing a person decided: versions stay
    incident.recovery = kept
    return kept
