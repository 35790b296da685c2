"""Where the brand listens: added, changed, switched off; the address and secret of one that other systems push to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from hongqiao.crisis.intake import mapping
from hongqiao.crisis.intake.arriving import plain
from hongqiao.crisis.intake.errors import BadSource, SourceOff, SourceTaken, TooMany
from hongqiao.crisis.intake.settings import channel, limits
from hongqiao.crisis.models import Source
from hongqiao.delivery.connections import threads
from hongqiao.errors import Conflict
from hongqiao.workspace import audit, keys, permissions, secrets
from hongqiao.workspace.models import Account, Member
from hongqiao.workspace.webhooks import guard

SEE, HANDLE = "crisis.view", "crisis.handle"
Way = Source.Way
#: those that people add; files bring their own
ADDED = (Way.WEBHOOK, Way.FEED, Way.MAIL, Way.OWN, Way.ROUND, Way.PASTE)
MESSAGES = "messages"  # whether an own account's source hears messages too
MOST_MINUTES = 7 * 24 * 60


@transaction.atomic
def add(*, actor: Member, name: str, way: str, given: Mapping[str, Any]) -> Source:
    """Listen to one more place. `given`: channel, address, every, owner, and what its way needs.

    Raises NotAllowed, BadSource, BadUrl, SourceTaken, TooMany.
    """
    permissions.require(actor, HANDLE)
    if way not in ADDED:
        raise BadSource(field="way", value=way[:20])
    most = limits(actor.brand)["sources"]
    if Source.objects.filter(brand=actor.brand).count() >= most:
        raise TooMany(most=most)
    row = Source(brand=actor.brand, way=way, every=limits(actor.brand)["every"])
    _fill(actor, row, {"name": name, **given})
    _save(row, force_insert=True)
    _anew(row)
    audit.record(actor, "source.added", row, name=row.name, way=way)
    return row


@transaction.atomic
def change(*, actor: Member, source_id: UUID | str, seen: int | None, given: Mapping[str, Any]) -> Source:
    """Change a source. Raises NotFound, NotAllowed, Conflict, BadSource, BadUrl, SourceTaken."""
    row = _locked(actor, source_id, seen)
    before = row.account_id
    _fill(actor, row, given)
    row.version += 1
    _save(row)
    if row.account_id != before:
        _anew(row)
    audit.record(actor, "source.changed", row, name=row.name)
    return row


@transaction.atomic
def switch(*, actor: Member, source_id: UUID | str, seen: int | None, on: bool) -> Source:
    """Stop listening to a source, or begin again; what was heard stays. Raises NotFound, NotAllowed, Conflict."""
    row = _locked(actor, source_id, seen)
    row.on, row.failures, row.error = on, 0, None
    row.save_next("on", "failures", "error")
    if on:
        _anew(row)
    audit.record(actor, "source.on" if on else "source.off", row, name=row.name)
    return row


@transaction.atomic
def renew(*, actor: Member, source_id: UUID | str, seen: int | None, unsigned: bool = False) -> tuple[Source, str, str]:
    """Give a pushed source a new address and secret; return them to be shown once. The old ones end.

    `unsigned`: for a system that cannot sign: whoever knows the address may push.
    """
    row = _locked(actor, source_id, seen)
    if row.way not in (Way.WEBHOOK, Way.OWN):
        raise BadSource(field="way", value=row.way)
    token, digest = secrets.make()
    secret, _digest = secrets.make("mhs_")
    row.options = {**row.options, "hook": digest, "unsigned": unsigned}
    row.secrets = keys.encrypt(json.dumps({"key": secret}).encode())
    row.save_next("options", "secrets")
    audit.record(actor, "source.secret", row, name=row.name, unsigned=unsigned)
    return row, token, secret


def pushed(actor: Member, name: str) -> Source:
    """Return the source of this name for a call that brings mentions; made on first use.

    Raises NotAllowed, BadSource, SourceOff, TooMany.
    """
    permissions.require(actor, HANDLE)
    name = one_line(name, "name", 80)
    found = Source.objects.filter(brand=actor.brand, name=name).first()
    if found is None:
        try:
            found = add(actor=actor, name=name, way=Way.WEBHOOK, given={})
        except SourceTaken:  # two calls at once
            found = Source.objects.get(brand=actor.brand, name=name)
    if not found.on:
        raise SourceOff(name=found.name)
    return found


def secrets_of(row: Source) -> dict[str, str]:
    """Return what is kept secret of a source. Raises KeyLost."""
    return json.loads(keys.decrypt(row.secrets)) if row.secrets else {}


def _locked(actor: Member, source_id: UUID | str, seen: int | None) -> Source:
    row: Source = Source.objects.for_member(actor, SEE).locked(source_id, None)
    permissions.require(actor, HANDLE)
    if seen is not None and row.version != int(seen):
        raise Conflict()
    return row


def _save(row: Source, **how: Any) -> None:
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError:
        raise SourceTaken(name=row.name) from None


def _fill(actor: Member, row: Source, given: Mapping[str, Any]) -> None:
    """Put what a form or call says into the row; what it does not say stays."""
    if "name" in given:
        row.name = one_line(given["name"], "name", 80)
    if "channel" in given:
        row.channel = channel(one_line(given["channel"], "channel", 32, empty=True))
    if "every" in given:
        row.every = _number(given["every"], "every", 5, MOST_MINUTES)
    if "owner" in given:
        row.owner = _of_brand(Member, actor, given["owner"], "owner")
    if "account" in given:
        row.account = _of_brand(Account, actor, given["account"], "account")
    if row.way == Way.FEED or "address" in given:
        row.address = _address(row, given.get("address", row.address))
    if "from" in given or "to" in given:
        hours = {k: _number(given.get(k, d), "hours", 0, 24) for k, d in (("from", 0), ("to", 24))}
        row.options = {**row.options, **hours}
    if "map" in given:
        row.options = {**row.options, "map": mapping.checked(_json(given["map"]))}
    if row.way == Way.MAIL:
        _mailbox(row, given)
    if row.way == Way.OWN:
        if row.account is None or row.account.competitor:
            raise BadSource(field="account", value=str(row.account or ""))
        if MESSAGES in given:
            row.options = {**row.options, MESSAGES: str(given[MESSAGES]) in ("1", "on", "True", "true")}
    if row.way == Way.ROUND and row.heard_at is None:
        row.heard_at = timezone.now()  # the first round is due after its interval


def _anew(row: Source) -> None:
    """Have what stands under an own account's articles told once more: this source did not hear it."""
    if row.way == Way.OWN and row.account is not None:
        threads.anew(row.account, timezone.now())


