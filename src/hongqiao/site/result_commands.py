"""Commands of results and of title tests. Works as the installation's owner."""

import argparse
from typing import Any

from hongqiao.content.results import api, titleapi
from hongqiao.site import first
from hongqiao.site.house_commands import show, tell
from hongqiao.workspace.paging import Paged

SHOWN = ("published_on", "platform", "account_name", "form", "title", "weak", "peers", "spend", "key")


def results(a: argparse.Namespace) -> int:
    """List own pieces with how their steps stand, as `GET /api/content/results` does; with a key, one of them."""
    first.migrate()
    member = first.local_member(a.brand)
    if a.key:
        told = api.whole_json(member, a.key)
        shown = ("step", "value", "median", "percentile", "n", "weak")
        tell(told, as_json=True) if a.json else show(({k: s[k] for k in shown} for s in told["steps"]), as_json=False)
        return 0
    names = ("start", "end", "platform", "account", "weak", "q")
    rows, _following = api.page(member, api.ResultsAsked(**{n: getattr(a, n) for n in names}, limit=a.limit))
    show(rows if a.json else ({k: r[k] for k in SHOWN} for r in rows), as_json=a.json)
    return 0


def titles(a: argparse.Namespace) -> int:
    """List tests of titles and covers, newest first, as `GET /api/content/titles` does."""
    first.migrate()
    rows, _following = titleapi.listed(first.local_member(a.brand), Paged(limit=a.limit))
    show(rows if a.json else map(_test, rows), as_json=a.json)
    return 0


def _test(row: dict[str, Any]) -> dict[str, Any]:
    counts = {arm: c and f"{c['hits']}/{c['base']}" for arm, c in row["counts"].items()}
    plan, outcome = row["plan"], row["outcome"] or {}
    told = {k: row[k] for k in ("id", "state", "name")} | {"compare": plan["compare"], "n": plan["n"]}
    return told | counts | {"ready": "ready" if row["ready"] else "", "verdict": outcome.get("verdict")}


COMMANDS = {"results": results, "titles": titles}
