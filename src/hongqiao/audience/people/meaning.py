"""Whom a member means by what they type: a number that was stated, a key, or the short code that pages show."""

from __future__ import annotations

from hongqiao import warehouse
from hongqiao.audience.models import Person
from hongqiao.audience.people import identifying, merging, queries
from hongqiao.audience.tiers import standing
from hongqiao.errors import N_, Invalid
from hongqiao.workspace.models import Member

SHORT, WHOLE = 8, 64  # letters of a key: as pages show it, and all


class Nobody(Invalid):
    code = "nobody_meant"
    message = N_("没有找到这位用户：%(said)s")
    next_step = N_("请填手机、会员编号、openid 或用户编号")


def meant(member: Member, text: str) -> str:
    """Return the key of the one person who is meant. Raises Nobody, for several as well."""
    said = text.strip()
    found = set(identifying.find(member.brand, said)) or _by_code(member, said.lower())
    if len(found) != 1:
        raise Nobody(said=said[:40])
    return found.pop()


def _by_code(member: Member, code: str) -> set[str]:
    if not SHORT <= len(code) <= WHOLE or not all(c in "0123456789abcdef" for c in code):
        return set()
    handle = warehouse.open(member.brand_id)
    table = standing.current(handle)
    keys = set(handle.fetch(table.filter(table.key.startswith(code)).select("key").limit(3))["key"].to_pylist())
    keys |= set(Person.objects.filter(brand=member.brand, key__startswith=code).values_list("key", flat=True)[:3])
    if len(code) == WHOLE and queries.acted(member, code):
        keys.add(code)
    return {merging.standing(member.brand, key) for key in keys}
