"""U1a–d: each tier's own outreach, through the house's jobs and a protocol-true vendor, with those left alone measured.

a potential: brand story, then a sample applied for, chosen, sent, reported · b active: an own coupon, then benefits
c loyal: co-creation by a colleague's hand in WeCom · d lapsed: recall by text message, refused by the vendor, by e-mail
"""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.audience.journeys import queries, services
from hongqiao.audience.models import Applicant, Enrolment, Journey
from hongqiao.delivery.models import Coupon, Reach
from hongqiao.delivery.reaching import assisted, contacts, coupons
from hongqiao.ledger.models import Assignment
from hongqiao.workspace import jobs
from hongqiao.workspace.keys import person_keys
from tests.cast import cast as cast  # noqa: PLC0414
from tests.moves import buy, move
from tests.reach import NOON, connected, known
from tests.reach import noon as noon  # noqa: PLC0414
from tests.reach import sms as sms  # noqa: PLC0414

pytestmark = pytest.mark.django_db
RAW = [f"u{n}" for n in range(24)]


@pytest.fixture
def team(house, cast, sms, noon, settings, mailoutbox):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    connected(cast, sms)
    return cast


def stand(cast, tier):
    """Two dozen people of a tier who can be reached every way; their keys."""
    keys = person_keys(cast.brand.pk).hash(RAW)
    for n, key in enumerate(keys):
        known(cast.brand, key, f"139{n:08d}")
        known(cast.brand, key, f"u{n}@example.com", channel="email")
        known(cast.brand, key, f"wmAbCdEf{n:02d}", channel="wecom")
    move(cast.account, keys, tier, NOON - timedelta(hours=1))
    return keys


def begin(cast, template, edit=lambda steps: None, **more):
    row = services.create(actor=cast.owner, template=template, holdout=0.2, **more)
    steps = json.loads(json.dumps(row.steps))
    edit(steps)
    row = services.change(actor=cast.owner, journey_id=row.pk, seen=row.version, steps=steps)
    return services.start(actor=cast.owner, journey_id=row.pk, seen=row.version)


def pass_time(cast, monkeypatch, **more):
    """Let time pass, and the house do what is due."""
    moment = NOON + timedelta(**more)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    for kind, whose, key in (("audience.journeys_tick", None, str(moment)), ("delivery.reach", cast.brand.pk, "due")):
        jobs.enqueue(kind, brand_id=whose, key=key, again=True)
        jobs.work_off()
    return moment


def arms(row):
    found = {"treat": set(), "hold": set()}
    for subject, arm in Enrolment.objects.filter(journey=row).values_list("subject", "arm"):
        found[arm].add(subject)
    assert found["hold"], "somebody is left alone"
    assert not Reach.objects.filter(subject__in=found["hold"]).exists()
    return found["treat"], found["hold"]


def test_u1a_potential_brand_story_and_sample_from_application_to_report(team, monkeypatch, mailoutbox, client):
    stand(team, "potential")
    row = begin(team, "sample", places=5)
    pass_time(team, monkeypatch)
    treated, _ = arms(row)
    assert [m.subject for m in mailoutbox] == ["我们为什么做这件事"] * len(treated)
    pass_time(team, monkeypatch, hours=73)
    invited = [m for m in mailoutbox if m.subject.startswith("想先试试吗")]
    assert len(invited) == len(treated)
    path = re.search(r"/j/\S+", invited[0].body).group(0)
    given = {"name": "安", "phone": "13900001234", "address": "上海市长宁区虹桥路一号", "agreed": "1"}
    assert client.post(path, given).status_code == 302
    one = Applicant.objects.get()
    pass_time(team, monkeypatch, hours=74)
    from hongqiao.audience.journeys import samples

    samples.move(actor=team.owner, key=one.pk, seen=None, to="chosen", reason="写得真诚")
    samples.move(actor=team.editor, key=one.pk, seen=None, to="sent", parcel="SF1")
    pass_time(team, monkeypatch, hours=75)
    assert [m.to for m in mailoutbox if m.subject == "试用装已寄出"] == [invited[0].to]
    pass_time(team, monkeypatch, days=18)
    assert client.post(path, {"report": "两周，很润，不闷，会买。", "rating": "5"}).status_code == 302
    pass_time(team, monkeypatch, days=18, hours=1)
    assert [m.to for m in mailoutbox if m.subject == "谢谢你的试用报告"] == [invited[0].to]
    why = dict(Enrolment.objects.filter(journey=row, arm="treat").values_list("subject", "why"))
    assert sorted(set(why.values())) == ["condition", "done"]
    assert why[one.subject] == "done"


