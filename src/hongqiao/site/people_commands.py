"""Commands of people: list them, bring a member file in, erase one. Works as the installation's owner."""

import argparse
from pathlib import Path
from typing import Any

from hongqiao.audience.people import api, erasing, merging, queries, reading
from hongqiao.site import first
from hongqiao.site.house_commands import BadArgument, show, tell


def people(a: argparse.Namespace) -> int:
    """List users as `GET /api/people` gives them, bring a member file in, or erase one for good."""
    first.migrate()
    member = first.local_member(a.brand)
    return {"list": _list, "import": _bring, "erase": _erase}[a.act](a, member)


def _list(a: argparse.Namespace, member: Any) -> int:
    rows = api.found(member, a.q, a.tag).order_by("-id")[: max(1, a.limit)]
    said = [api.person_json(r) for r in rows]
    plain = ({"key": s["key"], "name": s["name"], "identities": _ids(s), "tags": "、".join(s["tags"])} for s in said)
    show(said if a.json else plain, as_json=a.json)
    return 0


def _ids(said: dict[str, Any]) -> str:
    return " ".join(f"{i['kind']}={i['hint']}" for i in said["identities"])


def _bring(a: argparse.Namespace, member: Any) -> int:
    path = Path(a.what)
    if not a.what or not path.is_file():
        raise BadArgument(name="FILE", value=a.what, command="people import")
    said = reading.take_file(actor=member, path=path, name=path.name)
    if a.json:
        tell(said, as_json=True)
    else:
        tell({k: said[k] for k in ("new", "known", "merged", "asked", "refused")}, as_json=False)
        show(({"row": p["row"], "message": p["message"]} for p in said["problems"]), as_json=False)
    return 1 if said["refused"] else 0


def _erase(a: argparse.Namespace, member: Any) -> int:
    """Erase, then write the database anew: nothing of what was there before stays in its free places."""
    if not a.what or not a.yes:
        raise BadArgument(name="KEY --yes", value=a.what, command="people erase")
    key = merging.standing(member.brand, a.what)
    row = erasing.erase(actor=member, key=key, known=lambda k: queries.acted(member, k))
    erasing.compact()
    tell(erasing.counted(row) if a.json else {"rows": sum(row.counts.values())}, as_json=a.json)
    return 0


COMMANDS = {"people": people}
