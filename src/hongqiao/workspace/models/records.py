"""What was done (append only), what people are told, and what is paused."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone

from hongqiao.errors import N_, HongqiaoError
from hongqiao.ids import uuid7
from hongqiao.workspace.models.base import BrandedModel, BrandedQuerySet
from hongqiao.workspace.models.people import Brand, Member


class AppendOnly(HongqiaoError):
    code, status = "append_only", 409
    message = N_("操作记录只能追加，不能修改或删除")
    next_step = N_("如需更正，请再做一次正确的操作，两条都会留下")


class AuditQuerySet(BrandedQuerySet):
    def update(self, **fields: Any) -> NoReturn:
        raise AppendOnly()

    def delete(self) -> NoReturn:
        raise AppendOnly()


class AuditEntry(models.Model):
    """One thing somebody did. Codes and parameters, never rendered text. The database refuses change as well."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    params = models.JSONField(default=dict)
    search = models.TextField(blank=True)  # the values of the parameters, so that Chinese is found on either database
    ip = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = models.Manager.from_queryset(AuditQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["brand", "-id"], name="audit_by_brand"),
            models.Index(fields=["brand", "code"], name="audit_by_code"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly()


class Notice(BrandedModel):
    """A line for one member: a code, its parameters, and where to go."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="notices")
    code = models.CharField(max_length=64)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["member", "read_at", "-id"], name="notice_unread")]


class Pause(BrandedModel):
    """One switch of the red button. `scope` is a registered name, a part of one, or "all"."""

    scope = models.CharField(max_length=64)
    on = models.BooleanField(default=False)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    until = models.DateTimeField(null=True, blank=True)  # it ends by itself; None: when a person ends it
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "scope"], name="pause_once_a_scope")]

    @property
    def stands(self) -> bool:
        """Whether it stops anything now."""
        return self.on and (self.until is None or self.until > timezone.now())