def _mailbox(row: Source, given: Mapping[str, Any]) -> None:
    host = one_line(given.get("host", row.options.get("host", "")), "host", 253).lower()
    port = _number(given.get("port", row.options.get("port", 993)), "host", 1, 65535)
    guard.parse(f"https://{host}:{port}/")
    user = one_line(given.get("user", row.options.get("user", "")), "user", 200)
    folder = one_line(given.get("folder", row.options.get("folder", "INBOX")) or "INBOX", "host", 100)
    if password := str(given.get("password") or ""):
        if len(password) > 500:  # a password that is cut is another password
            raise BadSource(field="password", value=gettext("%(n)s 个字符，最多 500 个") % {"n": len(password)})
        row.secrets = keys.encrypt(json.dumps({"password": password}).encode())
    if not row.secrets:
        raise BadSource(field="password", value="")
    row.options = {**row.options, "host": host, "port": port, "user": user, "folder": folder}


def _address(row: Source, value: Any) -> str:
    said = str(value or "").strip()
    if row.way == Way.FEED:
        guard.parse(said)
    elif said and not said.lower().startswith(("https://", "http://")):
        raise BadSource(field="address", value=said[:40])
    if len(said) > 1000:
        raise BadSource(field="address", value=said[:40])
    if row.way == Way.FEED and said != row.address:
        row.cursor = {}
    return said


def one_line(value: Any, field: str, most: int, *, empty: bool = False) -> str:
    """Return one line that a row can hold. Raises BadSource where it is too long, or empty and may not be."""
    said = " ".join(plain(str(value if value is not None else ""), 10000).split())
    if len(said) > most or not (said or empty):
        raise BadSource(field=field, value=said[:40])
    return said


def _number(value: Any, field: str, least: int, most: int) -> int:
    text = str(value).strip()
    if not text.isascii() or not text.isdigit() or not least <= int(text[:9]) <= most:
        raise BadSource(field=field, value=text[:20])
    return int(text[:9])


def _of_brand(model: Any, actor: Member, value: Any, field: str) -> Any:
    if not value:
        return None
    try:
        found = model.objects.filter(brand=actor.brand, pk=UUID(str(getattr(value, "pk", value)))).first()
    except ValueError:
        found = None
    if found is None:
        raise BadSource(field=field, value=str(value)[:40])
    return found


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value.strip() else {}
    except ValueError:
        raise BadSource(field="map", value=value[:40]) from None
