"""Who commands an incident: the role of its level, the nearest above it, else the owner of the brand."""

from __future__ import annotations

from django.db.models import Count, Q

from hongqiao.crisis.models import Incident
from hongqiao.crisis.watching import clocks, tables
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Brand, Member


def rank(role: str) -> int:
    """Return how high a role stands on the ladder."""
    return int(permissions.roles().get(role, {}).get("rank", 0))


def enough(member: Member, brand: Brand, level: str) -> bool:
    """Return whether a member may command at a level: the role of the level or one above it, at work."""
    wanted = rank(tables.commander_role(brand, level))
    return rank(member.role) >= wanted and permissions.allows(member, "crisis.handle")


def commander(brand: Brand, level: str) -> Member | None:
    """Return who commands a new incident: of those nearest to the level's role whoever has the fewest that burn."""
    found = Member.objects.filter(brand=brand, state=Member.State.ACTIVE).select_related("user", "brand")
    able = [m for m in found.order_by("created_at") if permissions.allows(m, "crisis.handle")]
    fit = [m for m in able if enough(m, brand, level)]
    if fit:
        least = min(rank(m.role) for m in fit)
        fit = [m for m in fit if rank(m.role) == least]
        load = dict(
            Incident.objects.filter(brand=brand, commander__in=fit)
            .values("commander")
            .annotate(n=Count("pk", filter=Q(state__in=clocks.BURNING)))
            .values_list("commander", "n")
        )
        return min(fit, key=lambda m: load.get(m.pk, 0))
    owner = next((m for m in able if m.user_id == brand.created_by_id), None)
    return owner or max(able, key=lambda m: rank(m.role), default=None)
