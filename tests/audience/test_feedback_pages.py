"""The pages of the inbox, of tickets and needs: what they show, what they take, who finds nothing there."""

import json

import pytest
from django.urls import reverse

from hongqiao.audience.feedback import needs, partner, tickets
from hongqiao.audience.feedback.sample import telling
from hongqiao.audience.inbox import holding, services
from hongqiao.audience.models import Canned, Need, Thread, Ticket
from hongqiao.site import cli
from hongqiao.site.first import SAMPLE
from hongqiao.workspace import search, todays
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry
from tests.audience.kit import FINE, LATE, LEAK, SMALL, heard
from tests.cast import join

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def at(name, *args):
    return reverse(f"users_{name}", args=["anlan", *args])


@pytest.fixture
def web(cast):
    return cast.client(cast.editor)


@pytest.fixture
def room(cast):
    """A thread of each kind, a ticket, a need, an answer that waits, a partner's link."""
    leak, wish, late, glad = heard(cast.brand, LEAK, SMALL, LATE, FINE, account=cast.account)
    ticket = tickets.from_thread(actor=cast.editor, thread_id=leak.pk)
    need = needs.open_need(actor=cast.editor, title="小规格", thread_ids=[wish.pk], kind="suggest.size")
    message = services.reply(actor=cast.editor, thread_id=late.pk, seen=None, text="已帮你催快递")
    _link, token = partner.make_link(actor=cast.editor, ticket_id=ticket.pk, name="工厂", brief="查泵头")
    return {"leak": leak, "wish": wish, "late": late, "glad": glad, "ticket": ticket, "need": need,
            "message": message, "token": token}  # fmt: skip


def addresses(room):
    plain = ("inbox", "canned", "tickets", "ticket_new", "tickets_export", "ticket_figures", "teams", "needs")
    said = [at(name) for name in plain]
    return [*said, at("thread", room["leak"].pk), at("ticket", room["ticket"].pk), at("need", room["need"].pk)]


def test_every_page_answers_who_sees_the_room_and_nobody_else(cast, room):
    insider, viewer, stranger = (cast.client(m) for m in (cast.editor, cast.viewer, cast.stranger))
    for url in addresses(room):
        assert insider.get(url).status_code == 200, url
        assert viewer.get(url).status_code in (403, 404), url
        assert stranger.get(url).status_code == 404, url
        assert cast.client(None).get(url).status_code == 302, url
    hold = at("thread_hold", room["leak"].pk)
    assert stranger.post(hold).status_code == 404
    assert stranger.post(at("ticket", room["ticket"].pk), {"act": "own", "seen": "1"}).status_code == 404


def test_the_page_of_a_thread_says_what_rules_and_model_said_and_whose_words_they_are(cast, room, web):
    page = web.get(at("thread", room["leak"].pk)).content.decode()
    assert "规则说：产品质量 · 破损漏液" in page
    assert "负面概率" in page
    assert "用户0" in page
    product = cast.client(join(cast.brand, "product", "product"))
    assert "用户0" not in product.get(at("thread", room["leak"].pk)).content.decode()


def test_an_answer_is_written_checked_and_proved_on_the_page(cast, room, web):
    url = at("thread", room["leak"].pk)
    version = Thread.objects.get(pk=room["leak"].pk).version
    given = {"act": "reply", "seen": str(version), "text": "全网最好用的第一品牌"}
    checked = web.post(url, given | {"check": "1"})
    assert checked.context["found"]
    assert web.post(url, given).status_code == 422
    assert web.post(url, given | {"text": "抱歉，已登记"}).status_code == 302
    message = room["leak"].messages.get(state="ready")
    version = Thread.objects.get(pk=room["leak"].pk).version
    sent = {"act": "sent", "message": str(message.pk), "seen": str(version)}
    assert web.post(url, sent).status_code == 422
    assert web.post(url, sent | {"declared": "1"}).status_code == 302
    assert "凭成员声明" in web.get(url).content.decode()


def test_who_else_answers_is_said(cast, room, web):
    holding.hold(actor=cast.owner, thread_id=room["leak"].pk)
    assert "owner 正在回复" in " ".join(web.post(at("thread_hold", room["leak"].pk)).content.decode().split())


def test_pasting_assigning_and_closing_from_the_list(cast, web):
    web.post(at("inbox"), {"act": "paste", "text": f"小柚子：{LEAK}\n{FINE}", "channel": "comment"})
    ids = [str(t.pk) for t in Thread.objects.all()]
    web.post(at("inbox"), {"act": "assign", "owner": "me", "id": [*ids, "x"]})
    assert Thread.objects.filter(assignee=cast.editor).count() == 2
    web.post(at("inbox"), {"act": "close", "id": ids[:1]})
    assert len(web.get(at("inbox")).context["rows"]) == 1
    assert web.get(at("inbox"), {"state": "all"}).context["counts"]["open"] == 1


