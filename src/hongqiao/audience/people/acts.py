"""What is done on one person's page, and what it shows beside the facts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from hongqiao.audience import addresses
from hongqiao.audience.growth import card as growth
from hongqiao.audience.models import Right
from hongqiao.audience.people import card, erasing, flags, meaning, merging, queries, rights, tagging, words
from hongqiao.errors import HongqiaoError, NotFound
from hongqiao.workspace import permissions
from hongqiao.workspace.access import BrandRequest
from hongqiao.workspace.views import kit
from hongqiao.workspace.words import error_words


def of(key: str) -> dict[str, Any]:
    """Return the acts of one person's page."""
    own = {
        "show": lambda r: {"opened": card.show(actor=r.member, key=key)},
        "withdraw": lambda r: _withdraw(r, key),
        "tag": lambda r: _tag(r, key),
        "untag": _untag,
        "merge": lambda r: _merge_with(r, key),
        "undo_merge": _undo_merge,
        "flag": lambda r: _flag(r, key),
        "right": lambda r: _right(r, key),
    }
    return own | growth.acts(key)


def _withdraw(request: BrandRequest, key: str) -> str:
    said = request.POST
    card.withdraw(actor=request.member, key=key, purpose=said.get("purpose", ""), channel=said.get("channel", ""))
    return _("已撤回，从现在起不再发送")


def _tag(request: BrandRequest, key: str) -> str:
    tagging.put(actor=request.member, keys=[key], name=request.POST.get("tag", ""))
    return _("标签已打上")


def _untag(request: BrandRequest) -> str:
    row = tagging.take_off(actor=request.member, tagged_id=kit.row_id(request))
    return _("已取下标签“%(tag)s”") % {"tag": row.tag.name}


def _merge_with(request: BrandRequest, key: str) -> str:
    other = meaning.meant(request.member, request.POST.get("who", ""))
    merging.merge_keys(actor=request.member, keep=key, other=other)
    return _("已合并到这位用户；下面可以撤销")


def _undo_merge(request: BrandRequest) -> str:
    merging.undo_merge(actor=request.member, merge_id=kit.row_id(request), seen=kit.seen_of(request))
    return _("合并已撤销，数据已各归各位")


def _flag(request: BrandRequest, key: str) -> str:
    flag, on = request.POST.get("flag", ""), request.POST.get("on") == "1"
    flags.mark(actor=request.member, key=key, flag=flag, on=on)
    if not on:
        return _("标记已取消；之前撤回的同意不会自动恢复")
    return _("已标记：不再发送") if flag == "minor" else _("已标记：不再做画像与分层")


def _right(request: BrandRequest, key: str) -> str:
    said = request.POST
    row = rights.ask(actor=request.member, key=key, kind=said.get("kind", ""), note=said.get("note", ""))
    return _("已登记，请在 %(day)s 前答复") % {"day": row.due}


def erase(request: BrandRequest, key: str, page: Any) -> HttpResponse:
    """Erase and go to the list: the page of the person is no more."""
    try:
        erasing.erase(actor=request.member, key=key, known=lambda k: queries.acted(request.member, k))
    except NotFound:
        raise
    except HongqiaoError as error:
        answer: HttpResponse = page(request, {"failed": error_words(error)})
        answer.status_code = error.status
        return answer
    messages.success(request, _("这个用户的全部数据已删除"))
    return redirect(addresses.page("users_people", request.brand))


def shown(request: BrandRequest, key: str) -> dict[str, Any]:
    """Return what the page shows of a person beside the facts."""
    member, brand = request.member, request.brand
    person = card.person_of(member, key)
    on, off = card.tags(person)
    found: dict[str, Any] = {
        "person": person,
        "named": card.title(person),
        "identities": [
            {"kind": words.kind(i.kind), "hint": i.hint, "source": words.source(i.source)}
            for i in (person.identities.order_by("kind", "pk") if person else [])
        ],
        "contacts": [
            {"channel": words.channel(c.channel), "hint": c.hint, "refused": c.refused,  # type: ignore[attr-defined]
             "failed": c.state == "failed"}
            for c in card.contacts(brand, key)
        ],
        "consents": [_purpose(line) for line in card.held(brand, key)],
        "ledger": [_consent(line) for line in card.history(brand, key)],
        "worn": on,
        "taken_off": off,
        "merges": [_merge(m) for m in (merging.merges_of(person) if person else [])],
        "rights": [_right_row(r) for r in rights.of_person(member, person)],
        "right_kinds": [(k, _(str(label))) for k, label in Right.Kind.choices],
        "flags": [
            {"code": f, "label": _(words.FLAGS[f]), "on": bool(person and getattr(person, f))} for f in flags.ENDS
        ],
        "may_contact": permissions.allows(member, card.CONTACT),
        "may_erase": permissions.allows(member, erasing.ERASE),
    }  # fmt: skip
    return found | growth.shown(request, key)


def _purpose(line: dict[str, Any]) -> dict[str, Any]:
    given = [
        {"channel": c.channel, "label": words.channel(c.channel), "at": c.at, "source": words.source(c.source)}
        for c in line["given"]
    ]
    return {"code": line["purpose"].value, "label": words.purpose(line["purpose"]), "given": given,
            "ended": [words.channel(c.channel) for c in line["ended"]]}  # fmt: skip


def _consent(line: Any) -> dict[str, Any]:
    said = {name: getattr(line, name) for name in ("at", "given", "by", "wording")}
    return said | {
        "purpose": words.purpose(line.purpose),
        "channel": words.channel(line.channel),
        "source": words.source(line.source),
    }


def _merge(row: Any) -> dict[str, Any]:
    return {"row": row, "rule": words.rule(row.rule), "other": row.other.key[:8], "rows": sum(
        len(ids) for ids in row.moved.get("rows", {}).values() if isinstance(ids, list)
    ) + len(row.moved.get("identities", []))}  # fmt: skip


def _right_row(row: Right) -> dict[str, Any]:
    return {
        "row": row,
        "kind": _(row.get_kind_display()),
        "state": _(row.get_state_display()),
        "open": row.state == "open",
    }
