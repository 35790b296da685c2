"""The value that nobody knew is typed by two members; where they agree it is drawn. Results of platforms' own tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.communities import kit
from hongqiao.audience.communities.draws import evidence, forms, opening, queries
from hongqiao.audience.communities.draws.errors import BadBeacon, BeaconDiffers, NotYet, OverCap, OwnTool
from hongqiao.audience.models import Draw, Slip, Win
from hongqiao.methods import draw as method
from hongqiao.methods import draw_rules
from hongqiao.workspace import audit, keys, pause
from hongqiao.workspace.models import Member

State = Draw.State


def type_beacon(
    *, actor: Member, draw_id: UUID | str, seen: int, value: str, signature: str = "", at: datetime | None = None
) -> Draw:
    """Type what the beacon said, as one of two. The second who agrees draws; who differs is told, both stay to mend.

    Of a drand round the signature is typed, its hash is the value. Raises NotAllowed, NotFound, Conflict, WrongState,
    Paused, NotYet, BadBeacon, BeaconDiffers.
    """
    row, other = _typed(actor, draw_id, seen, value, signature, at)
    if row.state == State.CLOSED and other:
        raise BeaconDiffers()  # without either value: each has to look it up again, not copy the other's
    return row


@transaction.atomic
def _typed(
    actor: Member, draw_id: UUID | str, seen: int, value: str, signature: str, at: datetime | None
) -> tuple[Draw, dict[str, Any] | None]:
    row = opening.of(actor, draw_id, seen, kit.SEND)
    pause.require(row.brand, opening.SCOPE)
    draws_at = queries.draws_at(row)
    if row.state != State.CLOSED or draws_at is None:
        raise kit.WrongState()
    moment = at or timezone.now()
    if moment < draws_at:
        raise NotYet(at=timezone.localtime(draws_at).strftime("%m-%d %H:%M"))
    said = _value(row, value, signature)
    mine = {"by": str(actor.pk), "value": said, "signature": signature.strip(), "at": moment.isoformat()}
    others = [t for t in row.typed if t["by"] != str(actor.pk)]
    row.typed = [*others, mine]
    agree = next((t for t in others if t["value"] == said), None)
    audit.record(actor, "draw.beacon_typed", row, title=row.title, agreed=agree is not None)
    if agree is None:
        row.save_next("typed")
        return row, others[-1] if others else None
    row.beacon = method.agreed((agree["by"], agree["value"]), (mine["by"], said))
    row.signature = mine["signature"]
    _draw(actor, row, moment)
    return row, None


def _value(row: Draw, value: str, signature: str) -> str:
    try:
        return method.drand_value(signature.strip()) if row.chain else method.beacon_text(value)
    except method.Refused:
        raise BadBeacon() from None


def _draw(actor: Member, row: Draw, at: datetime) -> None:
    result = method.draw(evidence.plan(row), evidence.listed(row), keys.decrypt(row.secret), row.beacon)
    prices = {p["code"]: Decimal(p["price"]) for p in row.form["prizes"]}
    tickets = {t.code: t for t in Slip.objects.filter(draw=row, code__in=[p.entry for p in _places(result)])}
    for place in _places(result):
        Win.objects.create(
            brand=row.brand,
            draw=row,
            ticket=tickets[place.entry],
            rank=place.rank,
            prize=place.prize,
            price=prices.get(place.prize, Decimal(0)),
        )
    row.state, row.drawn_at = State.DRAWN, at
    row.keep_until = queries.keep_until(row, timezone.localdate(at))
    kit.save(row)
    audit.record(actor, "draw.drawn", row, title=row.title, winners=len(result.winners), list=row.list_hash)


def _places(result: method.Result) -> list[method.Place]:
    return [*result.winners, *result.alternates]


@transaction.atomic
def record_result(
    *,
    actor: Member,
    draw_id: UUID | str,
    seen: int,
    winners: Sequence[Mapping[str, Any]],
    text: str = "",
    url: str = "",
    picture: bytes | None = None,
    at: datetime | None = None,
) -> Draw:
    """Keep what a platform's own tool drew: winners of {name or key, prize, price} and a proof.

    Raises NotAllowed, NotFound, Conflict, WrongState, OwnTool, NeedsProof, NeedsWords, BadNumber, OverCap.
    """
    row = opening.of(actor, draw_id, seen, kit.SEND)
    if row.mode != Draw.Mode.PLATFORM:
        raise OwnTool()
    if row.state != State.DRAFT:
        raise kit.WrongState()
    row.proof = kit.proof(row.brand, said=text, url=url, picture=picture)
    moment = at or timezone.now()
    if not winners:
        raise kit.NeedsWords(field=_("获奖名单"))
    for rank, one in enumerate(winners, 1):
        _keep(row, rank, one, moment)
    _hold_cap(row)
    row.state, row.drawn_at = State.DRAWN, moment
    row.keep_until = queries.keep_until(row, timezone.localdate(moment))
    row.save_next("proof", "state", "drawn_at", "keep_until")
    audit.record(actor, "draw.recorded", row, title=row.title, winners=len(winners))
    return row


def _keep(row: Draw, rank: int, one: Mapping[str, Any], at: datetime) -> None:
    name = kit.text(one.get("name"), _("昵称"), 80)
    who, known = kit.who(row.brand, key=str(one.get("key") or ""), name=name)
    price = kit.amount(one.get("price"), _("奖品价格"))
    if price is None:
        raise kit.NeedsWords(field=_("奖品价格"))
    ticket, _new = Slip.objects.get_or_create(
        brand=row.brand,
        draw=row,
        who=who,
        defaults={"code": f"R{rank:04}", "known": known, "name": kit.seal(name), "taken_at": at},
    )
    if Win.objects.filter(draw=row, ticket=ticket).exists():
        win = Win.objects.get(draw=row, ticket=ticket)  # the tool drew one person twice: prices count together
        win.price += price
        win.prize = f"{win.prize}、{kit.text(one.get('prize'), _('奖品'), 40, need=True)}"[:64]
        win.save_next("price", "prize")
        return
    prize = kit.text(one.get("prize"), _("奖品"), 60, need=True)
    Win.objects.create(brand=row.brand, draw=row, ticket=ticket, rank=rank, prize=prize, price=price)


def _hold_cap(row: Draw) -> None:
    """Raise OverCap where anybody's prizes of this activity are over the cap together."""
    before = queries.won_before(row)
    won = {w.ticket.who: [w.price] for w in Win.objects.filter(draw=row).select_related("ticket")}
    together = {who: [*prices, before.get(who, Decimal(0))] for who, prices in won.items()}
    rules = forms.law()
    if found := draw_rules.over(together, rules):
        raise OverCap(sum=str(max(found.values())), cap=rules["cap"]["yuan"])
