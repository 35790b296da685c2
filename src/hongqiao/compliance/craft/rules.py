"""The rules of craft that ship, as a brand has them.

`Brand.settings["craft"] = {"levels": {code: level}, "thresholds": {name: value}}` holds its differences.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, get_args

from hongqiao import knowledge
from hongqiao.methods.craft import Know, known
from hongqiao.methods.craft.model import Level
from hongqiao.workspace.models import Brand

FOLDER = Path(knowledge.__file__).parent / "craft"
OFF = "off"
LEVELS: tuple[str, ...] = get_args(Level)


def file(name: str) -> dict[str, Any]:
    """Return knowledge/craft/<name>.json."""
    return knowledge.read(f"craft/{name}")


@cache
def rules() -> dict[str, dict[str, Any]]:
    """Return every rule of craft by its code."""
    return {r["code"]: r for r in file("rules")["rules"]}


def _own(brand: Brand) -> Mapping[str, Any]:
    own = (brand.settings or {}).get("craft")
    return own if isinstance(own, Mapping) else {}


def level(brand: Brand, code: str) -> str:
    """Return how grave a brand takes a rule; what the law asks for keeps its level. `off`: not asked."""
    rule = rules()[code]
    own = str((_own(brand).get("levels") or {}).get(code, ""))
    return own if own in (*LEVELS, OFF) and not rule.get("law") else str(rule["level"])


def asked(code: str, platform: str, form: str) -> bool:
    """Whether a rule is asked of a form on a platform."""
    rule = rules()[code]
    return form in rule.get("forms", (form,)) and platform in rule.get("platforms", (platform,))


def know(brand: Brand) -> Know:
    """Return what the rules go by for a brand: thresholds with its own, cues, its name."""
    own = _own(brand).get("thresholds")
    base = file("thresholds")
    changed = {k: v for k, v in (own or {}).items() if k in base and type(v) is type(base[k])}
    return _known(json.dumps(changed, sort_keys=True), brand.name)


def version(brand: Brand) -> str:
    """Return a short hash of the rules of craft as a brand has them."""
    return hashlib.sha256(_shipped() + json.dumps(_own(brand), sort_keys=True).encode()).hexdigest()[:6]


@cache
def _shipped() -> bytes:
    return b"".join((FOLDER / f"{n}.json").read_bytes() for n in ("rules", "thresholds", "cues"))


@lru_cache(maxsize=64)
def _known(changed: str, name: str) -> Know:
    return known({**file("thresholds"), **json.loads(changed)}, file("cues"), (name,))
