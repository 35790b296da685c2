"""Things found in a draft as screens and answers show them: in words, grouped, with what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.compliance import draft as drafts
from hongqiao.compliance import packs
from hongqiao.compliance.craft import rules, words
from hongqiao.compliance.craft.parts import draft_of
from hongqiao.compliance.models import Check
from hongqiao.errors import N_
from hongqiao.methods import craft
from hongqiao.methods.craft import Found
from hongqiao.methods.craft.model import Level
from hongqiao.workspace.models import Brand

GROUPS = (
    ("law", N_("法规与平台规则")),
    ("voice", N_("品牌口径与产品")),
    ("limit", N_("长度、话题与图片")),
    ("craft", N_("写作与结构")),
)
_LIMITS = ("craft.title", "craft.body", "craft.digest", "craft.author", "craft.tag", "craft.image", "craft.video")


def found(one: Found, number: int = 0) -> dict[str, Any]:
    """Return one thing found with its words: label, why, what to do, basis, level, place."""
    label, why, todo = said(one)
    return {
        "number": number,
        "key": f"{one.place}:{one.start}:{one.end}",
        "mark": drafts.mark_of(one),
        "found": one,
        "rule": one.rule,
        "label": label,
        "why": why,
        "todo": todo,
        "basis": basis(one.basis),
        "level": level(one.level),
        "place": place(one.place),
        "group": group(one.rule),
        "heuristic": one.heuristic,
        "disguised": bool(one.params.get("disguised")),
        "let": _let(one.params),
    }


def level(code: Level | str) -> dict[str, str]:
    """Return a level in words and colour."""
    label, colour = words.LEVELS[code]
    return {"code": code, "label": _(label), "colour": colour}


def said(one: Found) -> tuple[str, str, str]:
    """Return label, why and what to do of a rule, with what was found filled in."""
    if one.rule in words.RULES:
        label, why, todo = words.RULES[one.rule]
        params = _params(one)
        return _(label) % params, (_(why) if why != "%(why)s" else why) % params, _(todo)
    if known := packs.product_words().get(one.rule):
        about = str(one.params.get("why") or one.params.get("product") or one.params.get("phrase") or "")
        return _(known["label"]), about, _said(known.get("next_step"))
    code = one.rule.removeprefix("law.")
    if code == "own":
        return _("品牌自定的词"), _("品牌不用“%(word)s”") % {"word": one.word}, ""
    rule = packs.groups_by_code().get(code, {})
    about = packs.bases().get(one.basis, {}).get("description", "")
    return _(rule.get("label", one.rule)), _said(about), _said(rule.get("next_step"))


def _said(text: str | None) -> str:
    return _(text) if text else ""


def title(code: str) -> str:
    """Return what a rule is called where nothing was found yet."""
    seconds = rules.file("thresholds")["hook_seconds"]
    shown = {"seconds": seconds["long_video" if code == "craft.opening" else "video"], "day": _("庄重日")}
    return _(words.RULES[code][0]) % shown


def _params(one: Found) -> dict[str, Any]:
    params = dict(one.params)
    if why := words.OPENINGS.get(str(params.get("why", ""))):
        params["why"] = _(why)
    if one.rule == "draw.terms":
        params["missing"] = "、".join(_(words.TERMS[t]) for t in params["missing"])
    return params


def basis(code: str) -> str:
    """Return what a rule stands on, in words."""
    if code in words.BASES:
        return _(words.BASES[code])
    known = packs.bases().get(code)
    return _(known["label"]) if known else ""


def place(code: str) -> str:
    """Return where something is, in words: 标题, 正文, 第 2 镜 …"""
    kind, _dot, rest = code.partition(".")
    number = rest.partition(".")[0]
    if number.isdigit() and kind in ("shots", "images"):
        text = _("第 %(n)s 镜") if kind == "shots" else _("第 %(n)s 张图")
        return text % {"n": int(number) + 1}
    return _(words.PLACES[kind]) if kind in words.PLACES else code


def group(rule: str) -> str:
    """Return which group of the screen a rule belongs to."""
    kind = rule.partition(".")[0]
    if kind in ("voice", "products"):
        return "voice"
    if kind in ("law", "label", "draw", "people"):
        return "law"
    return "limit" if rule.startswith(_LIMITS) else "craft"


def _let(params: Mapping[str, Any]) -> dict[str, str] | None:
    if "let" not in params:
        return None
    why = str(params.get("let_why") or "")
    return {"why": _(why) if why else "", "reason": str(params["let_reason"]), "by": str(params["let_by"])}


def form(code: str) -> str:
    """Return a form in words, "" where it is none that the page offers."""
    return _(words.FORMS[code]) if code in words.FORMS else ""


def measures(brand: Brand, check: Check) -> craft.Measures | None:
    """Return what is counted of a draft that was checked: characters, time, readability."""
    if not check.draft:
        return None
    draft = draft_of(check.draft)
    return craft.measures(draft, craft.read(draft.text), rules.know(brand))


def groups(every: Sequence[Found]) -> list[dict[str, Any]]:
    """Return things found under the headings of the screen, the graver first in each; empty headings are left out."""
    rows = [found(one, i) for i, one in enumerate(every)]
    parts = [{"code": c, "label": _(label), "rows": [r for r in rows if r["group"] == c]} for c, label in GROUPS]
    return [p for p in parts if p["rows"]]
