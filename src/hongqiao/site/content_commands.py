"""Commands of content: hold a text against the rules. Works as the installation's owner."""

import argparse
import re
import sys
from pathlib import Path

from hongqiao.compliance import api, services
from hongqiao.compliance.craft import rules
from hongqiao.errors import N_, Invalid
from hongqiao.methods import craft
from hongqiao.methods.craft import Draft
from hongqiao.site import first
from hongqiao.site.house_commands import show
from hongqiao.workspace.models import Member


class NoText(Invalid):
    code = "no_text"
    message = N_("读不出文字：%(path)s")
    next_step = N_("请用 UTF-8 或 GB18030 编码的文本文件，或用 - 从标准输入读")


def check(a: argparse.Namespace) -> int:
    """Check a text as `POST /api/checks` does. Exit status 1 where it may not go out."""
    first.migrate()
    actor, text = first.local_member(a.brand), _read(a.file)
    if a.form:
        row = services.check_draft(actor=actor, draft=_draft(a, actor, text), industry=a.industry, origin="command")
    else:
        row = services.check_text(
            actor=actor, text=text, platform=a.platform, industry=a.industry, title=a.title, origin="command"
        )
    said = api.check_json(row)
    shown = ("level", "word", "rule", "basis", "replacement")
    lines = ({k: h[k] for k in shown} for h in (*said["hits"], *said["craft"]))
    show([said] if a.json else lines, as_json=a.json)
    return 1 if said["held"] else 0


def _draft(a: argparse.Namespace, actor: Member, text: str) -> Draft:
    """Return the whole draft: of a video the file is its shots, a line each."""
    tags = tuple(t for t in re.split(r"[\s#＃,，、]+", a.tags) if t)
    told = {"platform": a.platform, "form": a.form, "title": a.title, "tags": tags}
    if a.form in ("video", "long_video"):
        return Draft(**told, shots=craft.shots(text, rules.know(actor.brand).thresholds["speech_a_second"]))
    return Draft(**told, text=text)


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
