"""A platform renamed a column: a person says which one it was, and every file of this brand is read so from then on."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from hongqiao import platforms
from hongqiao.errors import Conflict, HongqiaoError
from hongqiao.imports import queries, renamed
from hongqiao.imports.errors import BadAlias
from hongqiao.imports.models import ColumnAlias, ImportTable
from hongqiao.imports.services.files import look_again
from hongqiao.imports.teaching import signature
from hongqiao.platforms.kit.headers import clean
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member


@transaction.atomic
def teach_alias(*, actor: Member, layout: str, header: str, target: str) -> ColumnAlias:
    """Say that a new column of a platform's layout is one that the layout knows by another name.

    Raises NotAllowed; BadAlias where there is no such layout or column, or the name already means another one.
    """
    permissions.require(actor, "imports.teach")
    known, name = platforms.LAYOUTS.get(layout), clean(header)[:255]
    if known is None or known.special or not name or target not in renamed.teachable(known):
        raise BadAlias(header=header[:80])
    taken = {clean(n).casefold() for f in known.fields for n in f.names}
    if name.casefold() in taken:
        raise BadAlias(header=header[:80])
    kept, made = ColumnAlias.objects.get_or_create(
        brand=actor.brand, layout=layout, header=name, defaults={"target": target, "created_by": actor}
    )
    if not made and kept.target != target:
        raise Conflict()  # somebody said something else; undo that first
    if made:
        audit.record(actor, "import.alias_taught", kept, header=name, target=target, layout=known.label)
    return kept


@transaction.atomic
def forget_alias(*, actor: Member, alias_id: UUID, seen: int | None) -> str:
    """Take a taught name back; what was imported with it stays. Return its layout. Raises NotFound, Conflict."""
    kept = ColumnAlias.objects.for_member(actor, "imports.teach").locked(alias_id, seen)
    audit.record(actor, "import.alias_forgotten", kept, header=kept.header, target=kept.target)
    layout = kept.layout
    kept.delete()
    return layout


def look_again_at(*, actor: Member, layout: str) -> int:
    """Recognise every waiting or refused file of this layout anew, after a change; return how many."""
    return _again(actor, _waiting(actor).filter(layout=layout).values_list("file_id", flat=True))


def look_again_like(*, actor: Member, code: str, besides: UUID) -> int:
    """Recognise the other waiting files whose headers a mapping of this code was taught for; return how many."""
    tables = _waiting(actor).exclude(file_id=besides).values_list("file_id", "headers")
    return _again(actor, [file_id for file_id, headers in tables if signature(headers) == code])


def _waiting(actor: Member) -> QuerySet[ImportTable]:
    return ImportTable.objects.filter(file__in=queries.waiting(actor, light=True).filter(kept=True))


def _again(actor: Member, file_ids: Iterable[UUID]) -> int:
    count = 0
    for file_id in dict.fromkeys(file_ids):
        try:
            look_again(actor=actor, file_id=file_id, seen=None)
            count += 1
        except HongqiaoError:
            continue  # confirmed or discarded meanwhile
    return count
