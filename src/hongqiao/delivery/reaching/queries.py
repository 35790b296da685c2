"""Reads of reaching: one user's consents and messages, for the page of that user."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hongqiao.delivery.models import Channel, Reach
from hongqiao.delivery.reaching import consents
from hongqiao.delivery.reaching.words import why
from hongqiao.workspace.models import Member

MOST = 50


def subject(member: Member, key: str) -> dict[str, Any]:
    """Return what `delivery/reaching/subject.html` shows of one user."""
    rows = Reach.objects.for_member(member, "users.view").filter(subject=key).order_by("-id")[:MOST]
    return {
        "consents": consents.lines(member, key)[:MOST],
        "reaches": [
            {
                "row": r,
                "channel": _(str(Channel(r.channel).label)),
                "state": _(str(Reach.State(r.state).label)),
                "why": why(r.why),
            }
            for r in rows
        ],
    }
