"""A brand's own bounds of draws: never looser than the law's, only what differs from those that ship is kept. U2.

They hold for draws that are not open yet: what people were told is held to the law alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from hongqiao.audience.communities import bounds
from hongqiao.audience.communities.bounds import Bound
from hongqiao.errors import N_
from hongqiao.knowledge import read
from hongqiao.workspace.models import Brand, Member

NAME = "draws"


def _bounds() -> tuple[Bound, ...]:
    law = read(f"audience/{NAME}")
    cap, site, records = law["cap"], law["on_site"], law["records"]
    return (
        Bound("cap", "yuan", N_("一个人最多中奖"), N_("元"), N_("单个奖项、一个人在一次活动里中的全部奖，都不能超过"),
              1, float(cap["yuan"]), law=cap["article"], money=True),
        Bound("on_site", "over_yuan", N_("现场开奖要公示兑奖"), N_("元以上"),
              N_("比它贵的奖，现场开奖要随时公示兑奖情况"), 0, float(site["over_yuan"]),
              law=site["article"], money=True),
        Bound("records", "kept_years", N_("抽奖记录保存几年"), "", N_("规则、名单、结果和获奖人员的档案"),
              records["law_years"], 30, law=records["article"]),
        Bound("tickets", "most", N_("一人最多几张抽奖券"), "", N_("一份报名最多能有几张"), 1, 100),
    )  # fmt: skip


BOUNDS = _bounds()


def own_of(brand: Brand) -> dict[str, Any]:
    """Return only what the brand changed."""
    return dict(((brand.settings or {}).get("audience") or {}).get(NAME) or {})


def book(brand: Brand) -> dict[str, Any]:
    """Return knowledge/audience/draws.json as it stands for a brand; a bound of the law's is never looser than that."""
    shipped, own = read(f"audience/{NAME}"), own_of(brand)
    found = {name: own.get(name, said) for name, said in shipped.items()}
    for bound in BOUNDS:
        kept = {**shipped[bound.part], **(own.get(bound.part) or {})}
        value = min(max(float(kept[bound.name]), bound.least), bound.most)
        found[bound.part] = kept | {bound.name: str(int(value)) if bound.money else int(value)}
    return found


@transaction.atomic
def save(*, actor: Member, seen: int | None, wanted: Mapping[str, Any]) -> Brand:
    """Keep what differs; an empty one returns to what ships. Raises NotAllowed, Conflict."""
    brand = bounds.taking(actor, seen)
    kept = bounds.differing(BOUNDS, NAME, own_of(brand), wanted)
    return bounds.keep(actor, brand, NAME, kept, "draws.bounds_changed")


def lines(brand: Brand, typed: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """Return a line a number of draws."""
    return bounds.told(BOUNDS, NAME, book(brand), own_of(brand), typed)


WRITES = [save]
