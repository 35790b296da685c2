"""A brand's own thresholds: only what differs from those that ship is kept; what they would do is shown before. U1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from hongqiao import warehouse
from hongqiao.audience.tiers import facts, jobs, settings, words
from hongqiao.knowledge import audiences
from hongqiao.methods.tiers import Rules
from hongqiao.methods.tiers.facts import TABLES, BadRules
from hongqiao.methods.tiers.placed import TIERS, tiers
from hongqiao.workspace import audit, figures, permissions
from hongqiao.workspace.models import Brand, Member

TEND = "users.edit"


def taken(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return thresholds of what was typed, by name; what was left empty is as it ships.

    Raises BadRules, which names the threshold in the reader's words.
    """
    try:
        return _taken(typed)
    except BadRules as error:
        name = error.params["what"]
        label = _(words.RULES[name][0]) if name in words.RULES else name
        raise BadRules(what=label, value=error.params["value"]) from None


def _taken(typed: Mapping[str, str]) -> dict[str, Any]:
    held: dict[str, Any] = {}
    for field in fields(Rules):
        name, text = field.name, typed.get(field.name, "").strip()
        if name == "lapsed_by_cycle":
            held[name] = text == "on"
        elif text:
            held[name] = _table(name, text) if name in TABLES else _number(name, text, field.type == "int")
    Rules.of({**settings.book()["rules"], **held})
    return held


def _number(name: str, text: str, whole: bool) -> float:
    try:
        value = float(text)
    except ValueError:
        raise BadRules(what=name, value=text[:20]) from None
    if whole and not value.is_integer():
        raise BadRules(what=name, value=text[:20])
    return int(value) if value.is_integer() else value


def _table(name: str, text: str) -> list[float]:
    return [_number(name, part, False) for part in text.replace("，", ",").split(",") if part.strip()]


def preview(member: Member, held: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    """Return how many persons would go from which tier to which by these thresholds, today. Raises BadRules."""
    permissions.require(member, TEND)
    brand, now = member.brand, settings.rules(member.brand)
    then = Rules.of({**settings.book()["rules"], **held})
    handle, terms, day = warehouse.open(brand.pk), audiences.tier_words(), figures.calendar_day(brand)
    wide = replace(now, loyal_window=then.loyal_window, active_days=then.active_days, rfm_window=then.rfm_window)
    people = facts.people(handle, day, now, terms)
    other = people if wide == now else facts.people(handle, day, wide, terms)
    order = np.argsort(people.keys.to_pylist()), np.argsort(other.keys.to_pylist())
    was = tiers(people.facts, now.fitted(people.every))[order[0]]
    will = tiers(other.facts, then.fitted(other.every))[order[1]]
    pairs, n = np.unique(was.astype(int) * len(TIERS) + will, return_counts=True)
    return {(TIERS[p // len(TIERS)], TIERS[p % len(TIERS)]): int(k) for p, k in zip(pairs, n, strict=True)}


@transaction.atomic
def save(*, actor: Member, seen: int | None, wanted: Mapping[str, Any]) -> Brand:
    """Keep what differs of `wanted`; an empty one returns to what ships. Everybody is judged by it at once.

    Raises NotAllowed, Conflict, BadRules.
    """
    permissions.require(actor, TEND)
    brand: Brand = Brand.objects.for_member(actor, TEND).locked(actor.brand_id, seen)
    shipped = settings.book()["rules"]
    Rules.of({**shipped, **wanted})
    own = {k: v for k, v in wanted.items() if v != shipped[k]}
    room = {**((brand.settings or {}).get("audience") or {}), "tiers": own}
    brand.settings = {**(brand.settings or {}), "audience": {k: v for k, v in room.items() if v}}
    brand.save_next("settings")
    audit.record(actor, "audience.rules_changed", brand, changes=own)
    jobs.ask(brand)
    return brand
