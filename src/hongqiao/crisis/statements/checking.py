"""A statement held against its structure and the law: lint of methods/crisis/statement.py, words of compliance."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.compliance import draft as drafts
from hongqiao.compliance.craft import present as compliance
from hongqiao.crisis.incidents import choosing
from hongqiao.crisis.models import Fact, Statement
from hongqiao.crisis.statements import writing
from hongqiao.methods.craft import Draft, Found
from hongqiao.methods.crisis import statement as lint

LAW = ("law.", "products.", "voice.")
LET = ("law.diversion",)  # a statement must say how the brand is reached
HOLDS = ("block", "hold")


def digest(title: str, text: str) -> str:
    """Return what a signature is bound to."""
    return hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()


def check(row: Statement) -> list[dict[str, Any]]:
    """Return what is found in a statement today as plain data: {rule, level, start, end, word, params, source}."""
    book = writing.book(row.brand)
    facts = Fact.objects.filter(incident_id=row.incident_id, pk__in=[*row.facts])
    body, known = writing.bodily(row.incident), [(f.text, f.state) for f in facts]
    said = lint.Said(row.kind, row.text, choosing.strategy(row.incident), known, body)
    flaws = [
        {"rule": f.rule, "level": book["rules"][f.rule]["level"], "start": f.start, "end": f.end, "word": f.word}
        | {"params": dict(f.params), "source": "structure"}
        for f in lint.lint(said, book)
    ]
    return [*flaws, *_law(row)]


def _law(row: Statement) -> list[dict[str, Any]]:
    """Return what words of law, of the products and of the brand's voice find; craft does not judge a statement."""
    found = drafts.check(row.brand, Draft(platform="", form="article", title=row.title, text=row.text))
    return [
        kept | {"source": "law"}
        for kept in drafts.kept(f for f in found if f.rule.startswith(LAW) and not f.rule.startswith(LET))
    ]


def holding(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what keeps a statement from being signed."""
    return [f for f in found if f["level"] in HOLDS]


def shown(row: Statement, found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what was found in words, the graver first."""
    book = writing.book(row.brand)
    lines = [_structure(book, f) if f["source"] == "structure" else _of_law(f) for f in found]
    return sorted(lines, key=lambda x: x["level"] not in HOLDS)


def _structure(book: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    rule, params = book["rules"][found["rule"]], dict(found["params"])
    if "what" in params:  # a label of the data, not a word of the text
        params["what"] = _(params["what"])
    return {
        "label": _(rule["label"]) % params,
        "todo": _(rule["next_step"]),
        "level": found["level"],
        "why": "",
    }


def _of_law(found: dict[str, Any]) -> dict[str, Any]:
    one = Found(**{k: v for k, v in found.items() if k != "source"})
    label, why, todo = compliance.said(one)
    where = f"“{one.word}” " if one.word else ""
    return {"label": where + label, "todo": todo, "level": one.level, "why": why}
