"""Erasing one person everywhere, for good, and again after a restored backup. U1.

First the list, then the facts, then the rows: whatever is broken off in between is finished by `replay`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from hongqiao.audience.models import Erasure, Identity, Person, Right
from hongqiao.audience.people import merging
from hongqiao.delivery.models.reaching import Contact
from hongqiao.errors import NotFound
from hongqiao.warehouse import erasing as facts
from hongqiao.warehouse import identity
from hongqiao.workspace import audit, keys, permissions, persons
from hongqiao.workspace.models import Brand, Member

ERASE = "users.erase"
LIST = "erased.jsonl"


def erase(*, actor: Member, key: str, known: Callable[[str], bool]) -> Erasure:
    """Erase a person: facts, rows of every keeper, identities, name. Audited without saying whom.

    known: whether the facts name this key, for one of whom nothing else is kept. Raises NotAllowed, NotFound.
    """
    permissions.require(actor, ERASE)
    brand = actor.brand
    row = Person.objects.filter(brand=brand, key=key).first()
    if row is None and not known(key):
        raise NotFound()
    person = merging.root(row) if row else None
    theirs = merging.keys_of(person) if person else sorted({key, *identity.pointing(brand.pk, key)})
    main = person.key if person else key
    _list(brand, [_digest(brand, main)])
    return _erase(brand, main, theirs, actor)


def _erase(brand: Brand, main: str, theirs: Sequence[str], actor: Member | None) -> Erasure:
    _overwrite()
    counts = {f"facts.{name}": n for name, n in facts.erase(brand.pk, theirs).items()}
    with transaction.atomic():
        for name, keeper in persons.keepers().items():
            if n := keeper.erase(brand.pk, theirs):
                counts[name] = n
        people = Person.objects.filter(brand=brand, key__in=theirs)
        rights = Right.objects.filter(person__in=people)
        rights.filter(kind=Right.Kind.ERASE, state=Right.State.OPEN).update(
            state=Right.State.DONE, done_at=timezone.now(), by=actor
        )
        rights.update(note="", answer="")
        counts["identities"], _by = Identity.objects.filter(person__in=people).delete()
        people.update(into=None)
        people.delete()
        row, _made = Erasure.objects.update_or_create(
            brand=brand, digest=_digest(brand, main), defaults={"at": timezone.now(), "counts": counts, "by": actor}
        )
        audit.record(actor, "person.erased", row, brand=brand, rows=sum(counts.values()))
    transaction.on_commit(_flush)
    return row


def _overwrite() -> None:
    """Have SQLite overwrite what it frees; PostgreSQL's vacuum does so in its own time."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _flush() -> None:
    """Bring the write-ahead log into the database, so that no older page stays in it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _digest(brand: Brand, key: str) -> str:
    """Return the keyed hash by which the list names a person."""
    return keys.person_keys(brand.pk).hash([f"erased:{key}"])[0]


def path() -> Path:
    """Where the list of the erased lies: beside the database, and never put back with a backup."""
    return Path(settings.DATA) / LIST


def _list(brand: Brand, digests: Iterable[str]) -> None:
    """Add to the list, on the disk before anything is erased."""
    there = _listed().get(brand.pk, set())
    with path().open("a", encoding="utf-8") as file:
        for digest in digests:
            if digest not in there:
                line = {"brand": str(brand.pk), "digest": digest, "at": timezone.now().isoformat(timespec="seconds")}
                file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _listed() -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    if not path().exists():
        return found
    for line in path().read_text("utf-8").splitlines():
        try:
            said = json.loads(line)
            found.setdefault(UUID(said["brand"]), set()).add(str(said["digest"]))
        except (ValueError, KeyError, TypeError):
            continue  # half a line: the machine stopped while it was written; nothing was erased yet
    return found


def replay() -> int:
    """Erase who is on the list but not in this database: it was restored from before. Return how many came back.

    A glance where the two agree.
    """
    listed, back = _listed(), 0
    for brand in Brand.objects.all():
        done = set(Erasure.objects.filter(brand=brand).values_list("digest", flat=True))
        if done - listed.get(brand.pk, set()):
            _list(brand, sorted(done))
        missing = listed.get(brand.pk, set()) - done
        if missing:
            back += _again(brand, missing)
    return back


def _again(brand: Brand, missing: set[str]) -> int:
    """Find whom the digests name among all that rows and facts know; whoever is not there has nothing to erase."""
    rings, found = keys.person_rings(brand.pk), 0  # the list names each by the key that was in use then
    for key in sorted(set(_everybody(brand))):
        if digest := next((d for ring in rings if (d := ring.hash([f"erased:{key}"])[0]) in missing), ""):
            row = Person.objects.filter(brand=brand, key=key).first()
            theirs = merging.keys_of(row) if row else sorted({key, *identity.pointing(brand.pk, key)})
            _erase(brand, key, theirs, None)
            missing.discard(digest)
            found += 1
    now = timezone.now()
    Erasure.objects.bulk_create([Erasure(brand=brand, digest=d, at=now) for d in missing], ignore_conflicts=True)
    return found


def _everybody(brand: Brand) -> Iterator[str]:
    yield from Person.objects.filter(brand=brand).values_list("key", flat=True)
    yield from Contact.objects.filter(brand=brand).values_list("subject", flat=True)
    yield from facts.persons(brand.pk)


def compact() -> None:
    """Write the database anew without what earlier changes left in its free places. For the command line: it locks."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def counted(row: Erasure) -> dict[str, Any]:
    """Return an erasure as the interface tells it."""
    return {"at": row.at.isoformat(), "rows": row.counts}


WRITES = [erase]
