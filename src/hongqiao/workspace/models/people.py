"""Who works here, for which brand, in which role, and the platform accounts they run."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from hongqiao.errors import N_
from hongqiao.ids import uuid7
from hongqiao.workspace.models.base import BrandedModel, BrandedQuerySet, VersionedModel


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a person who signs in by e-mail; without a password only a one-time link lets them in."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make the owner of the installation."""
        return self.create_user(email, password, is_superuser=True, **fields)

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Return the address in lower case: nobody has two accounts that differ by a capital."""
        return (email or "").strip().lower()

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email=self.normalize_email(email))


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do is said by their Member rows, one a brand."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=16, default="zh-hans")
    time_zone = models.CharField(max_length=64, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    last_brand = models.ForeignKey("workspace.Brand", models.SET_NULL, null=True, related_name="+")  # looked at last

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    get_short_name = get_full_name

    @property
    def is_staff(self) -> bool:
        return self.is_superuser

    def zone(self) -> str:
        """Return the person's time zone, the installation's where they chose none."""
        return self.time_zone or settings.TIME_ZONE


class BrandQuerySet(BrandedQuerySet):
    brand_path = "pk"


class Brand(VersionedModel):
    """A brand: the tenant. Everything else hangs on one."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    industry = models.CharField(max_length=40, blank=True)
    zone = models.CharField(max_length=64, default="Asia/Shanghai")
    settings = models.JSONField(default=dict, blank=True)
    hidden_rooms = models.JSONField(default=list, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = models.Manager.from_queryset(BrandQuerySet)()

    def __str__(self) -> str:
        return self.name


class Member(BrandedModel):
    """A person in a brand, in one role. `rooms` narrows the role to some rooms; null means all the role has."""

    class State(models.TextChoices):
        ACTIVE = "active", N_("在岗")
        INACTIVE = "inactive", N_("已停用")

    user = models.ForeignKey(User, models.PROTECT, related_name="members")
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="members")
    role = models.CharField(max_length=32)
    rooms = models.JSONField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.ACTIVE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "user"], name="member_once_a_brand")]

    def __str__(self) -> str:
        return str(self.user)


class Account(BrandedModel):
    """An account on a platform: the brand's own, or a competitor's that it watches. A file names no account: people
    bind it to one of these. What a competitor's account brings never counts in the brand's own figures."""

    class Relation(models.TextChoices):
        OWN = "own", N_("自有")
        COMPETITOR = "competitor", N_("竞品")

    class State(models.TextChoices):
        OPEN = "open", N_("使用中")
        CLOSED = "closed", N_("已关闭")

    platform = models.CharField(max_length=32)
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64, default="Asia/Shanghai")
    external_id = models.CharField(max_length=120, blank=True)
    relation = models.CharField(max_length=16, choices=Relation.choices, default=Relation.OWN)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "platform", "name"], name="account_once_a_platform")]

    def __str__(self) -> str:
        return self.name

    @property
    def competitor(self) -> bool:
        return self.relation == self.Relation.COMPETITOR
