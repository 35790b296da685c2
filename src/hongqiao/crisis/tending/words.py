"""Words of what was done to the room's books."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.crisis.incidents import words as room
from hongqiao.crisis.tending import parts
from hongqiao.errors import N_
from hongqiao.workspace import words

ACTS = {
    "saved": N_("整份更新"),
    "kept": N_("修改“%(what)s”"),
    "added": N_("新增“%(what)s”"),
    "removed": N_("移除“%(what)s”"),
    "moved": N_("调整“%(what)s”的顺序"),
    "reset": N_("“%(what)s”恢复默认"),
    "reset_all": N_("恢复默认"),
    "numbers": N_("修改数值"),
}
words.register(
    "audit",
    {
        "crisis.tended": N_("危机预案 · %(part)s：%(act)s"),
        "crisis.seat_phone": N_("更新“%(seat)s”的紧急电话"),
    },
)


def _tended(params: Mapping[str, Any]) -> dict[str, str]:
    part, act = str(params.get("part", "")), str(params.get("act", ""))
    what = _what(part, str(params.get("what") or ""))
    return {
        "part": _(parts.PARTS[part].label) if part in parts.PARTS else part,
        "act": _(ACTS[act]) % {"what": what} if act in ACTS else act,
    }


def _what(part: str, title: str) -> str:
    """Return a row's title in words: shipped ones are translated, a step of alarming is named by its minute."""
    return _("%(n)s 分钟") % {"n": title} if part == "alarms" else _(title) if title else ""


words.completes("crisis.tended", _tended)
words.completes("crisis.seat_phone", room.seat)
