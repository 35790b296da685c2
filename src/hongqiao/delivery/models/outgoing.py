"""What leaves the house: messages to colleagues, and what is published on platforms. Serves D2, publish truth."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import Account, BrandedModel, Member


class Group(BrandedModel):
    """A group's bot on Feishu, DingTalk or WeCom. Its address is a secret: kept encrypted, shown masked."""

    class Kind(models.TextChoices):
        FEISHU = "feishu", N_("飞书")
        DINGTALK = "dingtalk", N_("钉钉")
        WECOM = "wecom", N_("企业微信")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=80)
    address = models.TextField()
    secret = models.TextField(blank=True)
    hint = models.CharField(max_length=16)
    wants = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    created_by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="group_name_once_a_brand")]

    def __str__(self) -> str:
        return self.name


class Preference(BrandedModel):
    """How one member wants to be told. Without a row the house's defaults hold (delivery/limits.json)."""

    class Mode(models.TextChoices):
        NOW = "now", N_("即时（每天最多三条）")
        DIGEST = "digest", N_("只看每日汇总")

    member = models.OneToOneField(Member, models.CASCADE, related_name="preference")
    mode = models.CharField(max_length=16, choices=Mode.choices, default=Mode.NOW)
    severity = models.PositiveSmallIntegerField(default=1)
    email = models.BooleanField(default=False)
    digest_hour = models.PositiveSmallIntegerField(default=9)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    urgent_anyway = models.BooleanField(default=True)


class Message(BrandedModel):
    """One message on one way to one receiver. `kind` names the card that is made of `payload` when it is sent.

    Unique by brand and key, so that a job that runs twice sends once. `proof` is what the other side answered.
    """

    class Way(models.TextChoices):
        IN_APP = "in_app", N_("站内")
        EMAIL = "email", N_("邮件")
        GROUP = "group", N_("群机器人")

    class State(models.TextChoices):
        WAITING = "waiting", N_("待发送")
        SENT = "sent", N_("已发送")
        FAILED = "failed", N_("发送失败")
        STOPPED = "stopped", N_("已停发")

    key = models.CharField(max_length=255)
    way = models.CharField(max_length=16, choices=Way.choices)
    kind = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    member = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="messages")
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    proof = models.JSONField(null=True, blank=True)
    error = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "key"], name="message_once_a_key")]
        indexes = [models.Index(fields=["brand", "-id"], name="message_by_brand")]


class Connection(BrandedModel):
    """How an account of the brand's is reached by its platform's interface. Keys and tokens are encrypted at rest.

    `state` is what the last call said; `said` holds the platform's own words where it refused.
    """

    class State(models.TextChoices):
        UNTRIED = "untried", N_("未验证")
        GOOD = "good", N_("正常")
        REFUSED = "refused", N_("被拒绝")
        OFF = "off", N_("已停用")

    account = models.OneToOneField(Account, models.CASCADE, related_name="connection")
    kind = models.CharField(max_length=32)  # which kind of account: decides what it may do
    app_id = models.CharField(max_length=80)
    hint = models.CharField(max_length=16, blank=True)
    secrets = models.TextField(blank=True)  # encrypted JSON: app secret, callback token, AES key
    tokens = models.TextField(blank=True)  # encrypted JSON: token, until
    tokens_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.UNTRIED)
    said = models.JSONField(default=dict)
    renewing_until = models.DateTimeField(null=True, blank=True)  # one refresher at a time: whose claim ends then
    spent = models.JSONField(default=dict)  # {call: {day, count}}: what of the quota is used
    pulled_until = models.DateField(null=True, blank=True)  # statistics are here up to this day of the platform's
    listed_at = models.DateTimeField(null=True, blank=True)  # when its articles were last looked up, for their comments
    comments_until = models.DateTimeField(null=True, blank=True)  # no comments are asked for before: quota or pace
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")


class Thread(BrandedModel):
    """An article of an account under which people comment: when its turn is, which of its comments are known.

    `known` {the platform's id: [digest, looks without it]}: what people wrote is kept by the rooms, not here.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="threads")
    data_id = models.CharField(max_length=32)
    idx = models.PositiveSmallIntegerField(default=1)  # as its address counts
    title = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField()
    next_at = models.DateTimeField()  # its turn; put off for a while by who asks
    asked_at = models.DateTimeField(null=True, blank=True)
    closed = models.BooleanField(default=False)  # no comments to give, when last asked
    known = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "data_id", "idx"], name="thread_once_an_account")]
        indexes = [models.Index(fields=["account", "next_at"], name="thread_by_turn")]

    def __str__(self) -> str:
        return self.title or self.data_id


class Publication(BrandedModel):
    """One text on its way to one account. Unique by brand and key, so that nothing is ever published twice.

    `payload` is what is published, as it was approved (`digest`); `steps` {step: id} what the platform took already;
    `proof` what was seen at the address, or what a person declared: the two are different states.
    """

    class Way(models.TextChoices):
        API = "api", N_("官方接口")
        ASSISTED = "assisted", N_("人工发布")

    class State(models.TextChoices):
        WAITING = "waiting", N_("待发布")
        SUBMITTED = "submitted", N_("已提交")
        REVIEWING = "reviewing", N_("审核中")
        VERIFIED = "verified", N_("已发布·已核实")
        DECLARED = "declared", N_("已发布·待核实")
        FAILED = "failed", N_("发布失败")
        STOPPED = "stopped", N_("已取消")

    key = models.CharField(max_length=255)
    account = models.ForeignKey(Account, models.PROTECT, related_name="publications")
    subject = models.CharField(max_length=64)  # "content.piece"
    subject_id = models.UUIDField()
    title = models.CharField(max_length=120)
    way = models.CharField(max_length=16, choices=Way.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    digest = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    steps = models.JSONField(default=dict)
    asking_at = models.DateTimeField(null=True, blank=True)  # asked, no answer kept yet: only `find` tells
    ids = models.JSONField(default=dict)  # what the platform calls it since it took it
    attempts = models.PositiveSmallIntegerField(default=0)
    address = models.URLField(max_length=500, blank=True)
    told_followers = models.BooleanField(default=False)  # 公众号: 群发, not only 发布
    told_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    live_at = models.DateTimeField(null=True, blank=True)
    proof = models.JSONField(null=True, blank=True)  # {kind: fetched | platform | link | screenshot, at, by, share, …}
    checks = models.JSONField(default=list)  # the last looks at its address
    gone_at = models.DateTimeField(null=True, blank=True)  # since when it is not there any more
    next_at = models.DateTimeField(null=True, blank=True)  # when it is asked after again
    passes = models.PositiveIntegerField(default=0)  # raised to end the phone links that were given out
    error = models.JSONField(null=True, blank=True)  # {code, message, next_step, params}: the last refusal
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "key"], name="publication_once_a_key")]
        indexes = [
            models.Index(fields=["brand", "state", "due_at"], name="publication_by_day"),
            models.Index(fields=["subject_id"], name="publication_by_subject"),
        ]

    def __str__(self) -> str:
        return self.title
