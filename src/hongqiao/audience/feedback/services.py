"""What people do about a ticket: own it, route it, wait for the user, solve it, close it, reopen it, write notes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.audience.feedback import clocks, kinds, kit, settings, teams, tickets
from hongqiao.audience.feedback.errors import BadField, BadScore, NoReason, NoWords, TooMany, WrongState
from hongqiao.audience.inbox.arriving import plain
from hongqiao.audience.models import Ticket
from hongqiao.errors import HongqiaoError, Invalid
from hongqiao.workspace.models import Member

State = Ticket.State
#: from → to; solving and reopening have services of their own
MOVES = {
    State.OPEN: {State.DOING, State.WAITING},
    State.REOPENED: {State.DOING, State.WAITING},
    State.DOING: {State.WAITING},
    State.WAITING: {State.DOING},
    State.SOLVED: {State.CLOSED},
}
_TERMS = ("first_due", "own_due", "fix_due")


@transaction.atomic
def own(*, actor: Member, ticket_id: UUID | str, seen: int | None, owner_id: UUID | str) -> Ticket:
    """Give a ticket to a colleague who may work on it, or take it; the clock of the owner stops.

    Raises NotFound, NotAllowed, Conflict, WrongState, Invalid.
    """
    row = kit.of(actor, ticket_id, seen)
    _live(row)
    owner: Member = Member.objects.for_member(actor, settings.SEE).one(owner_id)
    if owner.state != Member.State.ACTIVE or not (kit.works(owner, row) or owner.pk == actor.pk):
        raise Invalid()
    row.owner, row.owned_at = owner, row.owned_at or timezone.now()
    if row.state in (State.OPEN, State.REOPENED):
        row.state = State.DOING
    row.save_next("owner", "owned_at", "state")
    kit.note(row, "ticket.owned", actor, to=str(owner))
    if owner.pk != actor.pk:
        kit.tell(row, [owner], "ticket.yours", f"yours|{row.version}", who=str(actor))
    return row


@transaction.atomic
def route(
    *, actor: Member, ticket_id: UUID | str, seen: int | None, team: str, kind: str = "", priority: str = ""
) -> Ticket:
    """Hand a ticket to another team, or say anew what it is about and how urgent. Terms are worked out anew.

    Raises NotFound, NotAllowed, Conflict, WrongState, BadField.
    """
    row = kit.of(actor, ticket_id, seen)
    _live(row)
    book = settings.book(row.brand)
    if team not in book["teams"]:
        raise BadField(value=team[:20])
    if kind and not kinds.known(kind):
        raise BadField(value=kind[:20])
    if priority and priority not in Ticket.Priority.values:
        raise BadField(value=priority[:20])
    moved = team != row.team
    if priority and priority != row.priority:
        row.priority, row.why = priority, "hand"
    row.kind = kind or row.kind
    row.team = team
    if moved and row.owner_id and row.owner_id not in {m.pk for m in teams.members(row.brand, team)}:
        row.owner = None  # another team's matter now; that it was owned once stands
    clocks.set_terms(row, book)
    row.save_next("priority", "why", "kind", "team", "owner", *_TERMS)
    kit.note(row, "ticket.routed", actor, team=team, kind=row.kind, priority=row.priority)
    if moved:
        told = [m for m in teams.members(row.brand, team) if m.pk != actor.pk]
        kit.tell(row, told, "ticket.opened", f"team|{row.version}")
    tickets.hand_on(row)
    return row


@transaction.atomic
def move(*, actor: Member, ticket_id: UUID | str, seen: int | None, state: str, text: str = "") -> Ticket:
    """Go on with a ticket, wait for the user, or close a solved one. Clocks stand while it waits.

    Raises NotFound, NotAllowed, Conflict, WrongState.
    """
    row, now = kit.of(actor, ticket_id, seen), timezone.now()
    if state not in MOVES.get(State(row.state), set()):
        raise WrongState()
    if row.state == State.WAITING:
        clocks.go_on(row, now)
    if state == State.WAITING:
        clocks.pause(row, now)
    if state == State.CLOSED:
        row.closed_at = now
    row.state = state
    if state in (State.DOING, State.WAITING) and row.owner is None:
        row.owner, row.owned_at = actor, row.owned_at or now
    row.save_next("state", "paused_at", "waited", "closed_at", "owner", "owned_at", *_TERMS)
    kit.note(row, "ticket.moved", actor, _words(actor, text), state=state)
    return row


@transaction.atomic
def solve(*, actor: Member, ticket_id: UUID | str, seen: int | None, fix: str) -> Ticket:
    """Say what was done; the clock of the solution stops.

    Raises NotFound, NotAllowed, Conflict, WrongState, NoWords.
    """
    row, now = kit.of(actor, ticket_id, seen), timezone.now()
    said = kit.line(fix, 300)
    if row.state not in clocks.LIVE:
        raise WrongState()
    if not said:
        raise NoWords()
    clocks.go_on(row, now)
    row.state, row.solved_at, row.fix = State.SOLVED, now, said
    row.owner, row.owned_at = row.owner or actor, row.owned_at or now
    row.late = sorted({*row.late, *clocks.missed(row, now)} - ({"first"} if row.first_at is None else set()))
    row.save_next("state", "solved_at", "fix", "owner", "owned_at", "late", "paused_at", "waited", *_TERMS)
    kit.note(row, "ticket.solved", actor, said)
    tickets.announce(row, "ticket.solved")
    return row


@transaction.atomic
def reopen(*, actor: Member, ticket_id: UUID | str, seen: int | None, reason: str) -> Ticket:
    """Open a solved or closed ticket again; the term of the solution counts from now. Level and owner stand.

    Raises NotFound, NotAllowed, Conflict, WrongState, NoReason.
    """
    row, now = kit.of(actor, ticket_id, seen), timezone.now()
    why = kit.line(reason, 200)
    if row.state not in (State.SOLVED, State.CLOSED):
        raise WrongState()
    if len(why) < 2:
        raise NoReason()
    row.state, row.solved_at, row.closed_at, row.clock_at = State.REOPENED, None, None, now
    row.reopened += 1
    row.late = [c for c in row.late if c != "fix"]
    clocks.set_terms(row)
    row.save_next("state", "solved_at", "closed_at", "clock_at", "reopened", "late", *_TERMS)
    kit.note(row, "ticket.reopened", actor, why)
    if row.owner is not None and row.owner_id != actor.pk:
        kit.tell(row, [row.owner], "ticket.reopened", f"reopened|{row.reopened}")
    return row


@transaction.atomic
def responded(*, actor: Member, ticket_id: UUID | str, seen: int | None, text: str) -> Ticket:
    """Note how the user was reached outside a thread (by telephone, in the shop's chat): the first reply.

    Raises NotFound, NotAllowed, Conflict, WrongState, NoWords.
    """
    row = kit.of(actor, ticket_id, seen)
    said = _words(actor, text)
    if len(said) < 4:
        raise NoWords()
    _live(row)
    row.first_at = row.first_at or timezone.now()
    row.save_next("first_at")
    kit.note(row, "ticket.responded", actor, said)
    return row


@transaction.atomic
def write(*, actor: Member, ticket_id: UUID | str, text: str, shared: bool = False) -> Ticket:
    """Write a note; `shared`: the partner reads it too. Raises NotFound, NotAllowed, NoWords."""
    row = kit.of(actor, ticket_id)
    said = _words(actor, text)
    if not said:
        raise NoWords()
    kit.note(row, "ticket.noted", actor, said, shared=shared)
    if row.owner is not None and row.owner_id != actor.pk:
        kit.tell(row, [row.owner], "ticket.noted", f"note|{row.notes.count()}", who=str(actor))
    return row


@transaction.atomic
def score(*, actor: Member, ticket_id: UUID | str, seen: int | None, points: int) -> Ticket:
    """Keep how content the user said to be, 1 to 5. Raises NotFound, NotAllowed, Conflict, WrongState, BadScore."""
    row = kit.of(actor, ticket_id, seen)
    if row.state not in (State.SOLVED, State.CLOSED):
        raise WrongState()
    if not 1 <= points <= 5:
        raise BadScore()
    row.score = points
    row.save_next("score")
    kit.note(row, "ticket.scored", actor, points=points)
    return row


@transaction.atomic
def own_many(*, actor: Member, ticket_ids: Iterable[UUID | str], owner_id: UUID | str) -> dict[str, int]:
    """Give several tickets to one colleague; those that cannot be are counted as left. Raises NotFound, TooMany."""
    wanted, most = list(dict.fromkeys(map(str, ticket_ids))), settings.book(actor.brand)["bulk"]
    if len(wanted) > most:
        raise TooMany(most=most)
    done = {"done": 0, "left": 0}
    for key in wanted:
        try:
            with transaction.atomic():
                own(actor=actor, ticket_id=key, seen=None, owner_id=owner_id)
            done["done"] += 1
        except HongqiaoError:
            done["left"] += 1
    return done


def _live(row: Ticket) -> None:
    if row.state not in clocks.LIVE:
        raise WrongState()


def _words(actor: Member, text: Any) -> str:
    return plain(str(text or ""), settings.book(actor.brand)["note"])


#: Every one of these writes an audit row.
WRITES = [move, own, reopen, responded, route, score, solve, write]
