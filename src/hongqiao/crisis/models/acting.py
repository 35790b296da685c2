"""What is done about an incident: who holds which seat, steps and clocks, statements, people affected. X2."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class Seat(BrandedModel):
    """A role in the room and who holds it, with a deputy."""

    incident = models.ForeignKey("crisis.Incident", models.CASCADE, related_name="seats")
    role = models.CharField(max_length=32)  # knowledge/crisis/roles.json
    member = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    deputy = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "role"], name="crisis_seat_once_a_role")]


class SeatContact(BrandedModel):
    """Under which number a seat, and who stands in, is reached in an emergency, in every incident of the brand."""

    role = models.CharField(max_length=32)  # knowledge/crisis/roles.json
    phone = models.TextField(blank=True)  # encrypted
    deputy_phone = models.TextField(blank=True)  # encrypted

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "role"], name="crisis_contact_once_a_role")]


class Step(BrandedModel):
    """A step of the playbook in this incident: who, until when, done with which proof."""

    class State(models.TextChoices):
        WAITING = "waiting", N_("待办")
        DONE = "done", N_("已完成")
        SKIPPED = "skipped", N_("不适用")

    incident = models.ForeignKey("crisis.Incident", models.CASCADE, related_name="steps")
    code = models.CharField(max_length=48)
    text = models.CharField(max_length=300, blank=True)  # of a step that a person added
    known = models.JSONField(default=dict)  # {words, proof, labels} as the playbook said them when it was given
    role = models.CharField(max_length=32, blank=True)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    done_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    proof = models.JSONField(default=dict)  # {text, url, shot}
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "code"], name="crisis_step_once_a_code")]
        indexes = [models.Index(fields=["state", "due_at"], name="crisis_step_due")]


class Duty(BrandedModel):
    """A term that the law sets (adverse reactions: 30, 15 or 3 days), from when it is known until it is reported."""

    incident = models.ForeignKey("crisis.Incident", models.CASCADE, related_name="duties")
    code = models.CharField(max_length=48)  # knowledge/crisis/duties.json
    known = models.JSONField(default=dict)  # {label, words, days, basis} as they were when it began
    known_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    proof = models.JSONField(default=dict)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "code"], name="crisis_duty_once_a_code")]


class Statement(BrandedModel):
    """A statement by its structure; `digest` is what legal signed, another text needs another signature."""

    class Kind(models.TextChoices):
        CONCERN = "concern", N_("关注声明")
        APOLOGY = "apology", N_("致歉声明")
        CLARIFY = "clarify", N_("澄清说明")
        PROGRESS = "progress", N_("进展通报")
        RECALL = "recall", N_("召回公告")

    class State(models.TextChoices):
        DRAFT = "draft", N_("草稿")
        REVIEW = "review", N_("待法务")
        SIGNED = "signed", N_("已签批")
        OUT = "out", N_("已发布")
        DROPPED = "dropped", N_("作废")

    incident = models.ForeignKey("crisis.Incident", models.CASCADE, related_name="statements")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    title = models.CharField(max_length=120)
    text = models.TextField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    facts = models.JSONField(default=list)  # ids of the facts that it says
    found = models.JSONField(default=list)  # what the checks say of this text
    digest = models.CharField(max_length=64, blank=True)
    signatures = models.JSONField(default=list)  # [{by, role, at, digest, verdict, reason}]
    publications = models.JSONField(default=list)  # ids of delivery's publications
    out_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")


class Affected(BrandedModel):
    """Somebody whom it hurt: contact, apology and compensation tracked to the end. Name and contact are encrypted."""

    class State(models.TextChoices):
        NEW = "new", N_("待联系")
        CONTACTED = "contacted", N_("已联系")
        AGREED = "agreed", N_("已达成")
        SETTLED = "settled", N_("已结清")
        REFUSED = "refused", N_("未接受")

    incident = models.ForeignKey("crisis.Incident", models.CASCADE, related_name="affected")
    mention = models.ForeignKey("crisis.Mention", models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.TextField(blank=True)  # encrypted
    contact = models.TextField(blank=True)  # encrypted
    channel = models.CharField(max_length=32, blank=True)
    harm = models.CharField(max_length=300, blank=True)
    product = models.CharField(max_length=120, blank=True)
    batch = models.CharField(max_length=64, blank=True)
    medical = models.CharField(max_length=300, blank=True)  # which medical proof there is
    severe = models.BooleanField(default=False)
    state = models.CharField(max_length=16, choices=State.choices, default=State.NEW)
    contacts = models.JSONField(default=list)  # [{at, by, way, text}]
    apology_at = models.DateTimeField(null=True, blank=True)
    promised = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    paid = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    proof = models.JSONField(default=dict)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
