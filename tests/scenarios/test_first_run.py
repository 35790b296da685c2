"""D2, the first run: the whole sample and its story, as the worker does it after `make run`."""

from datetime import date

import pytest

from hongqiao.insight.models import Goal, Report
from hongqiao.ledger import jobs as ledger
from hongqiao.ledger import queries
from hongqiao.ledger.models import Action, Decision, Finding, Outcome
from hongqiao.site import first
from hongqiao.workspace.jobs import work_off
from hongqiao.workspace.models import Job, Member

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(900)]
END = date(2026, 11, 23)


@pytest.fixture
def host() -> Member:
    """Who brought the sample in; its files and its story are worked off."""
    member = first.plant_sample(first.owner())
    work_off()
    member.brand.refresh_from_db()
    return member


def test_d2_a_first_run_is_full_and_every_verdict_is_the_measuring_jobs_own(host):
    assert Job.objects.get(kind="insight.sample").state == "done"
    assert queries.today_of(host.brand) == END
    # findings of the rules, answered in every way, and two that wait for the reader
    assert {f.state for f in Finding.objects.all()} >= {"open", "acting", "snoozed", "merged", "wont", "closed"}
    assert set(Finding.objects.filter(state="open").values_list("rule", flat=True)) == {
        "insight.early",
        "insight.moved",
    }
    # actions: running, overdue, refused and judged all three ways
    assert {a.state for a in Action.objects.all()} == {"planned", "running", "done", "judged", "wont"}
    assert [a.template for a in queries.overdue(queries.actions(host), END)] == ["restore_spend"]
    assert set(Outcome.objects.values_list("verdict", flat=True)) == {"worked", "did_not", "cannot_tell"}
    # judged anew on the same facts they say the same: no verdict is anything but computed
    for kept in Outcome.objects.select_related("action"):
        row = kept.action
        assert kept.day == row.measure_on
        row.state = "done"
        row.save_next("state")
        ledger.judge(row)
        again = row.outcomes.exclude(pk=kept.pk).get()
        plain = ("verdict", "reason", "effect", "lo", "hi", "n")
        assert [getattr(again, f) for f in plain] == [getattr(kept, f) for f in plain], row
    assert Goal.objects.count() >= 6
    assert Decision.objects.get().deadline >= END
    assert set(Report.objects.values_list("kind", flat=True)) == {"morning", "weekly", "onepage"}
