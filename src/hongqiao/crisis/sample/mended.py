"""A past incident's statement and repair: signed, published, mended item by item, reviewed, recovered, closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hongqiao.crisis.incidents import answers
from hongqiao.crisis.models import Fact, Goodwill, Incident, Statement
from hongqiao.crisis.repair import services as repair
from hongqiao.crisis.sample import kit
from hongqiao.crisis.statements import publishing, services
from hongqiao.delivery.publishing import services as delivery
from hongqiao.workspace import figures
from hongqiao.workspace.models import Account


def said(cast: kit.Cast, row: Incident, told: kit.Told) -> None:
    """Write what customer service says and the statement; a person published it and told the link."""
    for one in told.get("answers", ()):
        made = answers.add_answer(
            actor=cast[one["by"]], incident_id=row.pk, question=one["question"], answer=one["answer"]
        )
        answers.approve_answer(actor=cast[told["statement"]["signer"]], answer_id=made.pk, seen=made.version)
    statement = signed(cast, row, told["statement"])
    account = Account.objects.filter(brand=row.brand, platform=told["statement"]["platform"]).order_by("created_at")
    own = account.filter(relation=Account.Relation.OWN).first()
    if own is None:
        return
    by = cast[told["by"]]
    asked: dict[str, Any] = {"accounts": [str(own.pk)], "way": "assisted"}
    for out in publishing.publish(actor=by, statement_id=statement.pk, seen=statement.version, **asked):
        delivery.declare(actor=by, publication_id=out.pk, seen=None, pasted=told["statement"]["link"])


def signed(cast: kit.Cast, row: Incident, told: Mapping[str, Any]) -> Statement:
    """Draft a statement of the verified facts, reword it, hand it to legal, have it signed."""
    by = cast[told["by"]]
    known = Fact.objects.filter(incident=row, state=Fact.State.VERIFIED)
    chosen = [str(f.pk) for f in known]
    made = services.draft(actor=by, incident_id=row.pk, kind=told["kind"], title=told["title"], facts=chosen)
    made = services.edit(actor=by, statement_id=made.pk, seen=made.version, title=told["title"], text=told["text"])
    made = services.submit(actor=by, statement_id=made.pk, seen=made.version)
    return services.sign(actor=cast[told["signer"]], statement_id=made.pk, seen=made.version)


def mended(cast: kit.Cast, row: Incident, told: Mapping[str, Any]) -> None:
    """Carry the plan out on the days that are told, keep the review, measure, close."""
    by = cast[told["by"]]
    with figures.on_day(date.fromisoformat(told["begun"])):
        repair.begin(actor=by, incident_id=row.pk, seen=None)
    for one in told["done"]:
        item = Goodwill.objects.filter(incident=row, kind=one["kind"], done_at=None).order_by("order").first()
        if item is not None:
            with figures.on_day(date.fromisoformat(one["on"])):
                repair.carried_out(actor=by, item_id=item.pk, seen=None, url=one["url"], text=one["text"])
    repair.learn(actor=by, incident_id=row.pk, seen=None, **told["review"])
    row.refresh_from_db()
    measured = repair.keep_measure(row, date.fromisoformat(told["measured"]))
    if measured["recovered"]:
        repair.close(actor=by, incident_id=row.pk, seen=None)
