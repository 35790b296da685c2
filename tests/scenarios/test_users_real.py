"""U1 on real records with published answers: CDNOW's customers by files and pages, Hillstrom's e-mail by the ledger.

Both come in as the brand's own events, by files, and are whole: 2,357 customers, 42,613 persons of two arms. CDNOW's
days are told twenty years later, for nothing is taken that was downloaded so long ago. Money has no currency stated.
"""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.utils import timezone

from hongqiao import warehouse
from hongqiao.audience.models import TierRun
from hongqiao.audience.tiers import jobs as tiers
from hongqiao.imports import services as imports
from hongqiao.ledger import services as ledger
from hongqiao.ledger.measuring import judging
from hongqiao.ledger.services import entering
from hongqiao.methods.lifetime import bgnbd, expected
from hongqiao.workspace import services as workspace
from hongqiao.workspace.jobs import work_off
from hongqiao.workspace.keys import person_keys
from tests.cast import cast as cast  # noqa: PLC0414

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house"), pytest.mark.shared]
PUBLISHED = bgnbd.Model(0.243, 4.414, 0.793, 2.426, {}, -9582.4, 0, 0)  # Fader, Hardie & Lee 2005
SPEND = {"p": 6.25, "q": 3.74, "v": 15.45}  # Fader & Hardie 2013
LATER = timedelta(days=7305)  # twenty years
LAST = date(1997, 9, 30) + LATER


def clock(monkeypatch, day, hour=4):
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def bring(owner, account, name, rows, day):
    """Hand a csv of events over, as a person does; all of it is taken."""
    lines = ["event_id,event,person,ts,amount", *(",".join(map(str, row)) for row in rows)]
    file = imports.receive(actor=owner, name=name, stream=io.BytesIO("\n".join(lines).encode()))
    given = {"account_id": account.pk, "captured_at": datetime.combine(day, datetime.min.time(), UTC), "queue": False}
    imports.confirm(actor=owner, file_id=file.id, seen=None, **given)
    done = imports.run(file.id)
    assert done.state == "done", done.error
    (table,) = done.tables.all()
    assert (table.taken, table.refused) == (len(rows), 0)


def purchases(shared):
    """Return (customer, day, amount) of each transaction."""
    with (shared / "data" / "economics" / "clv_cdnow" / "cdnow_transactions.csv").open() as stream:
        return [
            (f"c{r['id']}", datetime.strptime(r["date"], "%Y%m%d").date() + LATER, r["spent"])  # noqa: DTZ007
            for r in csv.DictReader(stream)
        ]


def by_hand(told, day):
    """Return tier → customers on a day, counted as docs/audience-methods.md says it; all of them have bought."""
    found = {"potential": 0, "active": 0, "loyal": 0, "lapsed": 0}
    days = {}
    for who, when, _amount in told:
        if when <= day:
            days.setdefault(who, []).append(when)
    for mine in days.values():
        since, orders = (day - max(mine)).days, sum((day - d).days <= 365 for d in mine)
        found["lapsed" if since > 90 else "loyal" if orders >= 3 else "active"] += 1
    return found


