"""Member rows become persons; who shares a number is one, doubt is asked, and every merge can be undone. U1."""

import random
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from hongqiao import warehouse
from hongqiao.audience.models import Identity, Merge, MergeAsk, Person, Tagged
from hongqiao.audience.people import asking, identifying, merging, reading, stating
from hongqiao.delivery.models.reaching import Consent, Contact
from hongqiao.delivery.reaching import consents
from hongqiao.errors import NotAllowed, NotFound
from hongqiao.platforms.model import Unreadable
from hongqiao.warehouse import identity
from hongqiao.warehouse.models import PersonMap
from hongqiao.workspace import keys, persons
from hongqiao.workspace.models import AuditEntry

ROW = {"会员编号": "M1001", "手机": "138 0000 1234", "openid": "oAbC123456", "昵称": "小雨"}


def take(cast, *rows, **more):
    return identifying.take(actor=cast.owner, rows=list(rows), **more)


def one(cast, text) -> Person:
    (key,) = identifying.find(cast.brand, text)
    return Person.objects.get(brand=cast.brand, key=key)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800001234", "+8613800001234"),
        ("+86 138-0000-1234", "+8613800001234"),
        ("008613800001234", "+8613800001234"),
        ("１３８００００１２３４", "+8613800001234"),
        ("+1 415 555 0100", "+14155550100"),
        ("1380000123", ""),
        ("+8612345", ""),
        ("12800001234", ""),
        ("call me", ""),
    ],
)
def test_a_telephone_is_one_however_it_is_written(typed, kept):
    assert stating.phone(typed) == kept


def test_a_row_becomes_a_person_and_the_same_row_changes_nothing(cast, house):
    said = take(cast, {**ROW, "短信同意": "是", "同意时间": "2026-01-02 10:00", "标签": "油皮，老客"})
    assert (said["new"], said["refused"]) == (1, 0)
    person = one(cast, "13800001234")
    assert person.key == keys.person_keys(cast.brand.pk).hash(["M1001"])[0]
    assert "小雨" not in person.name
    assert keys.decrypt(person.name).decode() == "小雨"
    assert set(person.identities.values_list("kind", flat=True)) == {"member", "phone", "openid"}
    assert set(Contact.objects.values_list("channel", flat=True)) == {"sms", "service"}
    assert consents.holds(cast.brand, person.key, "marketing", "sms")
    assert not consents.holds(cast.brand, person.key, "marketing", "email")
    before = [m.objects.count() for m in (Person, Identity, Contact, Consent, Tagged)]
    again = take(cast, {**ROW, "短信同意": "是", "同意时间": "2026-01-02 10:00", "标签": "油皮，老客"})
    assert (again["new"], again["known"], again["merged"]) == (0, 1, 0)
    assert [m.objects.count() for m in (Person, Identity, Contact, Consent, Tagged)] == before


def test_bad_rows_are_named_by_their_place_and_nothing_of_them_is_said_again(cast, house):
    said = take(
        cast,
        ROW,
        {"手机": "12345", "会员编号": "X"},
        {"昵称": "无名"},
        "text",
        {"member": "M2", "points": "many", "minor": "maybe"},
        {"member": "M3", "consents": [{"purpose": "spam", "given": True}]},
        {"member": ["M4"]},
        {"member": "M5", "followed_at": "2099-01-01"},
    )
    assert said["new"] == 1
    assert said["refused"] == 7
    told = {(p["index"], p["code"]) for p in said["problems"]}
    assert {(1, "bad_phone"), (2, "nobody"), (3, "not_an_object"), (4, "bad_number"), (4, "bad_answer")} <= told
    assert {(5, "bad_consent"), (6, "not_text"), (7, "bad_time")} <= told
    assert "12345" not in str(said)
    assert Person.objects.count() == 1


