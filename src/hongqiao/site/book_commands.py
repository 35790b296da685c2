"""The command of the brand book. Works as the installation's owner."""

import argparse

from hongqiao.book import api
from hongqiao.site import first
from hongqiao.site.house_commands import show, tell


def book(a: argparse.Namespace) -> int:
    """Print a brand's book: as JSON all of it, else a line a product with what may be said of it today."""
    first.migrate()
    told = api.whole(first.local_member(a.brand).brand)
    if a.json:
        tell(told, as_json=True)
        return 0
    show(
        (
            {
                "product": p["name"],
                "kind": p["kind"],
                "filing": p["filing"] or "—",
                "claims": "、".join(c["text"] for c in p["claims"] if not c["state"]) or "—",
            }
            for p in told["products"]
        ),
        as_json=False,
    )
    return 0


COMMANDS = {"book": book}
