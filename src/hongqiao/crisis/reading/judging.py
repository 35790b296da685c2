"""What of a mention is read, and which mentions teach the brand's reader (`teachers.py`)."""

from __future__ import annotations

from django.db.models import QuerySet

from hongqiao.crisis.models import Mention
from hongqiao.workspace.models import Brand


def words_of(mention: Mention) -> str:
    """Return what of a mention is read: its title, where the text does not say it anyway, and its text."""
    return joined(mention.title, mention.text)


def joined(title: str, text: str) -> str:
    """Return title and text as they are read together."""
    title = title.strip()
    return text if not title or title in text else f"{title}。{text}"


def taught(brand: Brand) -> QuerySet:
    """Return the mentions of which a person said whether they are against the brand, confirmed ones too."""
    found = Mention.objects.filter(brand=brand, judged_at__isnull=False, drill=False)
    return found.filter(judged__negative__in=[True, False])
