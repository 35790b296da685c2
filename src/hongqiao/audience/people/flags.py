"""Of whom no profile is made, and to whom nothing is sent: children, and who refused automated decisions. U1.

A flag takes the consents back that it ends; taking it off gives none: they have to be given anew (PIPL 14, 24, 31).
"""

from __future__ import annotations

from django.db import transaction

from hongqiao.audience.models import Person
from hongqiao.audience.people import merging
from hongqiao.audience.tiers import jobs as tiers
from hongqiao.audience.tiers import leaving
from hongqiao.delivery.models.reaching import Purpose
from hongqiao.delivery.reaching import consents
from hongqiao.errors import NotFound
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Brand, Member

#: flag → the purposes that it ends
ENDS = {"minor": tuple(Purpose.values), "no_profile": (Purpose.PROFILE.value,)}


def put(brand: Brand, person: Person, flag: str, on: bool, *, by: Member | None, source: str) -> None:
    """Set a flag inside the caller's transaction. Who is placed in a tier leaves it by `leaving.let_go` afterwards."""
    setattr(person, flag, on)
    person.save_next(flag)
    for purpose in ENDS[flag] if on else ():
        consents.write(brand, False, subject=person.key, purpose=purpose, channel="", source=source, by=by)


@transaction.atomic
def mark(*, actor: Member, key: str, flag: str, on: bool) -> Person:
    """Set or take off `minor` or `no_profile`. Raises NotAllowed, NotFound."""
    permissions.require(actor, merging.EDIT)
    if flag not in ENDS:
        raise NotFound()
    person = merging.of(actor.brand, key)
    if getattr(person, flag) != on:
        put(actor.brand, person, flag, on, by=actor, source="hand")
        audit.record(actor, "person.flagged", person, flag=flag, on=on)
        if on:
            leaving.let_go(actor.brand, [person.key])
        tiers.ask(actor.brand)
    return person


WRITES = [mark]
