"""How a platform is talked to: one HTTP kit for every connector, and what a connector that publishes must do.

Line       one platform's host: pinned address, time-outs, UTF-8 JSON, answers of bounded size
Refusals   what its codes mean (`errors.json`): try at once, new token, next minute, next day, operator, content, never
Caller     calls by name (`quota.json`): counts them, brings the token, tries again what may be tried again
Publisher  what `delivery` asks of a connector
"""

from hongqiao.platforms.client.caller import Call, Caller
from hongqiao.platforms.client.errors import (
    NotSure,
    PlatformError,
    Refusals,
    Unreachable,
    UsedUp,
    WrongBase,
)
from hongqiao.platforms.client.http import Line, Upload
from hongqiao.platforms.client.keeping import Budget, FreeBudget, MemoryBudget, MemoryTokens, Token, TokenStore
from hongqiao.platforms.client.publisher import Part, Payload, Publisher, Status, Submitted

__all__ = [
    "Budget", "Call", "Caller", "FreeBudget", "Line", "MemoryBudget", "MemoryTokens", "NotSure", "Part", "Payload",
    "PlatformError", "Publisher", "Refusals", "Status", "Submitted", "Token", "TokenStore", "Unreachable", "Upload",
    "UsedUp", "WrongBase",
]  # fmt: skip
