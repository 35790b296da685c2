"""The card of a ticket, as e-mail and group bots write it. Nobody's words or names are in it but the ticket's title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.feedback import addresses, clocks, kinds, settings, teams, words
from hongqiao.audience.models import Ticket
from hongqiao.delivery import cards
from hongqiao.workspace.links import absolute
from hongqiao.workspace.models import Brand
from hongqiao.workspace.words import say


def card(brand: Brand, payload: Mapping[str, Any]) -> cards.Card | None:
    """Return the card, None where the ticket is closed meanwhile."""
    row = Ticket.objects.filter(brand=brand, pk=str(payload["ticket"])).exclude(state=Ticket.State.CLOSED).first()
    if row is None:
        return None
    row.brand = brand
    params = {**payload, "number": row.number, "title": row.title}
    head = say("notice", str(payload["what"]), params)
    said = [words.priority(row.priority), kinds.label(row.kind), teams.label(brand, row.team)]
    lines = [cards.Line(row.title), cards.Line(" · ".join(filter(None, said)))]
    if held := clocks.running(row, timezone.now(), settings.book(brand)["near_share"]):
        lines.append(cards.Line(words.clock(held)))
    url = absolute(addresses.ticket(row))
    return cards.Card(f"{brand.name}：{head}", tuple(lines), url, _("打开工单处理"))
