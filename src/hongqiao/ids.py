"""Keys of the house: UUIDv7, so that rows made later sort later and no two machines collide."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """Return a time-ordered UUID (RFC 9562, version 7): 48 bits of milliseconds, 12 of their fraction, 62 of chance.

    The fraction (method 3 of section 6.2) keeps rows in order that one process makes within a millisecond.
    """
    millis, rest = divmod(time.time_ns(), 1_000_000)
    value = millis << 80 | 0x7 << 76 | (rest * 4096 // 1_000_000) << 64 | int.from_bytes(os.urandom(8))
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)
