"""What people say to an account of the brand's, as every connector hands it over: comments and messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

COMMENT, MESSAGE = "comment", "message"


@dataclass(frozen=True)
class Said:
    """One thing that was said. `outer`: the platform's own id, once an account; `author`: the platform's id of who said
    it, "" where it tells none; `thread`: what it was said under; `gone`: it was deleted there, nothing else of it is
    known then; `reply`: what the brand answered there; `shown`: everybody sees it.
    """

    kind: str
    outer: str
    text: str = ""
    at: datetime | None = None
    author: str = ""
    thread: str = ""
    title: str = ""
    url: str = ""
    gone: bool = False
    reply: str = ""
    replied_at: datetime | None = None
    shown: bool = False
