"""Numbers that were hashed under a key which the brand used before: found all the same, hashed anew when met. U1."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from hongqiao.audience.models import Identity, Person
from hongqiao.warehouse import identity
from hongqiao.workspace import keys
from hongqiao.workspace.models import Brand

_STEP = 500  # databases bound the length of a list


def digest(ring: keys.PersonKeys, kind: str, value: str) -> str:
    """Return what an identity is found by."""
    return ring.hash([f"identity:{kind}:{value}"])[0]


def held(brand: Brand, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], Identity]:
    """Return (kind, value) → the identity that is kept of it, under whatever key of the brand it was hashed.

    One under an older key is hashed anew with the one in use.
    """
    found: dict[tuple[str, str], Identity] = {}
    rings = keys.person_rings(brand.pk)
    for ring in rings:
        left = {(kind, digest(ring, kind, value)): (kind, value) for kind, value in pairs if (kind, value) not in found}
        for row in _under(brand, [mark for _kind, mark in left]):
            if (pair := left.get((row.kind, row.digest))) is not None:
                found[pair] = row
    for (kind, value), row in found.items():
        if row.digest != (mark := digest(rings[0], kind, value)):
            row.digest = mark
            row.save_next("digest")
    return found


def _under(brand: Brand, marks: Sequence[str]) -> Iterator[Identity]:
    for start in range(0, len(marks), _STEP):
        rows = Identity.objects.filter(brand=brand, digest__in=marks[start : start + _STEP])
        yield from rows.select_related("person", "person__into")


def aliases(brand: Brand, raws: Sequence[str]) -> dict[str, list[str]]:
    """Return raw number → what facts called that person under the brand's older keys, the newest first."""
    past = keys.person_rings(brand.pk)[1:]
    return {raw: [ring.hash([raw])[0] for ring in past] for raw in raws} if past else {}


def key_of(brand: Brand, raw: str) -> str:
    """Return the key that a raw number of the brand's own system stands for: the one in use, unless somebody is known
    by one of before."""
    first, *past = [ring.hash([raw])[0] for ring in keys.person_rings(brand.pk)]
    if not past:
        return first
    known = set(Person.objects.filter(brand=brand, key__in=[first, *past]).values_list("key", flat=True))
    said = identity.said_of(brand.pk, [first, *past])
    return next((said.get(k, k) for k in (first, *past) if k in known or k in said), first)
