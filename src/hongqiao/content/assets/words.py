"""Words of what was done in the library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.workspace import words

FIELDS = {
    "name": N_("名称"),
    "alt": N_("替代文字"),
    "tags": N_("标签"),
    "licence": N_("授权"),
    "made": N_("AI 使用"),
}
ORIGINS = {"none": N_("未使用 AI"), "assisted": N_("AI 辅助"), "generated": N_("AI 生成")}
RIGHTS = {"missing": N_("缺授权信息"), "ended": N_("授权已到期"), "soon": N_("授权快到期")}
AUDIT = {
    "asset.kept": N_("上传素材「%(name)s」"),
    "asset.changed": N_("修改素材「%(name)s」：%(fields)s"),
    "asset.removed": N_("删除素材「%(name)s」"),
    "asset.restored": N_("恢复素材「%(name)s」"),
    "asset.swept": N_("清除早已删除的素材「%(name)s」"),
}


def _readable(params: Mapping[str, Any]) -> dict[str, Any]:
    return {"fields": _("、").join(_(FIELDS.get(f, f)) for f in params.get("fields", ()))}


words.register("audit", AUDIT)
words.completes("asset.changed", _readable)
