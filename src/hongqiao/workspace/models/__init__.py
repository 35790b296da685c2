"""What the workspace keeps: people and brands, keys to the door, records of what was done, work to do."""

from .assistant import Assistant, AssistantCall, Rewording
from .base import BrandedManager, BrandedModel, BrandedQuerySet, VersionedModel
from .doors import ApiReceipt, ApiToken, BrandKey, FeedToken, Invitation, SignInLink
from .people import Account, Brand, Member, User
from .records import AuditEntry, Notice, Pause
from .webhooks import Delivery, Webhook
from .work import Effect, Job

__all__ = [
    "Account",
    "ApiReceipt",
    "ApiToken",
    "Assistant",
    "AssistantCall",
    "AuditEntry",
    "Brand",
    "BrandKey",
    "BrandedManager",
    "BrandedModel",
    "BrandedQuerySet",
    "Delivery",
    "Effect",
    "FeedToken",
    "Invitation",
    "Job",
    "Member",
    "Notice",
    "Pause",
    "Rewording",
    "SignInLink",
    "User",
    "VersionedModel",
    "Webhook",
]
