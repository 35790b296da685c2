"""One call's rows about members, and all that is known of what they name, asked for at once. U1."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from hongqiao.audience.models import Identity, Merge, Person, Tag
from hongqiao.audience.people import asking, merging, older, settings
from hongqiao.audience.people.older import digest
from hongqiao.audience.people.stating import Stated
from hongqiao.delivery.models import Consent
from hongqiao.delivery.reaching import consents
from hongqiao.warehouse import identity
from hongqiao.workspace import keys
from hongqiao.workspace.models import Brand, Member


@dataclass
class Batch:
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
    consents: dict[tuple[str, str, str], Consent] = field(default_factory=dict)  # latest of (person, purpose, channel)
    asked: set[str] = field(default_factory=set)  # persons whose consents were asked for
    tags: dict[str, Tag] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def raw_of(kind: str, value: str) -> str:
    """Return a number as shops' files and events write it: a mainland telephone without its +86."""
    return value.removeprefix("+86") if kind == "phone" else value


def look_up(batch: Batch) -> None:
    """Ask once for every identity and person that the rows name."""
    pairs = sorted({(k, v) for _n, s in batch.rows for k, v in s.ids.items()})
    batch.digests = {pair: digest(batch.ring, *pair) for pair in pairs}
    raws = sorted({raw_of(*pair) for pair in pairs})
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
    if any(said.consents for _n, said in batch.rows):
        _ask_consents(batch)


def _ask_consents(batch: Batch) -> None:
    found = {merging.root(held.person).key for held in batch.known.values()}
    batch.asked = {*batch.plain.values(), *batch.persons, *found}
    for some in _dealt(sorted(batch.asked)):
        batch.consents |= consents.latest(batch.brand, some)


def _before(batch: Batch) -> None:
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


def _count_phones(batch: Batch) -> None:
    """Find the telephones that too many share, those merged by it before among them: these are given back and asked."""
    members: dict[str, set[str]] = {}
    for _n, said in batch.rows:
        if "phone" in said.ids:
            mark = batch.digests["phone", said.ids["phone"]]
            members.setdefault(mark, set()).add(main_of(batch, said))
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


def _give_back(batch: Batch, merges: list[Merge]) -> None:
    for row in merges:
        keep, other = row.keep, row.other
        if keep.into_id is None:
            merging.undo(row)
            batch.counts["asked"] += bool(asking.ask(batch.brand, keep, other, asking.SHARED))
    for key, person in list(batch.persons.items()):
        batch.persons[key] = Person.objects.select_related("into").get(pk=person.pk)
    for mark, held in list(batch.known.items()):
        batch.known[mark] = Identity.objects.select_related("person", "person__into").get(pk=held.pk)


def main_of(batch: Batch, said: Stated) -> str:
    """Return the key that facts would call this row's person by: of its numbers the first in `key_order`."""
    for kind in settings.key_order():
        if kind in said.ids:
            return batch.plain[raw_of(kind, said.ids[kind])]
    raise LookupError("a row without a number is refused before")
