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


class MergeAsk(BrandedModel):
    """Two who may be one, where the rules do not say: a person decides. Once a pair and reason."""

    class State(models.TextChoices):
        WAITING = "waiting", N_("待确认")
        MERGED = "merged", N_("已合并")
        APART = "apart", N_("不是同一人")

    left = models.ForeignKey(Person, models.CASCADE, related_name="+")
    right = models.ForeignKey(Person, models.CASCADE, related_name="+")
    why = models.CharField(max_length=32)  # two_phones, shared_phone
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["left", "right"], name="audience_merge_asked_once")]
        indexes = [models.Index(fields=["brand", "state"], name="audience_ask_by_state")]


class Right(BrandedModel):
    """What a user asked of us about their data (PIPL 44–50), due in so many working days."""

    class Kind(models.TextChoices):
        ACCESS = "access", N_("查阅、复制")
        CORRECT = "correct", N_("更正、补充")
        ERASE = "erase", N_("删除")
        WITHDRAW = "withdraw", N_("撤回同意")
        EXPLAIN = "explain", N_("解释说明")

    class State(models.TextChoices):
        OPEN = "open", N_("待处理")
        DONE = "done", N_("已办结")
        REFUSED = "refused", N_("不予办理")

    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="rights")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    due = models.DateField()
    note = models.TextField(blank=True)  # encrypted
    answer = models.TextField(blank=True)  # encrypted
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["brand", "state", "due"], name="audience_right_by_due")]


class Erasure(BrandedModel):
    """That somebody was erased: a keyed hash of the key, so that a restored backup can be erased again."""

    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "digest"], name="audience_erased_once")]
