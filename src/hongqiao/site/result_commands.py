"""Commands of results. Works as the installation's owner."""

import argparse

from hongqiao.content.results import api
from hongqiao.site import first
from hongqiao.site.house_commands import show, tell

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


COMMANDS = {"results": results}
