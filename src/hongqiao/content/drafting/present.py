"""Drafts as their page shows them: side by side, with what checks say of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.compliance import draft as checking
from hongqiao.compliance.craft import present as craft
from hongqiao.content import body as bodies
from hongqiao.content.drafting import checks, material, structures
from hongqiao.content.drafting.gaps import Gaps
from hongqiao.content.models import Piece, Proposal
from hongqiao.content.production import present as production
from hongqiao.errors import N_
from hongqiao.methods.craft import Found
from hongqiao.platforms import PLATFORMS

#: The parts of a brief in the order of the form, those that drafts are made of first; help where drafting has its own.
BRIEF = {
    "goal": "",
    "audience": N_("照品牌手册里的人群名写，就会带上它的场景和需求"),
    "message": "",
    "proof": N_("一行一条：报告、数据出处、授权的用户原话"),
    "facts": N_("一行一条；写到产品名，就会带上手册里的事实"),
    "must": N_("一行一句"),
    "avoid": N_("一行一句；写到会被拦下"),
    "tone": "",
    "cta": N_("只留一个；不要用奖励换分享"),
    **dict.fromkeys(("spec", "references", "labels", "rights", "crisis"), ""),
}
MAIN = 9
NOTES = {
    "figure": N_("材料里没有的数字"),
    "said": N_("材料里没有的用户或专家原话"),
    "link": N_("材料里没有的链接"),
}


def brief(piece: Piece, typed: Any = None) -> list[dict[str, Any]]:
    """Return the fields of the brief form: what was typed where that went wrong, else what is kept."""
    kept, said = piece.brief or {}, []
    for code, own in BRIEF.items():
        label, about = production.BRIEF[code]
        more = own or about
        said.append(
            {"code": code, "label": _(label), "help": _(more) if more else "", "value": (typed or kept).get(code, "")}
        )
    return said


def piece(row: Piece) -> dict[str, Any]:
    """Return a piece with platform and form in words."""
    platform = PLATFORMS.get(row.platform)
    return {
        "row": row,
        "platform": _(platform.name) if platform else row.platform,
        "form": _(str(row.get_form_display())),
        "stage": _(str(row.get_stage_display())),
    }


def made_of(row: Piece) -> dict[str, Any]:
    """Return what drafts of a piece may draw on: persona, product, claims, and what structures will lack."""
    found = material.of(row)
    names = structures.names()
    wanted = ("message", "audience", "product", "fact", "claim", "proof", "cta", "scene", "need")
    return {
        "persona": found.persona,
        "product": found.product,
        "claims": [c.text for c in found.claims],
        "missing": [_(names[n]) for n in wanted if n not in found.values],
    }


def proposals(target: Piece, rows: Sequence[Proposal]) -> list[dict[str, Any]]:
    """Return drafts side by side, each with its text to be read, and what holds it or is to be confirmed."""
    found = checks.of(target, rows)
    return [_proposal(row, target, found[row.pk]) for row in rows]


def _proposal(row: Proposal, target: Piece, found: list[Found]) -> dict[str, Any]:
    gaps = sum(f.rule == "voice.gap" for f in found)
    others = [f for f in found if f.rule != "voice.gap" and f.level != "info"]
    marks = Gaps(f"g-{row.pk}")
    title = marks.marked(row.body.get("title", ""))
    lines = [marks.marked(line) for line in bodies.text(target.form, row.body).split("\n")]
    shots = [s | {k: marks.marked(s.get(k, "")) for k in ("line", "picture")} for s in row.body.get("shots") or []]
    chapters = [c | {"title": marks.marked(c.get("title", ""))} for c in row.body.get("chapters") or []]
    return {
        "row": row,
        "model": row.maker == Proposal.Maker.MODEL,
        "label": _(structures.label(row.structure)) if row.structure else row.written_by,
        "title": title,
        "lines": lines,
        "shots": shots,
        "todo": marks.todo(),
        "segments": row.body.get("segments") or [],
        "chapters": chapters,
        "tags": row.body.get("tags") or [],
        "gaps": gaps,
        "open": marks.count or gaps,  # a subtitle repeats its line: what is missing is missing once
        "ready": gaps <= structures.limits()["gaps"],
        "found": [craft.found(f, n) for n, f in enumerate(others)],
        "count": checking.summary(found),
        "notes": [{"word": n["word"], "why": _(NOTES.get(n["code"], ""))} for n in row.notes],
        "length": len("".join(bodies.words(target.form, row.body).split())),
    }
