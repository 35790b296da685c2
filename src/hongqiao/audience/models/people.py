"""Who is known by more than a key: identities, merges that can be undone, tags. U1.

A person is the `key` that facts carry. Most of them have no row here: one is made when something is kept beside
the facts (an identity with a contact, a tag, a point, a ticket).
"""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class Person(BrandedModel):
    """One user. `into` is set where this one was found to be another; then only that one is shown."""

    key = models.CharField(max_length=64)
    name = models.TextField(blank=True)  # encrypted
    into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    minor = models.BooleanField(default=False)  # under 14: nothing is sent, nothing is profiled
    no_profile = models.BooleanField(default=False)  # refused automated decisions (PIPL 24)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "key"], name="audience_person_once_a_key")]


class Identity(BrandedModel):
    """One way in which a person is known. `digest` is a keyed hash; the value itself is encrypted or not kept."""

    class Kind(models.TextChoices):
        OWN = "own", N_("自有系统编号")
        MEMBER = "member", N_("会员编号")
        PHONE = "phone", N_("手机号")
        UNIONID = "unionid", N_("微信 unionid")
        OPENID = "openid", N_("公众号 openid")
        WECOM = "wecom", N_("企业微信客户")
        EMAIL = "email", N_("邮箱")
        PLATFORM = "platform", N_("平台用户编号")

    person = models.ForeignKey(Person, models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    scope = models.CharField(max_length=64, blank=True)  # whose number: an account's id, a platform's code
    digest = models.CharField(max_length=64)
    sealed = models.TextField(blank=True)
    hint = models.CharField(max_length=32, blank=True)
    source = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "kind", "scope", "digest"], name="audience_identity_once")
        ]


class Merge(BrandedModel):
    """Two persons found to be one: by which rule or by whom, with what it takes to undo it."""

    keep = models.ForeignKey(Person, models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, models.CASCADE, related_name="+")
    rule = models.CharField(max_length=32)  # "phone", "unionid", … or "person"
    moved = models.JSONField(default=dict)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)


class Tag(BrandedModel):
    """A word put on people by hand, by a rule or by a survey."""

    name = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="audience_tag_once_a_name")]

    def __str__(self) -> str:
        return self.name


class Tagged(BrandedModel):
    """A tag on a person, since when and from where; taken off it stays as history."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="tagged")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged")
    source = models.CharField(max_length=80)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "tag"], condition=models.Q(off_at=None), name="audience_tag_once_a_person"
            )
        ]
