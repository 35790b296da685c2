"""Who hears what: three a day at most, the rest in a digest; muted, merged and others' not at all."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from hongqiao.delivery import services as delivery
from hongqiao.delivery.models import Message
from hongqiao.errors import N_
from hongqiao.ledger import rules, telling
from hongqiao.ledger.models import Finding, Mute, Told
from hongqiao.ledger.rules import Rule
from hongqiao.workspace import jobs, words
from hongqiao.workspace.models import Job, Member, Notice
from tests.delivery.conftest import bot  # noqa: F401

DAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def rule():
    rules.all_rules()
    made = Rule(
        "test.rule", "data", "problem", "测试", "", "", {"fell": N_("%(metric)s 下降 %(change)s")}, {}, lambda look: []
    )
    rules.register(made)
    yield made
    rules._RULES.pop("test.rule")


def found(cast, n, **more):
    params = {"metric": f"新增关注 {n}", "change": {"value": -0.38, "unit": "percent", "signed": True}}
    fields = {"rule": "test.rule", "key": str(n), "variant": "fell", "room": "data", "kind": "problem", "day": DAY}
    fields |= {"params": params, "last_said": timezone.now(), "subject": {"metric": "followers_new"}}
    return Finding.objects.create(brand=cast.brand, **{**fields, **more})


def of(member):
    return sorted(Told.objects.filter(member=member).values_list("way", flat=True))


def test_three_are_told_at_once_the_most_severe_first_and_the_rest_in_a_digest(cast):
    for n in range(5):
        found(cast, n, severity=1 + n % 3)
    telling.tell(cast.brand, DAY)
    now = Told.objects.filter(member=cast.editor, way="now").values_list("finding__severity", flat=True)
    assert sorted(now) == [2, 2, 3]
    assert of(cast.editor) == ["digest", "digest", "now", "now", "now"]
    notice = Notice.objects.filter(member=cast.editor, code="finding.raised").first()
    assert "下降 −38%" in words.say("notice", notice.code, notice.params)
    assert Notice.objects.filter(member=cast.editor, code="finding.digest").count() == 1


def test_saying_it_again_tells_nobody_twice_and_the_next_day_brings_three_more(cast):
    for n in range(3):
        found(cast, n)
    telling.tell(cast.brand, DAY)
    telling.tell(cast.brand, DAY)
    assert len(of(cast.editor)) == 3
    found(cast, "later")
    telling.tell(cast.brand, DAY)
    assert of(cast.editor).count("now") == 3
    found(cast, "tomorrow")
    telling.tell(cast.brand, DAY + timedelta(days=1))
    assert of(cast.editor).count("now") == 4


def test_who_may_not_see_the_room_or_the_ledger_or_is_of_another_brand_hears_nothing(cast):
    found(cast, 1)
    Member.objects.filter(pk=cast.editor.pk).update(rooms=["content"])
    telling.tell(cast.brand, DAY)
    assert of(cast.editor) == of(cast.viewer) == of(cast.stranger) == []
    assert of(cast.owner) == ["now"]


def test_a_finding_for_some_is_told_to_those_who_care(cast):
    found(cast, 1, cares=["settings.brand"])
    telling.tell(cast.brand, DAY)
    assert (of(cast.editor), of(cast.owner)) == ([], ["now"])


def test_a_person_who_wants_the_digest_only_hears_urgent_ones_at_once(cast):
    delivery.set_preference(actor=cast.editor, seen=None, mode="digest", severity=1, email=False, digest_hour=9)
    found(cast, 1, severity=2)
    found(cast, 2, severity=3)
    telling.tell(cast.brand, DAY)
    assert Told.objects.get(member=cast.editor, way="now").finding.severity == 3
    assert Told.objects.get(member=cast.editor, way="digest").finding.severity == 2


@pytest.mark.parametrize("mine", [True, False])
def test_what_is_muted_is_not_told_to_me_or_to_anybody_until_its_day(cast, mine):
    row = found(cast, 1)
    subject = telling.subject_key(row)
    Mute.objects.create(
        brand=cast.brand,
        rule="test.rule",
        subject=subject,
        member=cast.editor if mine else None,
        by=cast.editor,
        reason="已知",
        until=DAY,
    )
    telling.tell(cast.brand, DAY)
    assert of(cast.editor) == []
    assert of(cast.owner) == (["now"] if mine else [])
    telling.tell(cast.brand, DAY + timedelta(days=1))
    assert of(cast.editor) == ["now"]


def test_the_digest_is_one_letter_at_the_hour_and_leaves_out_what_is_over(cast, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    delivery.set_preference(actor=cast.editor, seen=None, mode="digest", severity=1, email=True, digest_hour=9)
    over = found(cast, "过去了")
    found(cast, "还在")
    telling.tell(cast.brand, DAY)
    letter = Message.objects.get(member=cast.editor, way="email")
    assert letter.due_at >= timezone.now() - timedelta(minutes=1)
    over.state = "closed"
    over.save()
    Job.objects.update(run_at=timezone.now())
    jobs.work_off()
    assert len(mail.outbox) == 1
    assert "还在" in mail.outbox[0].body
    assert "过去了" not in mail.outbox[0].body


def test_a_group_is_told_once_a_day_with_links(cast, bot):  # noqa: F811
    delivery.add_group(actor=cast.owner, kind="wecom", name="群", address=bot.url, wants=[telling.FINDINGS])
    for n in range(12):
        found(cast, n)
    telling.tell(cast.brand, timezone.now().date())
    telling.tell(cast.brand, timezone.now().date())
    jobs.work_off()
    assert len(bot.got) == 1
    said = bot.got[0][1]["markdown"]["content"]
    assert said.count("/ledger/findings/") == 8
    assert "另有 4 条" in said
