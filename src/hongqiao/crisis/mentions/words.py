"""Words of mentions: states and their tones, ways of answering, flags, natures, reasons; acts; notices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.crisis import settings
from hongqiao.crisis.models import Mention
from hongqiao.crisis.reading.reader import OLD
from hongqiao.errors import N_
from hongqiao.knowledge import read
from hongqiao.workspace import words
from hongqiao.workspace.models import Brand

State = Mention.State
TONES = {
    State.NEW: "info",
    State.OPEN: "danger",
    State.DOING: "warn",
    State.ANSWERED: "good",
    State.CLOSED: "",
    State.ASIDE: "",
}
WAYS = {"reply": N_("在原处回复"), "contact": N_("联系到本人"), "platform": N_("平台处理")}
REASONS = {OLD: N_("收到时已过去太久，只存档")}


def flags() -> dict[str, str]:
    """Return what a text may tell of, by code."""
    return {code: _(k["label"]) for code, k in read("crisis/flags")["kinds"].items()}


def natures(brand: Brand) -> dict[str, str]:
    """Return what is grave by nature, by code."""
    return {n["code"]: _(n["label"]) for n in settings.of(brand, "grave")["natures"]}


def kinds() -> dict[str, str]:
    """Return kinds of complaint, by code."""
    return {code: _(k["label"]) for code, k in read("opinion/kinds")["kinds"].items()}


def state(code: str) -> str:
    return _(dict(State.choices).get(code, code))


def reason(kept: str) -> str:
    """Return why a mention was set aside: the house's own reason, or what a person wrote."""
    return _(REASONS[kept]) if kept in REASONS else kept


words.register(
    "audit",
    {
        "mention.judged": N_("改判提及：%(said)s"),
        "mention.assigned": N_("提及交给%(to)s"),
        "mention.answered": N_("登记回应：%(way)s"),
        "mention.moved": N_("提及改为%(state)s：%(reason)s"),
        "mention.attached": N_("提及归入事件「%(title)s」"),
        "mentions.exported": N_("导出 %(count)s 条提及"),
    },
)
words.register("notice", {"mention.assigned": N_("%(name)s 把一条提及交给你：%(title)s")})


def _judged(params: Mapping[str, Any]) -> Mapping[str, Any]:
    said = _("负面") if params.get("negative") else _("非负面")
    kind = kinds().get(str(params.get("kind") or ""), "")
    return {**params, "said": f"{said} · {kind}" if kind else said}


def _moved(params: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**params, "state": state(str(params.get("state", ""))), "reason": params.get("reason") or "—"}


words.completes("mention.judged", _judged)
words.completes("mention.moved", _moved)
words.completes("mention.assigned", lambda p: {**p, "to": p.get("to") or _("无人")})
words.completes("mention.answered", lambda p: {**p, "way": _(WAYS.get(str(p.get("way")), ""))})
