"""What the forms of an incident's room do: each act reads its form and calls one service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hongqiao.crisis.incidents import (
    answers,
    choosing,
    facts,
    handling,
    kit,
    pausing,
    people,
    seating,
    steps,
    terms,
    vault,
)
from hongqiao.crisis.models import Affected, Duty, Entry, Evidence, Incident, Step
from hongqiao.crisis.statements import services as statements
from hongqiao.errors import Invalid
from hongqiao.workspace import permissions, shots
from hongqiao.workspace.access import BrandRequest
from hongqiao.workspace.models import Member
from hongqiao.workspace.services.desk import BadUntil
from hongqiao.workspace.views import kit as pages

#: Tabs with forms beside their list.
FORMS = ("timeline", "evidence", "facts", "steps", "statements", "answers", "people", "terms", "mentions")
#: Fields that are chosen, not written.
HIDDEN = {
    "csrfmiddlewaretoken",
    "act",
    "seen",
    "id",
    "state",
    "owner",
    "role",
    "member",
    "deputy",
    "way",
    "scope",
    "kind",
}
HIDDEN |= {"code", "playbook", "cluster", "truth", "reputation", "facts", "accounts", "publication", "mention", "keep"}


def kept(typed: QueryDict | None) -> list[str]:
    """Return what a person wrote into a form that was refused, so that nothing of it is lost."""
    if typed is None:
        return []
    texts = [v for k, values in typed.lists() if k not in HIDDEN and not k.startswith("ask-") for v in values]
    return [t for t in texts if len(t.strip()) >= 4]


def is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def shots_of(row: Incident, member: Member) -> set[str]:
    """Return the names of a room's screenshots that this member may see; those of payments only with the people."""
    found = set(Evidence.objects.filter(incident__in=row.joined()).exclude(shot="").values_list("shot", flat=True))
    proofs = [row.fields.get("answer") or {}]
    for model in (Step, Duty):
        proofs += model.objects.filter(incident=row).values_list("proof", flat=True)
    told = Entry.objects.filter(incident=row, code__startswith="incident.answered")
    proofs += [e.params.get("proof") or {} for e in told]
    if permissions.allows(member, kit.HANDLE):
        paid = Affected.objects.filter(incident=row).values_list("proof", flat=True)
        proofs += [receipt for one in paid for receipt in one.get("paid") or ()]
    return found | {str(p["shot"]) for p in proofs if p.get("shot")}


def _of(request: BrandRequest) -> dict[str, Any]:
    match = request.resolver_match
    assert match is not None
    return {"actor": request.member, "incident_id": match.kwargs["incident_id"]}


def _seen(request: BrandRequest) -> dict[str, Any]:
    return _of(request) | {"seen": pages.seen(request)}


def _row(request: BrandRequest, key: str) -> dict[str, Any]:
    return {"actor": request.member, key: pages.row_id(request), "seen": pages.seen(request)}


def _said(request: BrandRequest, *names: str) -> dict[str, Any]:
    return {n: request.POST.get(n, "") for n in names}


def _proof(request: BrandRequest) -> dict[str, Any]:
    return _said(request, "text", "url") | {"picture": shots.sent(request)}


def _take(request: BrandRequest) -> str:
    handling.take(**_seen(request))
    return _("已接警")


def _answer(request: BrandRequest) -> str:
    handling.answer(**_of(request), **_proof(request), publication_id=request.POST.get("publication") or None)
    return _("已登记回应，凭证已存")


def _note(request: BrandRequest) -> str:
    handling.write(**_of(request), text=request.POST.get("text", ""))
    return _("已写入时间线")


def _close(request: BrandRequest) -> str:
    handling.close(**_seen(request), **_said(request, "said", "reason"))
    return _("事件已关闭")


def _reopen(request: BrandRequest) -> str:
    handling.reopen(**_seen(request), **_said(request, "reason"))
    return _("事件已重新打开")


def _fill(request: BrandRequest) -> str:
    handling.fill(**_seen(request), fields=_said(request, *(f for f in handling.FIELDS if f in request.POST)))
    return _("已保存")


def _keep(request: BrandRequest) -> str:
    vault.keep(**_of(request), **_proof(request), mention_id=request.POST.get("mention") or None)
    return _("证据已入库")


def _secure(request: BrandRequest) -> str:
    n = vault.secure(**_of(request))
    return ngettext("固定了 %(n)s 份新证据", "固定了 %(n)s 份新证据", n) % {"n": n}


def _add_fact(request: BrandRequest) -> str:
    facts.add_fact(**_of(request), **_said(request, "text", "state", "basis", "owner"))
    return _("已列入事实清单")


def _change_fact(request: BrandRequest) -> str:
    facts.change_fact(**_row(request, "fact_id"), **_said(request, "text", "state", "basis", "owner"))
    return _("事实已更新")


def _seat(request: BrandRequest) -> str:
    seating.seat(**_of(request), **_said(request, "role", "member", "deputy", "reason"), seen=pages.seen_of(request))
    return _("分工已更新")


def _seat_defaults(request: BrandRequest) -> str:
    n = len(seating.seat_defaults(**_of(request)))
    return ngettext("已安排 %(n)s 个席位", "已安排 %(n)s 个席位", n) % {"n": n}


def _start(request: BrandRequest) -> str:
    asked = {k.removeprefix("ask-"): str(v) for k, v in request.POST.items() if k.startswith("ask-")}
    n = len(steps.start(**_seen(request), playbook=request.POST.get("playbook", ""), answers=asked))
    return ngettext("预案已启用，新增 %(n)s 步", "预案已启用，新增 %(n)s 步", n) % {"n": n}


