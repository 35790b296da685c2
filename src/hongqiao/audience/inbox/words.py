"""Words of the inbox: states and their tones, ways of proof; acts; notices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.audience.feedback import kinds
from hongqiao.audience.models import Thread
from hongqiao.errors import N_
from hongqiao.workspace import words

State = Thread.State
TONES = {State.OPEN: "warn", State.REPLIED: "good", State.CLOSED: ""}
PROOFS = {
    "url": N_("有链接"),
    "shot": N_("有截图"),
    "said": N_("凭成员声明"),
    "platform": N_("在平台上回复"),
    "interface": N_("由接口发出"),
}


def state(code: str) -> str:
    return _(dict(State.choices).get(code, code))


def channel(code: str) -> str:
    return _(dict(Thread.Channel.choices).get(code, code))


words.register(
    "audit",
    {
        "thread.assigned": N_("消息交给%(to)s"),
        "threads.assigned": N_("把 %(count)s 条消息交给%(to)s"),
        "thread.written": N_("写好一条回复：%(place)s"),
        "thread.replied": N_("登记回复已发出：%(place)s（%(proof)s）"),
        "thread.dropped": N_("撤下一条未发出的回复：%(place)s"),
        "thread.moved": N_("消息改为%(state)s"),
        "threads.closed": N_("关闭 %(count)s 条消息"),
        "thread.judged": N_("改判消息的类型：%(said)s"),
        "threads.taken": N_("接口收进消息：新 %(new)s，已有 %(known)s，拒收 %(refused)s"),
        "threads.pasted": N_("粘贴消息：新 %(new)s，已有 %(known)s"),
        "inbox.forgotten": N_("按 %(days)s 天的期限抹去 %(count)s 条消息的原话"),
        "inbox.kept": N_("消息原话保存 %(days)s 天"),
        "canned.added": N_("新建快捷回复 %(name)s"),
        "canned.changed": N_("修改快捷回复 %(name)s"),
        "canned.removed": N_("删除快捷回复 %(name)s"),
    },
)
words.register(
    "notice",
    {
        "thread.assigned": N_("%(name)s 把一条%(place)s消息交给你"),
        "threads.assigned": N_("%(name)s 把 %(count)s 条消息交给你"),
    },
)


def _to(params: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**params, "to": params.get("to") or _("无人")}


words.completes("thread.assigned", _to)
words.completes("threads.assigned", _to)
words.completes("thread.replied", lambda p: {**p, "proof": _(PROOFS.get(str(p.get("how")), ""))})
words.completes("thread.moved", lambda p: {**p, "state": state(str(p.get("state", "")))})
words.completes("thread.judged", lambda p: {**p, "said": kinds.label(str(p.get("feedback", ""))) or _("不是反馈")})
