"""The rules that ship, as the engine takes them: read from `knowledge/wording`, chosen by platform and trade (C2)."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from hongqiao import knowledge
from hongqiao.methods.wording import Guard, Rules, Term, compiled

FOLDER = Path(knowledge.__file__).parent / "wording"
PACKS = ("superlative", "medical", "trade", "platforms")
INDUSTRIES = ("general", "cosmetics", "food", "health_food", "medical", "education", "finance")  # as in exemptions.json


@lru_cache
def _file(name: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / f"{name}.json").read_text("utf-8")))


@lru_cache
def version() -> str:
    """Return a short hash of all rules that ship: what a check was made with."""
    names = (*PACKS, "guards", "variants", "bases")
    return hashlib.sha256(b"".join((FOLDER / f"{n}.json").read_bytes() for n in names)).hexdigest()[:12]


def bases() -> dict[str, dict[str, str]]:
    """Return what rules stand on, by code: label, short text, state of checking."""
    return dict(_file("bases")["bases"])


def groups() -> list[dict[str, Any]]:
    """Return every group of words of every pack, as the files hold them."""
    return [g for pack in PACKS for g in _file(pack)["groups"]]


def groups_by_code() -> dict[str, dict[str, Any]]:
    """Return every group by the code of its rule."""
    return {g["code"]: g for g in groups()}


@lru_cache(maxsize=64)
def rule_set(
    platform: str = "", industry: str = "", own: tuple[Term, ...] = (), allowed: tuple[str, ...] = ()
) -> Rules:
    """Return the compiled rules for a text of `platform` and `industry`; "" takes those of all.

    `own`: a brand's words to avoid; `allowed`: words that a reviewer has exempted for good.
    """
    variants = _file("variants")
    terms = [t for g in groups() if _applies(g, platform, industry) for t in _terms(g)]
    return compiled(
        [*terms, *_disguised(terms, variants["homophones"]), *own],
        [_guard(g) for g in _file("guards")["guards"]],
        safe=(*variants["safe"], *allowed),
        variants={k: v for k, v in variants["characters"].items() if len(k) == 1},
        spellings=variants["spellings"],
        swaps=variants["swaps"],
    )


def _applies(group: dict[str, Any], platform: str, industry: str) -> bool:
    trades, places = group.get("industries"), group.get("platforms")
    return (not trades or not industry or industry in trades) and (not places or not platform or platform in places)


def _terms(group: dict[str, Any]) -> Iterable[Term]:
    common = {
        "rule": group["code"],
        "group": group["group"],
        "level": group["level"],
        "basis": group["basis"],
        "replacement": group.get("replacement", ""),
        "near": group.get("near", ""),
        "unguarded": bool(group.get("unguarded")),
    }
    exceptions = tuple(group.get("exceptions", ()))
    for word in group.get("terms", ()):
        yield Term(**common, word=word, exceptions=exceptions)
    for pattern in group.get("patterns", ()):
        yield Term(**common, pattern=pattern, exceptions=exceptions)


def _disguised(terms: Sequence[Term], homophones: dict[str, list[str]]) -> list[Term]:
    """Return the terms again under the sounds that they are hidden behind."""
    by_word = {t.word: t for t in terms if t.word}
    most = next((t for t in terms if t.rule == "superlative.most"), None)
    out = []
    for word, sounds in homophones.items():
        like = by_word.get(word) or (most if word.startswith("最") else None)
        like = like or next(
            (
                t
                for t in terms
                if t.pattern and word.startswith(("全网第一", "销量第一")) and t.rule == "superlative.first"
            ),
            None,
        )
        if like:
            out += [_renamed(like, sound) for sound in sounds]
    return out


def _renamed(term: Term, word: str) -> Term:
    return Term(term.rule, term.group, term.level, term.basis, term.replacement, word=word, unguarded=term.unguarded)


def _guard(g: dict[str, Any]) -> Guard:
    return Guard(
        code=g["code"],
        groups=tuple(g.get("groups", ())),
        before=g.get("before", ""),
        after=g.get("after", ""),
        clause=g.get("clause", ""),
        sentence=g.get("sentence", ""),
        level=g.get("level", ""),
    )


def exemption_kinds() -> dict[str, str]:
    """Return why a hit may be let stand: code → label."""
    return {k["code"]: k["label"] for k in _file("exemptions")["kinds"]}


def industries() -> list[dict[str, Any]]:
    """Return the trades with their label and how brands name them."""
    return list(_file("exemptions")["industries"])
