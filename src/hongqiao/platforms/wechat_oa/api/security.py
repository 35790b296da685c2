"""Callbacks of 公众号: who sends is proved by a signature, what is sent is encrypted, old ones are refused.

Facts A1.7. Nothing of a body is read before its signature is found right; XML with a DTD or entities is refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from hongqiao.errors import N_, Invalid

BLOCK = 32
OLDEST_SECONDS = 300  # our own policy; the platform tries three times within seconds
MOST_BYTES = 1 << 20


class BadCallback(Invalid):
    """Not from the platform, or not for this account. What is wrong is for the log; the sender learns nothing."""

    code, status = "bad_callback", 403
    message = N_("回调没有通过验证：%(why)s")
    next_step = N_("请核对公众平台“服务器配置”里的 Token、EncodingAESKey 与 AppID")


class BadAesKey(Invalid):
    code = "bad_aes_key"
    message = N_("EncodingAESKey 应是 43 位字母和数字")
    next_step = N_("请在公众平台“服务器配置”里复制完整的 EncodingAESKey")


def signature(*parts: str) -> str:
    """Return the hex SHA1 of the parts, sorted as strings and joined."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Guard:
    """Checks and opens what comes for one account, and seals what goes back."""

    app_id: str
    token: str = field(repr=False)
    aes_key: str = field(default="", repr=False)

    def check_address(self, query: Mapping[str, str], *, now: float | None = None) -> str:
        """Return the echostr to answer with when the platform checks the address. Raises BadCallback."""
        self._check(query.get("signature", ""), query, now)
        return query.get("echostr", "")

    def open(self, query: Mapping[str, str], body: bytes, *, now: float | None = None) -> dict[str, Any]:
        """Return the message as a dict. Raises BadCallback for what is forged, old, not for us or no XML."""
        if len(body) > MOST_BYTES:
            raise BadCallback(why="too long")
        if not self.aes_key:
            self._check(query.get("signature", ""), query, now)
            return parsed(body)
        if query.get("encrypt_type") != "aes":
            raise BadCallback(why="not encrypted")
        sealed = str(parsed(body).get("Encrypt") or "")
        self._check(query.get("msg_signature", ""), query, now, sealed)
        return parsed(self.decrypt(sealed))

    def _check(self, given: str, query: Mapping[str, str], now: float | None, *more: str) -> None:
        stamp = query.get("timestamp", "")
        wanted = signature(self.token, stamp, query.get("nonce", ""), *more)
        if not self.token or not hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace")):
            raise BadCallback(why="signature")
        moment = time.time() if now is None else now
        if not stamp.isdecimal() or len(stamp) > 12 or abs(moment - int(stamp)) > OLDEST_SECONDS:
            raise BadCallback(why="timestamp")

    def decrypt(self, sealed: str) -> bytes:
        """Return the XML of an Encrypt element. Raises BadCallback."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            reader = self._cipher().decryptor()
            plain = reader.update(raw) + reader.finalize()
        except (ValueError, binascii.Error):
            raise BadCallback(why="cipher") from None
        pad = plain[-1] if plain else 0
        if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
            raise BadCallback(why="padding")
        plain = plain[16:-pad]
        size = int.from_bytes(plain[:4], "big")
        text, app_id = plain[4 : 4 + size], plain[4 + size :]
        if len(text) != size or not hmac.compare_digest(app_id, self.app_id.encode()):
            raise BadCallback(why="appid")
        return text

    def encrypt(self, text: str) -> str:
        """Return the Encrypt element's text for a message."""
        raw = text.encode()
        plain = os.urandom(16) + len(raw).to_bytes(4, "big") + raw + self.app_id.encode()
        pad = BLOCK - len(plain) % BLOCK
        writer = self._cipher().encryptor()
        return base64.b64encode(writer.update(plain + bytes([pad]) * pad) + writer.finalize()).decode()

    def _cipher(self) -> Cipher[CBC]:
        key = aes_bytes(self.aes_key)
        return Cipher(AES(key), CBC(key[:16]))


def aes_bytes(aes_key: str) -> bytes:
    """Return the 32 bytes of an EncodingAESKey. Raises BadAesKey."""
    try:
        key = base64.b64decode(aes_key + "=", validate=True)
    except (ValueError, binascii.Error):
        raise BadAesKey() from None
    if len(aes_key) != 43 or len(key) != 32:
        raise BadAesKey()
    return key


def parsed(body: bytes) -> dict[str, Any]:
    """Return XML as a dict: repeated elements are lists. Raises BadCallback for a DTD, an entity, or no XML."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError, LookupError):
        raise BadCallback(why="xml") from None
    found = _plain(root)
    return found if isinstance(found, dict) else {}


def _plain(element: Element) -> Any:
    if not len(element):
        return element.text or ""
    found: dict[str, Any] = {}
    for child in element:
        value = _plain(child)
        if child.tag in found:
            held = found[child.tag]
            found[child.tag] = [*held, value] if isinstance(held, list) else [held, value]
        else:
            found[child.tag] = value
    return found
