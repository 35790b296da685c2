"""Rows about members become persons: numbers as keyed hashes, names encrypted, two that share a number are one. U1.

Who is one is told by rules and not guessed: a shared unionid, openid, member number, e-mail or telephone. A second
telephone on one member, or a telephone of more persons than `shared_most`, is asked (`asking`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.growth import ledger
from hongqiao.audience.models import Identity, Person, Tag, Tagged
from hongqiao.audience.people import asking, flags, merging, older, settings, stating
from hongqiao.audience.people.batches import Batch, look_up, main_of, raw_of
from hongqiao.audience.people.stating import Stated
from hongqiao.audience.tiers import jobs as tiers
from hongqiao.audience.tiers import leaving
from hongqiao.delivery.reaching import consents, contacts
from hongqiao.errors import N_, Invalid
from hongqiao.warehouse import identity
from hongqiao.workspace import audit, keys, permissions
from hongqiao.workspace.models import Brand, Member

MATCH = ("own", "member", "unionid", "openid", "wecom", "phone", "email")
#: kind of number → channels on which it is an address
CHANNELS = {"phone": ("sms",), "email": ("email",), "openid": ("notice", "service"), "wecom": ("wecom",)}


class TooManyRows(Invalid):
    code = "too_many_people"
    message = N_("一次最多 %(limit)s 条会员")
    next_step = N_("请分成几次发送")


def take(*, actor: Member, rows: Sequence[Any], source: str = "") -> dict[str, Any]:
    """Take rows about members: {"new", "known", "merged", "asked", "refused", "problems": [{"index", …}]}.

    A row with a problem is refused as a whole and named by its place; the others are taken. The same rows again change
    nothing. Raises NotAllowed, TooManyRows.
    """
    permissions.require(actor, merging.EDIT)
    limit = settings.rules(actor.brand)["batch"]
    if len(rows) > limit:
        raise TooManyRows(limit=limit)
    now = timezone.now()
    stated = [stating.state(row, actor.brand.zone, now) for row in rows]
    good = [(n, s) for n, s in enumerate(stated) if not s.problems]
    with transaction.atomic():
        batch = Batch(actor.brand, source[:80] or "api", actor, keys.person_keys(actor.brand_id), good)
        look_up(batch)
        for _n, said in good:
            _place(batch, said)
        _write_addresses(batch)
        _link(batch)
        counts: dict[str, Any] = {k: batch.counts[k] for k in ("new", "known", "merged", "asked")}
        counts["refused"] = len(rows) - len(good)
        audit.record(actor, "people.taken", source=batch.source, **counts)
    if batch.quiet:
        leaving.let_go(actor.brand, batch.quiet)
    if batch.counts["merged"] or batch.links:
        tiers.ask(actor.brand)
    problems = [
        {"index": n, "code": code, "column": column, "message": _(stating.PROBLEMS[code])}
        for n, s in enumerate(stated)
        for code, column in s.problems
    ]
    return {**counts, "problems": problems}


def _place(batch: Batch, said: Stated) -> None:
    """Find or make the row's person and keep what it says."""
    found = _named(batch, said)
    person = found[0][1] if found else _made(batch, main_of(batch, said))
    batch.counts["known" if found else "new"] += 1
    if found:
        found += [(found[0][0], other) for other in _others(batch, person, said)]
    for kind, other in found[1:]:
        person = _join(batch, person, other, kind, said)
    for kind, value in said.ids.items():
        _identify(batch, person, kind, value)
    _keep(batch, person, said)
    if said.points is not None:
        ledger.open_with(batch.brand, person.key, said.points)


def _named(batch: Batch, said: Stated) -> list[tuple[str, Person]]:
    """Return the different persons that the row's numbers name, by the strongest number first; with that number."""
    found: list[tuple[str, Person]] = []
    for kind in MATCH:
        if kind not in said.ids:
            continue
        mark = batch.digests[kind, said.ids[kind]]
        held = batch.known.get((kind, mark))
        named = held.person if held else batch.persons.get(batch.plain[raw_of(kind, said.ids[kind])])
        if named is None or (kind == "phone" and mark in batch.crowded):
            continue
        top = merging.root(named)
        if all(top.pk != p.pk for _k, p in found):
            found.append((kind, top))
    return found


def _others(batch: Batch, person: Person, said: Stated) -> list[Person]:
    """Return the person of a member number that is new, where whoever was found has another: the two are merged by
    what they share, so that it can be undone."""
    found = []
    for kind in ("own", "member"):
        value = said.ids.get(kind)
        if value is None or (kind, batch.digests[kind, value]) in batch.known:
            continue
        if Identity.objects.filter(person=person, kind=kind).exists():
            other = _made(batch, batch.plain[value])
            _identify(batch, other, kind, value)
            found.append(other)
    return found


def _made(batch: Batch, key: str) -> Person:
    """Return the person of a key; where facts call that key another person already, that one."""
    if key not in batch.persons:
        key = batch.said.get(key, key)
        batch.persons[key], _new = Person.objects.get_or_create(brand=batch.brand, key=key)
    return merging.root(batch.persons[key])


def _join(batch: Batch, person: Person, other: Person, kind: str, said: Stated) -> Person:
    """Merge by rule; where that would put two telephones on one, ask."""
    person, other = merging.root(person), merging.root(other)
    if person.pk == other.pk:
        return person
    phones = Identity.objects.filter(person__in=[person, other], kind="phone").values_list("digest", flat=True)
    if len(set(phones)) > 1:
        batch.counts["asked"] += bool(asking.ask(batch.brand, person, other, asking.TWO_PHONES))
        return person
    via = batch.digests[kind, said.ids[kind]]
    _write_addresses(batch)  # a merge moves what is kept
    row = merging.merge(brand=batch.brand, keep=person, other=other, rule=kind, by=batch.by, via=via)
    batch.persons[other.key] = row.other
    for held in batch.known.values():
        if held.person_id == other.pk:
            held.person = row.keep
    batch.counts["merged"] += 1
    return row.keep


