"""The brand's key for persons is changed: whoever is known stays known, with their consent and their refusals. U1."""

import pytest
from django.test import Client

from hongqiao.audience.communities import kit
from hongqiao.audience.models import Identity, Person
from hongqiao.audience.people import erasing, identifying, older, reading
from hongqiao.delivery.models import Contact, OptOut
from hongqiao.delivery.reaching import consents, contacts, opting
from hongqiao.warehouse import identity
from hongqiao.workspace import keys
from tests.audience.kit import say

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
ROW = {
    "会员编号": "M1001", "手机": "13800001234", "邮箱": "yu@example.com", "昵称": "小雨", "短信同意": "是",
    "同意时间": "2026-01-02 10:00",
}  # fmt: skip


@pytest.fixture
def person(cast):
    identifying.take(actor=cast.owner, rows=[ROW])
    return Person.objects.get(brand=cast.brand)


def opted_out(brand, person):
    place = contacts.of(brand, [person.key], "sms")[person.key]
    return OptOut.objects.filter(brand=brand, channel="sms", digest=place.digest).exists()


def test_a_person_is_found_by_every_number_with_their_consent_and_no_second_one_is_made(cast, person):
    before = list(Identity.objects.order_by("pk").values_list("digest", flat=True))
    contacts_before = Contact.objects.count()
    keys.renew_person_key(actor=cast.owner)
    for number in ("M1001", "138 0000 1234", "YU@example.com"):
        assert identifying.find(cast.brand, number) == [person.key]
    assert identifying.named(cast.brand, "member", ["M1001", "M9"]) == {"M1001": person.key}
    said = identifying.take(actor=cast.owner, rows=[ROW])
    assert (said["new"], said["known"], Person.objects.count()) == (0, 1, 1)
    assert consents.holds(cast.brand, person.key, "marketing", "sms")
    assert Contact.objects.count() == contacts_before
    assert not set(before) & set(Identity.objects.values_list("digest", flat=True))  # hashed anew as they were met
    for kind, number in (("phone", "+8613800001234"), ("member", "M1001")):
        mark = older.digest(keys.person_keys(cast.brand.pk), kind, number)
        assert Identity.objects.get(kind=kind).digest == mark


def test_facts_that_come_under_the_new_key_are_the_same_persons(cast, person, said):
    said(("M1001", "page_view", "2026-03-01 10:00"))
    keys.renew_person_key(actor=cast.owner)
    identifying.take(actor=cast.owner, rows=[ROW])
    fresh = keys.person_keys(cast.brand.pk).hash(["M1001"])[0]
    assert fresh != person.key
    assert identity.said_of(cast.brand.pk, [fresh]) == {fresh: person.key}


def test_somebody_whom_only_facts_and_a_tag_know_keeps_their_key(cast):
    old = keys.person_keys(cast.brand.pk).hash(["M2002"])[0]
    Person.objects.create(brand=cast.brand, key=old)
    keys.renew_person_key(actor=cast.owner)
    identifying.take(actor=cast.owner, rows=[{"会员编号": "M2002"}])
    assert [p.key for p in Person.objects.all()] == [old]
    assert kit.who(cast.brand, person="M2002") == (old, True)
    assert kit.who(cast.brand, person="M3003")[0] == keys.person_keys(cast.brand.pk).hash(["M3003"])[0]


def test_a_refusal_said_before_holds_for_whoever_brings_the_address_later(cast, person):
    digests = contacts.digests(cast.brand.pk, "sms", "13800001234")
    opting.opt_out(cast.brand, channel="sms", digests=digests, source="客服")
    keys.renew_person_key(actor=cast.owner)
    identifying.take(actor=cast.owner, rows=[ROW, {"会员编号": "M7", "邮箱": "a@example.com"}])
    assert opted_out(cast.brand, person)
    contacts.add_many(cast.brand, [("p9", "sms", "13800001234")])
    place = contacts.of(cast.brand, ["p9"], "sms")["p9"]
    assert place.digest != digests[0]
    assert OptOut.objects.filter(brand=cast.brand, channel="sms", digest=place.digest).exists()


def test_a_letters_way_out_holds_for_the_address_under_both_keys_and_so_does_taking_it_back(cast, person):
    place = contacts.of(cast.brand, [person.key], "email")[person.key]
    url = opting.unsubscribe_url(cast.brand, place)
    keys.renew_person_key(actor=cast.owner)
    contacts.add(cast.brand, subject="p2", channel="email", address="yu@example.com")
    assert Client().post(url[url.index("/u/") :]).status_code == 200
    assert set(OptOut.objects.values_list("digest", flat=True)) == set(
        contacts.digests(cast.brand.pk, "email", "yu@example.com")
    )
    opting.take_back(actor=cast.owner, subject="p2", channel="email", wording="v2", source="客服")
    assert not OptOut.objects.exists()


def test_an_address_of_the_same_person_is_not_kept_a_second_time(cast, person):
    keys.renew_person_key(actor=cast.owner)
    before = Contact.objects.count()
    contacts.add(cast.brand, subject=person.key, channel="sms", address="13800001234")
    contacts.add_many(cast.brand, [(person.key, "sms", "13800001234")])
    assert Contact.objects.count() == before


def test_whoever_wrote_before_is_the_same_author_in_the_inbox(cast):
    (one,) = say(cast.brand, "什么时候发货", author="小满")
    keys.renew_person_key(actor=cast.owner)
    two, other = say(cast.brand, "到了吗", author="小满")[0], say(cast.brand, "在吗", author="别人")[0]
    assert two.subject == one.subject
    assert other.subject == keys.person_keys(cast.brand.pk).hash(["别人"])[0]


def test_who_was_erased_before_the_change_does_not_come_back_with_a_backup(cast, person):
    erasing.erase(actor=cast.owner, key=person.key, known=lambda key: reading.known(cast.brand, key))
    keys.renew_person_key(actor=cast.owner)
    Person.objects.create(brand=cast.brand, key=person.key)  # a backup of before
    from hongqiao.audience.models import Erasure

    Erasure.objects.all().delete()
    assert erasing.replay() == 1
    assert not Person.objects.exists()
    assert erasing.replay() == 0
