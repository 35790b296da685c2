"""Background work of the inbox: reading, comments of imports, answers that an interface sends, old leases."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao.audience.inbox import files, forgetting, holding, own, reading, senders, services
from hongqiao.audience.inbox.arriving import READ, ask
from hongqiao.audience.models import Thread, ThreadMessage
from hongqiao.delivery.connections import heard
from hongqiao.errors import N_
from hongqiao.warehouse.models import Source
from hongqiao.workspace import jobs, keys
from hongqiao.workspace.models import Brand


@jobs.handler(READ, atomic=False, label=N_("读取用户消息"))
def read(ctx: jobs.Context) -> Any:
    """Read what came; what is left is read in another run."""
    brand, done = Brand.objects.get(pk=str(ctx.brand_id)), 0
    while n := reading.read_chunk(brand):
        done += n
        ctx.check()
        if ctx.should_rest:
            return jobs.Continue(ctx.payload)
    return {"read": done}


@jobs.handler("audience.comments", atomic=False, label=N_("收取导入的评论"))
def comments(ctx: jobs.Context) -> dict[str, int]:
    """Take over comments that imports brought in, brand by brand; what a stopped run left is read by a later one."""
    new = 0
    having = Source.objects.filter(kind="file").values_list("brand_id", flat=True).distinct()
    for brand in Brand.objects.filter(pk__in=list(having)).order_by("pk"):
        new += files.take_files(brand)
        ctx.check()
        if ctx.should_rest:
            break
    _waiting()
    return {"new": new, "leases": holding.clear()}


def _waiting() -> None:
    """Ask for a reading where a crash left threads unread."""
    for brand_id in Thread.objects.filter(read_at=None).values_list("brand_id", flat=True).distinct():
        with transaction.atomic():
            ask(brand_id)


@jobs.handler(services.SEND, atomic=False, label=N_("发出回复"))
def send(ctx: jobs.Context) -> dict[str, str]:
    """Send an answer by the interface that can; without one it waits for a person, as every assisted answer does."""
    message = ThreadMessage.objects.select_related("thread__account", "thread__brand").get(pk=ctx.payload["message"])
    call = senders.of(message.thread)
    if call is None or message.state != ThreadMessage.State.READY:
        return {"state": message.state}
    with ctx.once("sent") as first:
        if first:
            proof = call(message)
            row = Thread.objects.select_for_update(of=("self",)).select_related("brand").get(pk=message.thread_id)
            services.went_out(row, message, proof)
    return {"state": message.state}


@jobs.handler("audience.hear", atomic=False, label=N_("询问自有账号的留言"))
def hear(ctx: jobs.Context) -> dict[str, int]:
    """Ask own accounts whose comments nobody asked for; where the crisis room listens to them, it did."""
    told, failed = 0, 0
    for account in own.waiting():
        n = own.ask(account)
        told, failed = told + (n or 0), failed + (n is None)
        ctx.check()
        if ctx.should_rest:
            break
    return {"told": told, "failed": failed}


@jobs.handler("audience.inbox_forget", atomic=False, label=N_("抹去到期消息的原话"))
def forget(ctx: jobs.Context) -> Any:
    """Take the words out of threads that are over and older than their brand's time; what is left in another run."""
    done, left, at = int(ctx.payload.get("done", 0)), ctx.payload.get("brand"), ctx.payload.get("after")
    brands = Brand.objects.order_by("pk")
    for brand in brands.filter(pk__gte=left) if left else brands:
        after = UUID(at) if at and str(brand.pk) == left else None
        while True:
            count, after = forgetting.forget(brand, after)
            done += count
            ctx.check()
            if after is None:
                break
            if ctx.should_rest:
                return jobs.Continue({"done": done, "brand": str(brand.pk), "after": str(after)})
    return {"forgotten": done}


jobs.every("audience.inbox_forget", minutes=24 * 60)
jobs.every("audience.comments", minutes=5)
jobs.every("audience.hear", minutes=5)
heard.register("inbox", wants=own.wants, hear=own.take)
keys.keeps(Thread, "author")
