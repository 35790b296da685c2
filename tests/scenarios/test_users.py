"""U1, U2, U3: users are known by tier and reached, met in communities, heard and told what became of it.

One test a scenario of the mission. Outreach, the contest and tiers use the sample brand's own records; messages come in
over the API, pages are those that an operator uses. Only moments are made up, never a timer.
"""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hongqiao.audience.communities.activities import entries
from hongqiao.audience.communities.draws import drawing, evidence, opening
from hongqiao.audience.feedback import clocks, escalating, grouping, needs, partner, services, tickets
from hongqiao.audience.inbox import services as inbox
from hongqiao.audience.models import Activity, Asked, Draw, Enrolment, Need, RunStep, Thread, Ticket, Win
from hongqiao.book.models import Product
from hongqiao.delivery.models import Coupon, Reach
from hongqiao.delivery.reaching import assisted, contacts, coupons
from hongqiao.ledger.models import Outcome
from hongqiao.workspace import services as workspace
from hongqiao.workspace.jobs import work_off
from hongqiao.workspace.models import Notice
from tests.audience.communities.cast import NOON, VALUE, form, second
from tests.audience.kit import LATE, heard
from tests.cast import cast as cast  # noqa: PLC0414
from tests.cast import join
from tests.reach import connected
from tests.reach import noon as noon  # noqa: PLC0414
from tests.reach import sms as sms  # noqa: PLC0414
from tests.scenarios.outreach import Outreach, bring_own

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
HOME = "/b/anlan/users/communities/"

# U1: each tier has its own outreach, and its lift over those left alone