def test_a_shared_unionid_or_telephone_makes_two_persons_one(cast, house):
    take(cast, {"member": "M1", "unionid": "u-1"}, {"openid": "o-2", "phone": "13900002222"})
    assert Person.objects.filter(into=None).count() == 2
    said = take(cast, {"unionid": "u-1", "openid": "o-2"})
    assert said["merged"] == 1
    assert one(cast, "13900002222").key == one(cast, "M1").key
    row = Merge.objects.get()
    assert row.rule == "openid"
    assert len(row.moved["identities"]) == 2


def test_two_telephones_on_one_member_are_asked(cast, house):
    take(cast, {"member": "M1", "phone": "13900001111"})
    said = take(cast, {"member": "M1", "phone": "13900002222"})
    assert (said["merged"], said["asked"]) == (0, 1)
    assert one(cast, "13900001111").key != one(cast, "13900002222").key
    ask = MergeAsk.objects.get()
    assert ask.why == "two_phones"
    asking.decide(actor=cast.owner, ask_id=ask.pk, seen=ask.version, same=True)
    assert one(cast, "13900001111").key == one(cast, "13900002222").key
    with pytest.raises(asking.Decided):
        asking.decide(actor=cast.owner, ask_id=ask.pk, seen=None, same=False)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_telephone_of_six_members_says_nothing_about_who_is_one(cast, house, at_once):
    rows = [{"member": f"M{n}", "phone": "13900009999"} for n in range(6)]
    for some in [rows] if at_once else [[r] for r in rows]:
        take(cast, *some)
    assert Person.objects.filter(into=None).count() == 6
    assert MergeAsk.objects.filter(why="shared_phone").count() == 5
    assert not Merge.objects.filter(undone_at=None).exists()


def test_facts_under_any_number_of_a_person_are_theirs(cast, said):
    said(
        ("oAbC123456", "follow", "2026-05-01T10:00:00"),
        ("M1001", "purchase", "2026-05-02T10:00:00", {"amount": "9"}),
    )
    take(cast, ROW)
    handle = warehouse.open(cast.brand.pk)
    events = handle.current("events")
    found = handle.fetch(events.select("person_key").distinct())["person_key"].to_pylist()
    assert found == [said.key("M1001")]


def rows_now(cast):
    """Everything that a merge may move."""
    models = [Identity, Contact, Consent, Tagged]
    whose = {m: "person_id" if hasattr(m, "person") else "subject" for m in models}
    held = [sorted(map(str, m.objects.values_list("pk", column))) for m, column in whose.items()]
    people = sorted(map(str, Person.objects.values_list("pk", "into_id", "minor", "no_profile", "name")))
    live = PersonMap.objects.filter(retired_version=None)
    return held, people, sorted(live.values_list("source_key", "person_id"))


@pytest.mark.parametrize("seed", range(6))
def test_merging_in_any_order_and_undoing_gives_everything_back(cast, house, seed):
    rng = random.Random(seed)
    for n in range(5):
        take(
            cast,
            {"member": f"M{n}", "openid": f"o-{n}", "name": rng.choice(["甲", "", "乙"]), "minor": rng.random() < 0.3,
             "tags": rng.sample(["a", "b", "c"], 2), "consent_sms": rng.random() < 0.5, "email": f"m{n}@x.cn"},
        )  # fmt: skip
    people = list(Person.objects.order_by("pk"))
    states, merges = [rows_now(cast)], []
    while len(merges) < 4:
        keep, other = rng.sample(people, 2)
        try:
            merges.append(merging.merge_by_hand(actor=cast.owner, keep_id=keep.pk, other_id=other.pk))
        except merging.SamePerson:
            continue
        states.append(rows_now(cast))
    assert len(set(map(str, states))) == len(states)
    for row in reversed(merges):
        states.pop()
        merging.undo_merge(actor=cast.owner, merge_id=row.pk, seen=None)
        assert rows_now(cast) == states[-1]


