"""The words of persons: kinds, reasons, acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.audience.models import Identity, Right
from hongqiao.delivery.models.reaching import Channel, Purpose
from hongqiao.errors import N_
from hongqiao.workspace import words

WHY = {
    "two_phones": N_("同一会员编号下有两个手机号"),
    "shared_phone": N_("同一个手机号对应很多会员"),
}
FLAGS = {"minor": N_("未满 14 岁"), "no_profile": N_("不做画像")}
SOURCES = {"hand": N_("人工登记"), "api": N_("接口"), "row": N_("会员资料")}


def rule(code: str) -> str:
    """Return by what two persons became one."""
    if code == "person":
        return _("人工确认")
    return _("同一%(kind)s") % {"kind": kind(code)}


def kind(code: str) -> str:
    return _(dict(Identity.Kind.choices).get(code, code))


def channel(code: str) -> str:
    return _(dict(Channel.choices).get(code, code)) if code else _("所有渠道")


def purpose(code: str) -> str:
    return _(dict(Purpose.choices).get(code, code))


def source(text: str) -> str:
    """Return where something comes from: one of our own ways, or the name of a file or system."""
    head = text.partition(":")[0]
    return _(SOURCES[head]) if head in SOURCES else text


words.register(
    "audit",
    {
        "people.taken": N_("导入会员资料：新增 %(new)s 人，已有 %(known)s 人，合并 %(merged)s 对"),
        "person.merged": N_("合并了两个用户"),
        "person.unmerged": N_("撤销了一次用户合并"),
        "person.pair_decided": N_("确认待合并用户：%(said)s"),
        "person.tagged": N_("打标签「%(tag)s」：%(count)s 人"),
        "person.tags_undone": N_("撤销批量打标签：%(count)s 人"),
        "person.untagged": N_("取下标签「%(tag)s」"),
        "person.flagged": N_("用户标记 %(said)s"),
        "person.contacts_shown": N_("查看了一个用户的联系方式"),
        "person.exported": N_("导出一个用户的全部数据（%(rows)s 条）"),
        "person.erased": N_("删除一个用户的全部数据（%(rows)s 条）"),
        "consent.withdrawn": N_("替用户撤回同意：%(said)s"),
        "right.asked": N_("登记个人信息请求：%(said)s，%(due)s 前答复"),
        "right.answered": N_("答复个人信息请求：%(said)s"),
    },
)


def _flagged(params: Mapping[str, Any]) -> Mapping[str, Any]:
    said = _(FLAGS.get(str(params.get("flag")), ""))
    return {**params, "said": said if params.get("on") else _("取消%(flag)s") % {"flag": said}}


def _withdrawn(params: Mapping[str, Any]) -> Mapping[str, Any]:
    told = f"{purpose(str(params.get('purpose')))} · {channel(str(params.get('channel') or ''))}"
    return {**params, "said": told}


words.completes("person.flagged", _flagged)
words.completes("consent.withdrawn", _withdrawn)
words.completes("person.pair_decided", lambda p: {**p, "said": _("是同一人") if p.get("same") else _("不是同一人")})
words.completes("right.asked", lambda p: {**p, "said": _(dict(Right.Kind.choices).get(str(p.get("kind")), ""))})
words.completes("right.answered", lambda p: {**p, "said": _(dict(Right.State.choices).get(str(p.get("state")), ""))})
