"""Everything that is kept of one person, as a zip of JSON and csv: what they may ask for (PIPL 45). U1."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from hongqiao import warehouse
from hongqiao.audience.models import Person
from hongqiao.audience.people import merging
from hongqiao.audience.people.erasing import ERASE
from hongqiao.errors import NotFound
from hongqiao.warehouse import identity
from hongqiao.workspace import audit, keys, permissions, persons, spreadsheets
from hongqiao.workspace.models import Brand, Member

FACTS = ("events", "orders", "tiers")
#: columns of facts that say nothing of the person but where the row is kept
INNER = {"brand", "rank", "source_id", "source_row", "person_key_id", "move_key"}


def gathered(brand: Brand, key: str) -> dict[str, list[dict[str, Any]]]:
    """Return rows by what they are: person, identities, every keeper's, facts. Raises NotFound."""
    person = Person.objects.filter(brand=brand, key=key).first()
    person = merging.root(person) if person else None
    main = person.key if person else key
    theirs = merging.keys_of(person) if person else sorted({key, *identity.pointing(brand.pk, key)})
    found: dict[str, list[dict[str, Any]]] = {"person": [_person(person, main)], "identities": _identities(person)}
    for name, keeper in persons.keepers().items():
        found[name] = keeper.export(brand.pk, theirs)
    handle = warehouse.open(brand.pk).about([main])
    for table in FACTS:
        rows = handle.current(table)
        mine = rows.filter(rows.person_key == main).order_by("ts")
        found[table] = [{k: v for k, v in r.items() if k not in INNER} for r in handle.fetch(mine).to_pylist()]
    if person is None and not any(found[t] for t in FACTS):
        raise NotFound()
    return found


def _person(person: Person | None, key: str) -> dict[str, Any]:
    if person is None:
        return {"key": key}
    return {
        "key": key, "name": keys.decrypt(person.name).decode() if person.name else "", "minor": person.minor,
        "no_profile": person.no_profile, "since": person.created_at,
        "rights": [{"kind": r.kind, "state": r.state, "asked_at": r.asked_at} for r in person.rights.order_by("pk")],
    }  # fmt: skip


def _identities(person: Person | None) -> list[dict[str, Any]]:
    rows = person.identities.order_by("kind", "pk") if person else []
    return [
        {"kind": r.kind, "value": keys.decrypt(r.sealed).decode() if r.sealed else r.hint, "source": r.source,
         "since": r.created_at}
        for r in rows
    ]  # fmt: skip


def archive(*, actor: Member, key: str) -> tuple[str, bytes]:
    """Return everything kept of a person as (name, zip). Audited without saying whom. Raises NotAllowed, NotFound."""
    found, name = told(actor=actor, key=key)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("person.json", json.dumps(found, ensure_ascii=False, indent=1, default=str))
        for what, rows in found.items():
            if rows:
                file.writestr(f"{what}.csv", "".join(_csv(rows)))
    return f"{name}.zip", held.getvalue()


def told(*, actor: Member, key: str) -> tuple[dict[str, list[dict[str, Any]]], str]:
    """Return everything kept of a person, and a name for it. Audited. Raises NotAllowed, NotFound."""
    permissions.require(actor, ERASE)
    found = gathered(actor.brand, key)
    row = Person.objects.filter(brand=actor.brand, key=key).first()
    audit.record(actor, "person.exported", row, rows=sum(map(len, found.values())))
    return found, f"person-{timezone.localdate():%Y%m%d}-{key[:8]}"


def _csv(rows: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    heads = list(dict.fromkeys(k for row in rows for k in row))
    return spreadsheets.csv_lines(heads, ([_cell(row.get(h)) for h in heads] for row in rows))


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else value


WRITES = [told]
