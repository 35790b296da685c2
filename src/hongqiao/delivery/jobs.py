"""The job that sends one message when it is due, and the one that forgets old ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from smtplib import SMTPException
from typing import Any
from uuid import UUID

from django.core.mail import EmailMessage
from django.utils import timezone, translation

from hongqiao.delivery import bots, cards
from hongqiao.delivery.connections import jobs as _connections  # noqa: F401 — registers its jobs and connectors
from hongqiao.delivery.limits import limits
from hongqiao.delivery.models import Group, Message
from hongqiao.delivery.publishing import jobs as _publishing  # noqa: F401 — registers its jobs and its switch
from hongqiao.delivery.reaching import jobs as _reaching  # noqa: F401 — registers its jobs and its switch
from hongqiao.delivery.services.groups import TEST
from hongqiao.delivery.services.sending import SEND
from hongqiao.errors import N_, HongqiaoError
from hongqiao.workspace import jobs, keys, pause
from hongqiao.workspace.models import Brand, Job
from hongqiao.workspace.words import stored_error

GROUPS = "delivery.groups"
keys.keeps(Group, "address", "secret")
pause.register(GROUPS, N_("群机器人通知"), alone=True)


class MailFailed(HongqiaoError):
    code, status = "mail_failed", 502
    again = True
    message = N_("邮件没有发出：%(why)s")
    next_step = N_("稍后会自动重试；一直不行请检查邮件服务器设置")


def subjects(rows: Sequence[Job]) -> Mapping[UUID, jobs.Subject]:
    """Name the receiver of each message."""
    wanted = {row.payload.get("message"): row for row in rows}
    found = Message.objects.filter(pk__in=[k for k in wanted if k]).select_related("member__user", "group")
    return {wanted[str(m.pk)].pk: jobs.Subject(str(m.group or m.member or "")) for m in found}


@jobs.handler(
    SEND,
    atomic=False,
    label=N_("发送通知"),
    attempts=limits()["attempts"],
    backoff=limits()["backoff"],
    subject=subjects,
)
def send(ctx: jobs.Context) -> dict[str, Any]:
    """Send one message. A crash after the other side took it may send it twice: bots and e-mail know no key."""
    found = Message.objects.select_related("brand", "group", "member__user")
    row = found.filter(pk=ctx.payload["message"], state=Message.State.WAITING).first()
    if row is None:
        return {"sent": None}
    if row.group and pause.is_paused(row.brand, GROUPS):
        return _ended(row, Message.State.STOPPED)
    if (row.group and not row.group.active) or (row.member and row.member.state != "active"):
        return _ended(row, Message.State.STOPPED)
    row.attempts += 1
    try:
        proof = _out(row)
    except HongqiaoError as error:
        row.error = stored_error(error)
        row.save(update_fields=["attempts", "error"])
        if not getattr(error, "again", False) or ctx.attempt >= limits()["attempts"]:
            return _ended(row, Message.State.FAILED)
        raise
    if proof is None:
        return _ended(row, Message.State.STOPPED)
    row.proof, row.error, row.sent_at = proof, None, timezone.now()
    return _ended(row, Message.State.SENT)


def _ended(row: Message, state: str) -> dict[str, Any]:
    row.state = state
    row.save_next("state", "attempts", "proof", "error", "sent_at")
    return {"sent": state == Message.State.SENT}


def _out(row: Message) -> dict[str, Any] | None:
    """Send in the receiver's language; None where there is nothing left to say."""
    kind = cards.kinds().get(row.kind)
    with translation.override(row.member.user.language if row.member else "zh-hans"):
        card = kind.build(row.brand, row.payload) if kind else None
        if card is None:
            return None
        if row.group:
            address = keys.decrypt(row.group.address).decode()
            secret = keys.decrypt(row.group.secret).decode() if row.group.secret else ""
            return bots.send(row.group.kind, address, secret, card)
        return _mail(row, card)


def _mail(row: Message, card: cards.Card) -> dict[str, Any]:
    lines = [f"· {one.text}" + (f"\n  {one.url}" if one.url else "") for one in card.lines]
    body = "\n".join([card.title, "", *lines, "", *(t for t in (card.foot, card.url) if t)])
    assert row.member is not None
    try:
        letter = EmailMessage(" ".join(card.title.split()), body, None, [row.member.user.email])
        return {"accepted": letter.send()}
    except (SMTPException, OSError) as error:
        raise MailFailed(why=type(error).__name__) from None


@jobs.handler("delivery.tidy", label=N_("清理旧通知"))
def tidy(ctx: jobs.Context) -> dict[str, int]:
    """Forget messages past their time."""
    old = Message.objects.filter(created_at__lt=timezone.now() - timedelta(days=limits()["kept_days"]))
    gone, _ = old.exclude(state=Message.State.WAITING).delete()
    return {"messages": gone}


jobs.every("delivery.tidy", minutes=24 * 60)


def _test_card(brand: Brand, payload: Mapping[str, Any]) -> cards.Card:
    title = translation.gettext("虹桥测试消息：%(brand)s") % {"brand": brand.name}
    text = translation.gettext("%(name)s 发送了这条测试消息，收到即表示设置正确。") % {"name": payload.get("by", "")}
    return cards.Card(title, (cards.Line(text),))


cards.register(TEST, N_("测试消息"), _test_card, group=False)
