"""Findings as rules say them again and people judge, refuse, snooze and merge them."""

from datetime import timedelta

import pytest

from hongqiao.errors import NotAllowed
from hongqiao.ledger import queries, services
from hongqiao.ledger.models import Finding, FindingState
from hongqiao.ledger.queries import today_of
from hongqiao.ledger.services import kit
from hongqiao.ledger.services.findings import SameFinding
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Delivery
from tests.ledger.house import CODE, DAY, found, raised, rule

pytestmark = pytest.mark.usefixtures("fell")


def test_said_again_a_finding_moves_and_is_not_doubled(cast):
    row = found(cast.brand)
    services.raise_all(cast.brand, rule(), [raised(severity=3, params={"where": "小红书"})], DAY, 2)
    row.refresh_from_db()
    assert (Finding.objects.count(), row.times, row.severity, row.manifest) == (1, 2, 3, 2)
    assert row.params == {"where": "小红书"}
    services.raise_all(cast.brand, rule(), [raised(severity=1)], DAY, 2)
    row.refresh_from_db()
    assert (row.times, row.severity) == (2, 3)  # the same version of the same day says nothing new


def test_what_a_rule_no_longer_says_closes_by_itself_where_nobody_acted(cast):
    quiet, acted = found(cast.brand, "quiet"), found(cast.brand, "acted")
    services.adopt_proposal(actor=cast.owner, finding_id=acted.pk, seen=None)
    services.raise_all(cast.brand, rule(), [], DAY + timedelta(days=1), 2)
    quiet.refresh_from_db()
    assert quiet.state == FindingState.OPEN  # a day's silence may be a missing file
    services.raise_all(cast.brand, rule(), [], DAY + timedelta(days=4), 3)
    quiet.refresh_from_db()
    acted.refresh_from_db()
    assert (quiet.state, quiet.reason, acted.state) == ("closed", "quiet", "acting")
    services.raise_all(cast.brand, rule(), [raised("quiet")], DAY + timedelta(days=5), 4)
    quiet.refresh_from_db()
    assert (quiet.state, quiet.reason) == ("open", "")


@pytest.mark.parametrize("how", ["wont", "wrong", "muted"])
def test_what_people_refused_is_never_opened_again(cast, how):
    row = found(cast.brand)
    if how == "wont":
        services.wont_finding(actor=cast.owner, finding_id=row.pk, seen=None, reason="known")
    elif how == "wrong":
        services.mark_finding(actor=cast.owner, finding_id=row.pk, seen=None, right=False)
    else:
        services.mute(actor=cast.owner, rule=CODE, reason="known", everybody=True)
        services.raise_all(cast.brand, rule(), [], DAY + timedelta(days=4), 2)
    before = Finding.objects.get(pk=row.pk).state
    services.raise_all(cast.brand, rule(), [raised()], DAY + timedelta(days=5), 3)
    assert Finding.objects.get(pk=row.pk).state == before != "open"


def test_a_new_finding_is_announced_to_the_brands_systems(cast):
    workspace.create_webhook(actor=cast.owner, name="中台", url="https://example.com/", events=["finding.raised"])
    found(cast.brand)
    assert Delivery.objects.filter(event="finding.raised").count() == 1
    services.raise_all(cast.brand, rule(), [raised()], DAY, 2)
    assert Delivery.objects.filter(event="finding.raised").count() == 1


def test_a_finding_is_right_wrong_or_taken_back_by_who_judges(cast):
    row = found(cast.brand)
    with pytest.raises(NotAllowed):
        services.mark_finding(actor=cast.editor, finding_id=row.pk, seen=None, right=True)
    services.mark_finding(actor=cast.owner, finding_id=row.pk, seen=row.version, right=False)
    row.refresh_from_db()
    assert (row.right, row.state, row.reason) == (False, "wont", "false_alarm")
    row = services.reopen_finding(actor=cast.owner, finding_id=row.pk, seen=row.version)
    assert (row.right, row.state) == (None, "open")


def test_not_doing_it_wants_a_reason_from_the_list(cast):
    row = found(cast.brand)
    for bad in ("", "quiet", "nonsense", "other"):
        with pytest.raises(kit.BadReason):
            services.wont_finding(actor=cast.editor, finding_id=row.pk, seen=None, reason=bad)
    done = services.wont_finding(actor=cast.editor, finding_id=row.pk, seen=None, reason="not_now", text="等双十一后")
    assert done.reason == "not_now|等双十一后"
    from hongqiao.ledger.words import reason

    assert reason(done.reason) == "时机不对：等双十一后"


def test_snoozing_wants_a_day_to_come_and_wakes_on_it(cast):
    row, today = found(cast.brand), today_of(cast.brand)
    for bad in (today, today - timedelta(days=1), "soon", "0001-01-01"):
        with pytest.raises(kit.BadDay):
            services.snooze_finding(actor=cast.editor, finding_id=row.pk, seen=None, until=bad)
    services.snooze_finding(actor=cast.editor, finding_id=row.pk, seen=None, until=str(today + timedelta(days=2)))
    all_of = queries.findings(cast.editor)
    assert not queries.awake(all_of, today).exists()
    assert queries.awake(all_of, today + timedelta(days=2)).exists()


def test_merging_brings_what_was_merged_along_and_can_be_taken_back(cast):
    a, b, c = (found(cast.brand, k) for k in "abc")
    services.merge_finding(actor=cast.editor, finding_id=a.pk, seen=None, into=b.pk)
    services.merge_finding(actor=cast.editor, finding_id=b.pk, seen=None, into=c.pk)
    assert set(c.merged.values_list("key", flat=True)) == {"a", "b"}
    for wrong in (c, a):
        with pytest.raises(SameFinding):
            services.merge_finding(actor=cast.editor, finding_id=c.pk, seen=None, into=wrong.pk)
    services.raise_all(cast.brand, rule(), [raised("a")], DAY, 2)
    assert Finding.objects.get(key="a").state == "merged"
    services.unmerge_finding(actor=cast.editor, finding_id=a.pk, seen=None)
    assert Finding.objects.get(key="a").state == "open"
