"""Rules of other packages: each names a module under the entry point group `hongqiao.rules`, which registers its rules.

One that cannot be loaded, or whose rules do not fit, is left out whole; it is said on the rules page and in the log,
and breaks nothing else.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

from hongqiao.errors import N_

if TYPE_CHECKING:
    from hongqiao.ledger.rules import Rule

GROUP = "hongqiao.rules"
KINDS = ("problem", "opportunity", "either")
log = logging.getLogger("hongqiao.ledger")
_lock = threading.RLock()
_loaded = _loading = False
_broken: list[Broken] = []
_from: dict[str, str] = {}


@dataclass(frozen=True)
class Broken:
    """A plugin that was left out: its name, the module it names, and why."""

    name: str
    module: str
    why: str
    params: Mapping[str, Any]


class Misfit(Exception):
    """A rule of a plugin that does not fit into the house."""

    def __init__(self, why: str, **params: Any) -> None:
        super().__init__(why % params)
        self.why, self.params = why, params


def load(known: dict[str, Rule]) -> None:
    """Import every plugin once; its rules come into `known`, where the house's own are already."""
    global _loaded, _loading
    if _loaded:
        return
    with _lock:
        if _loaded or _loading:  # a plugin may itself ask for all rules while it is imported
            return
        _loading = True
        try:
            for point in sorted(entry_points(group=GROUP), key=lambda p: (p.name, p.value)):
                _load_one(point, known)
        finally:
            _loading, _loaded = False, True


def broken() -> list[Broken]:
    """Return the plugins that were left out."""
    return list(_broken)


def plugin_of(code: str) -> str:
    """Return the plugin that a rule comes from, "" for one of the house."""
    return _from.get(code, "")


def _load_one(point: EntryPoint, known: dict[str, Rule]) -> None:
    before, module = dict(known), point.value.partition(":")[0]
    try:
        import_module(module)
        for code, rule in known.items():
            if before.get(code) is not rule:
                _check(code, rule, before)
    except (Exception, SystemExit) as error:  # whatever a stranger's module does, the house goes on
        known.clear()
        known.update(before)
        log.exception("rules plugin %s (%s) was left out", point.name, module)
        if not isinstance(error, Misfit):
            error = Misfit(N_("载入时出错：%(error)s"), error=f"{type(error).__name__}: {error}"[:200])
        _broken.append(Broken(point.name, module, error.why, error.params))
        return
    _from.update((code, point.name) for code in known if code not in before)


def _check(code: str, rule: Any, before: Mapping[str, Rule]) -> None:
    """Raises Misfit for a rule that takes another's place, or that no page could show."""
    from hongqiao.workspace import permissions

    if code in before:
        raise Misfit(N_("规则代码 %(code)s 已经有了"), code=code)
    rooms = {room["code"] for room in permissions.rooms()}
    if rule.room not in rooms:
        raise Misfit(N_("规则 %(code)s 的板块 %(room)s 不存在"), code=code, room=rule.room)
    if rule.kind not in KINDS:
        raise Misfit(N_("规则 %(code)s 的种类 %(kind)s 不存在"), code=code, kind=rule.kind)
