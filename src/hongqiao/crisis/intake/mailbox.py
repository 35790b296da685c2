"""A mailbox that alerts of opinion services come to: read by IMAP over TLS, each letter heard once, none removed.

The server's name is resolved once and the connection goes to the checked address: no way into this network.
"""

from __future__ import annotations

import email
import imaplib
import socket
import ssl
from datetime import UTC
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any

from hongqiao.crisis.intake.arriving import Arrived, Heard, arrive
from hongqiao.crisis.intake.errors import Unread
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.intake.sources import secrets_of
from hongqiao.crisis.models import Source
from hongqiao.workspace.webhooks import guard, syndication


class Line(imaplib.IMAP4):
    """IMAP over TLS to a checked address, the certificate held against the server's name."""

    def __init__(self, host: str, port: int, address: str, seconds: float) -> None:
        self._address, self._seconds = address, seconds
        super().__init__(host, port, timeout=seconds)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return secured(socket.create_connection((self._address, self.port), timeout=self._seconds), self.host)


def secured(line: socket.socket, host: str) -> socket.socket:
    """Return a line under TLS, the certificate checked."""
    return ssl.create_default_context().wrap_socket(line, server_hostname=host)


def hear(source: Source) -> Arrived:
    """Read the letters that came since; they stay where they are, unread. Raises Unread, BadUrl, NotResolved."""
    how, most = source.options, limits(source.brand)
    target = guard.parse(f"https://{how.get('host', '')}:{how.get('port', 993)}/")
    address = guard.resolve(target)
    try:
        box = Line(target.host, target.port, address, most["mail_seconds"])
        try:
            box.login(str(how.get("user", "")), secrets_of(source).get("password", ""))
            letters, cursor = _letters(box, source, most)
        finally:
            box.logout()
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        raise Unread(why=type(error).__name__) from None
    done = arrive(source, [_heard(source, uid, letter) for uid, letter in letters])
    Source.objects.filter(pk=source.pk).update(cursor=cursor)
    return done


def _letters(
    box: imaplib.IMAP4, source: Source, most: dict[str, Any]
) -> tuple[list[tuple[str, Message]], dict[str, Any]]:
    """Return the next letters with their ids, and how far that is."""
    folder = str(source.options.get("folder") or "INBOX").replace("\\", "").replace('"', "")
    if box.select(f'"{folder}"', readonly=True)[0] != "OK":
        raise ValueError(folder)
    validity = str((box.response("UIDVALIDITY")[1] or [b""])[0] or b"")
    last = int(source.cursor.get("uid", 0)) if source.cursor.get("validity") == validity else 0
    answer = box.uid("SEARCH", f"UID {last + 1}:*")
    found = sorted(int(n) for n in (answer[1][0] or b"").split() if int(n) > last)[: most["mail_letters"]]
    letters = []
    for uid in found:
        parts = box.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{most['mail_bytes']}>)")[1]
        raw = next((p[1] for p in parts if isinstance(p, tuple)), b"")
        letters.append((f"{validity}:{uid}", email.message_from_bytes(raw)))
    return letters, {"validity": validity, "uid": found[-1] if found else last}


def _heard(source: Source, uid: str, letter: Message) -> Heard:
    title = _header(letter, "Subject")
    text = _body(letter) or title
    try:
        posted = parsedate_to_datetime(letter["Date"]) if letter["Date"] else None
    except (ValueError, TypeError):
        posted = None
    if posted is not None and posted.tzinfo is None:
        posted = posted.replace(tzinfo=UTC)
    outer = _header(letter, "Message-ID") or uid
    return Heard(outer=outer, text=text, posted_at=posted, title=title, author=_header(letter, "From"))


def _header(letter: Message, name: str) -> str:
    try:
        return " ".join(str(make_header(decode_header(letter[name] or ""))).split())
    except (LookupError, ValueError, UnicodeError):
        return " ".join(str(letter[name] or "").split())


def _body(letter: Message) -> str:
    """Return what a letter says: its plain part, else its markup without tags."""
    plain, rich = "", ""
    for part in letter.walk():
        kind = part.get_content_type()
        if kind not in ("text/plain", "text/html") or part.get_filename():
            continue
        raw = part.get_payload(decode=True)
        try:
            said = (raw if isinstance(raw, bytes) else b"").decode(part.get_content_charset() or "utf-8", "replace")
        except LookupError:
            said = (raw if isinstance(raw, bytes) else b"").decode("utf-8", "replace")
        if kind == "text/plain":
            plain = plain or said.strip()
        else:
            rich = rich or syndication.bare(said)
    return plain or rich
