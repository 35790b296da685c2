"""The sample brand's members who can be reached, and its recall of September. U1.

Who was reached by hand, who was held out, who could not be reached and why. Addresses are made up and lead nowhere;
what it brought is worked out of the files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hongqiao import warehouse
from hongqiao.audience.journeys import entering, running, services
from hongqiao.audience.journeys.facts import Came, newest
from hongqiao.audience.models import Journey
from hongqiao.audience.tiers import standing
from hongqiao.delivery.models import Contact, Reach
from hongqiao.delivery.reaching import assisted, consents, contacts, opting, rules
from hongqiao.ledger.services import entering as ledger
from hongqiao.workspace.keys import person_keys
from hongqiao.workspace.models import Member

Told = Mapping[str, Any]
WAYS = ("wecom", "email")


def plant(host: Member, folder: Path) -> bool:
    """Plant members and the recall; False while the tiers are not judged. Nothing a second time."""
    told = json.loads((folder / "outreach.json").read_text("utf-8"))
    if Journey.objects.filter(brand=host.brand, name=told["journey"]["name"]).exists():
        return True
    if not standing.whole(host.brand):
        return False
    members(host, told["members"])
    recall(host, told["journey"])
    return True


def _at(host: Member, said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo(host.brand.zone))


def _every(place: int, told: Told, name: str) -> bool:
    return place % int(told[name]) == 0


def members(host: Member, told: Told) -> None:
    """Keep addresses and consents of a share of the people; some agreed to one way only, some took it back."""
    brand, numbers = host.brand, range(told["first"], told["last"] + 1, told["every"])
    people = person_keys(brand.pk).hash([told["id"].format(n=n) for n in numbers])
    known = [(who, n) for place, (who, n) in enumerate(zip(people, numbers, strict=True), 1) if place % told["lost"]]
    contacts.add_many(brand, [(who, way, told[way].format(n=n)) for who, n in known for way in WAYS])
    said = {"source": told["source"], "wording": told["wording"], "purpose": "marketing"}
    for place, who in enumerate(people, 1):
        for way in (w for w in WAYS if not _every(place, told, f"no_{w}")):
            consents.give(brand, subject=who, channel=way, at=_at(host, told["agreed"]), **said)
            if _every(place, told, "withdrawn"):
                at = _at(host, told["withdrawn_at"])
                consents.withdraw(brand, subject=who, channel=way, at=at, source=told["source"], purpose="marketing")
    _opted_out(host, people[:: told["opted_out"]], told)


def _opted_out(host: Member, people: list[str], told: Told) -> None:
    kept = Contact.objects.filter(brand=host.brand, channel="wecom", subject__in=people)
    opting.opt_out(host.brand, channel="wecom", digests=list(kept.values_list("digest", flat=True)), source="member")


def recall(host: Member, told: Told) -> None:
    """Start the recall, carry it through its days and end it."""
    plain = ("name", "goal", "holdout", "days", "trigger", "steps")
    row = services.create(actor=host, **{name: told[name] for name in plain})
    start, again = _at(host, told["at"]), _at(host, told["again"])
    row = services.start(actor=host, journey_id=row.pk, seen=row.version, at=start)
    handle = warehouse.open(row.brand_id)
    then = standing.current(handle, start.date())
    silent = handle.fetch(then.filter(then.tier == told["trigger"]["tier"]).select("key"))["key"].to_pylist()
    entering.enrol(row, entering.free(row, [Came("", who, None) for who in sorted(silent)], start), start)
    if row.action_id:
        ledger.came(row.action_id, start)
    Journey.objects.filter(pk=row.pk).update(began=True, cursor=newest(handle, "tiers"))
    for moment in (start, again):
        while running.one_set(host.brand, moment):
            pass
        _by_hand(host, row, told)
    services.end(actor=host, journey_id=row.pk, seen=None)


def _by_hand(host: Member, row: Journey, told: Told) -> None:
    """Note what was sent by hand, and whom nobody could be reached by it."""
    waiting = Reach.objects.filter(brand=host.brand, origin=running.origin(row), state=Reach.State.ASSISTED)
    ids, most = list(waiting.order_by("id").values_list("pk", flat=True)), int(rules.shipped()["rows"])
    missed = ids[:: told["not_sent"]]
    done = [pk for pk in ids if pk not in set(missed)]
    for some, sent in ((missed, False), (done, True)):
        for at in range(0, len(some), most):
            assisted.confirm(actor=host, ids=some[at : at + most], sent=sent)
