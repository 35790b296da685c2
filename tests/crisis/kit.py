"""What tests of hearing share: a source, words that arrive, the job that reads them."""

from datetime import timedelta

from django.utils import timezone

from hongqiao.crisis.intake.arriving import Heard, arrive
from hongqiao.crisis.models import Mention, Source
from hongqiao.crisis.reading import reader

RASH = "用了两天脸上起红疹又痒又刺痛，客服不回，太差了"
FINE = "质地清爽好推开，回购第三瓶了，很喜欢"


def source(brand, name="小红书推送", way=Source.Way.WEBHOOK, **more):
    return Source.objects.create(brand=brand, name=name, way=way, **more)


def ago(**span):
    return timezone.now() - timedelta(**span)


def say(where, *texts, minutes=5, **more):
    """Let texts arrive, each under an id of its own; return the mentions in order."""
    start = Mention.objects.filter(source=where).count()
    rows = [Heard(f"m{start + n}", t, posted_at=ago(minutes=minutes), **more) for n, t in enumerate(texts)]
    arrive(where, rows)
    return [Mention.objects.get(source=where, outer=h.outer) for h in rows]


def read(brand):
    """Read all that waits; return how many."""
    done = 0
    while n := reader.read_chunk(brand):
        done += n
    return done


def heard(where, *texts, **more):
    """Let texts arrive and be read; return the mentions."""
    rows = say(where, *texts, **more)
    read(where.brand)
    return [Mention.objects.get(pk=m.pk) for m in rows]
