"""The sample brand's topic library: what was heard, ideas of every source, decisions. Scores are worked out."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from hongqiao.book import queries as book
from hongqiao.content.models import Topic
from hongqiao.content.topics import proposing, services, tables
from hongqiao.content.topics.evidence import Around
from hongqiao.workspace import figures
from hongqiao.workspace.models import Member


def plant(member: Member, folder: Path) -> None:
    """Fill the library from `topics.json`, as of the day it tells of; nothing where the brand has topics."""
    if Topic.objects.filter(brand=member.brand).exists():
        return
    told = json.loads((folder / "topics.json").read_text("utf-8"))
    with figures.on_day(date.fromisoformat(told["day"])):
        for heard in told["signals"]:
            services.add_signals(actor=member, lines=heard.pop("rows"), **heard)
        around = Around(member.brand)
        for asked in told["proposals"]:
            _propose(member, around, asked)
        services.add_shares(actor=member, **told["shares"])
        table = tables.read_text(told["table"]["text"])
        columns = tables.guess(table.head, tables.COLUMNS)
        services.import_table(actor=member, table=table, columns=columns, name=told["table"]["name"])
        for one in told["topics"]:
            _topic(member, around, one)


def _propose(member: Member, around: Around, asked: dict[str, Any]) -> None:
    """Take the best of what the proposer offers a persona on a platform."""
    persona = next((p.pk for p in around.personas.values() if p.name == asked["persona"]), None)
    made = proposing.propose(around, proposing.Asked(asked["platform"], persona, node=asked.get("node", "")))
    for one in [p for p in made if not p.gates][: asked["take"]]:
        services.take(actor=member, proposed=one, around=around)


def _topic(member: Member, around: Around, told: dict[str, Any]) -> None:
    state, reason = told.pop("state"), told.pop("reason", "")
    persona, product = told.pop("persona", ""), told.pop("product", "")
    people = {p.name: p.pk for p in book.personas(member.brand)}
    goods = {p.name: p.pk for p in book.products(member.brand)}
    fields = told | {"persona_id": people.get(persona), "product_id": goods.get(product)}
    row = services.add_topic(actor=member, merge=True, around=around, **fields).topic
    if state != row.state:
        services.move(actor=member, topic_id=row.pk, seen=None, state=state, reason=reason)
