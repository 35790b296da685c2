"""The floor under every row of a brand: a time-ordered key, the brand, and one way to ask for what a member may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models

from hongqiao.errors import Conflict, NotFound
from hongqiao.ids import uuid7
from hongqiao.workspace import permissions

if TYPE_CHECKING:
    from hongqiao.workspace.models.people import Member


class BrandedQuerySet(models.QuerySet):
    """Rows of one brand, asked for by a member."""

    brand_path = "brand_id"

    def for_member(self, member: Member, permission: str) -> Self:
        """Return the rows of the member's brand, or none where the role lacks `permission` ("room.action")."""
        if not permissions.allows(member, permission):
            return self.none()
        return self.filter(**{self.brand_path: member.brand_id})

    def get_for(self, member: Member, permission: str, pk: UUID | str) -> Any:
        """Return one row. Raises NotFound where it is absent, another brand's, or not permitted: all look the same."""
        return self.for_member(member, permission).one(pk)

    def locked(self, pk: UUID | str, seen: int | None) -> Any:
        """Return one row locked until the transaction ends; what is selected beside it is not.

        `seen` is the version the person looked at (None where the act does not depend on it). Call it inside a
        transaction. Raises NotFound where it is not in this set, Conflict where somebody changed it since.
        """
        row = self.select_for_update(of=("self",)).one(pk)
        if seen is not None and row.version != int(seen):
            raise Conflict()
        return row

    def one(self, pk: UUID | str) -> Any:
        """Return the row with this key. Raises NotFound, also for a key that is no key."""
        try:
            return self.get(pk=pk)
        except (ObjectDoesNotExist, ValidationError, ValueError):
            raise NotFound() from None


BrandedManager = models.Manager.from_queryset(BrandedQuerySet)


class VersionedModel(models.Model):
    """A row with a version that moves by one at every change a person makes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def save_next(self, *fields: str) -> None:
        """Save the named fields as the next version."""
        self.version += 1
        self.save(update_fields=[*fields, "version"])


class BrandedModel(VersionedModel):
    """A row of one brand. Every model of a room inherits this."""

    brand = models.ForeignKey("workspace.Brand", models.PROTECT, related_name="+")

    objects = BrandedManager()

    class Meta:
        abstract = True