def test_a_thread_becomes_a_ticket_and_a_need_on_its_page(cast, room, web):
    url, seen = at("thread", room["late"].pk), str(Thread.objects.get(pk=room["late"].pk).version)
    web.post(url, {"act": "ticket", "seen": seen, "title": "太慢", "team": "logistics", "priority": "P1"})
    row = Ticket.objects.get(thread=room["late"])
    assert (row.team, row.priority, row.why) == ("logistics", "P1", "hand")
    web.post(url, {"act": "need", "seen": seen, "need": str(room["need"].pk)})
    web.post(url, {"act": "judge", "seen": seen, "kind": "logistics.lost"})
    assert room["need"].asked.count() == 2
    assert Thread.objects.get(pk=room["late"].pk).kind == "logistics.lost"


def test_a_ticket_is_worked_through_on_its_page_and_a_link_is_shown_once(cast, room, web):
    url = at("ticket", room["ticket"].pk)

    def act(**given):
        seen = str(Ticket.objects.get(pk=room["ticket"].pk).version)
        return web.post(url, {"seen": seen, **given})

    assert act(act="own").status_code == 302
    assert act(act="route", team="product", kind="quality.function", priority="P1").status_code == 302
    assert act(act="note", text="已要批号", shared="1").status_code == 302
    shown = act(act="link", name="快递", brief="查件 13800001234", days="3")
    assert shown.status_code == 200
    assert shown["Cache-Control"] == "no-store"
    assert "/t/" in shown.context["fresh_link"]
    assert shown.context["fresh_link"] not in web.get(url).content.decode()
    assert act(act="move", state="waiting").status_code == 302
    assert act(act="solve", fix="换垫圈").status_code == 302
    assert act(act="score", points="5").status_code == 302
    assert act(act="score", points="9").status_code == 422
    assert act(act="move", state="closed").status_code == 302
    assert act(act="reopen", reason="又漏").status_code == 302
    assert web.post(url, {"act": "own", "seen": "1"}).status_code == 409


def test_a_dead_or_foreign_token_opens_nothing(cast, room):
    web = cast.client(None)
    page = web.get(reverse("ticket_partner", args=[room["token"]]))
    assert page.status_code == 200
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "用户0" not in page.content.decode()
    assert LEAK not in page.content.decode()
    assert web.get(reverse("ticket_partner", args=["nonsense"])).status_code == 410
    assert web.post(reverse("ticket_partner", args=[room["token"]]), {"act": "answer", "text": ""}).status_code == 422


def test_a_need_is_shipped_and_told_on_its_page(cast, room, web):
    url = at("need", room["need"].pk)
    seen = str(Need.objects.get().version)
    assert web.post(url, {"act": "move", "seen": seen, "state": "shipped", "words": "上线了"}).status_code == 302
    page = web.get(url)
    (asked,) = page.context["asked"]
    seen = str(Need.objects.get().version)
    web.post(url, {"act": "sent", "seen": seen, "message": str(asked["row"].message_id), "declared": "1"})
    assert web.get(url).context["progress"]["told"] == 1


def test_canned_answers_teams_and_a_ticket_by_hand_are_kept(cast, web):
    web.post(at("canned"), {"act": "add", "name": "致歉", "text": "抱歉，已登记"})
    row = Canned.objects.get()
    web.post(at("canned"), {"act": "change", "id": str(row.pk), "seen": "1", "name": "致歉", "text": "抱歉"})
    assert Canned.objects.get().text == "抱歉"
    made = web.post(at("ticket_new"), {"act": "open", "title": "店里说漏液", "text": LEAK, "order_no": "DD1234567"})
    assert made.status_code == 302
    ticket = Ticket.objects.get()
    assert "DD1234567" not in ticket.order_no
    assert "DD1234567" not in web.get(at("ticket", ticket.pk)).content.decode()
    assert "DD1234567" in cast.client(cast.owner).get(at("ticket", ticket.pk)).content.decode()
    assert web.post(at("ticket_new"), {"act": "open", "title": ""}).status_code == 422
    boss = cast.client(cast.owner)
    assert (
        boss.post(at("teams"), {"act": "team", "code": "service", "member": [str(cast.editor.pk)]}).status_code == 302
    )
    assert web.post(at("teams"), {"act": "team", "code": "service"}).status_code == 403
    assert web.get(at("ticket_figures"), {"start": "2026-13-01", "end": "x"}).status_code == 422


