"""Writes of a brand's own rules of craft: how grave each is taken."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from hongqiao.compliance import queries
from hongqiao.compliance.craft import rules
from hongqiao.errors import N_, Invalid
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member


class NoSuchLevel(Invalid):
    code = "no_such_level"
    message = N_("没有这条写作规则或这种处理：%(name)s")
    next_step = N_("从页面上选择；法律要求的规则不能改")


@transaction.atomic
def set_levels(*, actor: Member, levels: Mapping[str, str]) -> Brand:
    """Keep how grave a brand takes rules of craft, where it differs from what ships. Raises NotAllowed, NoSuchLevel."""
    permissions.require(actor, queries.REVIEW)
    for code, level in levels.items():
        rule = rules.rules().get(code)
        if rule is None or rule.get("law") or level not in (*rules.LEVELS, rules.OFF):
            raise NoSuchLevel(name=code[:60])
    brand: Brand = Brand.objects.select_for_update().get(pk=actor.brand_id)
    own = dict((brand.settings or {}).get("craft") or {})
    every = {**own.get("levels", {}), **levels}
    own["levels"] = {c: v for c, v in every.items() if c in rules.rules() and v != rules.rules()[c]["level"]}
    changed = {**brand.settings, "craft": own}
    if changed != brand.settings:
        brand.settings = changed
        brand.save_next("settings")
        audit.record(actor, "craft.levels_set", brand, count=len(own["levels"]))
    return brand
