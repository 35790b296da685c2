"""A user is reached only with consent, by day, seldom, once; and one word ends it."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from hongqiao.delivery import reaching
from hongqiao.delivery.connections.keeping import opened
from hongqiao.delivery.models import Consent, Contact, CouponPool, OptOut, Reach
from hongqiao.delivery.reaching import acting, assisted, consents, contacts, coupons, guards, opting, rules, texts
from hongqiao.delivery.reaching.errors import BadAddressOfUser, NoProof
from hongqiao.errors import NotAllowed, NotFound
from hongqiao.workspace import pause, persons
from hongqiao.workspace.models import AuditEntry, Pause
from hongqiao.workspace.services import create_account
from tests.reach import NOON, SMS, TEXT, connected, known, noon, sms, tencent  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(cast, sms, noon):  # noqa: F811
    vendor = connected(cast, sms)
    known(cast.brand, "p1")
    return SimpleNamespace(brand=cast.brand, vendor=vendor, server=sms, world=sms.world)


def ask(brand, key="k", subject="p1", **more):
    given = {"channel": "sms", "purpose": "marketing", "content": SMS, "origin": "ticket:1", **more}
    return reaching.send(brand, key=key, subject=subject, **given)


def later(monkeypatch, moment):
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_one_who_agreed_is_reached_once_and_what_it_cost_is_kept(ready):
    row = ask(ready.brand)
    assert ask(ready.brand).pk == row.pk
    assert acting.one_set(ready.brand) == 1
    assert acting.one_set(ready.brand) == 0
    row.refresh_from_db()
    assert (row.state, row.why, str(row.cost)) == ("sent", "", "0.0450")
    assert [s["phone"] for s in ready.world.sent] == ["13800001234"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"template": "SMS_1", "text": "新品到店，拒收请回复R"}, "no_signature"),
        ({"template": "SMS_1", "text": "【安澜护肤】新品到店"}, "no_opt_out"),
        ({"template": "SMS_1", "text": TEXT + "★"}, "bad_signs"),
        ({"template": "SMS_1", "text": TEXT + "【二】"}, "bad_signs"),
        ({"template": "SMS_1", "text": TEXT + "长" * 480}, "too_long"),
        ({"text": TEXT}, "no_template"),
        ({"template": "SMS_1", "text": " "}, "empty"),
    ],
)
def test_a_text_message_without_signature_or_way_out_is_not_sent(ready, content, why):
    row = ask(ready.brand, content=content)
    assert (row.state, row.why) == ("refused", why)


def test_without_consent_address_or_vendor_nothing_is_sent_and_the_reason_is_kept(ready):
    contacts.add(ready.brand, subject="p2", channel="sms", address="13900001234")
    assert ask(ready.brand, "a", "p2").why == "no_consent"
    consents.give(ready.brand, subject="p3", purpose="marketing", source="问卷", wording="v1")
    assert ask(ready.brand, "b", "p3").why == "no_address"
    ready.vendor.on = False
    ready.vendor.save()
    assert ask(ready.brand, "c").why == "no_vendor"
    assert not ready.world.sent


def test_the_latest_line_of_consent_holds_and_a_refusal_wins_a_tie(ready):
    give, take = consents.give, consents.withdraw
    more = {"subject": "p9", "purpose": "marketing", "source": "会员中心"}
    give(ready.brand, wording="v1", at=NOON - timedelta(days=2), **more)
    assert consents.holds(ready.brand, "p9", "marketing", "sms")
    take(ready.brand, channel="sms", at=NOON - timedelta(days=1), **more)
    assert not consents.holds(ready.brand, "p9", "marketing", "sms")
    assert consents.holds(ready.brand, "p9", "marketing", "email")
    give(ready.brand, channel="sms", wording="v2", at=NOON - timedelta(days=1), **more)
    assert not consents.holds(ready.brand, "p9", "marketing", "sms")
    with pytest.raises(NoProof):
        give(ready.brand, **more)


def test_at_night_it_waits_for_the_morning(ready, monkeypatch):
    night = NOON + timedelta(hours=10)  # 22:00 in Shanghai
    later(monkeypatch, night)
    row = ask(ready.brand)
    assert (row.state, row.due_at) == ("waiting", NOON + timedelta(hours=20))
    assert acting.one_set(ready.brand) == 0
    later(monkeypatch, row.due_at)
    assert acting.one_set(ready.brand) == 1
    assert rules.opens(rules.of(ready.brand), NOON) == NOON


def test_never_more_than_two_a_week_and_four_a_month(ready, monkeypatch):
    days, said = [0, 1, 2, 9, 10, 17, 31], []
    for day in days:
        later(monkeypatch, NOON + timedelta(days=day))
        said.append(ask(ready.brand, f"d{day}").why)
        acting.one_set(ready.brand)
    assert said == ["", "", "over_cap", "", "", "over_cap", ""]
    assert ask(ready.brand, "bill", purpose="service").why == ""


def test_a_refusal_that_comes_while_it_waits_is_obeyed_at_the_last_moment(ready):
    row = ask(ready.brand, due_at=NOON - timedelta(minutes=1))
    consents.withdraw(ready.brand, subject="p1", purpose="marketing", source="客服")
    acting.one_set(ready.brand)
    row.refresh_from_db()
    assert (row.state, row.why) == ("refused", "no_consent")
    assert not ready.world.sent


def test_an_answer_that_says_no_ends_it_for_all_who_have_the_number(ready, client):
    known(ready.brand, "p2", "13800001234")
    waiting = ask(ready.brand, due_at=NOON + timedelta(hours=2))
    secret = opened(ready.vendor.secrets)["hook"]
    url = reverse("sms_callback", args=[ready.vendor.pk, secret])
    body = [{"phone_number": "13800001234", "content": " td。", "sign_name": "安澜护肤"}]
    assert client.post(url, json.dumps(body), content_type="application/json").json()["code"] == 0
    assert client.post(url[:-3] + "xx/", "[]", content_type="application/json").status_code == 404
    assert client.post(url, "{", content_type="application/json").status_code == 404
    waiting.refresh_from_db()
    assert (waiting.state, waiting.why) == ("refused", "opted_out")
    assert {ask(ready.brand, "n1").why, ask(ready.brand, "n2", "p2").why} == {"no_consent"}
    consents.give(ready.brand, subject="p2", purpose="marketing", source="门店", wording="v1", at=NOON)
    assert OptOut.objects.filter(brand=ready.brand).count() == 1
    assert not opting.says_no("R 好的")
    assert opting.says_no("Ｒ")
    assert opting.says_no("退订")


def test_a_changed_key_of_the_brand_does_not_wake_a_refusal(ready, cast):
    digests = contacts.digests(ready.brand.pk, "sms", "13800001234")
    opting.opt_out(ready.brand, channel="sms", digests=digests, source="客服")
    from hongqiao.workspace import keys

    keys.renew_person_key(actor=cast.owner)
    known(ready.brand, "p5", "13800001234")
    assert ask(ready.brand, "n", "p5").why == "opted_out"


def test_the_link_of_a_letter_ends_it_by_the_button_and_not_by_looking(ready, settings, mailoutbox):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    known(ready.brand, "p1", "An.Lan@example.com", channel="email")
    content = {"subject": "新品故事", "text": "我们为什么做这支面霜。"}
    row = ask(ready.brand, "mail", channel="email", content=content)
    acting.one_set(ready.brand)
    row.refresh_from_db()
    assert row.state == "sent", row.error
    letter = mailoutbox[0]
    url = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert url in letter.body
    assert "example.com" not in url
    path = url[url.index("/u/") :]
    outside = Client(enforce_csrf_checks=True)
    assert outside.get(path).status_code == 200
    assert not OptOut.objects.exists()
    assert outside.post(path).status_code == 200
    assert ask(ready.brand, "again", channel="email", content=content).state == "refused"
    assert outside.get("/u/forged/").status_code == 404


def test_a_lost_answer_is_looked_up_and_never_asked_for_twice(ready, monkeypatch):
    row = ask(ready.brand)
    ready.world.faults.append("lost")
    acting.one_set(ready.brand)
    row.refresh_from_db()
    assert row.state == "waiting"
    assert row.asking_at
    assert acting.one_set(ready.brand) == 0
    assert acting.settle(ready.brand) == 0
    for sent in ready.world.sent:
        sent["at"] = NOON.timestamp()
    later(monkeypatch, NOON + timedelta(minutes=5))
    acting.settle(ready.brand)
    row.refresh_from_db()
    assert (row.state, len(ready.world.sent)) == ("sent", 1)


def test_where_the_vendor_cannot_say_it_is_unsure_and_not_sent_again(cast, tencent, noon, monkeypatch):  # noqa: F811
    connected(cast, tencent)
    tencent.world.templates["1001"] = "新品"
    known(cast.brand, "p1")
    row = ask(cast.brand, content={**SMS, "template": "1001"})
    tencent.world.faults.append("lost")
    acting.one_set(cast.brand)
    later(monkeypatch, NOON + timedelta(minutes=5))
    acting.settle(cast.brand)
    acting.one_set(cast.brand)
    row.refresh_from_db()
    assert (row.state, row.why) == ("failed", "unsure")
    assert len(tencent.world.sent) == 1


def test_many_alike_go_to_tencent_in_one_call_and_each_is_answered_for(cast, tencent, noon):  # noqa: F811
    connected(cast, tencent)
    tencent.world.templates["1001"] = "新品"
    tencent.world.refuse["13800000002"] = "FailedOperation.PhoneNumberInBlacklist"
    content = {**SMS, "template": "1001"}
    people = [known(cast.brand, f"p{n}", f"1380000000{n}") for n in range(4)]
    rows = [ask(cast.brand, f"k{p}", p, content=content) for p in people]
    acting.one_set(cast.brand)
    assert tencent.world.asked["SendSms"] == 1
    states = dict(Reach.objects.values_list("subject", "state"))
    assert states == {"p0": "sent", "p1": "sent", "p2": "failed", "p3": "sent"}
    assert Contact.objects.get(subject="p2").state == "failed"
    assert "号码被限制" in json.dumps(Reach.objects.get(pk=rows[2].pk).error, ensure_ascii=False)


def test_what_the_vendor_refuses_is_kept_in_its_words_and_told_to_who_asked(ready, monkeypatch):
    told = []
    monkeypatch.setitem(guards._OUTCOMES, "ticket", told.extend)
    ready.world.templates["SMS_1"] = "好久不见，送你优惠券，拒收请回复R"
    row = ask(ready.brand)
    acting.one_set(ready.brand)
    row.refresh_from_db()
    assert (row.state, row.why) == ("failed", "vendor")
    assert "不支持用户召回" in row.error["params"]["said"]
    assert [r.pk for r in told] == [row.pk]


def test_busy_is_tried_again_later_and_no_connection_took_nothing(ready, monkeypatch):
    row = ask(ready.brand)
    ready.world.faults.append("busy")
    acting.one_set(ready.brand)
    row.refresh_from_db()
    assert (row.state, row.asking_at) == ("waiting", None)
    assert row.due_at > NOON
    later(monkeypatch, row.due_at)
    acting.one_set(ready.brand)
    row.refresh_from_db()
    assert row.state == "sent"


def test_each_code_is_handed_out_once_and_an_empty_pool_sends_nothing(ready, cast):
    pool = coupons.make_pool(actor=cast.owner, name="双十二", benefit="满 200 减 30")
    assert coupons.add_codes(actor=cast.owner, pool_id=pool.pk, text="AAAA1111\nAAAA1111\n坏\n") == 1
    content = {"template": "SMS_1", "text": TEXT, "values": {"code": "${coupon}"}, "pool": str(pool.pk)}
    first = ask(ready.brand, "a", content=content)
    second = ask(ready.brand, "b", known(ready.brand, "p2", "13900001234"), content=content)
    acting.one_set(ready.brand)
    first.refresh_from_db()
    second.refresh_from_db()
    assert [first.state, second.state, second.why] == ["sent", "refused", "no_coupon"]
    assert [s["values"] for s in ready.world.sent] == [{"code": "AAAA1111"}]
    assert "AAAA1111" not in json.dumps(list(CouponPool.objects.values("coupons__sealed")))


@pytest.mark.parametrize("scope", ["all", "reaching", "reaching/channel:sms"])
def test_the_red_button_holds_what_waits(ready, scope):
    ask(ready.brand)
    row = Pause.objects.create(brand=ready.brand, scope=scope, on=True)
    assert acting.one_set(ready.brand) == 0
    assert not ready.world.sent
    assert scope in ("all", "reaching") or scope in pause.parts(ready.brand)
    row.on = False
    row.save()
    acting.one_set(ready.brand)
    assert len(ready.world.sent) == 1


def test_who_must_not_be_reached_is_known_by_others_and_asked_each_time(ready, monkeypatch):
    monkeypatch.setattr(guards, "_PEOPLE", [lambda brand, subjects, purpose: dict.fromkeys(subjects, "minor")])
    assert ask(ready.brand).why == "minor"
    monkeypatch.setattr(guards, "_PEOPLE", [])
    monkeypatch.setattr(guards, "_WORDS", [lambda brand, text, channel: ["第一"] if "第一" in text else []])
    assert ask(ready.brand, "w", content={**SMS, "text": TEXT + "全网第一"}).why == "bad_words"


def test_a_link_that_spells_a_barred_word_by_chance_stops_nothing_and_is_judged_once(ready, monkeypatch):
    seen = []
    monkeypatch.setattr(guards, "_WORDS", [lambda brand, text, channel: seen.append(text) or ["No1"] * ("No1" in text)])
    for n, path in enumerate(("aNo1b", "aNo2b")):
        link = {"text": TEXT + "${link}", "values": {"link": f"https://example.com/j/{path}/"}}
        known(ready.brand, f"w{n}", f"1390000000{n}")
        assert ask(ready.brand, f"w{n}", f"w{n}", content={**SMS, **link}).why == ""
    assert len(set(seen)) == 1
    assert ask(ready.brand, "typed", "w0", content={**SMS, "text": TEXT + "No1"}).why == "bad_words"


def test_a_template_message_of_wechat_carries_no_marketing(ready):
    known(ready.brand, "p1", "oAbCdEfG1234", channel="service")
    consents.give(ready.brand, subject="p1", purpose="marketing", channel="notice", source="订阅", wording="v1")
    from hongqiao.delivery.models import Connection

    account = create_account(actor=ready.vendor.by, platform="wechat_oa", name="安澜公众号")
    Connection.objects.create(
        brand=ready.brand, account=account, kind="service_verified", app_id="wx", by=ready.vendor.by
    )
    content = {"form": "template", "template": "T1", "values": {"thing1": "新品"}}
    assert ask(ready.brand, channel="notice", content=content).why == "template_marketing"


def test_a_person_sends_by_wecom_and_says_so(ready, cast):
    known(ready.brand, "p1", "wmAbCdEfGh", channel="wecom")
    row = ask(ready.brand, channel="wecom", content={"text": "周三新品试用，想要的回复我"})
    assert row.state == "assisted"
    assert [(t.channel, t.count) for t in assisted.tasks(cast.editor)] == [("wecom", 1)]
    assert assisted.opened(cast.editor, "ticket:1", "wecom")[0].address == ""
    assert assisted.opened(cast.owner, "ticket:1", "wecom")[0].address == "wmAbCdEfGh"
    with pytest.raises(NotAllowed):
        assisted.confirm(actor=cast.viewer, ids=[row.pk], sent=True)
    assert assisted.confirm(actor=cast.editor, ids=[row.pk], sent=True) == 1
    row.refresh_from_db()
    assert (row.state, row.proof["hand"]) == ("sent", True)


def test_addresses_are_encrypted_and_stand_in_no_record(ready, cast):
    row = contacts.add(ready.brand, subject="p7", channel="sms", address="+86 139-0000 1234", actor=cast.editor)
    assert (row.hint, contacts.opened(row)) == ("139****1234", "13900001234")
    kept = json.dumps(
        [*Contact.objects.values_list("sealed", "digest"), *AuditEntry.objects.values_list("params")], default=str
    )
    assert "13900001234" not in kept
    for bad in ("12345", "1390000123x", ""):
        with pytest.raises(BadAddressOfUser):
            contacts.add(ready.brand, subject="p7", channel="sms", address=bad)
    with pytest.raises(NotAllowed):
        contacts.add(ready.brand, subject="p7", channel="sms", address="13900001234", actor=cast.viewer)


def test_a_merged_person_keeps_both_refusals_and_an_erased_one_is_never_reached_again(ready):
    known(ready.brand, "p2", "13900001234")
    brand, held = ready.brand.pk, persons.keepers()
    mine = [held[name] for name in ("consents", "contacts", "messages")]
    what = [keeper.move(brand, "p1", "p2") for keeper in mine]
    assert {c.subject for c in Contact.objects.all()} == {"p2"}
    for keeper, moved in zip(mine, what, strict=True):
        keeper.back(brand, moved, "p1")
    assert {c.subject for c in Contact.objects.all()} == {"p1", "p2"}
    waiting = ask(ready.brand, due_at=NOON + timedelta(hours=1))
    assert held["contacts"].export(brand, ["p1"])[0]["address"] == "13800001234"
    for keeper in mine:
        keeper.erase(brand, ["p1"])
    waiting.refresh_from_db()
    assert (waiting.state, waiting.subject, Consent.objects.filter(subject="p1").exists()) == ("stopped", "", False)
    known(ready.brand, "p8", "13800001234")
    assert ask(ready.brand, "n", "p8").why == "opted_out"


def test_only_their_own_refusal_is_taken_back_with_proof(ready, cast):
    digests = contacts.digests(ready.brand.pk, "sms", "13800001234")
    opting.opt_out(ready.brand, channel="sms", digests=digests, source="客服")
    with pytest.raises(NoProof):
        opting.take_back(actor=cast.editor, subject="p1", channel="sms", wording="", source="门店")
    with pytest.raises(NotFound):
        opting.take_back(actor=cast.stranger, subject="p1", channel="sms", wording="v2", source="门店")


def test_seventy_letters_are_one_piece_and_more_are_counted_by_67():
    book = rules.shipped()
    assert [texts.pieces("字" * n, book) for n in (1, 70, 71, 134, 135)] == [1, 1, 2, 2, 3]


def test_a_letter_to_an_address_that_is_nowhere_does_not_leave(cast, settings, mailoutbox, noon):  # noqa: F811
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    known(cast.brand, "p1", "u1@anlan.example", channel="email")
    reach = reaching.send(
        cast.brand, key="k1", subject="p1", channel="email", purpose="marketing", content={"text": "你好"}
    )
    acting.one_set(cast.brand)
    reach.refresh_from_db()
    assert (reach.state, reach.error["code"]) == ("failed", "mail_made_up")
    assert not mailoutbox
