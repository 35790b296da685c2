"""Where a survey is answered: the link for everybody, with its picture; and links of single persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import segno
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from hongqiao.audience.models import Survey
from hongqiao.audience.people import identifying
from hongqiao.audience.surveys import answering, kit
from hongqiao.errors import N_, Invalid
from hongqiao.workspace import audit, keys, links
from hongqiao.workspace.models import Member


class Nobody(Invalid):
    code = "survey_nobody"
    message = N_("没有找到这个人：%(said)s")
    next_step = N_("请用登记过的会员编号、手机号，或用户页地址里的编号")


class TooManyLinks(Invalid):
    code = "survey_links_many"
    message = N_("一次最多 %(most)s 个链接")
    next_step = N_("请分几次")


def address(row: Survey, request: HttpRequest | None = None, *, wave: str = "", subject: str = "") -> str:
    """Return the whole address at which a survey is answered."""
    token = answering.token(row, wave=wave, subject=subject)
    return links.absolute(reverse("survey_public", args=[token]), request)


def shared(row: Survey, request: HttpRequest) -> list[dict[str, Any]]:
    """Return the links for everybody, one a wave, each with its picture to scan."""
    made = []
    for wave in answering.WAVES if row.waves else ("",):
        where = address(row, request, wave=wave)
        picture = segno.make(where, error="m").svg_inline(scale=4, border=2, dark="#111", light="#fff", omitsize=True)
        made.append(
            {"wave": wave, "address": where, "only_here": links.only_here(where),
             "qr": mark_safe(picture)}  # noqa: S308 — drawn by segno: paths and numbers only
        )  # fmt: skip
    return made


@transaction.atomic
def personal(
    *, actor: Member, survey_id: UUID | str, people: Sequence[str], by_own_id: bool = False,
    request: HttpRequest | None = None, wave: str = "",
) -> list[dict[str, str]]:  # fmt: skip
    """Return {"said", "key", "url"} of persons named by a number or key; by ids of the brand's own system where said.

    Raises NotAllowed, NotFound, Nobody, TooManyLinks, BadChoice.
    """
    row = kit.of(actor, survey_id, None, kit.SEND)
    most = kit.book(row.brand)["links"]
    if len(people) > most:
        raise TooManyLinks(most=most)
    kit.one_of(wave, answering.WAVES if row.waves else ("",), _("前后"))
    made = []
    for said in people:
        key = keys.person_keys(row.brand_id).hash([said])[0] if by_own_id else key_of(actor, said)
        if not key:
            raise Nobody(said=said[:40])
        made.append({"said": said, "key": key, "url": address(row, request, wave=wave, subject=key)})
    audit.record(actor, "survey.linked", row, title=row.title, count=len(made))
    return made


def key_of(actor: Member, said: str) -> str:
    """Return the person key that a number, or the key itself, names; "" for nobody, or for more than one."""
    text = said.strip().lower()
    if len(text) == 64 and all(c in "0123456789abcdef" for c in text):
        return text
    found = identifying.find(actor.brand, said.strip()) if said.strip() else []
    return found[0] if len(found) == 1 else ""


WRITES = [personal]
