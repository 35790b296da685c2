"""The phone's way in: a signed token for one publication, good for a while, ended by a button. No sign-in."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils import timezone

from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import queries
from hongqiao.delivery.publishing.asking import HAND
from hongqiao.delivery.publishing.rules import rules
from hongqiao.errors import N_, HongqiaoError, NotFound
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member

SALT = "hongqiao.desk.pass"


class PassDead(HongqiaoError):
    code, status = "pass_dead", 410
    message = N_("这个二维码已过期或作废")
    next_step = N_("请在电脑上的发布台重新生成一个")


@transaction.atomic
def make(*, actor: Member, publication_id: UUID | str) -> tuple[str, datetime]:
    """Return a token for one publication that acts as this member, and until when. Raises NotFound, NotAllowed."""
    row: Publication = queries.publications(actor).one(publication_id)
    permissions.require(actor, HAND)
    audit.record(actor, "publication.pass", row, title=row.title)
    token = signing.dumps([row.pk.hex, actor.pk.hex, row.passes], salt=SALT, compress=True)
    return token, timezone.now() + timedelta(minutes=rules()["phone_minutes"])


def opened(token: str) -> tuple[Member, Publication]:
    """Return whom a token acts as, and on what. Raises PassDead: forged, too old, ended, or its member left."""
    try:
        key, who, number = signing.loads(token, salt=SALT, max_age=rules()["phone_minutes"] * 60)
        member = Member.objects.select_related("brand", "user").get(pk=UUID(hex=who), state=Member.State.ACTIVE)
        row: Publication = queries.publications(member).one(UUID(hex=key))
    except (signing.BadSignature, Member.DoesNotExist, NotFound, ValueError, TypeError, AttributeError):
        raise PassDead() from None
    if row.passes != number or not permissions.allows(member, HAND):
        raise PassDead()
    return member, row