def _add_step(request: BrandRequest) -> str:
    due = pages.moment(request.POST.get("due", ""), request.brand.zone, steps.BadDue)
    steps.add(**_of(request), **_said(request, "text", "role", "owner"), due_at=due)
    return _("步骤已添加")


def _done(request: BrandRequest) -> str:
    steps.done(**_row(request, "step_id"), **_proof(request), ticked=request.POST.getlist("ticked"))
    return _("步骤已完成")


def _skip(request: BrandRequest) -> str:
    steps.skip(**_row(request, "step_id"), reason=request.POST.get("text", ""))
    return _("已标为不适用")


def _give(request: BrandRequest) -> str:
    steps.give(**_row(request, "step_id"), owner=request.POST.get("owner", ""))
    return _("已指定负责人")


def _begin(request: BrandRequest) -> str:
    known = pages.moment(request.POST.get("known", ""), request.brand.zone, terms.BadKnown)
    terms.begin(**_of(request), code=request.POST.get("code", ""), known_at=known)
    return _("法定时限开始计时")


def _report(request: BrandRequest) -> str:
    terms.report(**_row(request, "duty_id"), **_proof(request))
    return _("已登记，凭证已存")


def _choose(request: BrandRequest) -> str:
    ticked: dict[str, Any] = {k: request.POST.get(k) == "1" for k in ("history", "harm")}
    choosing.choose(**_seen(request), **_said(request, "cluster", "reputation", "truth"), **ticked)
    return _("策略已判定")


def _draft(request: BrandRequest) -> dict[str, Any]:
    """Draft a statement and go to it: it is not written yet, only begun."""
    given = _said(request, "kind", "title", "people", "topic", "blame", "measures", "next", "contact", "sign")
    row = statements.draft(**_of(request), facts=request.POST.getlist("facts"), **given)
    messages.success(request, _("已起草“%(title)s”") % {"title": row.title})
    return {"go": reverse("crisis_statement", args=[request.brand.slug, row.pk])}


def _add_answer(request: BrandRequest) -> str:
    answers.add_answer(**_of(request), **_said(request, "question", "answer"))
    return _("口径已添加，待批准")


def _change_answer(request: BrandRequest) -> str:
    answers.change_answer(**_row(request, "answer_id"), **_said(request, "question", "answer"))
    return _("口径已修改，需重新批准")


def _approve_answer(request: BrandRequest) -> str:
    answers.approve_answer(**_row(request, "answer_id"))
    return _("口径已批准")


def _drop_answer(request: BrandRequest) -> str:
    answers.drop_answer(**_row(request, "answer_id"))
    return _("口径已删除")


PERSON = ("name", "contact", "owner", *people.KNOWN)


def _add_person(request: BrandRequest) -> str:
    severe, mention = request.POST.get("severe") == "1", request.POST.get("mention") or None
    people.add_person(**_of(request), **_said(request, *PERSON), severe=severe, mention_id=mention)
    return _("已登记")


def _change_person(request: BrandRequest) -> str:
    severe = request.POST.get("severe") == "1"
    people.change_person(**_row(request, "person_id"), **_said(request, *PERSON), severe=severe)
    return _("已更正")


def _contacted(request: BrandRequest) -> str:
    people.contacted(**_row(request, "person_id"), **_said(request, "way", "text"))
    return _("联系记录已保存")


def _apologised(request: BrandRequest) -> str:
    people.apologised(**_row(request, "person_id"))
    return _("已登记道歉")


def _promised(request: BrandRequest) -> str:
    people.promised(**_row(request, "person_id"), amount=request.POST.get("amount", ""))
    return _("已登记承诺")


def _paid(request: BrandRequest) -> str:
    people.paid(**_row(request, "person_id"), **_proof(request), amount=request.POST.get("amount", ""))
    return _("已登记付款")


def _refused(request: BrandRequest) -> str:
    people.refused(**_row(request, "person_id"), reason=request.POST.get("text", ""))
    return _("已登记未接受")


def _press(request: BrandRequest) -> str:
    until = pages.moment(request.POST.get("until", ""), request.brand.zone, BadUntil)
    row = pausing.press(**_of(request), **_said(request, "scope", "reason"), until=until)
    return _("演练：已记录，没有真正暂停") if row.drill else _("已暂停")


def _release(request: BrandRequest) -> str:
    pausing.release(**_of(request), **_said(request, "scope", "reason"), keep=request.POST.getlist("keep"))
    return _("已恢复")


def _ads(request: BrandRequest) -> str:
    code = request.POST.get("code", "")
    if code not in ("ads", "ads_resume"):
        raise Invalid()
    steps.by_hand(**_of(request), code=code)
    return _("已列入步骤，完成后附截图")


ACTS: dict[str, Callable[[Any], str | dict[str, Any]]] = {
    "take": _take,
    "answer": _answer,
    "note": _note,
    "close": _close,
    "reopen": _reopen,
    "fill": _fill,
    "keep": _keep,
    "secure": _secure,
    "add_fact": _add_fact,
    "change_fact": _change_fact,
    "seat": _seat,
    "seat_defaults": _seat_defaults,
    "start": _start,
    "add_step": _add_step,
    "done": _done,
    "skip": _skip,
    "give": _give,
    "begin": _begin,
    "report": _report,
    "choose": _choose,
    "draft": _draft,
    "add_answer": _add_answer,
    "change_answer": _change_answer,
    "approve_answer": _approve_answer,
    "drop_answer": _drop_answer,
    "add_person": _add_person,
    "change_person": _change_person,
    "contacted": _contacted,
    "apologised": _apologised,
    "promised": _promised,
    "paid": _paid,
    "refused": _refused,
    "press": _press,
    "release": _release,
    "ads": _ads,
}
