"""From a rule's codes and parameters to sentences, in the reader's language. Figures are formatted by their unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.ledger import rules
from hongqiao.ledger.models import Finding
from hongqiao.ui import formats
from hongqiao.workspace import words


def said(rule: str, code: str, params: Mapping[str, Any] | None = None) -> str:
    """Return the words of a finding's variant or of a statement; the bare code where no rule knows it any more."""
    known = rules.all_rules().get(rule)
    msgid = {**known.evidence, **known.finding}.get(code) if known else None
    return words.fill(msgid, {k: readable(v) for k, v in (params or {}).items()}) if msgid else code


def readable(value: Any) -> Any:
    """Return a parameter as words: {"value", "unit"} as a figure, {"word"} as a msgid, a list as its parts."""
    if isinstance(value, Mapping) and "value" in value:
        if value.get("signed"):
            return formats.signed(value["value"], value.get("unit", "percent"))
        return formats.figure(value["value"], value.get("unit", "number"))
    if isinstance(value, Mapping) and "word" in value:
        return _(value["word"])
    if isinstance(value, list | tuple):
        return "、".join(str(readable(v)) for v in value)
    return value


def sentence(finding: Finding) -> str:
    """Return a finding's sentence."""
    return said(finding.rule, finding.variant, finding.params)


def _notice(params: Mapping[str, Any]) -> dict[str, Any]:
    found = Finding.objects.filter(pk=str(params["finding"])).first() if params.get("finding") else None
    return {"text": sentence(found) if found else ""}


words.register(
    "notice",
    {"finding.raised": N_("新的问题或机会：%(text)s"), "finding.digest": N_("今日的问题与机会汇总已备好")},
)
words.completes("finding.raised", _notice)
