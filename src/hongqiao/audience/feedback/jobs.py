"""The minute's job of tickets, their card for messages, and the card on 今日."""

from __future__ import annotations

from hongqiao.audience.feedback import cards as ticket_cards
from hongqiao.audience.feedback import escalating, kit, today
from hongqiao.audience.feedback.sample import jobs as sample  # noqa: F401 — registers its job
from hongqiao.audience.models import Ticket
from hongqiao.delivery import cards
from hongqiao.errors import N_
from hongqiao.workspace import jobs, keys, todays

WATCH = "audience.tickets"

cards.register(kit.CARD, N_("反馈工单"), ticket_cards.card)
todays.register("c.feedback", today.card)


@jobs.handler(WATCH, atomic=False, label=N_("检查工单时效"))
def watch(ctx: jobs.Context) -> dict[str, int]:
    """Escalate tickets whose terms ran out; what a stopped run left is done a minute later."""
    return {"late": escalating.mind(go_on=lambda: not ctx.should_rest)}


jobs.every(WATCH, minutes=1)
keys.keeps(Ticket, "order_no")
