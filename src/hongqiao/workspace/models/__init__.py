"""What the workspace keeps: people and brands, keys to the door, records of what was done, work to do."""

from .base import BrandedManager, BrandedModel, BrandedQuerySet, VersionedModel
from .doors import ApiToken, BrandKey, Invitation, SignInLink
from .people import Account, Brand, Member, User
from .records import AuditEntry, Notice, Pause
from .work import Effect, Job

__all__ = [
    "Account",
    "ApiToken",
    "AuditEntry",
    "Brand",
    "BrandKey",
    "BrandedManager",
    "BrandedModel",
    "BrandedQuerySet",
    "Effect",
    "Invitation",
    "Job",
    "Member",
    "Notice",
    "Pause",
    "SignInLink",
    "User",
    "VersionedModel",
]
