"""U3: what users say is answered, routed with a clock, followed to the fix, and the person is told.

Through the services, pages and the API, the jobs worked off; only moments are made up, never a timer.
"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hongqiao.audience.feedback import clocks, escalating, grouping, needs, partner, services, tickets
from hongqiao.audience.inbox import services as inbox
from hongqiao.audience.models import Asked, Need, Thread, Ticket
from hongqiao.book.models import Product
from hongqiao.workspace import services as workspace
from hongqiao.workspace.jobs import work_off
from hongqiao.workspace.models import Notice
from tests.audience.kit import LATE, heard
from tests.cast import cast as cast  # noqa: PLC0414
from tests.cast import join

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]


def bring(cast, *rows):
    """Bring messages in over the API, as a brand's own system would; the job reads them. Return the threads."""
    _row, token = workspace.create_token(actor=cast.owner, name="comments", scopes=["users.view", "users.edit"])
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    body = {"messages": [{"account": str(cast.account.pk), **row} for row in rows]}
    web = cast.client(None)
    for times in (1, 2):  # the same delivery twice
        said = web.post("/api/threads", body, content_type="application/json", **head).json()
        assert said["refused"] == 0, said
        assert said["new"] == (len(rows) if times == 1 else 0)
    work_off()
    return list(Thread.objects.order_by("id"))


def answer(cast, thread, text):
    thread.refresh_from_db()
    message = inbox.reply(actor=cast.editor, thread_id=thread.pk, seen=thread.version, text=text)
    return inbox.sent(actor=cast.editor, message_id=message.pk, url="https://www.douyin.com/video/1#reply")


def test_u3a_the_packaging_leaks_is_replied_to_goes_to_product_is_mended_and_the_commenter_told(cast):
    product = join(cast.brand, "product", "product")
    row = {"id": "dy-1", "text": "氨基酸洁面的包装漏了，快递盒里全是", "author": "小柚子"}
    (thread,) = bring(cast, row | {"url": "https://www.douyin.com/video/1", "content_title": "洁面怎么用"})
    assert (thread.state, thread.kind) == ("open", "quality.damaged")

    # replied to, with proof: the clock of the first reply stops
    answer(cast, thread, "抱歉给你添麻烦了，已登记，今天给你补发一支")
    thread.refresh_from_db()
    assert thread.state == "replied"
    assert thread.first_reply_at is not None

    # a ticket to product, whose colleague hears of it and may work on it though they do not run users
    ticket = tickets.from_thread(actor=cast.editor, thread_id=thread.pk)
    assert (ticket.team, ticket.priority) == ("product", "P2")
    assert Notice.objects.filter(member=product, code="ticket.opened").exists()
    services.own(actor=product, ticket_id=ticket.pk, seen=ticket.version, owner_id=product.pk)
    # the factory answers by a link, without an account and without knowing who complained
    link, token = partner.make_link(
        actor=product, ticket_id=ticket.pk, name="包材厂", brief="洁面泵头漏液，请查批次。用户电话 13800001234"
    )
    page = cast.client(None).get(reverse("ticket_partner", args=[token]))
    assert "洁面泵头漏液" in page.content.decode()
    assert "13800001234" not in page.content.decode()
    assert "小柚子" not in page.content.decode()
    sent = cast.client(None).post(
        reverse("ticket_partner", args=[token]), {"act": "answer", "said": "done", "text": "换了垫圈，新批次已测"}
    )
    assert sent.status_code == 302
    assert Notice.objects.filter(member=product, code="ticket.partner_done").exists()

    # the design changes; then the commenter is told in the same thread
    ticket.refresh_from_db()
    services.solve(actor=product, ticket_id=ticket.pk, seen=ticket.version, fix="泵头垫圈改为双层，下批起用")
    told = answer(cast, thread, "你提到的漏液，我们把泵头垫圈改成双层了，谢谢你告诉我们")
    assert told.state == "sent"
    ticket.refresh_from_db()
    services.move(actor=cast.editor, ticket_id=ticket.pk, seen=ticket.version, state="closed")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.late) == ("closed", [])
    web = cast.client(cast.editor)
    shown = web.get(reverse("users_ticket", args=["anlan", ticket.pk])).content.decode()
    assert "泵头垫圈改为双层" in shown
    assert "换了垫圈" in shown


