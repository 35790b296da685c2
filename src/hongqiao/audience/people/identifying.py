"""Rows about members become persons: numbers as keyed hashes, names encrypted, two that share a number are one. U1.

Who is one is told by rules and not guessed: a shared unionid, openid, member number, e-mail or telephone. A second
telephone on one member, or a telephone of more persons than `shared_most`, is asked (`asking`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.growth import ledger
from hongqiao.audience.models import Identity, Merge, Person, Tag, Tagged
from hongqiao.audience.people import asking, flags, merging, older, settings, stating
from hongqiao.audience.people.older import digest
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


@dataclass
class _Batch:
    """One call: what its rows name, found at once."""

    brand: Brand
    source: str
    by: Member | None
    ring: keys.PersonKeys
    rows: list[tuple[int, Stated]]
    digests: dict[tuple[str, str], str] = field(default_factory=dict)  # (kind, value) → keyed hash
    plain: dict[str, str] = field(default_factory=dict)  # raw number → what facts would call that person
    known: dict[tuple[str, str], Identity] = field(default_factory=dict)  # (kind, digest)
    persons: dict[str, Person] = field(default_factory=dict)  # by key
    crowded: set[str] = field(default_factory=set)  # digests of telephones that too many share
    links: dict[str, str] = field(default_factory=dict)  # facts' key → person, still to be said
    quiet: list[str] = field(default_factory=list)  # of whom no profile is made from now on
    past: dict[str, list[str]] = field(default_factory=dict)  # raw number → other names that facts may know it by
    said: dict[str, str] = field(default_factory=dict)  # facts' key → the person it was said to be
    addresses: list[tuple[str, str, str]] = field(default_factory=list)  # (person, kind, value), not kept yet
    counts: Counter[str] = field(default_factory=Counter)


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
        batch = _Batch(actor.brand, source[:80] or "api", actor, keys.person_keys(actor.brand_id), good)
        _look_up(batch)
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


def _raw(kind: str, value: str) -> str:
    """Return a number as shops' files and events write it: a mainland telephone without its +86."""
    return value.removeprefix("+86") if kind == "phone" else value


def _look_up(batch: _Batch) -> None:
    """Ask once for every identity and person that the rows name."""
    pairs = sorted({(k, v) for _n, s in batch.rows for k, v in s.ids.items()})
    batch.digests = {pair: digest(batch.ring, *pair) for pair in pairs}
    raws = sorted({_raw(*pair) for pair in pairs})
    batch.plain = dict(zip(raws, batch.ring.hash(raws), strict=True))
    for row in older.held(batch.brand, pairs).values():
        batch.known[row.kind, row.digest] = row
    batch.past = older.aliases(batch.brand, raws)
    _before(batch)
    for some in _dealt(list(batch.plain.values())):
        for person in Person.objects.filter(brand=batch.brand, key__in=some).select_related("into"):
            batch.persons[person.key] = person
    batch.said = identity.said_of(batch.brand.pk, batch.plain.values())
    _count_phones(batch)


def _before(batch: _Batch) -> None:
    """Call a person whom facts knew under an older key by that one still: what is kept of them stands there."""
    if not batch.past:
        return
    names = {name for raw, past in batch.past.items() for name in (batch.plain[raw], *past)}
    known: set[str] = set()
    for some in _dealt(sorted(names)):
        known |= set(Person.objects.filter(brand=batch.brand, key__in=some).values_list("key", flat=True))
    for raw, past in batch.past.items():
        every = [batch.plain[raw], *past]
        first = next((name for name in every if name in known), every[0])
        batch.plain[raw], batch.past[raw] = first, [name for name in every if name != first]


def _dealt(values: list[str]) -> list[list[str]]:
    return [values[n : n + 500] for n in range(0, len(values), 500)]  # databases bound the length of a list


def _count_phones(batch: _Batch) -> None:
    """Find the telephones that too many share, those merged by it before among them: these are given back and asked."""
    members: dict[str, set[str]] = {}
    for _n, said in batch.rows:
        if "phone" in said.ids:
            mark = batch.digests["phone", said.ids["phone"]]
            members.setdefault(mark, set()).add(_main(batch, said))
    most = settings.rules(batch.brand)["shared_most"]
    for mark, mains in members.items():
        held = batch.known.get(("phone", mark))
        before, own = Merge.objects.none(), set()
        if held is not None:
            before = Merge.objects.filter(brand=batch.brand, rule="phone", undone_at=None, moved__via=mark)
            own = {held.person.key} | {k for pair in before.values_list("keep__key", "other__key") for k in pair}
            asked = asking.MergeAsk.objects.filter(brand=batch.brand, why=asking.SHARED)
            own |= set(asked.filter(left=held.person).values_list("right__key", flat=True))
            own |= set(asked.filter(right=held.person).values_list("left__key", flat=True))
        if len(mains | own) > most:
            batch.crowded.add(mark)
            _give_back(batch, list(before.select_related("keep", "other").order_by("-id")))


