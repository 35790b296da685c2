"""Publications as pages show them: state and tone, what holds them, what proves them, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.content.desk import holding
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import pacing, rules
from hongqiao.delivery.publishing.states import LIVE, State, in_flight
from hongqiao.errors import N_
from hongqiao.workspace import pause
from hongqiao.workspace.models import Pause
from hongqiao.workspace.words import fill, platform_name, stored_words

TONES = {
    State.WAITING: "",
    State.SUBMITTED: "info",
    State.REVIEWING: "info",
    State.VERIFIED: "good",
    State.DECLARED: "warn",
    State.FAILED: "danger",
    State.STOPPED: "",
}
WAITS = {
    **pacing.WORDS,
    holding.CODE: N_("暂缓：开播前检查还有 %(count)s 项必做的没勾（%(check)s 等）"),
}
NEXT = {holding.CODE: N_("到「串场单」做好勾上，就恢复排期")}
KINDS = {
    "fetched": N_("已打开链接核对，%(share)s 的文字一致"),
    "platform": N_("平台接口返回已发布，页面还没有核对上"),
    "link": N_("%(by)s 粘贴了链接，页面还没有核对上"),
    "screenshot": N_("%(by)s 上传了截图"),
}


def local(row: Publication, at: datetime | None) -> datetime | None:
    return at.astimezone(ZoneInfo(row.account.zone)) if at else None


def line(row: Publication, *, hot: bool = False) -> dict[str, Any]:
    """Return one publication as a line of the desk."""
    late = row.state == State.WAITING and row.due_at < timezone.now()
    return {
        "row": row,
        "url": reverse("content_publication", args=[row.brand.slug, row.pk]),
        "platform": platform_name(row.account.platform),
        "time": local(row, row.live_at if row.state in LIVE and row.live_at else row.due_at),
        "state": state(row),
        "way": _(str(Publication.Way(row.way).label)),
        "by_hand": row.way == Publication.Way.ASSISTED,
        "todo": row.state == State.WAITING and row.way == Publication.Way.ASSISTED,
        "drafted": drafted(row),
        "hot": hot,
        "late": late,
        "late_minutes": int((timezone.now() - row.due_at).total_seconds() // 60) if late else 0,
        "why": why(row),
        "held": holding.held(row),
        "untold": row.account.platform == "wechat_oa" and row.state in LIVE and not row.told_followers,
    }


def lines(rows: Iterable[Publication]) -> list[dict[str, Any]]:
    """Return a day's publications as lines; the first that a person has to see to is the one to go on with."""
    found = [line(r) for r in rows]
    for one in (x for x in found if x["todo"]):
        one["next"] = True
        break
    return found


def drafted(row: Publication) -> bool:
    """Return whether its draft lies ready at the platform, for a person to publish."""
    return row.state == State.WAITING and row.way == Publication.Way.ASSISTED and "draft" in row.steps


def state(row: Publication) -> dict[str, str]:
    """Return label and tone of where a publication stands."""
    if in_flight(row):
        return {"label": _("正在提交"), "tone": "info"}
    if holding.held(row):
        return {"label": _("暂缓"), "tone": "warn"}
    if row.gone_at is not None and row.state in LIVE:
        return {"label": _("已打不开"), "tone": "danger"}
    return {"label": _(str(State(row.state).label)), "tone": TONES[State(row.state)]}


def paused(switch: Pause | None) -> dict[str, Any]:
    """Return what a switch of the red button stops, and who pressed it, why, until when; empty where none does."""
    if switch is None:
        return {}
    part = pause.parts(switch.brand).get(switch.scope)
    message = _("%(what)s 已暂停发布") % {"what": part} if part else _("已一键暂停，请不要发布")
    said = _("%(by)s %(at)s：%(why)s") % {"by": switch.by, "at": _at(switch, switch.changed_at), "why": switch.reason}
    ends = _("%(at)s 自动恢复") % {"at": _at(switch, switch.until)} if switch.until else _("等负责人解除暂停")
    return {"message": message, "next_step": f"{said} · {ends}"}


def _at(switch: Pause, at: datetime) -> str:
    return at.astimezone(ZoneInfo(switch.brand.zone)).strftime("%m-%d %H:%M")


def why(row: Publication) -> dict[str, str]:
    """Return {"message", "next_step"} of what holds it back or made it fail; empty where nothing did."""
    kept: Mapping[str, Any] = row.error or {}
    if kept.get("code") == "held":
        if row.state != State.WAITING:
            return {}
        why = dict(kept["held"]) | ({"check": _(kept["held"]["check"])} if "check" in kept["held"] else {})
        return {"message": fill(WAITS.get(why["code"], ""), why), "next_step": fill(NEXT.get(why["code"], ""), why)}
    return stored_words(kept)


def proof(row: Publication) -> dict[str, Any]:
    """Return what is known of a live publication, and what the last look saw."""
    kept: Mapping[str, Any] = row.proof or {}
    if not kept:
        return {}
    share = kept.get("share")
    params = {"by": kept.get("by", ""), "share": f"{share:.0%}" if isinstance(share, float | int) else "—"}
    last = row.checks[-1] if row.checks else {}
    return {
        "kind": kept.get("kind"),
        "text": fill(KINDS.get(str(kept.get("kind")), ""), params),
        "at": _moment(row, str(kept.get("at", ""))),
        "shot": kept.get("shot", ""),
        "last": looked(row, last) if last and kept.get("kind") != "fetched" else "",
        "last_at": _moment(row, str(last.get("at", ""))) if last else None,
    }


def looked(row: Publication, seen: Mapping[str, Any]) -> str:
    """Return what one look at the address saw."""
    if not seen.get("readable", True):
        name = platform_name(row.account.platform)
        return _("%(platform)s的页面要登录或运行脚本才看得到文字，不能自动核实") % {"platform": name}
    if seen.get("why"):
        return stored_words(seen["why"]).get("message", "")
    if seen.get("gone"):
        return _("页面说内容已不在")
    if seen.get("status") != 200:
        return _("页面答 %(status)s") % {"status": seen.get("status")}
    if seen.get("of", 0) < rules.rules()["match"]["least"]:
        return _("文字太少，对不出来")
    share = {"share": f"{seen.get('share') or 0:.0%}", "needed": f"{rules.rules()['match']['share']:.0%}"}
    return _("页面上只找到 %(share)s 的文字，不到 %(needed)s，不算核实") % share


def _moment(row: Publication, text: str) -> datetime | None:
    try:
        return local(row, datetime.fromisoformat(text))
    except ValueError:
        return None
