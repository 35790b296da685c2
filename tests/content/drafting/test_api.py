"""Drafts over HTTP and as commands; their checks are kept and made anew where what they go by changed."""

import json

import pytest
from django.test import Client

from hongqiao.book import services as book
from hongqiao.compliance import draft as checking
from hongqiao.content.drafting import checks, services
from hongqiao.content.models import Proposal, Revision
from hongqiao.content.production import services as production
from hongqiao.site import cli
from hongqiao.workspace import jobs
from hongqiao.workspace import services as workspace

pytestmark = pytest.mark.django_db
NOTE = {"drafts": [{"title": "早八", "text": "98% 的人回购。", "tags": []}]}


@pytest.fixture
def call(cast):
    """Call /api/drafts with a token that may do what this member may; the stranger's is of another brand."""
    tokens = {}

    def made(member, method, path, body=None, **heads):
        if member.pk not in tokens:
            scopes = ["content.view"] if member == cast.viewer else ["content.view", "content.edit"]
            maker = member if member == cast.stranger else cast.owner  # only who tends the settings makes tokens
            tokens[member.pk] = workspace.create_token(actor=maker, name="t", scopes=scopes)[1]
        heads |= {"Authorization": f"Bearer {tokens[member.pk]}"}
        answer = Client().generic(
            method, f"/api/drafts{path}", json.dumps(body or {}), content_type="application/json", headers=heads
        )
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
        return answer.status_code, answer.json()

    return made


def test_drafts_are_asked_for_listed_by_page_read_and_one_is_taken(cast, piece_of, call):
    piece, other = piece_of(), piece_of()
    given = {"piece": str(piece.pk), "maker": "template"}
    for _ in range(2):
        status, made = call(cast.editor, "POST", "", given, **{"Idempotency-Key": "k"})
        assert (status, made["state"], len(made["items"])) == (201, "done", 3)
    call(cast.editor, "POST", "", {"piece": str(other.pk)})
    assert Proposal.objects.count() == 6
    seen, after = [], ""
    while after is not None:
        part = call(cast.viewer, "GET", f"?limit=4&after={after}")[1]
        seen += [d["id"] for d in part["items"]]
        after = part["next"]
    assert (len(seen), len(set(seen))) == (6, 6)
    mine = call(cast.editor, "GET", f"?piece={piece.pk}")[1]["items"]
    assert {d["id"] for d in mine} == {d["id"] for d in made["items"]}
    assert call(cast.editor, "GET", "?maker=model")[1]["items"] == []
    status, whole = call(cast.editor, "GET", f"/{mine[0]['id']}")
    assert (status, whole["held"]) == (200, True)
    assert "voice.gap" in {f["rule"] for f in whole["found"]}
    status, wrong = call(cast.editor, "POST", f"/{mine[0]['id']}/take", {"seen": 7})
    assert (status, wrong["code"]) == (409, "text_conflict")
    status, taken = call(cast.editor, "POST", f"/{mine[0]['id']}/take", {"seen": 0})
    assert (status, taken["number"], taken["body"]["title"]) == (201, 1, whole["title"])
    assert mine[0]["id"] not in {d["id"] for d in call(cast.editor, "GET", "")[1]["items"]}
    assert call(cast.editor, "POST", f"/{mine[0]['id']}/take", {"seen": 1})[0] == 409


def test_a_stranger_finds_nothing_and_who_may_only_look_asks_for_nothing(cast, piece_of, call):
    piece = piece_of()
    row = services.by_template(actor=cast.editor, piece_id=piece.pk)[0]
    given = {"piece": str(piece.pk)}
    assert call(cast.stranger, "GET", "")[1]["items"] == []
    for method, path, body in (
        ("POST", "", given),
        ("GET", f"/{row.pk}", None),
        ("POST", f"/{row.pk}/take", {"seen": 0}),
        ("GET", f"/asked/{piece.pk}", None),
        ("POST", f"/asked/{piece.pk}/stop", None),
    ):
        assert call(cast.stranger, method, path, body)[0] == 404, path
        if method == "POST":
            assert call(cast.viewer, method, path, body)[0] in (403, 404), path
    assert Revision.objects.count() == 0
    assert call(cast.editor, "POST", "", given | {"maker": "oracle"})[1]["code"] == "bad_draft_maker"


