"""Commands of content: hold a text against the rules. Works as the installation's owner."""

import argparse
import sys
from pathlib import Path

from hongqiao.compliance import api, services
from hongqiao.errors import N_, Invalid
from hongqiao.site import first
from hongqiao.site.house_commands import show


class NoText(Invalid):
    code = "no_text"
    message = N_("读不出文字：%(path)s")
    next_step = N_("请用 UTF-8 或 GB18030 编码的文本文件，或用 - 从标准输入读")


def check(a: argparse.Namespace) -> int:
    """Check a text as `POST /api/checks` does. Exit status 1 where it may not go out."""
    first.migrate()
    row = services.check_text(
        actor=first.local_member(a.brand),
        text=_read(a.file),
        platform=a.platform,
        industry=a.industry,
        title=a.title,
        origin="command",
    )
    said = api.check_json(row)
    shown = ("level", "word", "rule", "basis", "replacement")
    show([said] if a.json else ({k: h[k] for k in shown} for h in said["hits"]), as_json=a.json)
    return 1 if said["held"] else 0


def _read(path: str) -> str:
    """Return the text of a file, or of the standard input where it is "-". Raises NoText."""
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError:
        raise NoText(path=path) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NoText(path=path)


COMMANDS = {"check": check}
