"""Words of tickets and needs: states and their tones, why so urgent, clocks; acts; notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongqiao.audience.feedback import kinds
from hongqiao.audience.feedback.clocks import Clock
from hongqiao.audience.models import Asked, Need, Ticket
from hongqiao.errors import N_
from hongqiao.workspace import webhooks, words

TONES = {
    Ticket.State.OPEN: "warn",
    Ticket.State.DOING: "info",
    Ticket.State.WAITING: "",
    Ticket.State.SOLVED: "good",
    Ticket.State.CLOSED: "",
    Ticket.State.REOPENED: "danger",
}
URGENT = {"P0": "danger", "P1": "warn", "P2": "", "P3": ""}
NEED_TONES = {
    Need.State.GATHERING: "",
    Need.State.WEIGHED: "info",
    Need.State.PLANNED: "warn",
    Need.State.SHIPPED: "good",
    Need.State.DECLINED: "",
}
WHY = {
    "safety": N_("涉人身安全"),
    "regulator": N_("监管介入"),
    "press": N_("媒体采访"),
    "crowd": N_("24 小时内多人反映同类问题"),
    "followers": N_("说话的人粉丝多"),
    "refund": N_("退款争议"),
    "reaction": N_("身体不适"),
    "leak": N_("个人信息"),
    "hand": N_("人工定级"),
}
CLOCKS = {"first": N_("首次响应"), "own": N_("落实负责人"), "fix": N_("给出方案")}


def state(code: str) -> str:
    return _(dict(Ticket.State.choices).get(code, code))


def need_state(code: str) -> str:
    return _("已计划") if code == Need.State.PLANNED else _(dict(Need.State.choices).get(code, code))


def asked_state(code: str) -> str:
    return _(dict(Asked.State.choices).get(code, code))


def priority(code: str) -> str:
    return _(dict(Ticket.Priority.choices).get(code, code))


def why(code: str) -> str:
    return _(WHY[code]) if code in WHY else ""


def clock_name(code: str) -> str:
    return _(CLOCKS[code]) if code in CLOCKS else code


def span(time: timedelta) -> str:
    """Return a stretch of time as a person says it."""
    minutes = max(0, round(abs(time).total_seconds() / 60))
    if minutes < 120:
        return ngettext("%(n)s 分钟", "%(n)s 分钟", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        hours = round(minutes / 60)
        return ngettext("%(n)s 小时", "%(n)s 小时", hours) % {"n": hours}
    days = round(minutes / 1440)
    return ngettext("%(n)s 天", "%(n)s 天", days) % {"n": days}


def clock(held: Clock) -> str:
    """Return a term and how much of it is left on the wall."""
    said = _("%(what)s已超时 %(span)s") if held.late else _("%(what)s还剩 %(span)s")
    return said % {"what": clock_name(held.code), "span": span(held.left)}


_TICKET = {
    "ticket.opened": N_("登记工单 #%(number)s"),
    "ticket.grave": N_("工单 #%(number)s 已交给舆情研判"),
    "ticket.owned": N_("工单 #%(number)s 由%(to)s负责"),
    "ticket.routed": N_("工单 #%(number)s 改派：%(said)s"),
    "ticket.moved": N_("工单 #%(number)s 改为%(state)s"),
    "ticket.solved": N_("解决工单 #%(number)s"),
    "ticket.reopened": N_("重开工单 #%(number)s"),
    "ticket.replied": N_("工单 #%(number)s 已首次回复用户"),
    "ticket.responded": N_("登记工单 #%(number)s 联系用户的经过"),
    "ticket.noted": N_("给工单 #%(number)s 写备注"),
    "ticket.scored": N_("工单 #%(number)s 用户打分 %(points)s"),
    "ticket.late": N_("工单 #%(number)s 超时：%(said)s，升级到第 %(level)s 级"),
    "ticket.user_back": N_("工单 #%(number)s 的用户又来消息"),
    "ticket.link_made": N_("为工单 #%(number)s 生成协作链接：%(who)s"),
    "ticket.link_ended": N_("停用工单 #%(number)s 的协作链接：%(who)s"),
    "ticket.partner_said": N_("%(who)s 在工单 #%(number)s 留言"),
    "ticket.partner_done": N_("%(who)s 说工单 #%(number)s 已处理"),
    "ticket.partner_asks": N_("%(who)s 在工单 #%(number)s 需要补充信息"),
}
words.register(
    "audit",
    {
        **_TICKET,
        "tickets.exported": N_("导出 %(count)s 张工单"),
        "team.set": N_("调整处理小组：%(team)s"),
        "need.opened": N_("立需求 %(number)s：%(title)s"),
        "need.changed": N_("修改需求 %(number)s：%(title)s"),
        "need.attached": N_("需求 %(number)s 归入 %(count)s 条"),
        "need.detached": N_("从需求 %(number)s 移出一条"),
        "need.moved": N_("需求 %(number)s 改为%(state)s：%(reason)s"),
        "need.settled": N_("需求 %(number)s 的告知：%(state)s"),
    },
)
words.register(
    "notice",
    {
        "ticket.opened": N_("新工单 #%(number)s：%(title)s"),
        "ticket.grave": N_("紧急工单 #%(number)s：%(title)s，已交给舆情研判"),
        "ticket.yours": N_("%(who)s 把工单 #%(number)s 交给你：%(title)s"),
        "ticket.reopened": N_("工单 #%(number)s 重开：%(title)s"),
        "ticket.noted": N_("%(who)s 在工单 #%(number)s 写了备注"),
        "ticket.late": N_("工单 #%(number)s 超时：%(said)s"),
        "ticket.user_back": N_("工单 #%(number)s 的用户又来消息"),
        "ticket.partner_said": N_("%(who)s 在工单 #%(number)s 留言"),
        "ticket.partner_done": N_("%(who)s 说工单 #%(number)s 已处理"),
        "ticket.partner_asks": N_("%(who)s 在工单 #%(number)s 需要补充信息"),
    },
)
webhooks.register({"ticket.opened": N_("反馈工单登记"), "ticket.solved": N_("反馈工单解决")})


def _routed(params: Mapping[str, Any]) -> Mapping[str, Any]:
    said = [priority(str(params.get("priority") or "")), kinds.label(str(params.get("kind") or ""))]
    return {**params, "said": " · ".join(filter(None, said))}


def _late(params: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**params, "said": "、".join(clock_name(str(c)) for c in params.get("clocks") or ())}


words.completes("ticket.routed", _routed)
words.completes("ticket.late", _late)
words.completes("ticket.moved", lambda p: {**p, "state": state(str(p.get("state", "")))})
words.completes(
    "need.moved", lambda p: {**p, "state": need_state(str(p.get("state", ""))), "reason": p.get("reason") or "—"}
)
words.completes("need.settled", lambda p: {**p, "state": asked_state(str(p.get("state", "")))})