def test_the_model_is_asked_in_the_background_and_told_of(cast, piece_of, call, model):
    piece = piece_of()
    model.says = json.dumps(NOTE, ensure_ascii=False)
    given, asked = {"piece": str(piece.pk), "maker": "model"}, f"/asked/{piece.pk}"
    assert call(cast.editor, "GET", asked)[1]["state"] is None
    status, made = call(cast.editor, "POST", "", given)
    assert (status, made["state"], made["items"]) == (201, "queued", [])
    jobs.work_off()
    told = call(cast.viewer, "GET", asked)[1]
    assert (told["state"], told["error"], told["outcome"]) == ("done", None, "模型起草了 1 稿")
    (row,) = call(cast.editor, "GET", "?maker=model")[1]["items"]
    assert (row["model"], row["added"]) == ("small-1", 1)
    model.fault = 401
    call(cast.editor, "POST", "", given)
    jobs.work_off()
    told = call(cast.editor, "GET", asked)[1]
    assert (told["state"], "密钥" in told["error"]["message"]) == ("failed", True)
    call(cast.editor, "POST", "", given)
    assert call(cast.editor, "POST", f"{asked}/stop")[1]["state"] == "cancelled"
    assert call(cast.editor, "POST", f"{asked}/stop")[0] == 409


def test_without_a_model_the_call_says_what_to_do(cast, piece_of, call):
    status, wrong = call(cast.editor, "POST", "", {"piece": str(piece_of().pk), "maker": "model"})
    assert (status, wrong["code"]) == (409, "model_off")


def test_the_commands_ask_list_show_and_take(cast, piece_of, capsys, monkeypatch, model):
    monkeypatch.setattr("hongqiao.site.first.migrate", lambda: None)
    piece = str(piece_of().pk)

    def run(*words):
        status = cli.main([*words, "--brand", "anlan", "--json"])
        return status, json.loads(capsys.readouterr().out or "null")

    assert len(run("draft", "ask", piece)[1]["items"]) == 3
    status, listed = run("drafts", "--piece", piece)
    assert (status, len(listed)) == (0, 3)
    assert run("draft", "show", listed[0]["id"])[1]["held"] is True
    assert run("draft", "ask", piece, "--maker", "model")[1]["state"] == "queued"
    assert run("draft", "state", piece)[1]["state"] == "queued"
    assert run("draft", "stop", piece)[1]["state"] == "cancelled"
    assert run("draft", "take", listed[0]["id"], "--seen", "0")[1]["number"] == 1
    assert cli.main(["drafts", "--piece", listed[0]["id"], "--brand", "anlan", "--json"]) == 2
    capsys.readouterr()
    assert cli.main(["drafts", "--brand", "anlan"]) == 0
    assert capsys.readouterr().out.count("\n") == 2


def test_checks_are_kept_and_made_anew_where_what_they_go_by_changed(cast, piece_of, monkeypatch):
    piece = piece_of()
    services.by_template(actor=cast.editor, piece_id=piece.pk)
    made = []
    check = checking.check
    monkeypatch.setattr(checking, "check", lambda *a, **k: made.append(1) or check(*a, **k))

    def looked():
        made.clear()
        piece.refresh_from_db()
        rows = list(Proposal.objects.filter(piece=piece))
        found = checks.of(piece, rows)
        times = len(made)
        for row in rows:  # kept or not, it says what a check of today says
            assert found[row.pk] == checks._check(piece, row)
        return times

    assert looked() == 3
    assert looked() == 0
    book.save_book(actor=cast.owner, seen=None, avoid=[{"word": "薄涂", "instead": "轻涂"}])
    assert looked() == 3
    production.change_piece(actor=cast.editor, piece_id=piece.pk, seen=piece.version, brief={"avoid": "两遍"})
    assert looked() == 3
    claim = book.add_claim(actor=cast.owner, product_id=book_product(cast).pk, text="服帖", proof="检验报告 12")
    assert looked() == 3
    book.remove_claim(actor=cast.owner, claim_id=claim.pk, seen=None)
    assert looked() == 3
    assert looked() == 0


def book_product(cast):
    from hongqiao.book.models import Product

    return Product.objects.filter(brand=cast.brand).first()
