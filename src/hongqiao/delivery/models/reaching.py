"""How a user may be reached: address, consent, refusal, and every message to one. Serves U1.

A user is named by `subject`, the person key that facts carry (`workspace.keys.PersonKeys`); whoever two keys are is
one person is the audience's matter, and comes here through `delivery.keepers`.
"""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class Channel(models.TextChoices):
    SMS = "sms", N_("短信")
    NOTICE = "notice", N_("公众号订阅通知")
    SERVICE = "service", N_("公众号客服消息")
    MASS = "mass", N_("公众号群发")
    WECOM = "wecom", N_("企业微信群发")
    EMAIL = "email", N_("邮件")


class Purpose(models.TextChoices):
    MARKETING = "marketing", N_("营销推送")
    SERVICE = "service", N_("服务通知")
    RESEARCH = "research", N_("问卷与访谈")
    PROFILE = "profile", N_("个性化推荐")


class Contact(BrandedModel):
    """One address of one user on one channel, encrypted. `digest` finds it again and is what a refusal names."""

    class State(models.TextChoices):
        GOOD = "good", N_("可用")
        FAILED = "failed", N_("无法送达")

    subject = models.CharField(max_length=64)
    channel = models.CharField(max_length=16, choices=Channel.choices)
    digest = models.CharField(max_length=64)  # keyed hash of channel and address
    sealed = models.TextField()  # the address, encrypted
    hint = models.CharField(max_length=32, blank=True)  # 138****1234
    state = models.CharField(max_length=16, choices=State.choices, default=State.GOOD)
    account = models.ForeignKey("workspace.Account", models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "channel", "digest", "subject"], name="contact_once_a_subject")
        ]
        indexes = [models.Index(fields=["brand", "subject"], name="contact_by_subject")]


class Consent(BrandedModel):
    """A line of the ledger of consent; none is ever changed. The latest line of subject, purpose and channel holds."""

    subject = models.CharField(max_length=64)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    channel = models.CharField(max_length=16, choices=Channel.choices, blank=True)  # "": all of them
    given = models.BooleanField()  # False: withdrawn
    at = models.DateTimeField()
    source = models.CharField(max_length=80)  # where it was said: 小程序注册, 退订短信 …
    wording = models.CharField(max_length=80, blank=True)  # version of the text that was agreed to
    proof = models.JSONField(default=dict)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["brand", "subject", "-at"], name="consent_by_subject")]


class OptOut(BrandedModel):
    """An address that asked for nothing more. It stands whoever holds the address, until it is taken back by them."""

    channel = models.CharField(max_length=16, choices=Channel.choices)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    source = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "channel", "digest"], name="opt_out_once")]


class Reach(BrandedModel):
    """One message to one user. Unique by brand and key, so that nothing is sent twice. `why` is a refusal's code."""

    class State(models.TextChoices):
        WAITING = "waiting", N_("待发送")
        ASSISTED = "assisted", N_("待人工发送")
        SENT = "sent", N_("已发送")
        DELIVERED = "delivered", N_("已送达")
        FAILED = "failed", N_("发送失败")
        REFUSED = "refused", N_("未发送")
        STOPPED = "stopped", N_("已取消")

    key = models.CharField(max_length=200)
    subject = models.CharField(max_length=64)
    channel = models.CharField(max_length=16, choices=Channel.choices)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    origin = models.CharField(max_length=100, blank=True)  # "journey:<id>", "ticket:<id>" …
    content = models.JSONField(default=dict)  # template and its values; no name, no address
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=48, blank=True)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asking_at = models.DateTimeField(null=True, blank=True)  # asked, no answer kept yet
    cost = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    proof = models.JSONField(null=True, blank=True)
    error = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "key"], name="reach_once_a_key")]
        indexes = [
            models.Index(fields=["brand", "state", "due_at"], name="reach_by_due"),
            models.Index(fields=["brand", "subject", "-sent_at"], name="reach_by_subject"),
            models.Index(fields=["brand", "origin"], name="reach_by_origin"),
        ]
