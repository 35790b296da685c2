"""Commands of mentions: list them, bring some in. Works as the installation's owner."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hongqiao.crisis.intake import pushing
from hongqiao.crisis.intake.settings import limits
from hongqiao.crisis.mentions import api, queries
from hongqiao.site import first
from hongqiao.site.house_commands import BadArgument, show, tell
from hongqiao.workspace.lines import one_line


def mentions(a: argparse.Namespace) -> int:
    """List mentions as `GET /api/mentions` gives them, or send those of a file of JSON lines."""
    first.migrate()
    member = first.local_member(a.brand)
    return _send(a, member) if a.act == "send" else _list(a, member)


def _list(a: argparse.Namespace, member: Any) -> int:
    asked = {k: getattr(a, k) for k in ("q", "state", "channel", "kind", "nature", "flag", "owner")}
    asked["negative"] = "1" if a.negative else ""
    rows = queries.found(member, asked).select_related("source", "owner__user").order_by("-id")[: max(1, a.limit)]
    said = [api.mention_json(r) for r in rows]
    shown = ("posted_at", "channel", "state", "kind", "nature", "text")
    show(said if a.json else ({k: _line(s[k]) for k in shown} for s in said), as_json=a.json)
    return 0


def _line(value: Any) -> str:
    return one_line(value)[:120]


def _send(a: argparse.Namespace, member: Any) -> int:
    """Send a file of JSON lines, - for the standard input; exit status 1 where some were refused."""
    if not a.source:
        raise BadArgument(name="--source", value="", command="mentions send")
    size, total = limits(member.brand)["batch"], {"new": 0, "known": 0, "changed": 0, "refused": 0}
    problems: list[dict[str, Any]] = []
    batch: list[Any] = []
    start = 0
    for row in [*_rows(a.file), None]:
        if row is not None:
            batch.append(row)
        if batch and (row is None or len(batch) == size):
            said = pushing.take(actor=member, source=a.source, mentions=batch)
            problems += [{**p, "index": p["index"] + start} for p in said.pop("problems")]
            total = {k: total[k] + said[k] for k in total}
            start, batch = start + len(batch), []
    tell({**total, "problems": problems} if a.json else {k: str(v) for k, v in total.items()}, as_json=a.json)
    return 1 if total["refused"] else 0


def _rows(name: str) -> Iterator[Any]:
    """Yield what each line says; a line that is no JSON is sent as it is, and refused by its place."""
    try:
        text = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError:
        raise BadArgument(name="FILE", value=name, command="mentions send") from None
    for line in text.decode("utf-8-sig", "replace").splitlines():
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError:
                yield line[:80]


COMMANDS = {"mentions": mentions}
