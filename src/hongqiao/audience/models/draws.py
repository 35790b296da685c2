"""Lucky draws: the form that is frozen, entries under opaque ids, what was typed, who won and got it. U2."""

from django.db import models

from hongqiao.audience.models.communities import Activity, Entry
from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class Draw(BrandedModel):
    """One draw. From opening on `form`, `terms`, `plan_hash` and `commitment` never change; no service deletes it."""

    class Mode(models.TextChoices):
        OWN = "own", N_("自有抽奖")
        PLATFORM = "platform", N_("平台官方抽奖")

    class State(models.TextChoices):
        DRAFT = "draft", N_("草稿")
        OPEN = "open", N_("报名中")
        CLOSED = "closed", N_("名单已公布")
        DRAWN = "drawn", N_("已开奖")
        DONE = "done", N_("已兑奖完毕")
        VOID = "void", N_("已作废")

    activity = models.ForeignKey(Activity, models.PROTECT, null=True, blank=True, related_name="draws")
    mode = models.CharField(max_length=16, choices=Mode.choices, default=Mode.OWN)
    title = models.CharField(max_length=80)
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    form = models.JSONField(default=dict, blank=True)
    form_version = models.PositiveIntegerField(default=0)  # how often it was saved before it was frozen
    form_hash = models.CharField(max_length=64, blank=True)
    terms = models.TextField(blank=True)  # as published
    token = models.CharField(max_length=64, blank=True)  # of the public page
    secret = models.TextField(blank=True)  # encrypted; told once drawn
    commitment = models.CharField(max_length=64, blank=True)
    plan_hash = models.CharField(max_length=64, blank=True)
    opens = models.DateTimeField(null=True, blank=True)
    closes = models.DateTimeField(null=True, blank=True)
    due = models.DateTimeField(null=True, blank=True)  # when the beacon can be known
    beacon_source = models.CharField(max_length=200, blank=True)
    chain = models.CharField(max_length=64, blank=True)
    round = models.PositiveBigIntegerField(default=0)
    list_hash = models.CharField(max_length=64, blank=True)
    listed_at = models.DateTimeField(null=True, blank=True)
    list_count = models.PositiveIntegerField(default=0)
    typed = models.JSONField(default=list, blank=True)  # [{"by", "value", "signature", "at"}], the last of each member
    beacon = models.CharField(max_length=200, blank=True)
    signature = models.CharField(max_length=400, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    keep_until = models.DateField(null=True, blank=True)
    proof = models.JSONField(default=dict, blank=True)  # of a platform's own tool: {"url", "shot", "text"}
    reason = models.CharField(max_length=300, blank=True)  # why it is void
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token"], condition=~models.Q(token=""), name="audience_draw_token")
        ]

    def __str__(self) -> str:
        return self.title


class Slip(BrandedModel):
    """One person's part in a draw under an opaque id. `excluded`: why it was taken out before the list was made."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="tickets")
    code = models.CharField(max_length=32)
    who = models.CharField(max_length=64)
    known = models.BooleanField(default=False)  # `who` is a person key of the facts
    name = models.TextField(blank=True)  # encrypted
    count = models.PositiveIntegerField(default=1)
    entry = models.ForeignKey(Entry, models.SET_NULL, null=True, blank=True, related_name="+")
    ref = models.CharField(max_length=120, blank=True)
    excluded = models.CharField(max_length=32, blank=True)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "who"], name="audience_ticket_once_a_person"),
            models.UniqueConstraint(fields=["draw", "code"], name="audience_ticket_once_a_code"),
        ]


class Win(BrandedModel):
    """A prize that somebody won, or an alternate who stands by (`prize` ""), and how it reached them."""

    class State(models.TextChoices):
        WAITING = "waiting", N_("待领取")
        CLAIMED = "claimed", N_("已领取")
        SENT = "sent", N_("已寄出")
        RECEIVED = "received", N_("已签收")
        FORFEITED = "forfeited", N_("已弃奖")

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="wins")
    ticket = models.ForeignKey(Slip, models.PROTECT, related_name="wins")
    rank = models.PositiveIntegerField()
    prize = models.CharField(max_length=64, blank=True)  # code of a prize
    price = models.DecimalField(max_digits=18, decimal_places=2, default=0)  # yuan at the market's price
    instead = models.CharField(max_length=32, blank=True)  # the ticket that gave up
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    gone = models.PositiveIntegerField(default=0)  # in which order it was given up, 0: it was not
    why = models.CharField(max_length=200, blank=True)
    contact = models.TextField(blank=True)  # encrypted
    carrier = models.CharField(max_length=120, blank=True)  # carrier and number
    proof = models.JSONField(default=dict, blank=True)
    moved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "ticket"], name="audience_win_once_a_ticket")]
        ordering = ["rank"]