def _identify(batch: Batch, person: Person, kind: str, value: str) -> None:
    """Keep a number of a person, once; a second telephone becomes another person's until somebody says otherwise."""
    mark = batch.digests[kind, value]
    held = batch.known.get((kind, mark))
    if held is not None:
        if kind == "phone" and mark in batch.crowded and merging.root(held.person).pk != person.pk:
            batch.counts["asked"] += bool(asking.ask(batch.brand, held.person, person, asking.SHARED))
            _address(batch, person, kind, value)
        elif batch.past:
            _alias(batch, held.person, kind, value)
        return
    owner = person
    if kind == "phone" and Identity.objects.filter(person=person, kind="phone").exists():
        owner = _made(batch, batch.plain[raw_of(kind, value)])
        batch.counts["asked"] += bool(asking.ask(batch.brand, person, owner, asking.TWO_PHONES))
    batch.known[kind, mark] = Identity.objects.create(
        brand=batch.brand, person=owner, kind=kind, digest=mark, sealed=keys.encrypt(value.encode()),
        hint=stating.hint(kind, value), source=batch.source,
    )  # fmt: skip
    _alias(batch, owner, kind, value)
    _address(batch, owner, kind, value)


def _alias(batch: Batch, person: Person, kind: str, value: str) -> None:
    """Have facts under a number's names, of every key that the brand had, read as the person's."""
    if kind == "phone" and batch.digests[kind, value] in batch.crowded:
        return
    raw = raw_of(kind, value)
    batch.links |= {name: person.key for name in (batch.plain[raw], *batch.past.get(raw, ())) if name != person.key}


def _address(batch: Batch, person: Person, kind: str, value: str) -> None:
    batch.addresses.append((person.key, kind, value))


def _write_addresses(batch: Batch) -> None:
    """Keep the addresses of the rows so far, together."""
    told = [(s, channel, value) for s, kind, value in batch.addresses for channel in CHANNELS.get(kind, ())]
    batch.addresses.clear()
    contacts.add_many(batch.brand, told)


def _keep(batch: Batch, person: Person, said: Stated) -> None:
    """Keep name, flags, tags and consents where they say something new."""
    changed = []
    if said.name and said.name != (keys.decrypt(person.name).decode() if person.name else ""):
        person.name = keys.encrypt(said.name.encode())
        changed.append("name")
    for flag, value in said.flags.items():
        if getattr(person, flag) != value:
            flags.put(batch.brand, person, flag, value, by=batch.by, source=batch.source)
            batch.quiet += [person.key] if value else []
    if changed:
        person.save_next(*changed)
    for name in said.tags:
        if name not in batch.tags:
            batch.tags[name], _new = Tag.objects.get_or_create(brand=batch.brand, name=name)
        tag = batch.tags[name]
        if not Tagged.objects.filter(person=person, tag=tag, off_at=None).exists():
            Tagged.objects.create(brand=batch.brand, person=person, tag=tag, source=batch.source)
    if said.consents:
        _consent(batch, person, said)


def _consent(batch: Batch, person: Person, said: Stated) -> None:
    """Write what is new: a line older than the one that holds, or one that says the same, is none."""
    if person.key not in batch.asked or batch.counts["merged"]:  # a merge moves lines
        batch.consents |= consents.latest(batch.brand, [person.key])
    held = batch.consents
    for one in said.consents:
        at = one["at"] or said.followed_at or timezone.now()
        last = held.get((person.key, one["purpose"], one["channel"]))
        if last and (last.given == one["given"] or at <= last.at):
            continue
        held[person.key, one["purpose"], one["channel"]] = consents.write(
            batch.brand, one["given"], subject=person.key, purpose=one["purpose"], channel=one["channel"],
            source=batch.source, wording=one["wording"], proof={"stated": "row"}, by=batch.by, at=at,
        )  # fmt: skip


def _link(batch: Batch) -> None:
    """Have facts under any of a person's numbers read as that person's. A key that stands for somebody stays."""
    own = {p.key for p in batch.persons.values()}
    links = {alias: key for alias, key in batch.links.items() if alias not in own}
    batch.links = links
    if links:
        tops = {k: _top(batch, k) for k in set(links.values())}
        identity.point_persons(
            batch.brand.pk, {a: tops[k] for a, k in links.items()}, str(batch.by or batch.source), method="number"
        )


def _top(batch: Batch, key: str) -> str:
    """Return the key under which a person stands once the whole call is taken."""
    known = batch.persons.get(key)
    return merging.root(known).key if known and known.into_id is None else merging.standing(batch.brand, key)


def named(brand: Brand, kind: str, values: Sequence[str]) -> dict[str, str]:
    """Return number of a kind → the key of the person whom it names; numbers that nobody has are not in it."""
    return {
        value: merging.root(row.person).key
        for (_kind, value), row in older.held(brand, [(kind, value) for value in values]).items()
    }


def find(brand: Brand, text: str) -> list[str]:
    """Return the keys of the persons whom a telephone, member number, openid … names, exactly as it was stated."""
    text = text.strip()[: stating.LONGEST]
    if not text:
        return []
    spelt = dict.fromkeys(("own", "member", "unionid", "openid", "wecom", "platform"), text)
    spelt |= {"phone": stating.phone(text), "email": stating.email(text)}
    rows = older.held(brand, [(kind, value) for kind, value in spelt.items() if value]).values()
    return sorted({merging.root(r.person).key for r in rows})


WRITES = [take]
