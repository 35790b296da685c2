"""Who hears of a review: those whose turn it is, and those whose text it was. Once a text and step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hongqiao.content.models import Piece
from hongqiao.content.production import queries, reviews, settings
from hongqiao.delivery import cards
from hongqiao.delivery.services import post
from hongqiao.workspace import notices
from hongqiao.workspace.links import absolute
from hongqiao.workspace.models import Brand, Member

KIND = "content.review"


def url_of(row: Piece) -> str:
    """Return the path of a piece's page."""
    return f"/b/{row.brand.slug}/content/pieces/{row.pk}/"


def ask_reviewers(row: Piece, but: Member | None) -> None:
    """Tell those who may take the step whose turn it is; a group that wants to hear of reviews hears it once."""
    text = queries.newest(row)
    step = reviews.turn(reviews.steps(row, text.digest)) if text else None
    if text is None or step is None:
        return
    most = settings.of(row.brand, "review")["told"]
    people = [m for m in reviews.may_take(row, step.code) if m != but][:most]
    post(
        row.brand,
        KIND,
        {"piece": str(row.pk), "step": step.code, "digest": text.digest},
        key=f"review|{row.pk}|{text.digest}|{step.code}|{row.stage_at.isoformat()}",
        members=people,
        notice=("review.asked", {"piece": row.title, "step": step.code}),
        url=url_of(row),
        groups=True,
    )


def tell_writers(row: Piece, code: str, but: Member | None, **params: Any) -> None:
    """Leave a line for the owner of a piece and those who wrote it."""
    keys = queries.writers(row) | {row.owner_id}
    people = [m for m in queries.colleagues_of(row.brand) if m.pk in keys and m != but]
    notices.tell(people, code, url=url_of(row), piece=row.title, **params)


def card(brand: Brand, payload: Mapping[str, Any]) -> cards.Card | None:
    """Return the message of a review that is asked for; None once it is decided, or the text is another."""
    from hongqiao.content.production import words

    row = (
        Piece.objects.filter(brand=brand, pk=payload["piece"]).select_related("brand", "owner__user", "account").first()
    )
    text = queries.newest(row) if row else None
    step = reviews.turn(reviews.steps(row, text.digest)) if row and text else None
    if row is None or text is None or step is None or step.until is None:
        return None
    if (step.code, text.digest) != (payload["step"], payload["digest"]):
        return None
    due = step.until.astimezone(ZoneInfo(brand.zone))
    lines = (
        cards.Line(_("%(platform)s · %(form)s · 负责人 %(owner)s") % words.described(row)),
        cards.Line(_("%(step)s，%(due)s 前") % {"step": words.step(step.code), "due": f"{due:%m-%d %H:%M}"}),
    )
    return cards.Card(_("待审：%(name)s") % {"name": row.title}, lines, absolute(url_of(row)))
