"""What a platform takes of a text: each step once, lost answers looked for, refusals in its own words."""

from types import SimpleNamespace

import pytest

from hongqiao.delivery.publishing import jobs, services, states
from hongqiao.delivery.publishing.errors import Submitting
from hongqiao.platforms.client.publisher import Status
from hongqiao.workspace import jobs as work
from hongqiao.workspace.models import Job, Notice
from tests.delivery.publisher import Busy, No
from tests.delivery.publishing.asking import State, again, ask, fresh


def test_each_step_the_platform_took_is_kept_and_not_taken_again(cast, shelf, platform):
    platform.faults["draft"] = [Busy()]
    row = ask(cast, shelf)
    work.work_off()
    assert (fresh(row).steps, fresh(row).error["code"]) == ({"picture": f"picture-{row.pk}"}, "busy")
    again()
    assert platform.uploads == ["picture", "draft"]
    assert platform.published == [str(row.pk)]


def test_an_answer_that_was_lost_is_looked_for_before_asking_again(cast, shelf, platform):
    platform.faults["after"] = [Busy()]
    row = ask(cast, shelf)
    work.work_off()
    assert states.in_flight(fresh(row))
    for act in (services.stop, services.assist):
        with pytest.raises(Submitting):
            act(actor=cast.owner, publication_id=row.pk, seen=row.version)
    again()
    assert (platform.published, fresh(row).ids) == ([str(row.pk)], {"publish_id": f"p-{row.pk}"})


def test_a_platform_that_cannot_say_whether_it_has_it_is_never_asked_twice_by_itself(cast, shelf, platform):
    platform.faults |= {"after": [Busy()], "find": [No()]}
    row = ask(cast, shelf)
    work.work_off()
    again()
    row = fresh(row)
    assert (row.state, row.error["code"], len(platform.published)) == (State.FAILED, "unsure", 1)
    assert row.asking_at  # a person who retries has it looked for first
    services.retry(actor=cast.owner, publication_id=row.pk, seen=row.version)
    again()
    assert (len(platform.published), fresh(row).state) == (1, State.SUBMITTED)


def test_what_the_platform_refuses_fails_in_its_own_words_and_may_be_handed_to_a_person(cast, shelf, platform):
    platform.faults["submit"] = [No()]
    row = ask(cast, shelf)
    work.work_off()
    row = fresh(row)
    assert (row.state, row.error["message"], row.asking_at) == (State.FAILED, "内容含违规信息", None)
    assert Notice.objects.filter(code="publication.failed", member=cast.owner).count() == 1
    handed = services.assist(actor=cast.owner, publication_id=row.pk, seen=row.version)
    assert (handed.state, handed.way) == (State.WAITING, "assisted")
    work.work_off()
    assert platform.published == []


def test_refused_after_review_is_failed_with_the_platforms_words(cast, shelf, platform):
    row = ask(cast, shelf)
    work.work_off(2)
    platform.said = Status("failed", code="4", words="平台审核不通过")
    again("delivery.poll")
    row = fresh(row)
    assert (row.state, row.error["params"]["words"]) == (State.FAILED, "平台审核不通过")


def test_a_job_that_another_worker_has_taken_over_publishes_nothing(cast, shelf, platform):
    row = ask(cast, shelf)
    platform.prepare_all = platform.prepare

    def stolen(payload, done):
        yield from platform.prepare_all(payload, done)
        Job.objects.filter(kind="delivery.publish").update(claims=99)

    platform.prepare = stolen
    work.work_off()
    assert (platform.published, fresh(row).asking_at) == ([], None)


def test_a_clock_that_was_set_back_forgets_nothing(cast, shelf, platform):
    row = ask(cast, shelf)
    Job.objects.filter(kind="delivery.publish").delete()
    jobs.due(SimpleNamespace(payload={}))
    work.work_off()
    jobs.due(SimpleNamespace(payload={}))
    work.work_off()
    assert platform.published == [str(row.pk)]
