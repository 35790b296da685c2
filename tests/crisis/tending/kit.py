"""What tests of a brand's own books share."""

from django.urls import reverse

from hongqiao.crisis import settings

STEP = {"words": "拉起同批次排查群", "minutes": 40, "role": "facts", "proof": True}


def own(brand):
    brand.refresh_from_db()
    return (brand.settings or {}).get("crisis") or {}


def at(part="steps", key=""):
    address = reverse("settings_crisis_part", args=["anlan", part])
    return f"{address}?list={key}" if key else address


def code_of(brand, file, key):
    """The code of the row that the brand added last."""
    return settings.rows_of(file, settings.of(brand, file), key)[-1]["code"]
