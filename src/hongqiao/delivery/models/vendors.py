"""By whom text messages go out, and the codes that messages hand out. Serves U1."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class SmsVendor(BrandedModel):
    """A vendor of text messages with its keys, encrypted. One of a brand is in use at a time: the newest that is on.

    `secrets` {"id", "secret", "hook"}: the keys, and the last part of the address that the vendor calls back.
    """

    class Kind(models.TextChoices):
        ALIYUN = "aliyun_sms", N_("阿里云短信")
        TENCENT = "tencent_sms", N_("腾讯云短信")

    class State(models.TextChoices):
        UNTRIED = "untried", N_("未验证")
        GOOD = "good", N_("正常")
        REFUSED = "refused", N_("被拒绝")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    sign = models.CharField(max_length=16)  # without 【】
    opt_out = models.CharField(max_length=40)  # the wording that this vendor wants
    app_id = models.CharField(max_length=40, blank=True)  # Tencent: SdkAppId
    secrets = models.TextField()
    key_mark = models.CharField(max_length=64)  # keyed hash of the key's id: whose signature it is
    hint = models.CharField(max_length=16)
    price = models.DecimalField(max_digits=8, decimal_places=4)  # yuan a piece
    on = models.BooleanField(default=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.UNTRIED)
    said = models.JSONField(default=dict)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "kind"], name="sms_vendor_once_a_kind")]


class CouponPool(BrandedModel):
    """Codes of one campaign, each handed out once: what they are good for, and until when."""

    name = models.CharField(max_length=80)
    benefit = models.CharField(max_length=120)
    until = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="coupon_pool_once_a_name")]

    def __str__(self) -> str:
        return self.name


class Coupon(BrandedModel):
    """One code, encrypted: who has it is worth money."""

    pool = models.ForeignKey(CouponPool, models.CASCADE, related_name="coupons")
    digest = models.CharField(max_length=64)
    sealed = models.TextField()
    reach = models.OneToOneField("delivery.Reach", models.SET_NULL, null=True, blank=True, related_name="coupon")
    given_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pool", "digest"], name="coupon_once_a_pool")]
        indexes = [models.Index(fields=["pool", "given_at"], name="coupon_by_pool")]