def test_a_file_of_tickets_has_no_name_and_runs_no_formula(cast, web):
    tickets.open_ticket(actor=cast.editor, title="=1+1", text=f"小柚子说 {LEAK}")
    csv = b"".join(web.get(at("tickets_export"), {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert "'=1+1" in csv
    book = web.get(at("tickets_export"), {"format": "xlsx"})
    assert book.content[:2] == b"PK"
    assert AuditEntry.objects.filter(code="tickets.exported").count() == 2


def test_it_is_found_by_ctrl_k_and_stands_on_today(cast, room):
    found = {f.label for f in search.look(cast.editor, "漏")}
    assert {"反馈工单", "消息"} <= found
    assert "需求" in {f.label for f in search.look(cast.editor, "小规格")}
    assert not search.look(cast.stranger, "漏")
    assert any(c["template"].startswith("audience/") for c in todays.cards(cast.editor))
    assert cast.client(cast.editor).get(reverse("today", args=["anlan"])).status_code == 200


@pytest.fixture
def call(cast):
    _row, token = workspace.create_token(actor=cast.owner, name="t", scopes=["users.view", "users.edit"])
    web = cast.client(None)

    def ask(method, path, body=None):
        head = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
        return getattr(web, method)(f"/api{path}", body, content_type="application/json", **head)

    return ask


def test_the_interface_answers_as_the_pages_do(cast, room, call):
    key = room["leak"].pk
    assert call("get", f"/threads/{key}").json()["kind"] == "quality.damaged"
    said = call("get", "/threads?state=open").json()["items"]
    version = next(t["version"] for t in said if t["id"] == str(key))
    made = call("post", f"/threads/{key}/reply", {"version": version, "text": "抱歉，已登记"})
    assert made.status_code == 201
    bare = call("post", f"/threads/messages/{made.json()['id']}/sent", {})
    assert bare.status_code == 422
    sent = call("post", f"/threads/messages/{made.json()['id']}/sent", {"declared": True})
    assert sent.json()["state"] == "sent"
    opened = call("post", "/tickets", {"title": "店里说漏液", "text": LEAK, "source": "survey:1:2"})
    assert opened.json()["origin"] == "survey"
    ticket = opened.json()["id"]
    assert call("post", f"/tickets/{ticket}/own", {}).json()["state"] == "doing"
    assert call("post", f"/tickets/{ticket}/route", {"team": "logistics"}).json()["team"] == "logistics"
    assert call("post", f"/tickets/{ticket}/notes", {"text": "已看"}).json()["history"]
    assert call("post", f"/tickets/{ticket}/state", {"state": "solved", "text": "换货"}).json()["fix"] == "换货"
    assert call("post", f"/tickets/{ticket}/state", {"state": "reopened", "text": "又坏"}).json()["reopened"] == 1
    need = call("post", "/needs", {"title": "旅行装", "threads": [str(key)]})
    assert need.json()["size"]["persons"] == 1
    moved = call("post", f"/needs/{need.json()['id']}/state", {"state": "declined", "reason": "不做"})
    assert moved.json()["state"] == "declined"
    assert len(call("get", "/needs").json()["items"]) == 2
    assert call("get", f"/tickets/{ticket}").json()["number"] == 2


def test_a_strangers_token_finds_none_of_it(cast, room):
    _row, token = workspace.create_token(actor=cast.stranger, name="t", scopes=["users.view", "users.edit"])
    web, head = cast.client(None), {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    assert web.get("/api/threads", **head).json()["items"] == []
    for path in (f"threads/{room['leak'].pk}", f"tickets/{room['ticket'].pk}", f"needs/{room['need'].pk}"):
        assert web.get(f"/api/{path}", **head).status_code == 404
    for path in (f"threads/{room['leak'].pk}/state", f"tickets/{room['ticket'].pk}/state"):
        body = {"version": 1, "state": "closed"}
        assert web.post(f"/api/{path}", body, content_type="application/json", **head).status_code == 404


def test_the_command_lists_opens_and_says_the_figures(cast, room, capsys):
    assert cli.main(["tickets", "--brand", "anlan", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["kind"] == "quality.damaged"
    assert cli.main(["tickets", "open", "电话说太慢", "--brand", "anlan", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["number"] == 2
    assert cli.main(["tickets", "figures", "--brand", "anlan", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)


def test_the_sample_tells_its_story_once(cast):
    assert telling.tell(cast.owner, SAMPLE / "anlan" / "audience") == 15
    assert telling.tell(cast.owner, SAMPLE / "anlan" / "audience") == 0
    assert Ticket.objects.filter(state="closed").count() == 3
    assert Need.objects.get().asked.count() == 4
    assert Thread.objects.filter(state="open").count() == 6
    assert not Thread.objects.filter(kind="").exists()
