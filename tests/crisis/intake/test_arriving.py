"""What arrives is kept: once a source and id, edits and deletions told, times that lie, words that break databases."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from hongqiao.crisis.intake.arriving import READ, Heard, arrive, ask
from hongqiao.crisis.models import Look, Mention
from hongqiao.workspace import jobs, keys
from hongqiao.workspace.models import Job
from tests.crisis.kit import RASH, ago, read, source

pytestmark = pytest.mark.django_db


def test_the_same_delivery_twice_is_one_mention_and_says_so(cast):
    where, rows = source(cast.brand), [Heard("1", RASH), Heard("2", "另一条")]
    first, again = arrive(where, rows), arrive(where, rows)
    assert (first.new, first.known) == (2, 0)
    assert (again.new, again.known, again.changed) == (0, 2, 0)
    assert Mention.objects.count() == 2


def test_two_of_the_same_id_in_one_delivery_are_one_and_the_later_stands(cast):
    done = arrive(source(cast.brand), [Heard("1", "前"), Heard("1", "后")])
    assert (done.new, Mention.objects.get().text) == (1, "后")


def test_the_same_id_of_two_sources_is_two(cast):
    for name in ("甲", "乙"):
        arrive(source(cast.brand, name), [Heard("1", RASH)])
    assert Mention.objects.count() == 2


def test_an_edit_keeps_the_old_words_and_is_read_anew(cast):
    where = source(cast.brand)
    arrive(where, [Heard("1", "很好用，推荐")])
    read(cast.brand)
    row = Mention.objects.get()
    assert row.state == Mention.State.ASIDE
    done = arrive(where, [Heard("1", RASH)])
    row.refresh_from_db()
    assert (done.changed, row.read_at, row.state) == (1, None, "new")
    assert [e["text"] for e in row.edits] == ["很好用，推荐"]
    read(cast.brand)
    row.refresh_from_db()
    assert (row.state, row.negative) == ("open", True)


def test_an_edit_of_what_somebody_works_on_is_read_but_stays_theirs(cast):
    where = source(cast.brand)
    arrive(where, [Heard("1", RASH)])
    Mention.objects.update(state="doing", read_at=timezone.now())
    arrive(where, [Heard("1", RASH + "，已经报警")])
    read(cast.brand)
    assert Mention.objects.get().state == "doing"


def test_what_is_gone_stays_with_its_words_and_the_moment(cast):
    where = source(cast.brand)
    arrive(where, [Heard("1", RASH)])
    arrive(where, [Heard("1", "", gone=True)])
    row = Mention.objects.get()
    assert row.gone_at is not None
    assert row.text == RASH
    arrive(where, [Heard("1", RASH)])  # a late copy of the first delivery
    row.refresh_from_db()
    assert row.gone_at is not None


def test_a_deletion_of_what_was_never_heard_is_said_and_kept_by_nobody(cast):
    done = arrive(source(cast.brand), [Heard("9", "", gone=True), Heard("8", " \x00 ")])
    assert [p["code"] for p in done.problems] == ["gone_unknown", "missing_text"]
    assert not Mention.objects.exists()


@pytest.mark.parametrize(
    "said",
    [None, timezone.now() + timedelta(hours=8), datetime(1970, 1, 1, tzinfo=UTC)],
    ids=["no time", "a time zone forgotten", "second nought"],
)
def test_a_time_that_cannot_be_is_a_guess_at_the_moment_of_hearing(cast, said):
    arrive(source(cast.brand), [Heard("1", RASH, posted_at=said)])
    row = Mention.objects.get()
    assert row.guessed_time
    assert row.posted_at == row.heard_at


def test_a_clock_a_little_fast_is_believed_but_never_ahead_of_ours(cast):
    arrive(source(cast.brand), [Heard("1", RASH, posted_at=timezone.now() + timedelta(minutes=3))])
    row = Mention.objects.get()
    assert not row.guessed_time
    assert row.posted_at == row.heard_at


def test_counters_follow_and_what_is_no_count_changes_nothing(cast):
    where = source(cast.brand)
    arrive(where, [Heard("1", RASH, likes=3, followers=-1, comments=True)])
    done = arrive(where, [Heard("1", RASH, likes=900)])
    row = Mention.objects.get()
    assert (done.changed, row.likes, row.followers, row.comments) == (1, 900, None, None)
    assert not row.edits


def test_names_are_encrypted_and_two_of_one_person_are_told(cast):
    arrive(source(cast.brand), [Heard("1", "甲", author="小王"), Heard("2", "乙", author=" 小王 ")])
    one, two = Mention.objects.order_by("outer")
    assert "小王" not in one.author
    assert keys.decrypt(one.author).decode() == "小王"
    assert one.author_key == two.author_key != ""


@pytest.mark.parametrize(
    "text", ["😡" * 40, "\ud83d坏" + RASH, RASH + "\x00\x01", "差" * 50000, "<script>alert(1)</script>坏"]
)
def test_words_that_break_things_are_kept_and_read(cast, text):
    arrive(source(cast.brand), [Heard("1", text, title="t\x00", author="\udc00a", url="javascript:alert(1)")])
    assert read(cast.brand) == 1
    row = Mention.objects.get()
    assert 0 < len(row.text) <= 20000
    assert "\x00" not in row.text
    assert (row.url, row.read_at is not None) == ("", True)


def test_an_id_that_is_too_long_and_one_that_is_missing_still_name_one_mention(cast):
    where = source(cast.brand)
    rows = [Heard("x" * 5000, "长"), Heard("", "没有编号", author="a"), Heard("", "没有编号", author="b")]
    assert arrive(where, rows).new == 3
    assert arrive(where, rows).new == 0


def test_nothing_heard_is_a_look_and_the_source_was_heard(cast):
    where = source(cast.brand)
    arrive(where, [])
    where.refresh_from_db()
    assert where.heard_at is not None
    assert Look.objects.get().found == 0
    assert not Job.objects.filter(kind=READ).exists()
    for n in range(5):
        arrive(where, [Heard(str(n), RASH)])
    assert [look.found for look in Look.objects.all()] == [5]  # a stream is one look, not five


def test_a_drill_counts_as_no_hearing(cast):
    where = source(cast.brand)
    arrive(where, [Heard("1", RASH)], drill=True)
    where.refresh_from_db()
    assert (where.heard_at, Look.objects.count(), Mention.objects.get().drill) == (None, 0, True)


def test_mentions_and_the_job_that_reads_them_are_kept_together_or_not_at_all(cast):
    where = source(cast.brand)
    with transaction.atomic():
        arrive(where, [Heard("1", RASH)])
        transaction.set_rollback(True)
    assert not Mention.objects.exists()
    assert not Job.objects.filter(kind=READ).exists()
    arrive(where, [Heard("1", RASH)])
    assert Job.objects.filter(kind=READ, state=Job.State.QUEUED).count() == 1


def test_while_one_job_reads_the_next_is_asked_for_so_that_no_wake_up_is_lost(cast):
    ask(cast.brand.pk)
    Job.objects.filter(kind=READ).update(state=Job.State.RUNNING)
    ask(cast.brand.pk)
    ask(cast.brand.pk)
    assert sorted(Job.objects.filter(kind=READ).values_list("state", flat=True)) == ["queued", "running"]
    Job.objects.filter(kind=READ).update(state=Job.State.DONE)
    ask(cast.brand.pk)
    assert Job.objects.filter(kind=READ, state=Job.State.QUEUED).count() == 1


def test_the_job_of_the_minute_finds_what_a_lost_job_left(cast, house):
    arrive(source(cast.brand), [Heard("1", RASH, posted_at=ago(minutes=2))])
    Job.objects.filter(kind=READ).delete()
    jobs.enqueue(READ, brand_id=None, key="minute")
    jobs.work_off()
    assert Mention.objects.get().read_at is not None
