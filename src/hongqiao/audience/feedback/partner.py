"""A partner's link: a courier or a factory reads one ticket without personal data and answers it, with no account.

As a reviewer's link of production: a token shown once and kept as its hash, until a day, ended at any time.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.audience.feedback import kit, settings
from hongqiao.audience.feedback.errors import BadDays, LinkDead, NoWords, TooManyLinks, WrongState
from hongqiao.audience.inbox.arriving import plain
from hongqiao.audience.models import PartnerLink, Ticket, TicketNote
from hongqiao.workspace import secrets
from hongqiao.workspace.models import Member

State = Ticket.State
DONE, ASKS = "done", "asks"  # what a partner may say beside words: it is dealt with · something is wanted to go on


@transaction.atomic
def make_link(
    *, actor: Member, ticket_id: UUID | str, name: str, brief: str, days: int | None = None
) -> tuple[PartnerLink, str]:
    """Make a link and return it with its token, shown once. `brief` is all that the partner reads of the matter; phone
    numbers, mail addresses and @names are taken out of it.

    Raises NotFound, NotAllowed, NoWords, BadDays, TooManyLinks.
    """
    row = kit.of(actor, ticket_id)
    book = settings.book(row.brand)["partner"]
    said, told = kit.line(name, 80), plain(kit.without_names(brief), 2000)
    if not said or not told:
        raise NoWords()
    length = book["days"] if days is None else int(days)
    if not 1 <= length <= book["most_days"]:
        raise BadDays(most=book["most_days"])
    if living(row).count() >= book["links"]:
        raise TooManyLinks(most=book["links"])
    token, kept = secrets.make()
    until = timezone.now() + timedelta(days=length)
    link = PartnerLink.objects.create(
        brand=row.brand, ticket=row, name=said, brief=told, token=kept, until=until, by=actor
    )
    kit.note(row, "ticket.link_made", actor, who=said)
    return link, token


@transaction.atomic
def end_link(*, actor: Member, link_id: UUID | str, seen: int | None) -> PartnerLink:
    """End a link at once. Raises NotFound, NotAllowed, Conflict."""
    link: PartnerLink = PartnerLink.objects.for_member(actor, settings.SEE).locked(link_id, seen)
    row = kit.of(actor, link.ticket_id)
    if link.ended_at is None:
        link.ended_at = timezone.now()
        link.save_next("ended_at")
    kit.note(row, "ticket.link_ended", actor, who=link.name)
    return link


def living(row: Ticket):  # type: ignore[no-untyped-def]
    """Return the links of a ticket that still open."""
    return PartnerLink.objects.filter(ticket=row, ended_at=None, until__gt=timezone.now())


def opened(token: str) -> PartnerLink:
    """Return the link of a token. Raises LinkDead: ended, over, its maker gone, or none at all."""
    kept = secrets.digest(token)
    row = PartnerLink.objects.select_related("ticket__brand", "by__user").filter(token=kept).first()
    if row is None or not secrets.same(row.token, kept) or row.ended_at or row.until <= timezone.now():
        raise LinkDead()
    if row.by.state != Member.State.ACTIVE:
        raise LinkDead()
    return row


def saw(link: PartnerLink) -> None:
    """Remember that a link was opened, at most once a minute."""
    if link.seen_at is None or timezone.now() - link.seen_at > timedelta(minutes=1):
        PartnerLink.objects.filter(pk=link.pk).update(seen_at=timezone.now())


def lines(link: PartnerLink) -> list[TicketNote]:
    """Return what the partner may read of the history: what they wrote themselves, and notes shared with them."""
    rows = link.ticket.notes.filter(shared=True).order_by("at", "id")
    return [n for n in rows if not n.partner or n.partner == link.name]


@transaction.atomic
def answer(*, token: str, text: str, said: str = "") -> TicketNote:
    """Write an answer through a link; whoever owns the ticket is told. said: DONE or ASKS, "" for words alone.

    Raises LinkDead, NoWords, WrongState.
    """
    link = opened(token)
    row = _held(link)
    words = plain(text, settings.book(row.brand)["note"])
    if not words:
        raise NoWords()
    if row.state == State.CLOSED:
        raise WrongState()
    code = {DONE: "ticket.partner_done", ASKS: "ticket.partner_asks"}.get(said, "ticket.partner_said")
    note = kit.note(row, code, text=words, partner=link.name, shared=True, who=link.name)
    told = [row.owner] if row.owner is not None else [link.by]
    kit.tell(row, told, code, f"partner|{note.pk}", who=link.name)
    return note


def _held(link: PartnerLink) -> Ticket:
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("brand", "owner__user", "owner__brand")
    return rows.get(pk=link.ticket_id)


WRITES = [make_link, end_link]
