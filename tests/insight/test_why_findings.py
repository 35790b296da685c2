"""From a finding to 波动归因 and back: the same metric, place, days and days before; nothing for who may not see it."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from hongqiao.insight.rules import saying
from hongqiao.insight.rules.windows import Window
from hongqiao.insight.why import asking, findings
from hongqiao.insight.why.asking import Asked
from hongqiao.ledger import present
from hongqiao.ledger.models import Finding
from hongqiao.metrics import BadPeriod
from hongqiao.workspace import permissions
from tests.imports.conftest import member as join

from .conftest import signed_in
from .test_why import visits as visits

FELL = Window(date(2026, 4, 12), date(2026, 4, 13))
WEB = {"channel": "小程序"}


def finding(member, *, metric="visits", where=WEB, window=FELL, evidence=(), **more) -> Finding:
    params = {"place": "", "metric": saying.metric(metric), "start": "04-12", "change": saying.change(-0.7)}
    params |= {"days": saying.days(window)} if window else {}
    kept = {"rule": "insight.moved", "variant": "shift_down", "room": "data", "kind": "problem", "day": FELL.end}
    kept |= {"key": f"{metric}|{where}|{window}", "subject": {"metric": metric, "where": where}, "params": params}
    return Finding.objects.create(
        brand=member.brand, last_said=timezone.now(), evidence=list(evidence), **{**kept, **more}
    )


def test_one_click_leads_to_the_findings_own_metric_place_days_and_days_before(visits):
    row, web = finding(visits), signed_in(visits)
    address = present.why_url(visits.brand, row, permissions.held_by(visits))
    assert address.replace("&", "&amp;") in web.get(reverse("ledger_finding", args=["empty", row.pk])).content.decode()
    assert address.replace("&", "&amp;") in web.get(reverse("ledger_home", args=["empty"])).content.decode()
    assert parse_qs(urlsplit(address).query) == {
        "channel": ["小程序"], "start": ["2026-04-12"], "end": ["2026-04-13"], "vs": ["2026-04-05"]
    }  # fmt: skip
    asked = Asked("visits", *(FELL.start, FELL.end), {}, base=FELL.before.start)
    assert (asked.before(), asking.ask(visits, asked).found.before) == ((date(2026, 4, 5), date(2026, 4, 6)), 60)
    whole = web.get(address.replace("channel=", "x=")).content.decode()
    assert "主要来自一处：小程序" in whole
    assert 'data-change="-30.0"' in whole
    assert "4月5日" in whole


def test_the_page_leads_back_to_what_was_said_of_the_same_change_only(visits):
    row, asked = finding(visits), Asked("visits", date(2026, 4, 8), date(2026, 4, 14), {})
    finding(visits, metric="visitors")
    finding(visits, window=Window(date(2026, 5, 2), date(2026, 5, 3)), day=date(2026, 5, 3))
    also = {"code": "also", "params": {}, "cite": {"metrics": ["visits"], "where": {}}}
    beside = finding(visits, metric="orders", evidence=[also], kind="opportunity")
    address = {r: reverse("ledger_finding", args=["empty", r.pk]) for r in (row, beside)}
    assert {f["url"] for f in findings.about(visits, asked)} == set(address.values())
    elsewhere = Asked("visits", asked.start, asked.end, {"channel": "落地页"})
    assert [f["url"] for f in findings.about(visits, elsewhere)] == [address[beside]]
    span = {"start": asked.start, "end": asked.end}
    page = signed_in(visits).get(reverse("data_why", args=["empty", "visits"]), span)
    assert address[row] in page.content.decode()


def test_what_is_not_about_days_or_cannot_be_asked_has_no_way_there(visits):
    held = permissions.held_by(visits)
    assert present.why_url(visits.brand, finding(visits, window=None), held) == ""
    assert present.why_url(visits.brand, finding(visits, where={"channel": ["小程序", "落地页"]}), held) == ""
    assert present.why_url(visits.brand, finding(visits, where={"campaign": "x"}), held) == ""
    assert present.why_url(visits.brand, finding(visits, subject={"metric": "no_such"}, key="x"), held) == ""
    assert present.why_url(visits.brand, finding(visits, where={}), frozenset({"ledger.view"})) == ""


def test_days_that_do_not_lie_before_are_refused_and_dropped_where_another_period_was_chosen(visits):
    for base in (date(2026, 4, 12), date(2026, 4, 11), date(2026, 5, 1)):
        with pytest.raises(BadPeriod):
            asking.ask(visits, Asked("visits", FELL.start, FELL.end, {}, base=base))
    page = signed_in(visits).get(
        reverse("data_why", args=["empty", "visits"]), {"start": "2026-04-08", "end": "2026-04-14", "vs": "2026-04-05"}
    )
    assert 'data-change="-105.0"' in page.content.decode()


def test_who_may_not_see_the_ledger_sees_no_finding(visits):
    finding(visits)
    asked = Asked("visits", FELL.start, FELL.end, {})
    blind = join(visits.brand, "reviewer")
    assert findings.about(visits, asked)
    if "ledger.view" not in permissions.held_by(blind):
        assert findings.about(blind, asked) == []
