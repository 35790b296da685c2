"""A language model that a brand has chosen, and a row for every call to it. What is sent and answered is not kept."""

from django.db import models

from hongqiao.workspace.models.base import BrandedModel
from hongqiao.workspace.models.people import Member


class Assistant(BrandedModel):
    """A brand's endpoint that speaks the OpenAI-compatible protocol. Its key is encrypted, never shown."""

    url = models.CharField(max_length=500)
    model = models.CharField(max_length=120)
    key = models.TextField(blank=True)
    hint = models.CharField(max_length=16, blank=True)
    uses = models.JSONField(default=list)  # what it may be asked for, see assistant.uses()
    monthly = models.PositiveIntegerField()  # calls a calendar month of the brand
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand"], name="assistant_one_a_brand")]


class AssistantCall(BrandedModel):
    """One call: what for, by whom, what came of it. It is written before the call, so that a limit cannot be raced."""

    use = models.CharField(max_length=32)
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=40, blank=True)  # "" under way, "ok", or the error's code
    took = models.PositiveIntegerField(null=True)  # ms
    tokens = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["brand", "-created_at"], name="assistant_call_by_brand")]


class Rewording(BrandedModel):
    """A text of the house in a model's words, shown while the text is the one that `digest` is of."""

    subject = models.CharField(max_length=80)  # what the text is of, such as "finding:<id>"
    language = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    model = models.CharField(max_length=120)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "subject", "language"], name="rewording_once_a_language")
        ]
