"""Words of drills: the audit, notices, and the reasons of a score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.knowledge import read
from hongqiao.workspace import words

words.register(
    "audit",
    {
        "drill.started": N_("开始演练：%(scenario)s，%(speed)s 倍速"),
        "drill.opened": N_("演练“%(scenario)s”手工开事件，定为 %(level)s 级"),
        "drill.reviewed": N_("演练“%(scenario)s”写了复盘"),
        "drill.ended": N_("演练“%(scenario)s”结束，得分 %(total)s"),
    },
)
words.register("notice", {"drill.started": N_("【演练】%(name)s 开始了“%(scenario)s”，不是真事")})
PARTS = {
    "found": N_("发现"),
    "graded": N_("定级"),
    "in_time": N_("时限"),
    "statement": N_("声明"),
    "answers": N_("口径一致"),
    "review": N_("复盘"),
}
WHY = {
    "not_found": N_("没有形成事件"),
    "found_soon": N_("%(minutes)s 分钟内形成事件"),
    "found_late": N_("%(minutes)s 分钟才形成事件"),
    "not_graded": N_("没有定级"),
    "graded_right": N_("定为 %(level)s 级，与预期一致"),
    "graded_off": N_("定为 %(level)s 级，预期 %(expected)s 级"),
    "not_answered": N_("没有首次回应；步骤按时 %(done)s / %(steps)s"),
    "answered_soon": N_("%(minutes)s 分钟首次回应（限 %(due)s 分钟）；步骤按时 %(done)s / %(steps)s"),
    "answered_late": N_("%(minutes)s 分钟才首次回应（限 %(due)s 分钟）；步骤按时 %(done)s / %(steps)s"),
    "no_statement": N_("没有起草声明"),
    "statement_flawed": N_("声明还有 %(flaws)s 处不能签发的问题"),
    "statement_good": N_("声明通过检查并已签批，结构合适"),
    "statement_unsigned": N_("声明通过检查，但没有签批或结构不合适"),
    "answers_told": N_("已批准的口径覆盖要点 %(said)s / %(wanted)s"),
    "review_told": N_("复盘写了 %(told)s / %(asked)s 项"),
}


def part(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return one part of a score in words."""
    return {**one, "label": _(PARTS[one["code"]]), "said": _(WHY[one["why"]]) % one["params"]}


def label(code: str) -> str:
    return next((_(s["label"]) for s in read("crisis/drills")["scenarios"] if s["code"] == code), code)


def _scenario(params: Mapping[str, Any]) -> dict[str, str]:
    return {"scenario": label(str(params.get("scenario", "")))}


for _code in ("started", "opened", "reviewed", "ended"):
    words.completes(f"drill.{_code}", _scenario)