@pytest.fixture
def outreach(cast, house, noon, sms, settings, monkeypatch):
    """Outreach on the sample's own people of the months that are given."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    connected(cast, sms)
    return lambda *months: Outreach(cast, monkeypatch, *months)


def pool(cast, name, words, count):
    row = coupons.make_pool(actor=cast.owner, name=name, benefit=words)
    coupons.add_codes(actor=cast.owner, pool_id=row.pk, text="\n".join(f"CODE{n:04d}" for n in range(count)))
    return str(row.pk)


def test_u1a_brand_story_and_sample_from_application_to_report_for_potential_users_with_its_lift(outreach, mailoutbox):
    out = outreach("2026-10")
    out.people("potential", "email")
    reached = out.begin("sample", places=5, days=14)
    assert [m.subject for m in mailoutbox] == ["我们为什么做这件事"] * len(reached)
    out.pass_time(hours=73)
    invited = [m for m in mailoutbox if m.subject.startswith("想先试试吗")]
    assert len(invited) == len(reached)
    path, one = out.applies(invited[0].body)
    out.pass_time(hours=74)
    out.moves(one, "chosen", "sent")
    out.pass_time(hours=75)
    assert [m.to for m in mailoutbox if m.subject == "试用装已寄出"] == [invited[0].to]
    out.pass_time(days=18)
    assert out.web.post(path, {"report": "两周，很润，不闷，会买。", "rating": "5"}).status_code == 302
    out.pass_time(days=18, hours=1)
    assert [m.to for m in mailoutbox if m.subject == "谢谢你的试用报告"] == [invited[0].to]
    why = dict(Enrolment.objects.filter(journey=out.row, arm="treat").values_list("subject", "why"))
    assert why[one.subject] == "done"
    assert out.lift().verdict == "worked"


def test_u1b_an_own_coupon_then_member_benefits_for_active_users_until_they_buy_with_its_lift(
    outreach, cast, mailoutbox
):
    out = outreach("2026-10")
    out.people("active", "email")
    codes = pool(cast, "专属", "满 200 减 30", 200)

    def edit(steps):
        steps[0]["content"]["pool"] = steps[0]["fallback"]["content"]["pool"] = codes

    reached = out.begin("coupon", edit)
    given = [re.search(r"CODE\d{4}", m.body).group(0) for m in mailoutbox]
    assert len(set(given)) == len(reached) == Coupon.objects.exclude(given_at=None).count()
    buyers = set(sorted(reached)[:5])
    out.clock(days=2)
    out.buy(buyers, days=2)
    out.pass_time(days=8)
    assert set(Enrolment.objects.filter(journey=out.row, why="goal").values_list("subject", flat=True)) == buyers
    assert sum(m.subject == "你的会员权益" for m in mailoutbox) == len(reached) - len(buyers)
    assert out.lift().verdict == "worked"


def test_u1c_loyal_users_test_and_create_with_the_brand_by_a_colleagues_hand_with_its_lift(outreach, cast, mailoutbox):
    cast.brand.settings = {**cast.brand.settings, "audience": {"tiers": {"loyal_orders": 2}}}
    cast.brand.save(update_fields=["settings"])  # this brand calls loyal who bought twice
    out = outreach("2026-09", "2026-10")
    out.people("loyal", "wecom", "email")
    reached = out.begin("cocreate")
    listed = assisted.opened(cast.owner, f"journey:{out.row.pk}", "wecom")
    assert {p.row.subject for p in listed} == reached
    assisted.confirm(actor=cast.editor, ids=[p.row.pk for p in listed], sent=True)
    path, one = out.applies(listed[0].text)
    out.moves(one, "chosen", "sent")
    out.pass_time(hours=2)
    assert [m.subject for m in mailoutbox] == ["共创任务来了"]
    assert out.web.post(path, {"report": "泵头要能锁住，旅行不漏。", "rating": "4"}).status_code == 302
    out.pass_time(hours=4)
    assert mailoutbox[-1].subject == "谢谢你的共创"
    assert out.lift(treated=0.1).verdict == "cannot_tell"  # nobody bought more for it, and that is said


def test_u1d_recall_by_text_message_with_a_personal_discount_or_by_letter_for_lapsed_users_with_its_lift(
    outreach, cast, mailoutbox, sms
):
    out = outreach("2025-11", "2026-10")
    out.people("lapsed", "sms", "email")
    sms.world.templates["SMS_7"] = "好久不见，为你留了一张优惠券，拒收请回复R"
    codes = pool(cast, "召回", "八折", 200)

    def edit(steps):
        text = "【安澜护肤】好久不见，为你留了一张优惠券，拒收请回复R"
        steps[0]["content"] = {"template": "SMS_7", "text": text}
        steps[0]["fallback"]["content"]["pool"] = steps[2]["content"]["pool"] = codes

    reached = out.begin("recall", edit)
    # the vendor takes no recall; the letter goes instead, to nobody else
    assert "不支持用户召回" in Reach.objects.filter(channel="sms", subject__in=reached).first().error["params"]["said"]
    places = contacts.of(cast.brand, reached, "email")
    assert {m.to[0] for m in mailoutbox} == {contacts.opened(place) for place in places.values()}
    assert all(re.search(r"CODE\d{4}", m.body) for m in mailoutbox)
    out.pass_time(days=8)
    assert sum(m.subject == "你的折扣券还在" for m in mailoutbox) == len(reached)
    assert Enrolment.objects.filter(arm="hold", why="window").count() == len(out.held)
    assert out.lift().verdict == "worked"


# U2: communities and their activities


def started(browser, kind, **plan):
    """Plan an activity on its page, let it be checked, start it; return it and its address."""
    browser.post(f"{HOME}new/", {"act": "create", "kind": kind, "title": "一次活动", "goal": "让用户说话"})
    row = Activity.objects.get()
    url = f"{HOME}{row.pk}/"
    for sent in ({"act": "save", "closes": "2026-12-31T20:00", **plan}, {"act": "ready"}, {"act": "start"}):
        row.refresh_from_db()
        answer = browser.post(url, {**sent, "seen": row.version})
        assert answer.status_code == 302, answer.content.decode()
    return row, url


def test_u2a_a_show_your_purchase_draw_with_full_size_prizes_shows_repurchase_of_takers_against_others(cast):
    raw = bring_own(cast.owner, *(f"2026-{month:02d}" for month in range(6, 11)))
    browser = cast.client(cast.owner)
    row, url = started(
        browser, "show", opens="2026-08-15T09:00", closes="2026-08-25T23:59", event="contest_join", content="晒单抽正装"
    )
    browser.post(url, {"act": "draw", "mode": "own"})
    draw = Draw.objects.get()
    draw = opening.save_form(actor=cast.owner, draw_id=draw.pk, seen=draw.version, title=draw.title, form=form())
    draw = opening.open_draw(actor=cast.owner, draw_id=draw.pk, seen=draw.version, at=NOON - timedelta(days=7))
    for person in list(raw.values())[:5]:
        one = entries.add_entry(actor=cast.owner, activity_id=row.pk, person=person, licence=True)
        entries.approve(actor=cast.owner, entry_id=one.pk, seen=one.version, at=NOON - timedelta(days=1))
    draw = opening.close_draw(actor=cast.owner, draw_id=draw.pk, seen=None, at=NOON + timedelta(hours=1))
    for who in (cast.owner, second(cast)):
        draw = drawing.type_beacon(
            actor=who, draw_id=draw.pk, seen=draw.version, value=VALUE, at=NOON + timedelta(hours=5)
        )
    public = cast.client(None).get(f"/d/{draw.token}/evidence.json").content
    assert json.loads(public) == evidence.public(draw)
    assert Win.objects.filter(draw=draw).exclude(prize="").count() == 3
    row.refresh_from_db()
    browser.post(url, {"act": "end", "seen": row.version})
    row.refresh_from_db()
    assert browser.post(url, {"act": "measure", "seen": row.version}).status_code == 302
    page = browser.get(url).content.decode()
    assert "不是随机分组" in page
    outcome, told = Outcome.objects.get(), Activity.objects.get().measured
    assert outcome.reason == "not_randomised"
    assert min(told["matched"], told["others"]) >= 100
    assert outcome.effect == pytest.approx(told["again"] - told["others_again"])
    assert outcome.lo < outcome.effect < outcome.hi
    assert f"{100 * outcome.effect:+.1f} 个百分点" in page


def test_u2b_a_question_round_is_answered_followed_up_and_trust_asked_twice(cast):
    browser = cast.client(cast.owner)
    row, url = started(browser, "qa", expert="产品经理 周工")
    browser.post(url, {"act": "enter", "name": "小红", "words": "孕期能用吗"})
    one = row.entries.get()
    browser.post(url, {"act": "answer", "id": one.pk, "seen": one.version, "text": "请先问医生"})
    one.refresh_from_db()
    browser.post(url, {"act": "follow", "id": one.pk, "seen": one.version, "text": "成分表已发"})
    for n in range(9):
        browser.post(url, {"act": "score", "name": f"人{n}", "before": "3", "after": str(4 + n % 2)})
    assert "数据不足" in browser.get(url).content.decode()
    browser.post(url, {"act": "score", "name": "人9", "before": "3", "after": "4"})
    page = browser.get(url).content.decode()
    assert "成分表已发" in page
    assert "90% 区间" in page


def test_u2c_a_discussion_is_moderated_and_its_best_answers_stand_first(cast):
    browser = cast.client(cast.owner)
    row, url = started(browser, "topic", prompts="怎么用\n何时用\n为什么", moderation="代购")
    for words in ("早晚各一次", "找我代购", "敷五分钟就够"):
        browser.post(url, {"act": "enter", "name": words[:2], "words": words})
    for one, act in zip(row.entries.order_by("id"), ("approve", "hide", "approve"), strict=True):
        assert one.flagged == (act == "hide")
        assert browser.post(url, {"act": act, "id": one.pk, "seen": one.version}).status_code == 302
    first = row.entries.order_by("id").first()
    browser.post(url, {"act": "best", "id": first.pk, "seen": first.version})
    page = browser.get(f"{url}?state=approved").content.decode()
    assert page.index("早晚各一次") < page.index("敷五分钟就够")
    assert "代购" not in page.split('id="entries"')[1].split("登记一份")[0]


def test_u2d_a_stream_with_a_co_host_runs_by_its_sheet(cast):
    browser = cast.client(cast.owner)
    row, url = started(
        browser,
        "live",
        opens="2026-11-30T20:00",
        guest="皮肤科 李医生",
        kill=str(cast.owner.pk),
        **{"role.host": "陈果"},
    )
    page = browser.get(url).content.decode()
    assert "T-3 天" in page
    assert "陈果" in page
    for line in RunStep.objects.filter(activity=row):
        assert browser.post(url, {"act": "tick", "id": line.pk, "seen": line.version}).status_code == 302
    assert "9/9" in browser.get(url).content.decode()


# U3: what users say comes back to them


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


@pytest.mark.django_db(transaction=True)
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


@pytest.mark.django_db(transaction=True)
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


@pytest.mark.django_db(transaction=True)
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
