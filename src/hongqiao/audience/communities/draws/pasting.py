"""Winners of a platform's own tool as a person pastes them: a line each, out of a sheet or typed."""

from __future__ import annotations

import re

from hongqiao.errors import N_, Invalid

FIELDS = ("name", "prize", "price")


class BadLine(Invalid):
    code = "bad_winner_line"
    message = N_("第 %(n)s 行要有昵称、奖品、价格三样：%(line)s")
    next_step = N_("一行一个人，用逗号或制表符隔开")


def winners(text: str) -> list[dict[str, str]]:
    """Return {name, prize, price} of each line that says something. Raises BadLine."""
    found = []
    for n, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in re.split(r"[\t,，|｜]", line)]
        if not any(cells):
            continue
        if len(cells) != len(FIELDS) or not all(cells):
            raise BadLine(n=n, line=line.strip()[:40])
        found.append(dict(zip(FIELDS, cells, strict=True)))
    return found
