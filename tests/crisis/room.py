"""Rows of the room as tests need them, made directly."""

import io
from datetime import timedelta

from django.utils import timezone
from PIL import Image

from hongqiao.crisis.models import Incident, Mention, Source


def picture(colour: str = "red") -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(held, "PNG")
    return held.getvalue()


def incident_of(brand, *, minutes: int = 10, **more) -> Incident:
    """An incident first heard some minutes ago, posted half an hour before."""
    heard = timezone.now() - timedelta(minutes=minutes)
    fields = {"title": "面霜红疹投诉", "kind": "allergy", "nature": "reaction", "level": "III", "floor": "IV"}
    fields |= {"heard_at": heard, "posted_at": heard - timedelta(minutes=30), "number": Incident.objects.count() + 1}
    return Incident.objects.create(brand=brand, **(fields | more))


def mention_of(incident, n: int = 1, text: str = "用了安澜面霜脸上起红疹，又痒又烫", **more) -> Mention:
    source, _ = Source.objects.get_or_create(brand=incident.brand, name="巡检", defaults={"way": "round"})
    fields = {"source": source, "outer": f"m{n}", "channel": "小红书", "text": text, "incident": incident}
    fields |= {"posted_at": incident.posted_at, "heard_at": incident.heard_at, "drill": incident.drill}
    return Mention.objects.create(brand=incident.brand, **(fields | more))
