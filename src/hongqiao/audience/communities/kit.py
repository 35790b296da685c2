"""What the services of groups, activities and draws share: permissions, texts, money, persons, colleagues."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hongqiao.audience import typed
from hongqiao.audience.people import older
from hongqiao.errors import N_, Conflict, Invalid
from hongqiao.knowledge import read
from hongqiao.methods.draw_rules import money
from hongqiao.workspace import keys, links, permissions, shots
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import Account, Brand, BrandedModel, Member
from hongqiao.workspace.words import account_name

SEE, EDIT, SEND, CONTACT = "users.view", "users.edit", "users.send", "users.contact"
MOST_MONEY = Decimal(10) ** 12
text, count, moment, one_of, seal, unseal = (
    typed.text,
    typed.count,
    typed.moment,
    typed.one_of,
    typed.seal,
    typed.unseal,
)
NeedsWords, TooLong, BadNumber, BadChoice = typed.NeedsWords, typed.TooLong, typed.BadNumber, typed.BadChoice


class NeedsProof(Invalid):
    code = "needs_proof"
    message = N_("请附上凭证：链接、截图或说明")
    next_step = N_("有一样就可以登记")


class WrongState(Conflict):
    code = "wrong_state"
    message = N_("现在不能做这一步")
    next_step = N_("请刷新看看它到哪一步了")


def book(brand: Brand) -> dict[str, Any]:
    """Return knowledge/audience/communities.json as it stands for a brand: of a part only what differs is its own."""
    shipped, own = read("audience/communities"), own_of(brand)
    return shipped | {
        name: {**shipped[name], **said} if isinstance(said, dict) and isinstance(shipped[name], dict) else said
        for name, said in own.items()
        if name in shipped
    }


def own_of(brand: Brand) -> dict[str, Any]:
    """Return only what the brand changed."""
    return dict(((brand.settings or {}).get("audience") or {}).get("communities") or {})


def amount(value: Any, name: str) -> Decimal | None:
    """Return yuan, None for nothing typed. Raises BadNumber."""
    if value is None or str(value).strip() == "":
        return None
    found = money(value)
    if found is None or found >= MOST_MONEY or found != round(found, 2):
        raise BadNumber(field=name, value=str(value)[:40])
    return found


def member(brand: Brand, key: Any) -> Member | None:
    """Return a colleague at work by key, None for none named. Raises BadChoice."""
    if not key:
        return None
    try:
        found = Member.objects.filter(brand=brand, state=Member.State.ACTIVE, pk=UUID(str(key))).first()
    except ValueError:
        found = None
    if found is None:
        raise BadChoice(field=_("同事"), value="")
    return found


def account(brand: Brand, key: Any) -> Account | None:
    """Return one of the brand's own accounts by key, None for none named. Raises BadChoice."""
    if not key:
        return None
    try:
        found = Account.objects.filter(brand=brand, relation=Account.Relation.OWN, pk=UUID(str(key))).first()
    except ValueError:
        found = None
    if found is None:
        raise BadChoice(field=_("账号"), value="")
    return found


def accounts(brand: Brand) -> list[tuple[Account, str]]:
    """Return the brand's own accounts to choose from, each with its platform: many are called by the brand's name."""
    rows = Account.objects.filter(brand=brand, relation=Account.Relation.OWN).order_by("platform", "name")
    return [(a, account_name(a)) for a in rows]


def who(brand: Brand, *, person: str = "", key: str = "", name: str = "") -> tuple[str, bool]:
    """Return how a person is kept, and whether that is a person key of the facts.

    person: the raw id in the brand's own system; key: a person key; name: what was typed by hand, kept as a keyed hash
    that meets no person of the facts. Raises NeedsWords where none is given.
    """
    if person.strip():
        return older.key_of(brand, person), True
    said = key.strip().lower()
    if said:
        if len(said) != 64 or any(c not in "0123456789abcdef" for c in said):
            raise BadChoice(field=_("用户编号"), value=said[:12])
        return said, True
    if not name.strip():
        raise NeedsWords(field=_("用户编号或昵称"))
    return keys.person_keys(brand.pk).hash([f"by hand|{one_line(name).casefold()}"])[0], False


def masked(name: str) -> str:
    """Return a name of which only the first and last letter are shown."""
    return name if not name else f"{name[0]}**{name[-1] if len(name) > 1 else ''}"


def proof(brand: Brand, *, said: str = "", url: str = "", picture: bytes | None = None) -> dict[str, str]:
    """Return {text, url, shot} of what was given. Raises NeedsProof, BadChoice, TooLong, NotAPicture."""
    address = text(url, _("链接"), 1000)
    if address and not links.is_page(address):
        raise BadChoice(field=_("链接"), value=address[:40])
    found = {"text": text(said, _("说明"), 500), "url": address}
    found["shot"] = shots.keep(brand.pk, picture) if picture else ""
    if not any(found.values()):
        raise NeedsProof()
    return {k: v for k, v in found.items() if v}


def need(actor: Member, permission: str) -> None:
    """Raise NotAllowed where the member may not do this."""
    permissions.require(actor, permission)


def save(row: BrandedModel) -> None:
    """Save all of a row as its next version, where many fields may have changed."""
    fixed = ("id", "version", "created_at", "brand")
    row.save_next(*(f.name for f in row._meta.concrete_fields if f.name not in fixed))
