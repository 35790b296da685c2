"""What the forms of a survey's pages do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongqiao.audience.surveys import building, grouping, linking, services, ticketing
from hongqiao.errors import N_
from hongqiao.ui import formats
from hongqiao.workspace.access import BrandRequest
from hongqiao.workspace.views import kit as pages


def _save(request: BrandRequest, key: UUID) -> str:
    post = request.POST
    given: dict[str, Any] = {n: post[n] for n in services.SETTINGS if n in post and n != "waves"}
    given["waves"] = bool(post.get("waves"))
    services.change(actor=request.member, survey_id=key, seen=pages.seen(request), **given)
    return _("设置已保存")


def _question(request: BrandRequest, key: UUID) -> str:
    post = request.POST
    skips = list(zip(post.getlist("skip.is"), post.getlist("skip.to"), strict=False)) if "skips" in post else None
    building.save_question(
        actor=request.member, survey_id=key, seen=pages.seen(request), key=post.get("key", ""),
        kind=post.get("kind", ""), text=post.get("text", ""), need=bool(post.get("need")),
        options=post.get("options", "").splitlines(),
        right=post.get("right", ""), low=post.get("low", ""), high=post.get("high", ""), skips=skips,
    )  # fmt: skip
    return _("题目已保存")


def _move(by: int) -> Any:
    def run(request: BrandRequest, key: UUID) -> str:
        building.move_question(
            actor=request.member, survey_id=key, seen=pages.seen(request), key=request.POST.get("key", ""), by=by
        )
        return _("已移动")

    return run


def _drop(request: BrandRequest, key: UUID) -> str:
    building.drop_question(
        actor=request.member, survey_id=key, seen=pages.seen(request), key=request.POST.get("key", "")
    )
    return _("题目已删除")


def _quota(request: BrandRequest, key: UUID) -> str:
    post = request.POST
    limits = {n.removeprefix("most."): post[n] for n in post if n.startswith("most.")}
    services.set_quotas(
        actor=request.member, survey_id=key, seen=pages.seen(request), question=post.get("key", ""), limits=limits
    )
    return _("配额已保存")


def _step(name: str, said: str) -> Any:
    def run(request: BrandRequest, key: UUID) -> str:
        getattr(services, name)(actor=request.member, survey_id=key, seen=pages.seen(request))
        return _(said)

    return run


def _remove(request: BrandRequest, key: UUID) -> dict[str, Any]:
    services.remove(actor=request.member, survey_id=key, seen=pages.seen(request))
    return {"gone": True}


def _copy(request: BrandRequest, key: UUID) -> dict[str, Any]:
    return {"made": services.duplicate(actor=request.member, survey_id=key)}


def _links(request: BrandRequest, key: UUID) -> dict[str, Any]:
    post = request.POST
    people = list(dict.fromkeys(filter(None, (s.strip() for s in post.get("people", "").splitlines()))))
    made = linking.personal(
        actor=request.member, survey_id=key, people=people, request=request, wave=post.get("wave", "")
    )
    said = ngettext("%(n)s 个个人链接，只在这里显示一次", "%(n)s 个个人链接，只在这里显示一次", len(made)) % {
        "n": formats.number(len(made))
    }
    return {"personal": "\n".join(f"{m['said']}\t{m['url']}" for m in made), "personal_said": said}


def _join(request: BrandRequest, key: UUID) -> str:
    post = request.POST
    seen, answers = pages.seen(request), post.getlist("pick")
    grouping.join(actor=request.member, survey_id=key, seen=seen, key=post.get("key", ""), answers=answers)
    return _("已合并")


def _part(request: BrandRequest, key: UUID) -> str:
    grouping.part(actor=request.member, survey_id=key, seen=pages.seen(request), key=request.POST.get("key", ""))
    return _("合并已撤回")


def _aside(request: BrandRequest, key: UUID) -> str:
    why = request.POST.get("why", "").strip() or _("没有写理由")
    grouping.put_aside(actor=request.member, answer_id=pages.row_id(request), seen=pages.seen(request), why=why)
    return _("这份答案不再计入")


def _again(request: BrandRequest, key: UUID) -> str:
    grouping.put_aside(actor=request.member, answer_id=pages.row_id(request), seen=pages.seen(request), why="")
    return _("这份答案重新计入")


def _ticket(request: BrandRequest, key: UUID) -> dict[str, Any]:
    answer_id = pages.row_id(request)
    return {"ticket": ticketing.open_ticket(actor=request.member, survey_id=key, answer_id=answer_id)}


ACTS = {
    "save": _save,
    "question": _question,
    "up": _move(-1),
    "down": _move(1),
    "drop": _drop,
    "quota": _quota,
    "open": _step("open_survey", N_("已开始收集")),
    "close": _step("close_survey", N_("已停止收集")),
    "archive": _step("archive", N_("已归档")),
    "restore": _step("restore", N_("已取回")),
    "remove": _remove,
    "copy": _copy,
    "links": _links,
}
RESULTS = {"join": _join, "part": _part, "aside": _aside, "again": _again}
ANSWERS = RESULTS | {"ticket": _ticket}
