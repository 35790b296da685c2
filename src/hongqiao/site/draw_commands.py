"""Commands of draws: list a brand's, verify the evidence of any. Work as the installation's owner."""

import argparse

from hongqiao.audience.communities.draws import queries
from hongqiao.methods.draw import verify_draw
from hongqiao.site import first
from hongqiao.site.house_commands import BadArgument, show


def draws(a: argparse.Namespace) -> int:
    """List draws, newest first; `verify PACK` checks an evidence as `verify_draw.py` does, with its exit status."""
    if a.act == "verify":
        if not a.pack:
            raise BadArgument(name="PACK", value="", command="draws")
        asked = [x for name in ("plan", "list", "entry") if getattr(a, name) for x in (f"--{name}", getattr(a, name))]
        return verify_draw.main([a.pack, *asked])
    if not a.brand:
        raise BadArgument(name="--brand", value="", command="draws")
    first.migrate()
    rows = queries.draws(first.local_member(a.brand))[: max(1, a.limit)]
    plain = ("title", "mode", "state", "plan_hash", "list_hash")
    show(
        (
            {
                "id": str(r.pk),
                **{n: getattr(r, n) for n in plain},
                "entries": r.n,  # type: ignore[attr-defined]
                "drawn": str(r.drawn_at or ""),
            }
            for r in rows
        ),
        as_json=a.json,
    )
    return 0


COMMANDS = {"draws": draws}
