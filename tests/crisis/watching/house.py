"""A brand that listens, and mentions as a reader would leave them."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from hongqiao.crisis.models import Mention, Source
from hongqiao.crisis.watching import hear
from hongqiao.knowledge import opinions, read
from hongqiao.methods.bursts import Grave, grave

NATURES = Grave.all_of(read("crisis/grave"))
_n = count()
PRODUCTS = ("舒缓精华", "清透防晒乳", "氨基酸洁面")


def source_of(brand, name="小红书巡检", channel="小红书", **fields):
    found = Source.objects.filter(brand=brand, name=name).first()
    return found or Source.objects.create(brand=brand, name=name, way="round", channel=channel, **fields)


def kept(brand, text, *, posted=None, heard=None, source=None, negative=None, kind=None, flags=(), **fields):
    """Keep a mention as it stands after it was read: by the reader that ships where nothing else is said."""
    now = timezone.now()
    source = source or source_of(brand)
    one = opinions.judge().read([text])[0]
    negative = one.negative if negative is None else negative
    kind = (one.kind if kind is None else kind) or ""
    nature = grave(NATURES, kind, flags, negative=negative)
    about = [{"about": "product", "name": p} for p in PRODUCTS if p in text]
    n = next(_n)
    base = {
        "posted_at": posted or now - timedelta(minutes=20),
        "heard_at": heard or now,
        "channel": source.channel,
        "negative": negative,
        "kind": kind,
        "p": one.p,
        "flags": list(flags),
        "nature": nature.code if nature else "",
        "about": about,
        "state": "open" if negative or nature else "aside",
        "author_key": f"person-{n}",
        "read_at": heard or now,
    }
    return Mention.objects.create(brand=brand, source=source, outer=f"o{n}", text=text, **base | fields)


def heard(brand, text, **fields):
    """Keep a mention and let it be heard."""
    row = kept(brand, text, **fields)
    hear(brand, [row])
    row.refresh_from_db()
    return row
