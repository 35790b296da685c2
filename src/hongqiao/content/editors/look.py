"""How a brand looks in what it makes: main colour, theme of its articles, logo. `Brand.settings["content"]["look"]`."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction

from hongqiao.content.making.backing import luminance, rgb
from hongqiao.content.models import Asset
from hongqiao.content.production import settings
from hongqiao.errors import N_, Invalid, NotFound
from hongqiao.knowledge import read
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member

CHANGE = "settings.brand"
COLOUR = re.compile(r"#[0-9a-f]{6}")
READS = 4.5  # WCAG 2.2, 1.4.3: of words with what they stand on


class BadLook(Invalid):
    code = "bad_look"
    message = N_("主题或颜色有误：%(value)s")
    next_step = N_("主题从列表里选，颜色写成 #c8493d 的样子")


@dataclass(frozen=True)
class Look:
    """`theme`: of knowledge/content/themes, `colour`: "#rrggbb", `logo`: the key of an asset; "" where not chosen."""

    theme: str = ""
    colour: str = ""
    logo: str = ""


def themes() -> list[tuple[str, str]]:
    """Return the themes there are: code, Chinese name."""
    return [(one["code"], one["label"]) for one in read("content/themes/themes")["themes"]]


def of(brand: Brand) -> Look:
    """Return what a brand chose; what is no longer known counts as not chosen."""
    own = ((brand.settings or {}).get("content") or {}).get("look") or {}
    theme, colour = str(own.get("theme") or ""), str(own.get("colour") or "")
    known = theme if theme in dict(themes()) else ""
    return Look(known, colour if COLOUR.fullmatch(colour) else "", str(own.get("logo") or ""))


@transaction.atomic
def keep(*, actor: Member, theme: str | None = None, colour: str | None = None, logo: str | None = None) -> Look:
    """Keep a brand's look, only what is given; "" chooses nothing. Raises NotAllowed, BadLook, NotFound."""
    permissions.require(actor, CHANGE)
    if theme and theme not in dict(themes()):
        raise BadLook(value=theme[:40])
    if colour and not COLOUR.fullmatch(colour):
        raise BadLook(value=colour[:40])
    if logo:
        row: Asset = Asset.objects.get_for(actor, "content.view", _key(logo))
        if row.kind != Asset.Kind.IMAGE or row.gone_at:
            raise BadLook(value=row.name)
    brand: Brand = Brand.objects.select_for_update().get(pk=actor.brand_id)
    given: dict[str, Any] = {"theme": theme, "colour": colour, "logo": logo}
    now = of(brand)
    look = replace(now, **{k: v for k, v in given.items() if v is not None})
    if look != now:
        settings.keep(brand, "look", asdict(look))
        audit.record(actor, "look.kept", brand, theme=look.theme, colour=look.colour, logo=bool(look.logo))
    return look


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None


#: Writes one audit row.
WRITES = [keep]


def readable(colour: str) -> str:
    """Return the colour, darkened until it reads on white and white reads on it."""
    for share in range(100, -1, -2):
        said = [round(v * share / 100) for v in rgb(colour)]
        if 1.05 / (float(luminance(np.array(said))) + 0.05) >= READS:
            break
    return "#" + "".join(f"{v:02x}" for v in said)
