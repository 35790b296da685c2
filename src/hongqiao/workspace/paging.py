"""Pages of a list over HTTP: a cursor is the key of the last row shown, and keys are ordered by time."""

from typing import Any
from uuid import UUID

from ninja import Field, Schema

from hongqiao.errors import N_, Invalid


class BadCursor(Invalid):
    code = "bad_cursor"
    message = N_("游标 after 无效")
    next_step = N_("请原样使用上一页答复里的 next，或不填从头开始")


class Paged(Schema):
    """What a call for a list may say."""

    after: str = ""
    limit: int = Field(default=50, ge=1, le=200)


class Rows(Schema):
    """What such a call is answered: `next` is the cursor of the next page."""

    items: list[dict[str, Any]]
    next: str | None


def page(found: Any, asked: Paged) -> tuple[list[Any], str | None]:
    """Return one page, newest first, and the cursor of the next. Raises BadCursor."""
    found = found.order_by("-id")
    if asked.after:
        try:
            found = found.filter(id__lt=UUID(asked.after))
        except ValueError:
            raise BadCursor() from None
    rows = list(found[: asked.limit + 1])
    return rows[: asked.limit], str(rows[asked.limit - 1].pk) if len(rows) > asked.limit else None
