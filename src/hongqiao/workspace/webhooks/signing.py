"""The signature of a delivery: HMAC-SHA256 over "timestamp.body", so that neither can be changed or replayed."""

import hashlib
import hmac

from hongqiao.workspace.limits import limits

SCHEME = "v1="


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Return the value of the header X-Hongqiao-Signature. `timestamp`: seconds since 1970, UTC."""
    return SCHEME + hmac.digest(secret.encode(), b"%d." % timestamp + body, hashlib.sha256).hex()


def verify(secret: str, timestamp: str, body: bytes, signature: str, *, now: float) -> bool:
    """Return whether a delivery is ours and fresh: what a receiver does, also used by our own tests.

    A delivery is fresh within `webhook_window` seconds of `now`; a recorded one cannot be replayed afterwards.
    """
    if not timestamp.isascii() or not timestamp.isdigit():
        return False
    if abs(now - int(timestamp)) > limits()["webhook_window"]:
        return False
    return hmac.compare_digest(sign(secret, int(timestamp), body).encode(), signature.encode())
