"""Who answers for what: teams as data, each a role or members that the brand names. U3."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hongqiao.audience.feedback import kinds, settings
from hongqiao.audience.feedback.errors import BadField
from hongqiao.workspace import audit, notices, permissions
from hongqiao.workspace.models import Brand, Member


def labels(brand: Brand) -> list[tuple[str, str]]:
    """Return (code, name) of the teams."""
    return [(code, _(team["label"])) for code, team in settings.book(brand)["teams"].items()]


def label(brand: Brand, code: str) -> str:
    return dict(labels(brand)).get(code, code)


def of_kind(kind: str) -> str:
    """Return the team that answers for a kind of feedback: customer service for what nobody knows."""
    return str(kinds.entries()[kind]["team"]) if kinds.known(kind) else "service"


def members(brand: Brand, code: str) -> list[Member]:
    """Return the active members of a team who see the room: those named, else all in its role."""
    team = settings.book(brand)["teams"].get(code) or {}
    named = [str(m) for m in team.get("members", [])]
    rows = Member.objects.filter(brand=brand, state=Member.State.ACTIVE).select_related("user", "brand")
    rows = rows.filter(pk__in=named) if named else rows.filter(role=team.get("role", ""))
    return [m for m in rows if permissions.allows(m, settings.SEE)]


def everybody(brand: Brand) -> list[Member]:
    """Return the active members who see the room, by name."""
    rows = Member.objects.filter(brand=brand, state=Member.State.ACTIVE).select_related("user", "brand")
    return sorted((m for m in rows if permissions.allows(m, settings.SEE)), key=str)


def above(brand: Brand, level: int) -> list[Member]:
    """Return whom a ticket that is late for the `level`-th time is told: that step of the ladder, or the next one
    above that somebody holds; whoever runs users where nobody does."""
    ladder = settings.book(brand)["escalate"]
    rows = Member.objects.filter(brand=brand, state=Member.State.ACTIVE).select_related("user", "brand")
    by_role: dict[str, list[Member]] = {}
    for one in rows:
        by_role.setdefault(one.role, []).append(one)
    for role in ladder[min(level, len(ladder)) - 1 :]:
        if role in by_role:
            return by_role[role]
    return notices.holders(brand, "users.send")


@transaction.atomic
def set_team(*, actor: Member, code: str, role: str = "", member_ids: Sequence[UUID | str] = ()) -> Brand:
    """Say who a team is: members, or all in a role. Raises NotAllowed, NotFound, BadField."""
    permissions.require(actor, "users.send")
    if code not in settings.book(actor.brand)["teams"]:
        raise BadField(value=code[:20])
    if role and role not in permissions.roles():
        raise BadField(value=role[:20])
    chosen = [str(Member.objects.for_member(actor, settings.SEE).one(m).pk) for m in dict.fromkeys(member_ids)]
    row = Brand.objects.select_for_update().get(pk=actor.brand_id)
    kept = dict(row.settings or {})
    audience = dict(kept.get("audience") or {})
    tickets = dict(audience.get("tickets") or {})
    own = dict(tickets.get("teams") or {})
    own[code] = {"members": chosen, **({"role": role} if role else {})}
    kept["audience"] = audience | {"tickets": tickets | {"teams": own}}
    row.settings = kept
    row.save_next("settings")
    actor.brand.settings = kept
    audit.record(actor, "team.set", row, team=code, count=len(chosen), role=role)
    return row
