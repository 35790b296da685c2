"""What a brand taught the program about tables that no platform layout knows."""

from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao import platforms
from hongqiao.imports.models import Mapping
from hongqiao.imports.teaching import signature
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member


@transaction.atomic
def keep_mapping(*, actor: Member, mapping: dict[str, Any]) -> Mapping:
    """Keep how an unknown table is read, by its header signature; a table of the same headers is read so from now on.

    Raises NotAllowed, and Invalid where a column that the target cannot do without is not mapped.
    Files that wait are recognised anew by `look_again`.
    """
    permissions.require(actor, "imports.run")
    headers = mapping.get("headers") or list(mapping.get("columns") or {})
    mapping = {**mapping, "headers": headers, "code": signature(headers)}
    layout = platforms.layout_from_mapping(mapping)
    values = {"label": layout.label[:120], "platform": layout.platform, "mapping": mapping}
    kept, made = Mapping.objects.update_or_create(
        brand=actor.brand, code=layout.code, defaults=values, create_defaults={**values, "created_by": actor}
    )
    if not made:
        kept.save_next()
    audit.record(actor, "import.mapping_kept", kept, label=kept.label)
    return kept


@transaction.atomic
def forget_mapping(*, actor: Member, mapping_id: UUID, seen: int | None) -> None:
    """Forget a mapping. What was imported with it stays. Raises NotFound, Conflict."""
    kept = Mapping.objects.for_member(actor, "imports.run").locked(mapping_id, seen)
    audit.record(actor, "import.mapping_forgotten", kept, label=kept.label)
    kept.delete()
