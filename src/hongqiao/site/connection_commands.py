"""Commands about connections: which accounts are reached by their platform's interface; connect, test, fetch."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import Any

from hongqiao.delivery.connections import queries, services, statistics
from hongqiao.delivery.models import Connection
from hongqiao.platforms import capabilities
from hongqiao.site import first
from hongqiao.site.house_commands import show, tell
from hongqiao.workspace.models import Account, Member


def connections(a: argparse.Namespace) -> int:
    """`hongqiao connections`: the accounts on content platforms with how each is published to."""
    first.migrate()
    show((_line(*pair) for pair in queries.accounts(first.local_member(a.brand))), as_json=a.json)
    return 0


def connection(a: argparse.Namespace) -> int:
    """`hongqiao connection add`, `test`, `fetch`. The secret is read from the standard input, never an argument."""
    first.migrate()
    actor = first.local_member(a.brand)
    account = Account.objects.get_for(actor, services.TEND, a.account)
    said = {"add": _add, "test": _test, "fetch": _fetch}[a.act](a, actor, account)
    tell(said, as_json=a.json)
    return 0


def _add(a: argparse.Namespace, actor: Member, account: Account) -> Mapping[str, Any]:
    held = Connection.objects.filter(account=account).first()
    secret = "" if a.keep_secret else sys.stdin.readline().strip()
    fields = {"kind": a.kind, "app_id": a.app_id, "secret": secret}
    row = services.connect(actor=actor, account_id=account.pk, seen=held.version if held else None, **fields)
    return _line(account, row)


def _test(a: argparse.Namespace, actor: Member, account: Account) -> Mapping[str, Any]:
    return {"account": str(account.pk), "drafts": services.try_out(actor=actor, account_id=account.pk)}


def _fetch(a: argparse.Namespace, actor: Member, account: Account) -> Mapping[str, Any]:
    """Fetch here and now, what is missing up to yesterday."""
    row = services.of_account(actor, account.pk)
    if not statistics.may(row):
        raise services.NoInterface()
    return {"account": str(account.pk), **statistics.pull(row, statistics.platform_today())}


def _line(account: Account, row: Connection | None) -> Mapping[str, Any]:
    kind = row.kind if row else ""
    return {
        "account": str(account.pk),
        "platform": account.platform,
        "name": account.name,
        "kind": kind,
        "state": row.state if row else "",
        "publish": capabilities.of(account.platform, kind, "publish").way,
        "figures_until": str(row.pulled_until) if row and row.pulled_until else "",
    }


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"connections": connections, "connection": connection}
