"""An incident and what is known of it: timeline, evidence, facts, answers for customer service. X1, X2."""

from typing import Any

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel, Member


class Incident(BrandedModel):
    """What is handled as one. `level` I is gravest; `parts` is how it came to be, open to recomputing.

    The clock of the first answer runs from `posted_at` (the first mention's posting, shown) and from `heard_at` (from
    which the hour is counted); nothing runs from an import.
    """

    class State(models.TextChoices):
        OPEN = "open", N_("待接警")
        HANDLING = "handling", N_("处置中")
        MENDING = "mending", N_("修复中")
        CLOSED = "closed", N_("已关闭")
        MERGED = "merged", N_("已合并")

    class Level(models.TextChoices):
        I = "I", N_("I 级 · 红")  # noqa: E741 - the trade's own name
        II = "II", N_("II 级 · 橙")
        III = "III", N_("III 级 · 黄")
        IV = "IV", N_("IV 级 · 蓝")

    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, blank=True)
    nature = models.CharField(max_length=16, blank=True)
    level = models.CharField(max_length=4, choices=Level.choices)
    parts = models.JSONField(default=dict)
    floor = models.CharField(max_length=4, choices=Level.choices, blank=True)  # not below this, whatever the volume
    by_hand = models.JSONField(default=dict)  # {level, reason, by, at}: a person's word goes before the table's
    hits = models.JSONField(default=list)  # the last windows' levels: two in a row raise or lower it
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    posted_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    commander = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    playbook = models.CharField(max_length=32, blank=True)
    choice = models.JSONField(default=dict)  # SCCT: what was entered and what the table says
    fields = models.JSONField(default=dict)  # batch numbers, medical proof, product, region …
    topics = models.JSONField(default=list)  # words, product, batch that gather mentions to it
    into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    drill = models.BooleanField(default=False)
    lessons = models.JSONField(default=dict)  # the review: what happened, why, what is changed
    recovery = models.JSONField(default=dict)  # the last measurement against the band before it
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")  # None: opened by itself

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "number"], name="crisis_incident_once_a_number")]
        indexes = [models.Index(fields=["brand", "state", "-id"], name="crisis_incident_by_state")]

    def __str__(self) -> str:
        return self.title

    def joined(self) -> list[Any]:
        """Return the keys of it and of all that was merged into it, however far: their evidence is its own."""
        keys: list[Any] = [self.pk]
        wave = keys
        while wave:
            merged = Incident.objects.filter(brand_id=self.brand_id, into__in=wave).exclude(pk__in=keys)
            wave = list(merged.values_list("pk", flat=True))
            keys = keys + wave
        return keys


class Entry(BrandedModel):
    """A line of the timeline: a code with its parameters, or what a person wrote. Never changed."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="entries")
    at = models.DateTimeField()
    code = models.CharField(max_length=64)  # "note" for what a person wrote
    params = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["incident", "-at"], name="crisis_entry_by_incident")]


class Evidence(BrandedModel):
    """What was secured: the words, the link, a picture, with its hash and the moment. Never changed, never removed."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="evidence")
    mention = models.ForeignKey("crisis.Mention", models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True)
    url = models.CharField(max_length=1000, blank=True)
    shot = models.CharField(max_length=80, blank=True)  # the file's name: its hash
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "digest"], name="crisis_evidence_once")]


class Fact(BrandedModel):
    """One line of the fact list. A statement may say only what is verified."""

    class State(models.TextChoices):
        VERIFIED = "verified", N_("已核实")
        CHECKING = "checking", N_("待核实")
        UNKNOWN = "unknown", N_("未知")
        WRONG = "wrong", N_("不属实")

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="facts")
    text = models.CharField(max_length=500)
    state = models.CharField(max_length=16, choices=State.choices, default=State.CHECKING)
    basis = models.CharField(max_length=500, blank=True)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")


class Answer(BrandedModel):
    """A question that users ask, and what customer service says to all of them. 口径."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="answers")
    question = models.CharField(max_length=300)
    answer = models.TextField()
    approved_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
