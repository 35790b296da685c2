"""Words of results in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.content.results import settings
from hongqiao.errors import N_
from hongqiao.workspace import words

#: How a piece was matched to its facts.
HOW = {"id": N_("按链接或平台编号"), "title": N_("按标题和发布日"), "person": N_("人工选定")}


def _readable(params: Mapping[str, Any]) -> dict[str, Any]:
    return {"how": _(HOW[str(params["how"])])} if params.get("how") in HOW else {}


def _felt(params: Mapping[str, Any]) -> dict[str, Any]:
    return {"negative": _("负面") if params.get("negative") else _("不是负面")}


def _tool(params: Mapping[str, Any]) -> dict[str, Any]:
    labels = {t["code"]: t["label"] for t in settings.boosts()["tools"]}
    return {"tool": _(labels[str(params["tool"])])} if params.get("tool") in labels else {}


words.register(
    "audit",
    {
        "results.exported": N_("导出效果列表（%(period)s，%(rows)s 篇）"),
        "signal.dropped": N_("移除「%(name)s」的一条评论：%(text)s"),
        "feeling.corrected": N_("改判一条评论：%(negative)s"),
        "boost.added": N_("登记「%(name)s」的投放：%(tool)s %(spend)s 元"),
        "boost.removed": N_("删除登记的投放：%(tool)s %(spend)s 元（%(first)s 起）"),
        "piece.matched": N_("「%(name)s」对上了数据里的作品（%(how)s）"),
        "piece.parted": N_("「%(name)s」不是原来对上的那篇作品，已分开"),
        "piece.none_of_them": N_("「%(name)s」不是列出的 %(count)s 篇作品"),
        "piece.facts_gone": N_("「%(name)s」对上的作品数据不在了，重新找"),
    },
)
words.completes("piece.matched", _readable)
words.completes("feeling.corrected", _felt)
for _code in ("boost.added", "boost.removed"):
    words.completes(_code, _tool)