def test_u3b_a_smaller_size_please_is_a_need_with_its_size_and_everybody_who_asked_is_told(cast):
    Product.objects.create(brand=cast.brand, name="舒缓面霜", aliases=["面霜"])
    wishes = ["想要小一点的面霜试试", "面霜能不能出旅行装", "希望面霜有小规格，出差带", "面霜求小样"]
    rows = [{"id": f"x{n}", "text": t, "author": f"用户{n}", "place": "小红书"} for n, t in enumerate(wishes)]
    rows += [{"id": "y1", "text": "面霜出个便携装吧", "author": "用户0"}]  # the first one again: one person
    rows += [
        {"id": "z1", "text": "很喜欢，回购了", "author": "路人"},
        {"id": "z2", "text": "怎么还不发货", "author": "路人2"},
    ]
    bring(cast, *rows)

    (group,) = grouping.offered(cast.editor)
    assert (group.kind, group.product, group.persons) == ("suggest.size", "舒缓面霜", 4)
    web = cast.client(cast.editor)
    page = web.get(reverse("users_needs", args=["anlan"]))
    (offer,) = page.context["offered"]
    form = {"act": "open", "title": "面霜小规格", "kind": group.kind, "product": group.product}
    web.post(reverse("users_needs", args=["anlan"]), form | {"thread": [str(t.pk) for t in offer["group"].threads]})
    need = Need.objects.get()
    size = grouping.size(need)
    assert (size.persons, size.of) == (4, 6)
    assert grouping.stake(need).paid is None  # nobody of them is in the orders: unknown, not zero

    need = needs.move(actor=cast.editor, need_id=need.pk, seen=need.version, state="planned")
    needs.move(actor=cast.editor, need_id=need.pk, seen=need.version, state="shipped", words="面霜 15ml 旅行装上线了")
    waiting = list(Asked.objects.filter(need=need))
    assert {a.state for a in waiting} == {"ready"}
    assert all(a.message and a.message.text == "面霜 15ml 旅行装上线了" for a in waiting)
    for asked in waiting[:4]:
        inbox.sent(actor=cast.editor, message_id=asked.message_id, declared=True)
    needs.unreachable(actor=cast.editor, asked_id=waiting[4].pk, reason="评论已删，私信关闭")
    progress = grouping.progress(need)
    assert (progress["told"], progress["unreachable"], progress["all"]) == (4, 1, 5)
    assert "4/5" in web.get(reverse("users_need", args=["anlan", need.pk])).content.decode()


def test_u3c_delivery_is_late_goes_to_logistics_within_its_clock_and_a_breach_is_told_one_level_up(cast):
    service, lead = join(cast.brand, "service", "customer_service"), join(cast.brand, "lead", "lead")
    (thread,) = heard(cast.brand, LATE, account=cast.account)
    assert thread.kind == "logistics.slow"
    ticket = tickets.from_thread(actor=cast.editor, thread_id=thread.pk)
    assert ticket.team == "logistics"
    terms = clocks.hours_of(cast.brand, "P2")
    assert (terms.begins, terms.ends) == (9, 22)
    assert Notice.objects.filter(member=service, code="ticket.opened").exists()
    # within the clock nothing is told
    assert escalating.mind(ticket.first_due - timedelta(minutes=1)) == 0
    # past it: once, one level higher, to the lead
    assert escalating.mind(ticket.first_due + timedelta(minutes=1)) == 1
    assert escalating.mind(ticket.first_due + timedelta(minutes=2)) == 0
    ticket.refresh_from_db()
    assert (ticket.level, ticket.late) == (1, ["first"])
    assert Notice.objects.filter(member=lead, code="ticket.late").count() == 1
    # waiting for the user stands still
    ticket = services.own(actor=service, ticket_id=ticket.pk, seen=ticket.version, owner_id=service.pk)
    ticket = services.move(actor=service, ticket_id=ticket.pk, seen=ticket.version, state="waiting")
    assert escalating.mind(ticket.fix_due + timedelta(days=1)) == 0
    before = ticket.fix_due
    Ticket.objects.filter(pk=ticket.pk).update(paused_at=timezone.now() - timedelta(days=1))
    ticket.refresh_from_db()
    ticket = services.move(actor=service, ticket_id=ticket.pk, seen=ticket.version, state="doing")
    assert ticket.waited == 13 * 3600  # a day has thirteen service hours
    assert ticket.fix_due > before
    ticket = services.solve(actor=service, ticket_id=ticket.pk, seen=ticket.version, fix="补发顺丰，单号已给用户")
    assert ticket.state == "solved"
    assert "fix" not in ticket.late
