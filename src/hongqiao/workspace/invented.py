"""People of the sample brand: invented, without a password, invited and joined like anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from hongqiao.workspace import services
from hongqiao.workspace.models import Member, User


def gather(host: Member, team: Sequence[Mapping[str, str]]) -> dict[str, Member]:
    """Return code → member, who is missing made; "host" is who brought the sample in."""
    found = {"host": host}
    for one in team:
        known = Member.objects.filter(brand=host.brand, user__email=one["email"]).select_related("user", "brand")
        found[one["code"]] = known.first() or _join(host, one)
    return found


@transaction.atomic
def _join(host: Member, one: Mapping[str, str]) -> Member:
    user = User.objects.filter(email=one["email"]).first() or User.objects.create_user(one["email"], name=one["name"])
    _row, token = services.invite(actor=host, email=one["email"], role=one["role"])
    return services.accept_invitation(token=token, user=user)
