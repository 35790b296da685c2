"""Commands for a brand's own metrics: list, check, add, change, retire, revive, history. Each works as the owner."""

import argparse
from collections.abc import Callable
from typing import Any

from hongqiao.site import first, house_commands


def metrics(a: argparse.Namespace) -> int:
    """Do what the interface does under /api/own-metrics, through the same services."""
    first.migrate()
    member = first.local_member(a.brand)
    found = ACTS[a.act](a, member)
    if isinstance(found, list):
        house_commands.show(found if a.json else [_short(r) for r in found], as_json=a.json)
    else:
        house_commands.tell(found if a.json else _short(found), as_json=a.json)
    return 0


def _short(row: dict[str, Any]) -> dict[str, Any]:
    keep = ("code", "number", "label", "formula", "unit", "value", "retired", "author", "at", "why")
    return {k: row[k] for k in keep if k in row}


def _list(a: argparse.Namespace, member: Any) -> list[dict[str, Any]]:
    from hongqiao.insight.own import api, queries

    return [api.as_json(row) for row in queries.listed(member)]


def _check(a: argparse.Namespace, member: Any) -> dict[str, Any]:
    from hongqiao.insight.own import api, drafts

    return api.checked(member, drafts.drafted(member, a.formula, format=a.format))


def _add(a: argparse.Namespace, member: Any) -> dict[str, Any]:
    from hongqiao.insight.own import api, services

    wanted = services.Wanted(a.name, a.formula, a.code, a.format, a.better, a.note)
    return api.as_json(services.define(actor=member, wanted=wanted))


def _change(a: argparse.Namespace, member: Any) -> dict[str, Any]:
    """What is not said stays as it is."""
    from hongqiao.insight.own import api, queries, services

    now = api.as_json(queries.one(member, a.code))
    plain = {f: now[f] if getattr(a, f) is None else getattr(a, f) for f in ("formula", "format", "better", "note")}
    wanted = services.Wanted(label=now["label"] if a.name is None else a.name, why=a.why, **plain)
    return api.as_json(services.change(actor=member, code=a.code, seen=a.seen, wanted=wanted))


def _retire(a: argparse.Namespace, member: Any) -> dict[str, Any]:
    from hongqiao.insight.own import api, services

    return api.as_json(services.retire(actor=member, code=a.code, seen=a.seen, retired=a.act == "retire"))


def _history(a: argparse.Namespace, member: Any) -> list[dict[str, Any]]:
    from hongqiao.insight.own import api, queries

    return api.history_json(queries.one(member, a.code))


ACTS: dict[str, Callable[[argparse.Namespace, Any], Any]] = {
    "list": _list,
    "check": _check,
    "add": _add,
    "change": _change,
    "retire": _retire,
    "revive": _retire,
    "history": _history,
}
COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"metrics": metrics}
