"""Words of what was done with statements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.delivery.models import Publication
from hongqiao.errors import N_
from hongqiao.workspace import words

words.register(
    "audit",
    {
        "statement.drafted": N_("起草声明“%(title)s”"),
        "statement.edited": N_("修改声明“%(title)s”%(voided)s"),
        "statement.submitted": N_("声明“%(title)s”送签"),
        "statement.signed": N_("签批声明“%(title)s”，哈希 %(digest)s…"),
        "statement.returned": N_("退回声明“%(title)s”：%(reason)s"),
        "statement.dropped": N_("作废声明“%(title)s”：%(reason)s"),
        "statement.published": N_("发布声明“%(title)s”到 %(accounts)s%(past)s"),
        "statement.drilled": N_("演练：声明“%(title)s”视为已发布，没有外发"),
        "statement.moved": N_("声明在 %(account)s：%(state)s"),
        "statement.past_pause": N_("暂停期间声明发往 %(account)s"),
    },
)
words.register(
    "notice",
    {
        "statement.submitted": N_("声明“%(title)s”待签批"),
        "statement.returned": N_("声明“%(title)s”被退回：%(reason)s"),
    },
)


def _edited(params: Mapping[str, Any]) -> dict[str, str]:
    return {"voided": _("，原签批作废") if params.get("voided") else ""}


def _published(params: Mapping[str, Any]) -> dict[str, str]:
    return {"past": _("（暂停期间，危机声明照发）") if params.get("past") else ""}


def _moved(params: Mapping[str, Any]) -> dict[str, str]:
    state = params.get("state")
    return {"state": _(str(Publication.State(state).label))} if state in Publication.State.values else {}


words.completes("statement.edited", _edited)
words.completes("statement.published", _published)
words.completes("statement.moved", _moved)