def test_a_merge_that_went_into_another_is_undone_after_it(cast, house):
    take(cast, *({"member": f"M{n}"} for n in range(3)))
    a, b, c = Person.objects.order_by("pk")
    first = merging.merge_by_hand(actor=cast.owner, keep_id=b.pk, other_id=c.pk)
    merging.merge_by_hand(actor=cast.owner, keep_id=a.pk, other_id=b.pk)
    assert set(merging.keys_of(a)) == {a.key, b.key, c.key}
    assert identity.said_of(cast.brand.pk, [b.key, c.key]) == {b.key: a.key, c.key: a.key}
    with pytest.raises(merging.LaterMerge):
        merging.undo_merge(actor=cast.owner, merge_id=first.pk, seen=None)


def test_a_file_is_read_by_its_headers_and_not_kept(cast, house, tmp_path):
    path = tmp_path / "members.csv"
    path.write_bytes("会员导出\n会员编号,手机号,昵称,备注\nM1,13800001234,小雨,x\nM2,1234,,\n,,,\n".encode("gb18030"))
    said = reading.take_file(actor=cast.owner, path=path, name="members.csv")
    assert (said["new"], said["refused"], said["unknown"]) == (1, 1, ["备注"])
    assert said["problems"][0]["row"] == 4
    path.write_text("a,b\n1,2\n")
    with pytest.raises(reading.NoColumns):
        reading.take_file(actor=cast.owner, path=path, name="x.csv")


def test_of_a_long_file_every_row_is_taken_or_none(cast, house, tmp_path):
    path = tmp_path / "members.csv"
    lines = [f"M{n:05},{'备' * 200}" for n in range(1_200)]  # past what is looked at to recognise a file
    path.write_text("\n".join(["会员编号,备注", *lines]))
    rows, first, unknown = reading.rows_of(path)
    assert (len(rows), first, unknown) == (1_200, 2, ["备注"])
    assert (rows[0], rows[-1]) == ({"member": "M00000"}, {"member": "M01199"})
    with pytest.raises(reading.FileTooLong):
        reading.take_file(actor=cast.owner, path=path, name="x.csv", limit=1_199)
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    "day", ["2026-01-05", "2026/1/5", "2026.1.5", "2026年1月5日", "2026/1/5 9:05", "2026-01-05T09:05:00"]
)
def test_a_day_is_understood_as_sheets_write_it(cast, house, day):
    row = {"member": "M1", "短信同意": "是", "手机": "13800001234", "同意时间": day}
    assert identifying.take(actor=cast.owner, rows=[row])["problems"] == []
    assert Consent.objects.get().at.astimezone(ZoneInfo(cast.brand.zone)).date() == date(2026, 1, 5)


def test_a_quote_that_is_never_closed_swallows_no_rows(cast, house, tmp_path):
    path = tmp_path / "members.csv"
    path.write_text('会员编号,昵称\nM1,小雨\nM2,"小雪\nM3,小雷\n')
    with pytest.raises(Unreadable) as refused:
        reading.take_file(actor=cast.owner, path=path, name="x.csv")
    assert refused.value.params["row"] == 3
    assert not Person.objects.exists()


def test_who_may_not_and_who_is_elsewhere(cast, house):
    take(cast, {"member": "M1"}, {"member": "M2"})
    a, b = Person.objects.order_by("pk")
    with pytest.raises(NotAllowed):
        identifying.take(actor=cast.viewer, rows=[{"member": "M9"}])
    with pytest.raises(NotFound):
        merging.merge_by_hand(actor=cast.stranger, keep_id=a.pk, other_id=b.pk)
    with pytest.raises(identifying.TooManyRows):
        take(cast, *[{"member": str(n)} for n in range(1001)])
    assert identifying.find(cast.stranger.brand, "M1") == []
    assert AuditEntry.objects.filter(code="people.taken").count() == 1


def test_every_keeper_has_all_its_parts(cast, house):
    known = persons.keepers()
    assert {"consents", "contacts", "messages", "tags", "points", "claims", "trials"} <= set(known)
    for keeper in known.values():
        assert keeper.export(cast.brand.pk, ["x"]) == []
        assert keeper.erase(cast.brand.pk, ["x"]) == 0
