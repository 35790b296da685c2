"""What the brand book keeps: the book itself, personas, products with what may be claimed of them."""

from django.db import models

from hongqiao.errors import N_
from hongqiao.workspace.models import BrandedModel


class Book(BrandedModel):
    """One a brand. `tone`: words to use; `avoid`: words that are not its own; both with examples; `lines`: red lines.

    `pillars` [{code, label, about, quota}] are its content pillars, `quota` a share of a month's pieces.
    """

    positioning = models.TextField(blank=True)
    promise = models.CharField(max_length=200, blank=True)
    tone = models.JSONField(default=list)
    avoid = models.JSONField(default=list)
    examples = models.JSONField(default=list)
    lines = models.JSONField(default=list)
    pillars = models.JSONField(default=list)
    first_person = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand"], name="one_book_a_brand")]


class Persona(BrandedModel):
    """Whom the brand speaks to. `evidence` [{kind, text, cite, url}]: what says that this person exists."""

    name = models.CharField(max_length=80)
    gender = models.CharField(max_length=8, blank=True)
    age_from = models.PositiveSmallIntegerField(null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(null=True, blank=True)
    who = models.TextField(blank=True)
    scenes = models.JSONField(default=list)
    needs = models.JSONField(default=list)
    words = models.JSONField(default=list)  # how they say it: what a topic is matched by
    platforms = models.JSONField(default=list)
    evidence = models.JSONField(default=list)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="persona_once_a_brand")]

    def __str__(self) -> str:
        return self.name


class Product(BrandedModel):
    """A product and what the law lets the brand say of it: `kind` decides which register its number is in."""

    class Kind(models.TextChoices):
        COSMETIC = "cosmetic", N_("普通化妆品")
        SPECIAL = "special_cosmetic", N_("特殊化妆品")
        FOOD = "food", N_("食品")
        HEALTH_FOOD = "health_food", N_("保健食品")
        DEVICE = "device", N_("医疗器械")
        DRUG = "drug", N_("药品")
        DISINFECTANT = "disinfectant", N_("消毒产品")
        OTHER = "other", N_("其他")

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=24, choices=Kind.choices, default=Kind.OTHER)
    filing = models.CharField(max_length=80, blank=True)
    filing_until = models.DateField(null=True, blank=True)
    facts = models.JSONField(default=list)
    aliases = models.JSONField(default=list)
    url = models.URLField(max_length=500, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="product_once_a_brand")]

    def __str__(self) -> str:
        return self.name


class Claim(BrandedModel):
    """What may be said of a product, with the proof and until when."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="claims")
    text = models.CharField(max_length=200)
    proof = models.CharField(max_length=300, blank=True)
    link = models.URLField(max_length=500, blank=True)
    until = models.DateField(null=True, blank=True)
    approved_by = models.ForeignKey("workspace.Member", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "text"], name="claim_once_a_product")]

    def __str__(self) -> str:
        return self.text
