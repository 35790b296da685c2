"""Commands about brands and what belongs to them: accounts, jobs, keys, webhooks. Each works as the owner."""

import argparse
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from hongqiao.errors import N_, Invalid
from hongqiao.site import first
from hongqiao.workspace import api, queries, services
from hongqiao.workspace import jobs as work
from hongqiao.workspace.keys import renew_person_key, rotate
from hongqiao.workspace.models import Account, Brand, Member, Webhook
from hongqiao.workspace.services.webhooks import WEBHOOKS

Row = Mapping[str, Any]


class BadArgument(Invalid):
    code = "bad_argument"
    message = N_("参数 %(name)s 看不懂：%(value)s")
    next_step = N_("用 hongqiao %(command)s --help 看写法")


class NeedsBrand(Invalid):
    code = "needs_brand"
    message = N_("换用户标识密钥要指明品牌")
    next_step = N_("加上 --brand")


def show(rows: Iterable[Row], *, as_json: bool) -> None:
    """Print rows: one JSON array, or a line each, the values divided by tabs."""
    found = list(rows)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, default=_plain))
        return
    for row in found:
        print("\t".join("—" if value in (None, "") else str(value) for value in row.values()))


def _plain(value: Any) -> str:
    """Return a value as JSON of the HTTP interface has it: moments and days in ISO 8601."""
    return str(value.isoformat()) if isinstance(value, date) else str(value)


def tell(row: Row, *, as_json: bool) -> None:
    """Print one thing: a JSON object, or a line."""
    if as_json:
        print(json.dumps(row, ensure_ascii=False, default=_plain))
    else:
        show([row], as_json=False)


def brands(a: argparse.Namespace) -> int:
    first.migrate()
    rows = Brand.objects.order_by("name", "slug")
    show(({"slug": b.slug, "name": b.name, "industry": b.industry, "zone": b.zone} for b in rows), as_json=a.json)
    return 0


def accounts(a: argparse.Namespace) -> int:
    first.migrate()
    found = queries.accounts(first.local_member(a.brand), platform=a.platform, relation=a.relation)
    show(map(_account, found), as_json=a.json)
    return 0


def account(a: argparse.Namespace) -> int:
    """`hongqiao account add`."""
    first.migrate()
    row = services.create_account(
        actor=first.local_member(a.brand),
        platform=a.platform,
        name=a.name,
        zone=a.zone,
        external_id=a.external_id,
        relation=Account.Relation.COMPETITOR if a.competitor else Account.Relation.OWN,
    )
    tell(_account(row), as_json=a.json)
    return 0


def _account(row: Account) -> Row:
    plain = ("platform", "name", "relation", "state", "zone", "external_id")
    return {"id": str(row.pk), **{name: str(getattr(row, name)) for name in plain}}


def jobs(a: argparse.Namespace) -> int:
    first.migrate()
    found = list(queries.jobs(first.local_member(a.brand), state=a.state, house=a.house)[: max(1, a.limit)])
    about = work.subjects(found)
    show((api.job_json(row, about.get(row.pk)) for row in found), as_json=a.json)
    return 0


def webhooks(a: argparse.Namespace) -> int:
    first.migrate()
    show(map(api.webhook_json, queries.webhooks(first.local_member(a.brand))), as_json=a.json)
    return 0


def webhook(a: argparse.Namespace) -> int:
    """`hongqiao webhook add` and `test`."""
    first.migrate()
    actor = first.local_member(a.brand)
    if a.act == "test":
        row = Webhook.objects.get_for(actor, WEBHOOKS, a.id)
        tell(api.delivery_json(services.check_webhook(actor=actor, webhook_id=row.pk)), as_json=a.json)
        return 0
    row, secret = services.create_webhook(actor=actor, name=a.name, url=a.url, events=a.event)
    tell({**api.webhook_json(row), "secret": secret}, as_json=a.json)
    return 0


def keys(a: argparse.Namespace) -> int:
    """`hongqiao keys rotate`: encrypt anew; with `--new-person-key` another HMAC key for the rows to come."""
    first.migrate()
    if a.new_person_key and not a.brand:
        raise NeedsBrand()
    actor = first.local_member(a.brand) if a.brand else first.owner()
    done: dict[str, Any] = {"encrypted": rotate(actor=actor, brand=actor.brand if isinstance(actor, Member) else None)}
    if a.new_person_key and isinstance(actor, Member):
        done["person_key"] = renew_person_key(actor=actor).key_id
    tell(done, as_json=a.json)
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "brands": brands,
    "accounts": accounts,
    "account": account,
    "jobs": jobs,
    "webhooks": webhooks,
    "webhook": webhook,
    "keys": keys,
}
