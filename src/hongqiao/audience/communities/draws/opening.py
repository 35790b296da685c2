"""A draw is written, opened, closed, or void. From opening on nothing that was told changes any more."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.communities import checking, kit
from hongqiao.audience.communities.draws import evidence, forms, queries
from hongqiao.audience.communities.draws.errors import BadWords, NoEntries, NotReady, NotYet, TooLate
from hongqiao.audience.models import Activity, Draw, Slip
from hongqiao.methods import draw as method
from hongqiao.workspace import audit, jobs, keys, pause
from hongqiao.workspace.models import Member

SCOPE, CLOSE = "draws", "audience.draw_close"
State, Mode = Draw.State, Draw.Mode


def of(actor: Member, draw_id: UUID | str, seen: int | None, permission: str) -> Draw:
    """Return a draw, locked. Raises NotAllowed, NotFound, Conflict."""
    kit.need(actor, permission)
    row: Draw = Draw.objects.for_member(actor, permission).locked(draw_id, seen)
    return row


@transaction.atomic
def create_draw(*, actor: Member, title: str, mode: str = Mode.OWN, activity_id: UUID | str | None = None) -> Draw:
    """Begin a draw, of an activity or alone. Raises NotAllowed, NotFound, NeedsWords, BadChoice."""
    kit.need(actor, kit.EDIT)
    activity = Activity.objects.get_for(actor, kit.EDIT, activity_id) if activity_id else None
    row = Draw.objects.create(
        brand=actor.brand,
        activity=activity,
        mode=kit.one_of(mode, Mode.values, _("抽奖方式")),
        title=kit.text(title, _("名称"), 80, need=True),
        form=forms.typed(actor.brand, {"draw_way": _("名单截止后公布哈希，以公开随机数计算，任何人可核验")}),
        by=actor,
    )
    audit.record(actor, "draw.created", row, title=row.title)
    return row


@transaction.atomic
def save_form(*, actor: Member, draw_id: UUID | str, seen: int, title: str, form: Mapping[str, Any]) -> Draw:
    """Keep the form of a draft, finished or not. Raises NotAllowed, NotFound, Conflict, WrongState, TooLong."""
    row = of(actor, draw_id, seen, kit.EDIT)
    if row.state != State.DRAFT:
        raise kit.WrongState()
    row.title = kit.text(title, _("名称"), 80, need=True)
    row.form, row.form_version = forms.typed(actor.brand, form), row.form_version + 1
    row.save_next("title", "form", "form_version")
    audit.record(actor, "draw.saved", row, title=row.title, form=row.form_version)
    return row


@transaction.atomic
def open_draw(*, actor: Member, draw_id: UUID | str, seen: int, at: datetime | None = None) -> Draw:
    """Freeze the form and publish plan and commitment. `at`: when, for what is brought in from before.

    Raises NotAllowed, NotFound, Conflict, WrongState, Paused, NotReady, BadWords.
    """
    row = of(actor, draw_id, seen, kit.SEND)
    pause.require(row.brand, SCOPE)
    if row.state != State.DRAFT or row.mode != Mode.OWN:
        raise kit.WrongState()
    if found := forms.problems(row):
        raise NotReady(found)
    moment = at or timezone.now()
    if moment >= _time(row, "closes"):
        raise NotReady([forms.Problem("out_of_order", "closes", {"after": "now"})])
    secret = secrets.token_bytes(32)
    _freeze(row, secret)
    if barred := checking.barred(row.brand, row.title, forms.words(row), forms.platform(row)):
        raise BadWords(words="、".join(barred[:5]))
    row.state, row.token = State.OPEN, secrets.token_urlsafe(24)
    row.secret, row.commitment = keys.encrypt(secret), method.commitment(secret)
    row.plan_hash = method.sha256(method.plan_bytes(evidence.plan(row)))
    kit.save(row)
    audit.record(actor, "draw.opened", row, title=row.title, plan=row.plan_hash, form=row.form_version)
    _close_by_itself(row)
    return row


def _close_by_itself(row: Draw) -> None:
    if row.closes and row.closes > timezone.now():
        payload = {"draw": str(row.pk)}
        jobs.enqueue(CLOSE, brand_id=row.brand_id, key=f"{CLOSE}:{row.pk}", payload=payload, run_at=row.closes)


def _time(row: Draw, name: str) -> datetime:
    found = forms.moment(row.form[name])
    assert found is not None  # noqa: S101 — problems() asked
    return found


def _freeze(row: Draw, secret: bytes) -> None:
    """Fill what the plan is made of. A drand beacon is the first round due after the moment that was typed."""
    row.opens, row.closes, row.due = (_time(row, name) for name in ("opens", "closes", "due"))
    chosen = next(b for b in forms.rules(row.brand)["beacons"] if b["code"] == row.form["beacon"])
    if chosen["code"] == "drand":
        chain = forms.rules(row.brand)["chains"]["quicknet"]
        beacon = method.drand(chain["hash"], chain["genesis"], chain["period"], row.due)
        row.beacon_source, row.due = beacon.source, beacon.due
        row.chain, row.round = beacon.chain, beacon.round
    else:
        row.beacon_source = f"{chosen['label']}：{row.form['source']}"[:200]
    row.terms = forms.terms(row, row.brand)
    row.form_hash = hashlib.sha256(json.dumps(row.form, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def close_draw(*, actor: Member | None, draw_id: UUID | str, seen: int | None, at: datetime | None = None) -> Draw:
    """End the entries and publish the list's hash and count. `actor` None: the house, at the time that was told.

    Under the red button it goes on: it only fixes who takes part, and a list that comes late is worth nothing.
    Raises NotAllowed, NotFound, Conflict, WrongState, NotYet, TooLate, NoEntries.
    """
    mine = of(actor, draw_id, seen, kit.SEND) if actor is not None else None
    row: Draw = mine or Draw.objects.select_for_update().get(pk=draw_id)
    if row.state != State.OPEN or row.closes is None or row.due is None:
        raise kit.WrongState()
    from hongqiao.audience.communities.draws import entering  # it takes tickets by this module's rules

    moment = at or timezone.now()
    if moment < row.closes:
        raise NotYet(at=timezone.localtime(row.closes).strftime("%m-%d %H:%M"))
    if moment >= row.due:
        raise TooLate()
    entering.gather(row)
    _take_out(row)
    try:
        listed = evidence.listed(row)
    except method.Refused:
        raise NoEntries() from None
    row.list_hash = method.sha256(method.list_bytes(row.plan_hash, listed))
    row.list_count, row.listed_at, row.state = len(listed.entries), moment, State.CLOSED
    row.save_next("list_hash", "list_count", "listed_at", "state")
    audit.record(actor, "draw.closed", row, brand=row.brand, title=row.title, count=row.list_count, hash=row.list_hash)
    return row


def _take_out(row: Draw) -> None:
    """Take out whoever could win over the cap together, and whose work did not pass, before the list is made."""
    cap = Decimal(forms.law()["cap"]["yuan"])
    dearest = max((Decimal(p["price"]) for p in row.form["prizes"]), default=Decimal(0))
    won = queries.won_before(row)
    for ticket in Slip.objects.filter(draw=row, excluded="").select_related("entry"):
        if won.get(ticket.who, Decimal(0)) + dearest > cap:
            ticket.excluded = "over_cap"
        elif ticket.entry is not None and ticket.entry.state == "hidden":
            ticket.excluded = "hidden"
        else:
            continue
        ticket.save_next("excluded")


@transaction.atomic
def void_draw(*, actor: Member, draw_id: UUID | str, seen: int, reason: str) -> Draw:
    """Say that a draw is void and why; an opened one says so on its page for ever.

    Raises NotAllowed, NotFound, Conflict, WrongState, NeedsWords.
    """
    row = of(actor, draw_id, seen, kit.SEND)
    if row.state not in (State.DRAFT, State.OPEN, State.CLOSED):
        raise kit.WrongState()
    row.reason = kit.text(reason, _("作废原因"), 300, need=True)
    row.state, row.keep_until = State.VOID, queries.keep_until(row, timezone.localdate())
    row.save_next("reason", "state", "keep_until")
    audit.record(actor, "draw.void", row, title=row.title, reason=row.reason)
    return row
