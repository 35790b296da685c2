"""Tokens: long, random, shown once, kept as their hash."""

import hashlib
import hmac
import secrets


def make(prefix: str = "") -> tuple[str, str]:
    """Return (token to show once, hash to keep). 256 bits of chance: a plain SHA-256 cannot be guessed back."""
    token = prefix + secrets.token_urlsafe(32)
    return token, digest(token)


def digest(token: str) -> str:
    """Return 64 hex digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(kept: str, given: str) -> bool:
    """Compare two hashes in constant time."""
    return hmac.compare_digest(kept, given)
