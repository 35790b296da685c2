"""Who hears of a line that was crossed: the members and roles it names, in their own hours. Serves D2."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from hongqiao.delivery import services as delivery
from hongqiao.delivery.models import Message
from hongqiao.insight.alerts import services
from hongqiao.insight.alerts.model import AlertRule
from hongqiao.insight.alerts.services import BadAlert, Wanted
from hongqiao.insight.rules import threshold
from hongqiao.ledger import services as ledger
from hongqiao.ledger import telling
from hongqiao.ledger.models import Finding, Told
from hongqiao.workspace.models import Member

from .alert_house import Program, drawn_line, raised  # noqa: F401  (a fixture)
from .conftest import member, text


def told(owner, line, **more):
    """Let a line that was crossed speak, then tell: return member key → how they were told."""
    row = line(severity=3, **more)
    (one,) = raised(owner)
    ledger.raise_all(owner.brand, threshold.RULE, [one], date(2026, 4, 10), 1)
    telling.tell(owner.brand, date(2026, 4, 10))
    finding = Finding.objects.get(key=one.key)
    assert row.pk
    return dict(Told.objects.filter(finding=finding).values_list("member_id", "way"))


@pytest.fixture
def colleague(specialist):
    """A second specialist of the same brand."""
    return member(specialist.brand, "specialist", "second")


def test_a_line_is_told_to_the_members_it_names_and_to_nobody_else(owner, line, specialist, colleague):
    assert told(owner, line, members=[str(specialist.pk)]) == {specialist.pk: "now"}


def test_a_line_is_told_to_a_role_and_a_member_or_to_all_who_may_see(owner, line, specialist, colleague, reviewer):
    assert set(told(owner, line, roles=[owner.role], members=[str(colleague.pk)])) == {owner.pk, colleague.pk}
    Finding.objects.all().delete()
    AlertRule.objects.all().delete()
    assert set(told(owner, line)) == {owner.pk, specialist.pk, colleague.pk}  # a reviewer may not see figures


def test_who_left_hears_nothing_and_the_list_says_that_nobody_will(owner, line, web, specialist):
    row = line(members=[str(specialist.pk)])
    Member.objects.filter(pk=specialist.pk).update(state=Member.State.INACTIVE)
    (one,) = raised(owner)
    ledger.raise_all(owner.brand, threshold.RULE, [one], date(2026, 4, 10), 1)
    telling.tell(owner.brand, date(2026, 4, 10))
    assert not Told.objects.exists()
    assert "没有人会听到" in text(web.get(reverse("data_alerts", args=[owner.brand.slug])))
    with pytest.raises(BadAlert):
        services.change_alert(
            actor=owner, alert_id=row.pk, seen=None, wanted=Wanted("views", "above", "9", members=row.members)
        )


def test_a_strangers_or_a_blind_members_name_is_refused(owner, stranger, reviewer):
    for person in (stranger, reviewer):
        with pytest.raises(BadAlert):
            services.add_alert(actor=owner, wanted=Wanted("views", "above", "9", members=[str(person.pk)]))
    with pytest.raises(BadAlert):
        services.add_alert(actor=owner, wanted=Wanted("views", "above", "9", members=["x"]))


def test_the_named_member_keeps_their_digest_and_their_quiet_hours(owner, line, specialist, monkeypatch):
    night = datetime(2026, 4, 10, 15, 30, tzinfo=UTC)  # 23:30 in Shanghai
    monkeypatch.setattr("django.utils.timezone.now", lambda: night)
    wish = {"actor": specialist, "seen": None, "severity": 1, "email": True, "digest_hour": 9}
    delivery.set_preference(**wish, mode="digest", quiet_from="22:00", quiet_to="08:00")
    row = line(severity=2, members=[str(specialist.pk)])
    (one,) = raised(owner)
    ledger.raise_all(owner.brand, threshold.RULE, [one], date(2026, 4, 10), 1)
    telling.tell(owner.brand, date(2026, 4, 10))
    assert Told.objects.get().way == "digest"
    letter = Message.objects.get(member=specialist, way="email")
    assert letter.due_at == datetime(2026, 4, 11, 0, 0, tzinfo=UTC)  # 8:00: the digest's hour is over, the night is not
    assert row.cares == (f"member:{specialist.pk}",)


def test_a_line_for_persons_is_not_posted_into_the_groups(owner, line, specialist, monkeypatch):
    posted = []
    monkeypatch.setattr(telling.delivery, "post", lambda *a, **more: posted.append(more.get("groups", False)))
    told(owner, line, members=[str(specialist.pk)])
    assert posted == [False]


def test_the_form_and_the_interface_name_members(owner, web, specialist):
    page = text(web.get(reverse("data_alert_new", args=[owner.brand.slug])))
    assert str(specialist) in page
    sent = {"metric": "views", "condition": "above", "line": "105", "grain": "day", "severity": "2", "do": "save"}
    web.post(reverse("data_alert_new", args=[owner.brand.slug]), {**sent, "members": [str(specialist.pk)]})
    row = AlertRule.objects.get()
    assert row.members == [str(specialist.pk)]
    assert f"说给：{specialist}" in text(web.get(reverse("data_alerts", args=[owner.brand.slug])))
    edit = web.get(reverse("data_alert", args=[owner.brand.slug, row.pk])).content.decode()
    assert f'value="{specialist.pk}" checked' in edit
    ask = Program(owner, "data.view", "ledger.edit", "ledger.judge")
    made = ask("post", "", {"metric": "views", "condition": "above", "line": "1", "members": [str(specialist.pk)]})
    assert made.json()["members"] == [str(specialist.pk)]
