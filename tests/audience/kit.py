"""What tests of feedback share: words that arrive and are read, a ticket, moments in service hours."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from hongqiao.audience.inbox import reading
from hongqiao.audience.inbox.arriving import Said, arrive
from hongqiao.audience.models import Thread, ThreadMessage

LEAK = "精华包装漏了，快递盒里全是"
SMALL = "想要小一点的面霜试试"
LATE = "都五天了还没发货，到底什么时候发"
FINE = "质地清爽好推开，回购第三瓶了，很喜欢"
HURT = "孩子误食后送医院洗胃了"


def say(brand, *texts, at=None, place="抖音", **more):
    """Let texts arrive, each a thread of its own by a person of its own; return the threads in order."""
    start = ThreadMessage.objects.filter(brand=brand).count()
    rows = [
        Said(f"c{start + n}", t, at=at or timezone.now() - timedelta(minutes=1), place=place,
             **{"author": f"用户{start + n}", **more})
        for n, t in enumerate(texts)
    ]  # fmt: skip
    done = arrive(brand, rows)
    return [Thread.objects.get(pk=pk) for pk in done.ids]


def read(brand):
    """Read all that waits."""
    while reading.read_chunk(brand):
        pass


def heard(brand, *texts, **more):
    """Let texts arrive and be read; return the threads."""
    rows = say(brand, *texts, **more)
    read(brand)
    return [Thread.objects.get(pk=t.pk) for t in rows]


def shanghai(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