def test_u1_cdnow_stands_in_the_tiers_and_buys_again_as_published(cast, shared, monkeypatch):
    told = purchases(shared)
    shop = workspace.create_account(actor=cast.owner, platform="own", name="CDNOW")
    rows = [(n, "purchase", who, f"{day} 12:00:00", money) for n, (who, day, money) in enumerate(told)]
    clock(monkeypatch, LAST, hour=10)
    bring(cast.owner, shop, "1997.csv", [r for r, t in zip(rows, told, strict=True) if t[1] <= LAST], LAST)
    tiers.ask(cast.brand)
    work_off()
    run = TierRun.objects.latest("day")
    assert (run.day, run.judged) == (LAST, 2357)
    assert run.summary["tiers"] == by_hand(told, LAST)

    # repurchase: the published parameters, and what follows from them
    fitted = run.summary["repurchase"]
    assert [round(fitted["parameters"][k], 3) for k in ("r", "alpha", "a", "b")] == [0.243, 4.414, 0.793, 2.426]
    assert round(fitted["log_likelihood"], 1) == -9582.4
    assert {k: fitted["value"][k] for k in SPEND} == pytest.approx(SPEND, abs=0.01)
    x, t_x, age = summary(shared)
    assert fitted["expected"] == pytest.approx(
        expected.purchases(PUBLISHED, x, t_x, age, fitted["weeks"]).sum(), rel=1e-3
    )
    assert fitted["alive"] == pytest.approx(expected.alive(PUBLISHED, x, t_x, age).sum(), rel=1e-3)

    # on the screen, and for one customer: two repeat purchases, the latest in week 30.43 of 38.86
    browser = cast.client(cast.owner)
    page = browser.get("/b/anlan/users/repurchase/").content.decode()
    assert "2,357" in page
    key = person_keys(cast.brand.pk).hash(["c1"])[0]
    one = browser.get(f"/b/anlan/users/people/{key}/")
    assert one.status_code == 200
    alive = float(expected.alive(PUBLISHED, *(np.array([v]) for v in (2, 30.43, 38.86)))[0])
    assert f"{alive:.1%}" in one.content.decode() or f"{alive:.0%}" in one.content.decode()

    # the rest of the record comes as a later file: people move on, and nobody is lost
    last = date(1998, 6, 30) + LATER
    clock(monkeypatch, last, hour=10)
    bring(cast.owner, shop, "1998.csv", [r for r, t in zip(rows, told, strict=True) if t[1] > LAST], last)
    tiers.ask(cast.brand, LAST)
    work_off()
    run = TierRun.objects.latest("day")
    assert (run.day, run.judged, run.summary["tiers"]) == (last, 2357, by_hand(told, last))
    held = run.summary["repurchase"]["held"]
    since = last - timedelta(weeks=held["weeks"])
    known = {who for who, day, _money in told if day <= since}
    assert held["actual"] == len({(who, day) for who, day, _money in told if day > since and who in known})
    assert abs(held["bias"]) < 0.3  # a year later it expects a quarter too many, and says so


def summary(shared):
    with (shared / "data" / "economics" / "clv_cdnow" / "cdnow_customers_summary.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    return [np.array([float(r[name]) for r in rows]) for name in ("frequency", "recency", "T")]


def test_u1_hillstroms_letter_has_its_published_lift_in_the_ledger(cast, shared, monkeypatch):
    sent = date(2008, 3, 20)
    with (shared / "data" / "economics" / "uplift_hillstrom" / "hillstrom_mens_vs_control.csv").open() as stream:
        people = list(csv.DictReader(stream))
    site = workspace.create_account(actor=cast.owner, platform="own", name="商城")
    clock(monkeypatch, sent)
    plan = {"method": "holdout", "metric": "purchase", "days": 14, "share": 0.5, "want": "up", "entering": True}
    action = ledger.create_action(
        actor=cast.owner, title="男装邮件", room="users", measure=plan | {"seed": "hillstrom"}, owner_id=cast.owner.pk
    )
    action = ledger.start_action(actor=cast.owner, action_id=action.pk, seen=None)
    keys = person_keys(cast.brand.pk).hash([f"h{n}" for n in range(len(people))])
    arms = {k: "treat" if p["segment"] == "Mens E-Mail" else "hold" for k, p in zip(keys, people, strict=True)}
    entering.enter(action.pk, cast.brand.pk, arms)

    at, last = sent + timedelta(days=4), sent + timedelta(days=20)
    clock(monkeypatch, last)
    rows = [(f"v{n}", "visit", f"h{n}", f"{at} 12:00:00", "") for n, p in enumerate(people) if p["visit"] == "1"]
    bought = [(n, p["spend"]) for n, p in enumerate(people) if p["conversion"] == "1"]
    rows += [(f"p{n}", "purchase", f"h{n}", f"{at} 13:00:00", spend) for n, spend in bought]
    bring(cast.owner, site, "visits.csv", [*rows, ("end", "visit", "somebody", f"{last} 08:00:00", "")], last)

    published = {"active": (0.07659, 0.00339), "purchase": (0.00681, 0.00092), "amount": (0.7698, 0.1452)}
    handle = warehouse.open(cast.brand.pk)
    for metric, (lift, se) in published.items():
        action.measure = {**action.measure, "metric": metric}
        found = judging.measured(action, handle, last + timedelta(days=30))
        assert found["verdict"] == "worked"
        assert found["details"]["arms"] == {"treat": 21307, "hold": 21306}
        assert found["effect"] == pytest.approx(lift, abs=5 * 10.0 ** -(5 if lift < 0.5 else 4))
        assert found["sd"] == pytest.approx(se, abs=5e-5)
        assert found["lo"] < lift < found["hi"]
