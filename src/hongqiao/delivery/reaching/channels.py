"""The ways out: how one message, or several alike, go on each channel. What a person sends is `assisted`."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from hongqiao.delivery.connections import clients
from hongqiao.delivery.models import Channel, Connection, Contact, Reach, SmsVendor
from hongqiao.delivery.reaching import contacts, texts, vendors
from hongqiao.delivery.reaching.errors import MailFailed
from hongqiao.errors import N_, HongqiaoError
from hongqiao.platforms.client.errors import NotSure, Unreachable
from hongqiao.platforms.client.sms import Sms
from hongqiao.workspace.models import Brand

#: Names that exist nowhere (RFC 2606): the sample brand's people have them, and no mail of theirs leaves the house.
NOWHERE = (".example", ".invalid")


@dataclass(frozen=True)
class Letter:
    """One message on its way: the kept row, where it goes, and its words filled in."""

    row: Reach
    contact: Contact
    text: str = field(repr=False)
    values: dict[str, str] = field(repr=False)


@dataclass(frozen=True)
class Said:
    """What came of one: proof where it was taken, else the error; `dead`: nothing arrives at this address."""

    row: Reach
    proof: dict[str, Any] | None = None
    cost: Decimal | None = None
    error: HongqiaoError | None = None
    dead: bool = False


def groups(letters: Sequence[Letter], vendor: SmsVendor | None) -> Iterator[list[Letter]]:
    """Yield what goes in one call: alike and of one channel, as many as its vendor takes; else one by one."""
    alike: dict[tuple[Any, ...], list[Letter]] = {}
    texts_most = vendors.connector(vendor).most if vendor else 1
    for letter in letters:
        most = texts_most if letter.row.channel == Channel.SMS else 1
        values = tuple(sorted(letter.values.items()))
        mark = (letter.row.channel, letter.row.content.get("template"), values) if most > 1 else (letter.row.pk,)
        alike.setdefault(mark, []).append(letter)
        if len(alike[mark]) >= most:
            yield alike.pop(mark)
    yield from alike.values()


def go(brand: Brand, letters: Sequence[Letter], vendor: SmsVendor | None, rules: dict[str, Any]) -> list[Said]:
    """Send one group; an error of the whole call is said of each."""
    channel = letters[0].row.channel
    try:
        if channel == Channel.SMS:
            assert vendor is not None
            return _sms(letters, vendor, rules)
        return [(_mail if channel == Channel.EMAIL else _follower)(brand, letters[0])]
    except HongqiaoError as error:
        if vendor is not None and channel == Channel.SMS:
            vendors.heard(vendor.pk, error)
        dead = vendor is not None and vendors.of_address(vendor, str(error.params.get("answer", "")))
        return [Said(one.row, error=error, dead=dead) for one in letters]


def _sms(letters: Sequence[Letter], vendor: SmsVendor, rules: dict[str, Any]) -> list[Said]:
    asked = [sms_of(one, vendor) for one in letters]
    by = {one.row.pk.hex: one for one in letters}
    said = []
    for taken in vendors.connector(vendor).send(asked):
        one = by[taken.mark]
        if taken.code:
            error = vendors.refusals(vendor).error(taken.code, taken.said)
            said.append(Said(one.row, error=error, dead=vendors.of_address(vendor, taken.code)))
            continue
        count = taken.pieces or texts.pieces(one.text, rules)
        proof = {"vendor": vendor.kind, "pieces": count, **taken.ids}
        said.append(Said(one.row, proof, vendor.price * count))
    if any(one.proof for one in said):
        vendors.heard(vendor.pk, None)
    return said


def sms_of(letter: Letter, vendor: SmsVendor) -> Sms:
    """Return a text message as its vendor wants it."""
    to, template = contacts.opened(letter.contact), str(letter.row.content.get("template"))
    return Sms(to, vendor.sign, template, letter.values, letter.row.pk.hex)


def _follower(brand: Brand, letter: Letter) -> Said:
    """Send to one follower of a 公众号: a notice that they subscribed to, or a customer-service message."""
    rows = Connection.objects.filter(brand=brand, account__platform=clients.WECHAT).exclude(state=Connection.State.OFF)
    if letter.contact.account_id:
        rows = rows.filter(account_id=letter.contact.account_id)
    row = rows.select_related("account", "brand").order_by("id").first()
    if row is None:
        raise MailFailed(why="no connection")
    to, wechat = contacts.opened(letter.contact), clients.wechat(row)
    if letter.row.channel == Channel.NOTICE:
        content = letter.row.content
        wechat.notify(to, str(content.get("template")), letter.values, str(content.get("page") or ""))
    else:
        wechat.tell(to, letter.text)
    return Said(letter.row, {"account": row.account.name})


def _mail(brand: Brand, letter: Letter) -> Said:
    """Send one e-mail, with the way out in its foot and its head (RFC 8058)."""
    from hongqiao.delivery.reaching.opting import unsubscribe_url

    to = contacts.opened(letter.contact)
    if to.endswith(NOWHERE):
        return Said(letter.row, error=MadeUpAddress())
    url = unsubscribe_url(brand, letter.contact)
    title = " ".join(str(letter.row.content.get("subject") or brand.name).split())[:120]
    foot = _("退订：%(url)s") % {"url": url}
    body = f"{letter.text}\n\n—\n{brand.name}\n{foot}"
    head = {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    try:
        mail = EmailMessage(title, body, None, [to], headers=head)
        return Said(letter.row, {"accepted": mail.send()})
    except SMTPRecipientsRefused as error:
        return Said(letter.row, error=MailRefused(why=type(error).__name__), dead=True)
    except (ConnectionRefusedError, socket.gaierror) as error:
        raise Unreachable(host="SMTP", why=type(error).__name__) from None
    except (SMTPException, OSError) as error:
        raise NotSure(host="SMTP", why=type(error).__name__) from None


class MadeUpAddress(MailFailed):
    code = "mail_made_up"
    message = N_("这是编造的邮箱，没有发出")
    next_step = N_("示例里的联系方式都是编造的；真的用户请登记真的邮箱")
    again = False


class MailRefused(MailFailed):
    code = "mail_refused"
    again = False