def test_u1b_active_an_own_coupon_and_benefits_until_they_buy(team, monkeypatch, mailoutbox):
    keys = stand(team, "active")
    pool = coupons.make_pool(actor=team.owner, name="专属", benefit="满 200 减 30")
    coupons.add_codes(actor=team.owner, pool_id=pool.pk, text="\n".join(f"CODE{n:04d}" for n in range(40)))

    def edit(steps):
        steps[0]["content"]["pool"] = steps[0]["fallback"]["content"]["pool"] = str(pool.pk)

    row = begin(team, "coupon", edit)
    pass_time(team, monkeypatch)
    treated, _ = arms(row)
    codes = [re.search(r"CODE\d{4}", m.body).group(0) for m in mailoutbox]
    assert len(set(codes)) == len(treated) == Coupon.objects.exclude(given_at=None).count()
    buyer = next(k for k in keys if k in treated)
    buy(team.account, [RAW[keys.index(buyer)]], NOON + timedelta(days=2))
    pass_time(team, monkeypatch, days=8)
    assert Enrolment.objects.get(journey=row, subject=buyer).why == "goal"
    assert sum(m.subject == "你的会员权益" for m in mailoutbox) == len(treated) - 1


def test_u1c_loyal_co_creation_goes_by_a_colleagues_hand(team, monkeypatch, mailoutbox, client):
    stand(team, "loyal")
    row = begin(team, "cocreate")
    pass_time(team, monkeypatch)
    treated, _ = arms(row)
    listed = assisted.opened(team.owner, f"journey:{row.pk}", "wecom")
    assert {p.row.subject for p in listed} == treated
    assisted.confirm(actor=team.editor, ids=[p.row.pk for p in listed], sent=True)
    path = re.search(r"/j/\S+", listed[0].text).group(0)
    assert client.post(path, {"name": "安", "phone": "13900001234", "agreed": "1"}).status_code == 302
    from hongqiao.audience.journeys import samples

    one = Applicant.objects.get()
    samples.move(actor=team.owner, key=one.pk, seen=None, to="chosen", reason="写得真诚")
    samples.move(actor=team.editor, key=one.pk, seen=None, to="sent")
    pass_time(team, monkeypatch, hours=2)
    assert [m.subject for m in mailoutbox] == ["共创任务来了"]
    assert client.post(path, {"report": "泵头要能锁住，旅行不漏。", "rating": "4"}).status_code == 302
    pass_time(team, monkeypatch, hours=4)
    assert mailoutbox[-1].subject == "谢谢你的共创"


def test_u1d_lapsed_recall_is_refused_by_the_vendor_and_goes_by_letter_with_its_lift(
    team, monkeypatch, mailoutbox, sms
):
    keys = stand(team, "lapsed")
    sms.world.templates["SMS_7"] = "好久不见，为你留了一张优惠券，拒收请回复R"
    pool = coupons.make_pool(actor=team.owner, name="召回", benefit="八折")
    coupons.add_codes(actor=team.owner, pool_id=pool.pk, text="\n".join(f"BACK{n:04d}" for n in range(60)))

    def edit(steps):
        text = "【安澜护肤】好久不见，为你留了一张优惠券，拒收请回复R"
        steps[0]["content"] = {"template": "SMS_7", "text": text}
        steps[0]["fallback"]["content"]["pool"] = steps[2]["content"]["pool"] = str(pool.pk)

    row = begin(team, "recall", edit, days=7)
    pass_time(team, monkeypatch)
    treated, held = arms(row)
    said = Reach.objects.filter(channel="sms").first().error
    assert "不支持用户召回" in said["params"]["said"]
    assert {m.to[0] for m in mailoutbox} == {contacts.opened(contacts.of(team.brand, [k], "email")[k]) for k in treated}
    assert all(re.search(r"BACK\d{4}", m.body) for m in mailoutbox)
    pass_time(team, monkeypatch, days=8)
    assert sum(m.subject == "你的折扣券还在" for m in mailoutbox) == len(treated)
    assert Assignment.objects.filter(action=row.action).count() == len(keys)
    assert Enrolment.objects.filter(arm="hold", why="window").count() == len(held)
    lift = queries.lift(Journey.objects.get(pk=row.pk))
    assert (lift["verdict"], lift["reason"]) == ("cannot_tell", "too_small")
