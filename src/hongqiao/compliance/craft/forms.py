"""What the page of checking asks of a whole draft, and what a person chose to replace in one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from hongqiao.compliance import draft as drafts
from hongqiao.compliance import queries
from hongqiao.compliance.craft import parts, rules, words
from hongqiao.compliance.models import Check
from hongqiao.methods import craft
from hongqiao.methods.craft import Draft
from hongqiao.workspace.models import Brand

FIELDS = ("form", "title", "text", "tags", "shots", "platform", "industry", "ai")
TICKS = ("buying", "ad_label", "ai_label")
_PARTED = re.compile(r"[\s#＃,，、]+")


def draft_of(brand: Brand, post: QueryDict) -> Draft:
    """Return the draft that was typed: tags parted by # or spaces, shots a line each."""
    said = {k: post.get(k, "") for k in FIELDS}
    pace = rules.know(brand).thresholds["speech_a_second"]
    ticked: dict[str, Any] = {k: k in post for k in TICKS}
    return Draft(
        platform=said["platform"],
        form=said["form"],
        title=said["title"],
        text=said["text"],
        tags=tuple(t for t in _PARTED.split(said["tags"]) if t),
        shots=craft.shots(said["shots"], pace) if said["form"] in ("video", "long_video") else (),
        ai=said["ai"] if said["ai"] in words.AI else "none",
        commercial="own" if ticked["buying"] else "none",
        **ticked,
    )


def typed(check: Check) -> dict[str, Any]:
    """Return what the form starts with for a check that was made before."""
    if not check.draft:
        shown = ("text", "title", "platform", "industry")
        return {k: getattr(check, k) for k in shown}
    draft = parts.draft_of(check.draft)
    return {
        **{k: getattr(draft, k) for k in ("form", "title", "text", "platform", "ai", *TICKS)},
        "industry": check.industry,
        "tags": " ".join(f"#{t}" for t in draft.tags),
        "shots": "\n".join(_line(s) for s in draft.shots),
    }


def _line(shot: craft.Shot) -> str:
    cells = [shot.line, shot.picture, shot.subtitle]
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    return f"{shot.start:g}-{shot.end:g} {' | '.join(cells)}"


def choices() -> dict[str, list[tuple[str, str]]]:
    """Return what can be chosen: the forms, and how much of it a model wrote."""
    return {
        "forms": [(code, _(label)) for code, label in words.FORMS.items()],
        "ais": [(code, _(label)) for code, label in words.AI.items()],
    }


def mended(check: Check, lines: Sequence[queries.Line], post: Mapping[str, Any], chosen: Sequence[str]) -> Draft:
    """Return a checked draft with what was chosen put in place: words of law by rule and word, the rest by place."""
    draft = parts.draft_of(check.draft)
    begins = dict(drafts.joined(draft)[0])
    swaps = {
        (h["start"], h["end"]): str(post.get(f"instead.{n}", ""))
        for n, asked in ((n, lines[int(n)].hit) for n in chosen if n.isdigit() and int(n) < len(lines))
        for h in (x.hit for x in lines if not x.exemption)
        if (h["rule"], h["word"]) == (asked["rule"], asked["word"])
    }
    for f in drafts.read(check.found):
        key = f"{f.place}:{f.start}:{f.end}"
        if key in chosen and f.place in begins and f.end > f.start:
            at = begins[f.place]
            swaps.setdefault((at + f.start, at + f.end), str(post.get(f"instead.{key}", f.replacement)))
    return parts.swapped(draft, _apart((a, b, to) for (a, b), to in sorted(swaps.items())))


def _apart(swaps: Any) -> list[parts.Swap]:
    """Return the swaps that do not reach into the one before."""
    kept: list[parts.Swap] = []
    for one in swaps:
        if not kept or one[0] >= kept[-1][1]:
            kept.append(one)
    return kept
