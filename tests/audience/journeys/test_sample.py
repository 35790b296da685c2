"""The sample's recall is told by the house's own services from who is in the files; nothing of it leaves. U1."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone

from hongqiao.audience.journeys import queries
from hongqiao.audience.models import Enrolment, Journey
from hongqiao.audience.sample import outreach
from hongqiao.audience.tiers import history, judging
from hongqiao.delivery.models import Contact, Reach
from hongqiao.delivery.reaching import acting
from hongqiao.ledger.models import Assignment

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).resolve().parents[3] / "examples" / "anlan" / "audience"
TODAY = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    told = json.loads((FOLDER / "outreach.json").read_text("utf-8"))
    told["members"] |= {"last": told["members"]["first"] + 80 * told["members"]["every"]}
    (tmp_path / "outreach.json").write_text(json.dumps(told), "utf-8")
    return tmp_path, told


def test_the_recall_is_told_once_when_everybody_has_a_tier_and_nothing_leaves(
    cast, said, folder, monkeypatch, mailoutbox
):
    folder, told = folder
    monkeypatch.setattr(timezone, "now", lambda: TODAY)
    assert not outreach.plant(cast.owner, folder)
    members = told["members"]
    ids = [members["id"].format(n=n) for n in range(members["first"], members["last"], members["every"])]
    strangers = [f"x{n}" for n in range(20)]
    said(*((who, "purchase", "2026-05-01T10:00:00", {"amount": "99"}) for who in [*ids, *strangers]))
    said(*((who, "purchase", "2026-10-03T10:00:00", {"amount": "99"}) for who in ids[::9]))
    several = judging.Judging(cast.brand, many=True)
    while (day := history.next_day(cast.brand)) is not None:
        several.judge(day)
    for _ in range(2):
        assert outreach.plant(cast.owner, folder)
    row = Journey.objects.get()
    led = dict(Enrolment.objects.values_list("subject", "arm"))
    assert len(led) == 100
    held = {who for who, arm in led.items() if arm == "hold"}
    assert 0 < len(held) < 50
    assert not Reach.objects.filter(subject__in=held).exists()
    states = {(r.state, r.why) for r in Reach.objects.all()}
    assert {("sent", ""), ("stopped", "by_hand"), ("refused", "no_consent"), ("refused", "no_address")} == states
    assert {"goal", "done"} == {why for why, _n in queries.left(row)}
    assert {a.created_at.date() for a in Assignment.objects.all()} == {datetime(2026, 9, 28, tzinfo=UTC).date()}
    assert set(Contact.objects.values_list("channel", flat=True)) == {"wecom", "email"}
    assert acting.one_set(cast.brand) == 0
    assert not mailoutbox
