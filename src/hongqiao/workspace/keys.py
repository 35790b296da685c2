"""A brand's own keys: made once, encrypted at rest with the installation's keys; they turn persons into person keys.

The installation's secret encrypts; it and every older one in HONGQIAO_KEYS decrypts. To change the secret: set the new
one, put the old one into HONGQIAO_KEYS, run `rotate()`, take the old one out. `renew_person_key()` is another thing: a
new HMAC key; whoever looks somebody up tries the older ones too (`person_rings`), facts keep the keys that they have.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from hongqiao.errors import N_, HongqiaoError
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Assistant, Brand, BrandKey, Member, User, Webhook

PERSON = "person"
_KEPT: dict[Any, tuple[str, ...]] = {BrandKey: ("secret",), Webhook: ("secret",), Assistant: ("key",)}


def keeps(model: Any, *fields: str) -> None:
    """Say, in a room's `jobs.py`, that a model's fields hold what `encrypt` gave: `rotate` encrypts them anew."""
    _KEPT[model] = fields


class KeyLost(HongqiaoError):
    code, status = "key_lost", 500
    message = N_("品牌密钥无法解开：安装密钥已更换")
    next_step = N_("请把原来的密钥放进 HONGQIAO_KEYS，再重启")


@dataclass
class PersonKeys:
    """HMAC-SHA256 with one brand's key. `key_id` is kept beside what was hashed, so that a key can be changed."""

    key_id: str
    secret: bytes = field(repr=False)

    def hash(self, values: Sequence[str]) -> list[str]:
        """Return 64 hex digits for each raw id, "" for an empty one. NFKC and strip first: width is no person."""
        return [self._one(raw) for raw in values]

    def _one(self, raw: str) -> str:
        clean = unicodedata.normalize("NFKC", raw or "").strip()
        return hmac.digest(self.secret, clean.encode(), hashlib.sha256).hex() if clean else ""


def _fernet() -> MultiFernet:
    return _ring(settings.SECRET_KEY, *settings.KEYS)


@lru_cache(maxsize=8)
def _ring(*masters: str) -> MultiFernet:
    """Deriving a key takes longer than opening words with it: a page may open thousands."""
    return MultiFernet([Fernet(_derive(master)) for master in masters])


def _derive(master: str) -> bytes:
    made = HKDF(SHA256(), length=32, salt=None, info=b"hongqiao brand keys").derive(master.encode())
    return base64.urlsafe_b64encode(made)


def encrypt(secret: bytes) -> str:
    """Return the secret encrypted with the installation's first key."""
    return _fernet().encrypt(secret).decode()


def decrypt(kept: str) -> bytes:
    """Return the secret. Raises KeyLost where no key of the installation opens it."""
    try:
        return _fernet().decrypt(kept.encode())
    except InvalidToken:
        raise KeyLost() from None


def brand_key(brand_id: UUID, purpose: str) -> BrandKey:
    """Return the brand's key in use for a purpose, made on first use. Two processes at once agree on one."""
    wanted = {"brand_id": brand_id, "purpose": purpose, "retired_at": None}
    found = BrandKey.objects.filter(**wanted).first()
    if found:
        return found
    try:
        with transaction.atomic():
            return BrandKey.objects.create(
                **wanted, key_id=secrets.token_hex(4), secret=encrypt(secrets.token_bytes(32))
            )
    except IntegrityError:
        return BrandKey.objects.get(**wanted)


def person_keys(brand_id: UUID) -> PersonKeys:
    """Return what turns a raw person id of this brand into its person key."""
    key = brand_key(brand_id, PERSON)
    return PersonKeys(key.key_id, decrypt(key.secret))


def person_rings(brand_id: UUID) -> list[PersonKeys]:
    """Return the brand's keys for persons: the one in use, then retired ones, the newest first. What looks somebody up
    by a hash tries all: a key that was changed must not let anybody be a stranger, or be reached who refused."""
    old = BrandKey.objects.filter(brand_id=brand_id, purpose=PERSON).exclude(retired_at=None).order_by("-id")
    return [person_keys(brand_id), *(PersonKeys(k.key_id, decrypt(k.secret)) for k in old)]


@transaction.atomic
def rotate(*, actor: User | Member | None = None, brand: Brand | None = None) -> int:
    """Encrypt what is kept encrypted (of one brand, or all) anew with the installation's first key. Returns how many.

    The secrets themselves stay. Raises KeyLost where one cannot be opened; then none is changed.
    """
    from hongqiao.workspace.registry import discover

    discover()
    count = 0
    for model, fields in _KEPT.items():
        rows = model.objects.select_for_update()
        for row in rows.filter(brand=brand) if brand else rows:
            for name in fields:
                if kept := getattr(row, name):
                    setattr(row, name, encrypt(decrypt(kept)))
            row.save_next(*fields)
            count += 1
    audit.record(actor, "keys.rotated", brand=brand, count=count)
    return count


@transaction.atomic
def renew_person_key(*, actor: Member) -> BrandKey:
    """Retire the brand's HMAC key for persons and make another. Rows that are there keep their key and its id."""
    permissions.require(actor, "settings.brand")
    Brand.objects.for_member(actor, "settings.brand").locked(actor.brand_id, None)
    old = brand_key(actor.brand_id, PERSON)
    old.retired_at = timezone.now()
    old.save_next("retired_at")
    fresh = brand_key(actor.brand_id, PERSON)
    audit.record(actor, "keys.person_renewed", fresh, before=old.key_id, after=fresh.key_id)
    return fresh
