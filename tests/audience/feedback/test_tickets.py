"""Tickets: how they come to be, who they go to, clocks, moves, the partner's link, what is grave."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.audience.feedback import clocks, escalating, kit, metrics, partner, services, subjects, teams, tickets
from hongqiao.audience.feedback.errors import BadField, LinkDead, NoReason, NoWords, TooManyLinks, WrongState
from hongqiao.audience.models import PartnerLink, Thread, Ticket
from hongqiao.crisis.models import Mention
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace.models import AuditEntry, Notice
from tests.audience.kit import FINE, HURT, LATE, LEAK, SMALL, heard
from tests.cast import join

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def ticket(cast):
    (thread,) = heard(cast.brand, LEAK, account=cast.account)
    return tickets.from_thread(actor=cast.editor, thread_id=thread.pk)


@pytest.mark.parametrize(
    ("text", "team", "priority"),
    [
        (LEAK, "product", "P2"),
        (LATE, "logistics", "P2"),
        ("申请退款十天了钱还没到账", "service", "P1"),
        (SMALL, "product", "P3"),
        (FINE, "brand", "P3"),
        ("用了两天脸上起红疹", "product", "P1"),
        ("再不管我打12315了，客服没人回", "service", "P0"),
        ("随便说说", "service", "P2"),
    ],
)
def test_team_and_priority_follow_from_what_is_said(cast, text, team, priority):
    row = tickets.open_ticket(actor=cast.editor, title=text[:20], text=text)
    assert (row.team, row.priority) == (team, priority)


def test_the_same_source_is_the_same_ticket(cast, ticket):
    assert tickets.from_thread(actor=cast.editor, thread_id=ticket.thread_id) == ticket
    again = tickets.from_thread(actor=cast.editor, thread_id=ticket.thread_id, again=True)
    assert again.number == ticket.number + 1
    given = {"actor": cast.editor, "title": "太慢", "text": LATE, "source": "survey:1:3"}
    assert tickets.open_ticket(**given) == tickets.open_ticket(**given)
    assert Ticket.objects.filter(origin="survey").count() == 1


def test_somebody_with_many_followers_makes_a_complaint_urgent_but_no_praise(cast):
    loud, glad = heard(cast.brand, LATE, FINE, followers=200_000)
    assert tickets.from_thread(actor=cast.editor, thread_id=loud.pk).priority == "P1"
    assert tickets.from_thread(actor=cast.editor, thread_id=glad.pk).priority == "P3"


def test_what_cannot_wait_is_a_ticket_by_itself_and_a_candidate_of_a_crisis(cast):
    heard(cast.brand, HURT, FINE)
    row = Ticket.objects.get()
    assert (row.priority, row.why, row.by) == ("P0", "safety", None)
    assert row.grave_at is not None
    mention = Mention.objects.get()
    assert (mention.state, mention.text) == ("open", HURT)
    assert Notice.objects.filter(member=cast.owner, code="ticket.grave").exists()
    # handed on once, also when it is routed
    services.route(actor=cast.editor, ticket_id=row.pk, seen=None, team="product")
    assert Mention.objects.count() == 1


def test_five_persons_with_the_same_within_a_day_are_one_urgent_ticket(cast):
    heard(cast.brand, *(f"{LATE}{n}" for n in range(4)))
    assert not Ticket.objects.exists()
    heard(cast.brand, f"{LATE}!", f"{LATE}!!")
    assert [(t.priority, t.why) for t in Ticket.objects.all()] == [("P0", "crowd")]


def test_the_terms_of_a_p0_run_at_night_too(cast):
    row = tickets.open_ticket(actor=cast.editor, title=HURT, text=HURT)
    assert row.first_due - row.opened_at == timedelta(minutes=15)
    assert row.fix_due - row.opened_at == timedelta(hours=4)


def test_own_move_solve_close_reopen_each_with_its_clock(cast, ticket):
    who = {"actor": cast.editor, "ticket_id": ticket.pk, "seen": None}
    row = services.own(**who, owner_id=cast.editor.pk)
    assert (row.state, row.owner) == ("doing", cast.editor)
    with pytest.raises(WrongState):
        services.move(**who, state="closed")
    with pytest.raises(NoWords):
        services.solve(**who, fix=" ")
    row = services.solve(**who, fix="换垫圈")
    with pytest.raises(WrongState):
        services.own(**who, owner_id=cast.editor.pk)
    row = services.move(**who, state="closed")
    with pytest.raises(NoReason):
        services.reopen(**who, reason="")
    before = row.fix_due
    row = services.reopen(**who, reason="又漏了")
    assert (row.state, row.reopened, row.solved_at) == ("reopened", 1, None)
    assert row.fix_due >= before
    assert row.clock_at > row.opened_at


def test_the_user_who_speaks_again_ends_the_wait(cast, ticket):
    services.move(actor=cast.editor, ticket_id=ticket.pk, seen=None, state="waiting")
    thread = Thread.objects.get(pk=ticket.thread_id)
    from hongqiao.audience.inbox import reading
    from hongqiao.audience.inbox.arriving import Said, arrive

    outer = thread.outer.partition(":")[2]
    arrive(cast.brand, [Said("more", "批号是C2305", thread=outer, account=cast.account)])
    reading.read_chunk(cast.brand)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.paused_at) == ("doing", None)


def test_a_colleague_of_the_team_works_on_it_and_others_without_the_right_do_not(cast, ticket):
    product, legal = join(cast.brand, "product", "product"), join(cast.brand, "writer", "copywriter")
    services.write(actor=product, ticket_id=ticket.pk, text="已看")
    for who, error in ((legal, NotFound), (cast.stranger, NotFound), (cast.viewer, NotFound)):
        with pytest.raises(error):
            services.write(actor=who, ticket_id=ticket.pk, text="x")
    services.route(actor=cast.editor, ticket_id=ticket.pk, seen=None, team="logistics")
    with pytest.raises(NotAllowed):
        services.write(actor=product, ticket_id=ticket.pk, text="x")


CALLS = {
    services.own: lambda t: {"owner_id": t.by_id},
    services.route: lambda t: {"team": "service", "priority": "P1"},
    services.move: lambda t: {"state": "waiting"},
    services.solve: lambda t: {"fix": "好了"},
    services.responded: lambda t: {"text": "电话说过"},
}


@pytest.mark.parametrize("service", CALLS, ids=lambda f: f.__name__)
def test_a_stranger_finds_nothing_a_stale_version_is_told_and_an_act_is_one_row_of_audit(cast, ticket, service):
    given = {"ticket_id": ticket.pk, **CALLS[service](ticket)}
    with pytest.raises(NotFound):
        service(actor=cast.stranger, seen=None, **given)
    with pytest.raises(Conflict):
        service(actor=cast.editor, seen=ticket.version + 7, **given)
    before = AuditEntry.objects.count()
    service(actor=cast.editor, seen=ticket.version, **given)
    assert AuditEntry.objects.count() == before + 1


def test_a_field_that_is_none_is_refused(cast, ticket):
    for wrong in ({"team": "kitchen"}, {"team": "service", "kind": "x.y"}, {"team": "service", "priority": "P9"}):
        with pytest.raises(BadField):
            services.route(actor=cast.editor, ticket_id=ticket.pk, seen=None, **wrong)
    with pytest.raises(NoWords):
        tickets.open_ticket(actor=cast.editor, title=" ")


def test_late_is_told_once_a_term_and_one_step_higher_each_time(cast, ticket):
    lead, manager = join(cast.brand, "lead", "lead"), join(cast.brand, "manager", "manager")
    assert escalating.mind(ticket.first_due + timedelta(minutes=1)) == 1
    assert escalating.mind(ticket.fix_due + timedelta(minutes=1)) == 1
    ticket.refresh_from_db()
    assert (ticket.level, ticket.late) == (2, ["first", "fix", "own"])
    assert Notice.objects.filter(member=lead, code="ticket.late").exists()
    assert Notice.objects.filter(member=manager, code="ticket.late").exists()
    assert escalating.mind(ticket.fix_due + timedelta(days=9)) == 0


def test_a_team_is_a_role_until_members_are_named(cast):
    join(cast.brand, "service", "customer_service")
    assert [str(m) for m in teams.members(cast.brand, "service")] == ["service"]
    with pytest.raises(NotAllowed):
        teams.set_team(actor=cast.editor, code="service", member_ids=[cast.editor.pk])
    teams.set_team(actor=cast.owner, code="service", member_ids=[cast.editor.pk])
    assert teams.members(cast.owner.brand, "service") == [cast.editor]
    with pytest.raises(BadField):
        teams.set_team(actor=cast.owner, code="kitchen")
    with pytest.raises(NotFound):
        teams.set_team(actor=cast.owner, code="service", member_ids=[cast.stranger.pk])


@pytest.mark.parametrize(
    ("text", "kept"),
    [("电话13800001234，", "电话…，"), ("a.b@c.com 找@小柚子", "… 找…"), ("批号C2305", "批号C2305"), ("5天", "5天")],
)
def test_what_leads_to_a_person_is_taken_out_of_a_text(text, kept):
    assert kit.without_names(text) == kept


def test_a_partners_link_ends_and_reads_only_what_is_shared(cast, ticket):
    given = {"actor": cast.editor, "ticket_id": ticket.pk, "name": "快递", "brief": "查件"}
    link, token = partner.make_link(**given)
    services.write(actor=cast.editor, ticket_id=ticket.pk, text="内部：用户是大V")
    services.write(actor=cast.editor, ticket_id=ticket.pk, text="请今天回", shared=True)
    partner.answer(token=token, text="已找到", said="done")
    assert [n.text for n in partner.lines(link)] == ["请今天回", "已找到"]
    _other, other_token = partner.make_link(**given | {"name": "工厂"})
    assert [n.text for n in partner.lines(partner.opened(other_token))] == ["请今天回"]
    for _n in range(3):
        partner.make_link(**given)
    with pytest.raises(TooManyLinks):
        partner.make_link(**given)
    with pytest.raises(NotFound):
        partner.end_link(actor=cast.stranger, link_id=link.pk, seen=None)
    partner.end_link(actor=cast.editor, link_id=link.pk, seen=None)
    PartnerLink.objects.exclude(pk=link.pk).update(until=timezone.now() - timedelta(seconds=1))
    for dead in (token, other_token, "nonsense", ""):
        with pytest.raises(LinkDead):
            partner.answer(token=dead, text="x")


def test_figures_count_service_time_missed_terms_and_reopening(cast, ticket):
    others = [tickets.open_ticket(actor=cast.editor, title=f"慢{n}", text=f"{LATE}{n}") for n in range(4)]
    now = timezone.now()
    for row in others:
        services.responded(actor=cast.editor, ticket_id=row.pk, seen=None, text="电话联系过")
        services.solve(actor=cast.editor, ticket_id=row.pk, seen=None, fix="补发")
    services.reopen(actor=cast.editor, ticket_id=others[0].pk, seen=None, reason="又丢了")
    services.score(actor=cast.editor, ticket_id=others[1].pk, seen=None, points=4)
    Ticket.objects.filter(pk=ticket.pk).update(late=["first"])
    found = metrics.of(cast.brand, metrics.period(cast.brand, *[timezone.localdate()] * 2), now)
    assert (found.count, found.solved, found.reopened) == (5, 4, 1)
    assert found.within == (3, 4)
    assert found.within_share == 0.75
    assert found.once_share == 0.75
    assert found.scored == (4.0, 1)
    assert found.first is not None
    assert [code for code, _f in metrics.by_kind(cast.brand, list(Ticket.objects.all()))][0] == "logistics"
    assert metrics.of(cast.brand, []).within_share is None


def test_a_person_is_moved_moved_back_exported_and_erased(cast, ticket):
    brand, subject = cast.brand.pk, Thread.objects.get().subject
    moved = subjects.move(brand, subject, "k" * 64)
    assert subjects.export(brand, [subject]) == []
    assert len(subjects.export(brand, ["k" * 64])) == 2
    subjects.back(brand, moved, subject)
    thread, told = subjects.export(brand, [subject])
    assert thread["messages"][0]["text"] == LEAK
    assert told["ticket"] == ticket.number
    assert subjects.erase(cast.stranger.brand.pk, [subject]) == 0
    assert subjects.erase(brand, [subject]) > 0
    ticket.refresh_from_db()
    row = Thread.objects.get()
    assert (ticket.text, row.said, row.author, row.subject) == ("", "", "", "")
    assert LEAK not in {m.text for m in row.messages.all()}
    assert subjects.erase(brand, [subject, ""]) == 0


def test_the_clock_that_runs_is_the_next_one(cast, ticket):
    now = timezone.now()
    held = clocks.running(ticket, now, 0.25)
    assert (held.code, held.late) == ("first", False)
    assert clocks.running(ticket, ticket.first_due + timedelta(seconds=1), 0.25).late
    ticket.state = "waiting"
    assert clocks.running(ticket, now, 0.25) is None