def _give_back(batch: _Batch, merges: list[Merge]) -> None:
    for row in merges:
        keep, other = row.keep, row.other
        if keep.into_id is None:
            merging.undo(row)
            batch.counts["asked"] += bool(asking.ask(batch.brand, keep, other, asking.SHARED))
    for key, person in list(batch.persons.items()):
        batch.persons[key] = Person.objects.select_related("into").get(pk=person.pk)
    for mark, held in list(batch.known.items()):
        batch.known[mark] = Identity.objects.select_related("person", "person__into").get(pk=held.pk)


def _main(batch: _Batch, said: Stated) -> str:
    """Return the key that facts would call this row's person by: of its numbers the first in `key_order`."""
    for kind in settings.key_order():
        if kind in said.ids:
            return batch.plain[_raw(kind, said.ids[kind])]
    raise LookupError("a row without a number is refused before")


def _place(batch: _Batch, said: Stated) -> None:
    """Find or make the row's person and keep what it says."""
    found = _named(batch, said)
    person = found[0][1] if found else _made(batch, _main(batch, said))
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


def _named(batch: _Batch, said: Stated) -> list[tuple[str, Person]]:
    """Return the different persons that the row's numbers name, by the strongest number first; with that number."""
    found: list[tuple[str, Person]] = []
    for kind in MATCH:
        if kind not in said.ids:
            continue
        mark = batch.digests[kind, said.ids[kind]]
        held = batch.known.get((kind, mark))
        named = held.person if held else batch.persons.get(batch.plain[_raw(kind, said.ids[kind])])
        if named is None or (kind == "phone" and mark in batch.crowded):
            continue
        top = merging.root(named)
        if all(top.pk != p.pk for _k, p in found):
            found.append((kind, top))
    return found


def _others(batch: _Batch, person: Person, said: Stated) -> list[Person]:
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


def _made(batch: _Batch, key: str) -> Person:
    """Return the person of a key; where facts call that key another person already, that one."""
    if key not in batch.persons:
        key = batch.said.get(key, key)
        batch.persons[key], _new = Person.objects.get_or_create(brand=batch.brand, key=key)
    return merging.root(batch.persons[key])


def _join(batch: _Batch, person: Person, other: Person, kind: str, said: Stated) -> Person:
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


def _identify(batch: _Batch, person: Person, kind: str, value: str) -> None:
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
        owner = _made(batch, batch.plain[_raw(kind, value)])
        batch.counts["asked"] += bool(asking.ask(batch.brand, person, owner, asking.TWO_PHONES))
    batch.known[kind, mark] = Identity.objects.create(
        brand=batch.brand, person=owner, kind=kind, digest=mark, sealed=keys.encrypt(value.encode()),
        hint=stating.hint(kind, value), source=batch.source,
    )  # fmt: skip
    _alias(batch, owner, kind, value)
    _address(batch, owner, kind, value)


def _alias(batch: _Batch, person: Person, kind: str, value: str) -> None:
    """Have facts under a number's names, of every key that the brand had, read as the person's."""
    if kind == "phone" and batch.digests[kind, value] in batch.crowded:
        return
    raw = _raw(kind, value)
    batch.links |= {name: person.key for name in (batch.plain[raw], *batch.past.get(raw, ())) if name != person.key}


def _address(batch: _Batch, person: Person, kind: str, value: str) -> None:
    batch.addresses.append((person.key, kind, value))


def _write_addresses(batch: _Batch) -> None:
    """Keep the addresses of the rows so far, together."""
    told = [(s, channel, value) for s, kind, value in batch.addresses for channel in CHANNELS.get(kind, ())]
    batch.addresses.clear()
    contacts.add_many(batch.brand, told)


def _keep(batch: _Batch, person: Person, said: Stated) -> None:
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
        tag, _new = Tag.objects.get_or_create(brand=batch.brand, name=name)
        if not Tagged.objects.filter(person=person, tag=tag, off_at=None).exists():
            Tagged.objects.create(brand=batch.brand, person=person, tag=tag, source=batch.source)
    if said.consents:
        _consent(batch, person, said)


def _consent(batch: _Batch, person: Person, said: Stated) -> None:
    """Write what is new: a line older than the one that holds, or one that says the same, is none."""
    held = consents.latest(batch.brand, [person.key])
    for one in said.consents:
        at = one["at"] or said.followed_at or timezone.now()
        last = held.get((person.key, one["purpose"], one["channel"]))
        if last and (last.given == one["given"] or at <= last.at):
            continue
        held[person.key, one["purpose"], one["channel"]] = consents.write(
            batch.brand, one["given"], subject=person.key, purpose=one["purpose"], channel=one["channel"],
            source=batch.source, wording=one["wording"], proof={"stated": "row"}, by=batch.by, at=at,
        )  # fmt: skip


def _link(batch: _Batch) -> None:
    """Have facts under any of a person's numbers read as that person's. A key that stands for somebody stays."""
    own = {p.key for p in batch.persons.values()}
    links = {alias: key for alias, key in batch.links.items() if alias not in own}
    batch.links = links
    if links:
        tops = {k: merging.standing(batch.brand, k) for k in set(links.values())}
        identity.point_persons(
            batch.brand.pk, {a: tops[k] for a, k in links.items()}, str(batch.by or batch.source), method="number"
        )


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
