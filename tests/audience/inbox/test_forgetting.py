"""Words of messages that are over are forgotten after the brand's time; figures stay. U3."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from hongqiao.audience.feedback import classifying, needs, tickets
from hongqiao.audience.feedback import services as work
from hongqiao.audience.inbox import amending, forgetting, jobs, queries, services
from hongqiao.audience.inbox.errors import BadKeep
from hongqiao.audience.models import Asked, Need, Thread, ThreadMessage, Ticket
from hongqiao.crisis.models import Incident, Mention, Source
from hongqiao.errors import Conflict, NotAllowed
from hongqiao.knowledge import read as shipped
from hongqiao.workspace.models import AuditEntry, Brand
from tests.audience.kit import FINE, HURT, LATE, LEAK, SMALL, heard

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
PAGE = "/b/anlan/users/inbox/keeping/"
LATER = timedelta(days=1095 + 2)


def later():
    return timezone.now() + LATER


def closed(cast, *texts, **more):
    rows = heard(cast.brand, *texts, **more)
    for row in rows:
        services.move(actor=cast.editor, thread_id=row.pk, seen=None, state="closed")
    return rows


def words(row):
    row.refresh_from_db()
    return [row.said, row.author, *row.messages.values_list("text", flat=True)]


def test_after_its_time_a_thread_that_is_over_has_figures_and_no_words(cast):
    row = closed(cast, LEAK, url="https://example.com/1")[0]
    row.refresh_from_db()
    before = {n: getattr(row, n) for n in ("kind", "subject", "count", "last_at", "closed_at", "product", "negative")}
    assert forgetting.forget(cast.brand, now=timezone.now() + timedelta(days=1094)) == (0, None)
    assert LEAK in words(row)
    assert forgetting.forget(cast.brand, now=later()) == (1, None)
    assert words(row) == ["", "", ""]
    assert (row.url, row.read.get("cue")) == ("", None)
    assert {n: getattr(row, n) for n in before} == before
    entry = AuditEntry.objects.get(code="inbox.forgotten")
    assert (entry.params["count"], entry.params["days"]) == (1, 1095)
    assert forgetting.forget(cast.brand, now=later()) == (0, None)
    page = cast.client(cast.owner).get(f"/b/anlan/users/inbox/{row.pk}/")
    assert "原话已抹去" in page.content.decode()
    assert "原话已抹去" in cast.client(cast.owner).get("/b/anlan/users/inbox/?state=all").content.decode()


def test_an_answered_thread_is_over_too_and_an_open_one_is_not(cast):
    mine, waits = heard(cast.brand, LATE, FINE)
    message = services.reply(actor=cast.editor, thread_id=mine.pk, seen=None, text="抱歉，已登记，今天给你补发")
    services.sent(actor=cast.editor, message_id=message.pk, url="https://example.com/a")
    assert forgetting.forget(cast.brand, now=later())[0] == 1
    assert set(words(mine)) == {""}
    message.refresh_from_db()
    assert set(message.proof) == {"how", "by", "at"}
    assert FINE in words(waits)


def test_what_is_said_anew_keeps_all_of_it(cast):
    row = closed(cast, LATE)[0]
    Thread.objects.filter(pk=row.pk).update(last_at=later() - timedelta(days=3))
    assert forgetting.forget(cast.brand, now=later())[0] == 0


def test_an_open_ticket_keeps_the_words_and_a_solved_one_lets_go_of_its_own(cast):
    row = closed(cast, LEAK)[0]
    ticket = tickets.from_thread(actor=cast.editor, thread_id=row.pk)
    assert forgetting.forget(cast.brand, now=later())[0] == 0
    work.solve(actor=cast.editor, ticket_id=ticket.pk, seen=ticket.version, fix="换了泵头")
    Ticket.objects.filter(pk=ticket.pk).update(solved_at=later() - timedelta(days=5))
    assert forgetting.forget(cast.brand, now=later())[0] == 0  # it was solved a few days ago
    Ticket.objects.filter(pk=ticket.pk).update(solved_at=timezone.now())
    assert forgetting.forget(cast.brand, now=later())[0] == 1
    ticket.refresh_from_db()
    assert (ticket.text, ticket.title, ticket.subject, ticket.kind) == ("", f"#{ticket.number}", row.subject, row.kind)


def test_a_need_that_gathers_and_an_answer_that_waits_keep_the_words(cast):
    small, late = closed(cast, SMALL, LATE)
    need = needs.open_need(actor=cast.editor, title="小规格", thread_ids=[str(small.pk)])
    services.reply(actor=cast.editor, thread_id=late.pk, seen=None, text="抱歉，已登记，今天给你补发")
    Thread.objects.update(state="closed")
    assert forgetting.forget(cast.brand, now=later())[0] == 0
    Need.objects.filter(pk=need.pk).update(state="declined")
    ThreadMessage.objects.filter(state="ready").update(state="dropped")
    assert forgetting.forget(cast.brand, now=later())[0] == 2
    assert Asked.objects.get().said == ""


def test_what_a_crisis_still_deals_with_keeps_its_words(cast):
    row = closed(cast, HURT)[0]
    ticket = Ticket.objects.get()
    Ticket.objects.update(state="closed", closed_at=timezone.now())
    mention = Mention.objects.get(outer=f"ticket:{ticket.pk}")
    assert forgetting.forget(cast.brand, now=later())[0] == 0
    moment = {"posted_at": timezone.now(), "heard_at": timezone.now()}
    incident = Incident.objects.create(brand=cast.brand, number=9, title="误食", level="II", state="mending", **moment)
    Mention.objects.filter(pk=mention.pk).update(state="closed", incident=incident)
    assert forgetting.forget(cast.brand, now=later())[0] == 0
    Incident.objects.filter(pk=incident.pk).update(state="closed")
    assert forgetting.forget(cast.brand, now=later())[0] == 1
    assert set(words(row)) == {""}


def test_all_that_was_said_at_an_address_with_which_a_crisis_deals_keeps_its_words(cast):
    address = "https://example.com/article"
    rows = closed(cast, LEAK, "瓶子也裂了", url=address)
    source = Source.objects.create(brand=cast.brand, name="评论", way=Source.Way.PASTE)
    moment = {"posted_at": timezone.now(), "heard_at": timezone.now()}
    Mention.objects.create(brand=cast.brand, source=source, outer="1", text="漏", url=address, state="open", **moment)
    assert forgetting.forget(cast.brand, now=later())[0] == 0
    assert all(words(row)[0] for row in rows)


def test_what_a_person_corrected_teaches_no_more_and_stays_counted(cast):
    row = closed(cast, LATE)[0]
    services.judge(actor=cast.editor, thread_id=row.pk, seen=None, kind="logistics.slow")
    forgetting.forget(cast.brand, now=later())
    row.refresh_from_db()
    assert row.judged["kind"] == "logistics.slow"
    assert "text" not in row.judged
    assert row.judged_at
    classifying._KEPT.clear()
    assert classifying.reader_of(cast.brand).texts == ()


def test_words_that_were_forgotten_do_not_come_back_with_a_change_at_the_platform(cast):
    row = closed(cast, LEAK, account=cast.account)[0]
    forgetting.forget(cast.brand, now=later())
    message = row.messages.get()
    said = SimpleNamespace(outer=message.outer, text="改过的话", reply="", gone=False, replied_at=None)
    amending.follow(cast.brand, cast.account, [said])
    assert set(words(row)) == {""}


def test_the_nightly_job_goes_on_where_it_rested(cast, monkeypatch):
    rows = closed(cast, *(f"{FINE}{n}" for n in range(5)))
    monkeypatch.setitem(shipped("audience/inbox"), "forget", 2)
    monkeypatch.setattr(forgetting, "days_of", lambda _brand: -1)
    ctx = SimpleNamespace(payload={}, check=lambda: None, should_rest=True)
    done = jobs.forget(ctx)
    turns = 1
    while not isinstance(done, dict):
        ctx.payload, turns = done.payload, turns + 1
        done = jobs.forget(ctx)
    assert (done, turns) == ({"forgotten": 5}, 3)
    assert all(set(words(row)) == {""} for row in rows)
    assert queries.threads(cast.owner).count() == 5


def post(cast, who, **said):
    seen = Brand.objects.get(pk=cast.brand.pk).version
    return cast.client(who).post(PAGE, {"seen": seen, **said})


def test_a_brand_sets_its_own_time_within_bounds_and_goes_back(cast):
    assert post(cast, cast.owner, act="keep", days="365").status_code == 302
    brand = Brand.objects.get(pk=cast.brand.pk)
    assert brand.settings["audience"]["inbox"] == {"keep": {"days": 365}}
    assert forgetting.days_of(brand) == 365
    assert 'value="365"' in cast.client(cast.owner).get(PAGE).content.decode()
    for wrong in ("89", "3651", "x", "", "-5", "1.5"):
        said = post(cast, cast.owner, act="keep", days=wrong)
        assert said.status_code == 422, wrong
        assert "90 到 3650" in said.content.decode()
    assert post(cast, cast.owner, act="reset").status_code == 302
    assert Brand.objects.get(pk=cast.brand.pk).settings.get("audience", {}) == {}
    with pytest.raises(BadKeep):
        forgetting.set_keep(actor=cast.owner, seen=None, days="1")


def test_who_may_not_set_it_and_who_is_elsewhere(cast):
    page = cast.client(cast.editor).get(PAGE).content.decode()
    assert "默认 1,095 天" in page
    assert 'value="keep"' not in page
    with pytest.raises(NotAllowed):
        forgetting.set_keep(actor=cast.editor, seen=None, days="365")
    with pytest.raises(Conflict):
        forgetting.set_keep(actor=cast.owner, seen=99, days="365")
    assert cast.client(cast.stranger).get(PAGE).status_code == 404
    assert cast.client(cast.stranger).post(PAGE, {"act": "reset"}).status_code == 404
    assert cast.client(None).get(PAGE).status_code == 302
