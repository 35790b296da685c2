"""Ways in and keys. Tokens are kept hashed only; a brand's keys are kept encrypted."""

from django.conf import settings
from django.db import models

from hongqiao.ids import uuid7
from hongqiao.workspace.models.base import BrandedManager, BrandedModel
from hongqiao.workspace.models.people import Brand, Member


class Invitation(BrandedModel):
    """An open hand to a person who is not in the brand yet."""

    email = models.EmailField()
    role = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    invited_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)


class SignInLink(models.Model):
    """A one-time way in for one person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class ApiToken(BrandedModel):
    """A key for programs: acts as its member, within its scopes."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    hint = models.CharField(max_length=16)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class ApiReceipt(models.Model):
    """What a call with an Idempotency-Key was answered, so that the same call again makes nothing twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    call = models.CharField(max_length=120)
    key = models.CharField(max_length=200)
    said = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)  # null: still being done
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BrandedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "call", "key"], name="api_receipt_once")]


class FeedToken(BrandedModel):
    """The secret in the address of a member's calendar: whoever has it reads the calendar, and nothing else."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=models.Q(revoked_at=None), name="feed_one_in_use")
        ]


class BrandKey(BrandedModel):
    """A brand's own secret for one purpose, encrypted with the installation's keys."""

    purpose = models.CharField(max_length=32)
    key_id = models.CharField(max_length=16)
    secret = models.TextField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "purpose", "key_id"], name="brand_key_id"),
            models.UniqueConstraint(
                fields=["brand", "purpose"], condition=models.Q(retired_at=None), name="brand_key_one_in_use"
            ),
        ]
