"""The rules that ship, as the engine takes them: read from `knowledge/wording`, chosen by platform and trade (C2)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from hongqiao import knowledge
from hongqiao.methods.wording import Guard, Rules, Term, compiled

FOLDER = Path(knowledge.__file__).parent / "wording"
PACKS = ("superlative", "medical", "trade", "platforms")
INDUSTRIES = ("general", "cosmetics", "food", "health_food", "medical", "education", "finance")  # as in exemptions.json


def _file(name: str) -> dict[str, Any]:
    return knowledge.read(f"wording/{name}")


@lru_cache
def version() -> str:
    """Return a short hash of all rules that ship: what a check was made with."""
    names = (*PACKS, "guards", "variants", "sounds", "bases")
    return hashlib.sha256(b"".join((FOLDER / f"{n}.json").read_bytes() for n in names)).hexdigest()[:12]


def bases() -> dict[str, dict[str, str]]:
    """Return what rules stand on, by code: label, short text, state of checking."""
    found: dict[str, dict[str, str]] = _file("bases")["bases"]
    return found


def groups() -> list[dict[str, Any]]:
    """Return every group of words of every pack, as the files hold them."""
    return [g for pack in PACKS for g in _file(pack)["groups"]]


@lru_cache
def groups_by_code() -> dict[str, dict[str, Any]]:
    """Return every group by the code of its rule."""
    return {g["code"]: g for g in groups()}


def guards() -> list[dict[str, Any]]:
    """Return every guard, as its file holds it."""
    return list(_file("guards")["guards"])


def compiled_guards() -> list[Guard]:
    """Return every guard as the engine takes it."""
    return [_guard(g) for g in guards()]


def product_rules() -> dict[str, Any]:
    """Return what is held against a product's approved list, and the words of a brand's voice: products.json."""
    return _file("products")


@lru_cache
def product_words() -> dict[str, dict[str, str]]:
    """Return the rules of `compliance.products` and `compliance.voice` by code: label, next_step."""
    rules = _file("products")
    return {r["code"]: r for r in (*rules["groups"], *rules["values"], *rules["others"])}


def hidden() -> dict[str, list[str]]:
    """Return how words are hidden where neither look nor sound gives them away: word → ways."""
    return dict(_file("variants")["homophones"])


@lru_cache(maxsize=64)
def rule_set(
    platform: str = "", industry: str = "", own: tuple[Term, ...] = (), allowed: tuple[str, ...] = ()
) -> Rules:
    """Return the compiled rules for a text of `platform` and `industry`; "" takes those of all.

    `own`: a brand's words to avoid; `allowed`: words that a reviewer has exempted for good.
    """
    variants, heard = _file("variants"), _file("sounds")
    terms = [t for g in groups() if _applies(g, platform, industry) for t in _terms(g)]
    return compiled(
        [*terms, *_disguised(terms), *own],
        compiled_guards(),
        safe=(*variants["safe"], *allowed),
        variants={k: v for k, v in variants["characters"].items() if len(k) == 1},
        spellings={k: v[0] for k, v in heard["sounds"].items() if len(k) > 1 and k not in heard["words"]}
        | variants["spellings"],
        swaps=variants["swaps"],
        heard=terms,
        sounds={c: sound for sound, chars in heard["sounds"].items() for c in chars},
        ordinary=heard["ordinary"],
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
        **{k: group.get(k, "") for k in ("near", "before", "after")},
        "unguarded": bool(group.get("unguarded")),
    }
    exceptions = tuple(group.get("exceptions", ()))
    for word in group.get("terms", ()):
        yield Term(**common, word=word, exceptions=exceptions)
    for pattern in group.get("patterns", ()):
        yield Term(**common, pattern=pattern, exceptions=exceptions)


def _disguised(terms: Sequence[Term]) -> Iterable[Term]:
    """Yield the words again as they are hidden where neither look nor sound gives them away."""
    known = {t.word: t for t in terms if t.word}
    most = next((t for t in terms if t.rule == "superlative.most"), None)
    for word, ways in hidden().items():
        if like := known.get(word) or (most if word.startswith("最") else None):
            yield from (_renamed(like, way) for way in ways)


def _renamed(term: Term, word: str) -> Term:
    return replace(term, word=word, pattern="", exceptions=())


def _guard(g: dict[str, Any]) -> Guard:
    return Guard(
        code=g["code"],
        groups=tuple(g.get("groups", ())),
        before=g.get("before", ""),
        after=g.get("after", ""),
        clause=g.get("clause", ""),
        sentence=g.get("sentence", ""),
        unless=g.get("unless", ""),
        level=g.get("level", ""),
    )


def exemption_kinds() -> dict[str, str]:
    """Return why a hit may be let stand: code → label."""
    return {k["code"]: k["label"] for k in _file("exemptions")["kinds"]}


def industries() -> list[dict[str, Any]]:
    """Return the trades with their label and how brands name them."""
    return list(_file("exemptions")["industries"])
