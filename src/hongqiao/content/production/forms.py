"""What a form of a piece sends, as services take it: fields by their names, or the whole body as JSON."""

from __future__ import annotations

import json
from typing import Any

from hongqiao.content import body as bodies
from hongqiao.content.shape import ROWS

LINES = ("tags", "products", "people", "images")


def body(form: str, post: Any, before: dict[str, Any] | None = None) -> Any:
    """Return the body that a form says: `body` as JSON, else field by field.

    What the form has no field for stays as it was (`before`): an editor that shows less does not delete.
    """
    if "body" in post:
        try:
            return json.loads(post["body"])
        except ValueError:
            raise bodies.BadBody(key="body") from None
    found = dict(before or {})
    for key in (*bodies.SHARED, *bodies.KEYS[form]):
        if key in ROWS:
            if f"{key}.rows" in post:
                found[key] = rows(key, post)
        elif key == "labels":
            if "labels.sent" in post:
                found[key] = {
                    "ad": "labels.ad" in post,
                    "ai": post.get("labels.ai", "none"),
                    "ai_shown": "labels.ai_shown" in post,
                }
        elif key == "fields":
            if sent := {k.removeprefix("fields."): v for k, v in post.items() if k.startswith("fields.")}:
                found[key] = {**(found.get(key) or {}), **sent}
        elif key in post:
            found[key] = _words(post[key]) if key in LINES else post[key]
    return found


def _words(text: str) -> list[str]:
    """Return words as typed into one line: parted by #, spaces or commas."""
    for mark in "#＃，,、\n\t":
        text = text.replace(mark, " ")
    return text.split()


def rows(key: str, post: Any) -> list[dict[str, Any]]:
    """Return the rows of a table of inputs `<key>.<number>.<column>`, `<key>.rows` of them; a row that says nothing
    is none."""
    sent = post.get(f"{key}.rows", "")
    count = min(int(sent) if sent.isdecimal() else 0, 300)
    found = []
    for number in range(count):
        row = {c: post.get(f"{key}.{number}.{c}", "").strip() for c in ROWS[key]}
        if any(row.values()):
            found.append({c: v for c, v in row.items() if v})
    return found


def rows_of(key: str, body_: dict[str, Any], spare: int) -> list[dict[str, Any]]:
    """Return the rows of a body's table for a form, with some empty ones at the end."""
    kept = list(body_.get(key) or [])
    return [{c: one.get(c, "") for c in ROWS[key]} for one in [*kept, *({} for _n in range(spare))]]
