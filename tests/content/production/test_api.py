"""Pieces over HTTP, on the command line, in calendars and in the search."""

import json

import pytest
from django.test import Client

from hongqiao.content.models import Piece
from hongqiao.content.production import feeds, queries, services
from hongqiao.site.cli import main
from hongqiao.workspace import search
from hongqiao.workspace import services as workspace
from tests.cast import join
from tests.content.production.house import TEXT, at, fresh, piece, written

SCOPES = ["content.view", "content.edit", "content.review", "content.schedule"]


class Program:
    """Calls the interface with a token of a member."""

    def __init__(self, member, scopes=SCOPES):
        held = [s for s in scopes if s in workspace_scopes(member)]
        _row, token = workspace.create_token(actor=member, name="t", scopes=held)
        self.web, self.heads = Client(), {"Authorization": f"Bearer {token}"}

    def get(self, path, **query):
        return self.web.get(f"/api{path}", query, headers=self.heads)

    def send(self, path, body=None, method="post", key=""):
        heads = {**self.heads, **({"Idempotency-Key": key} if key else {})}
        call = getattr(self.web, method)
        return call(f"/api{path}", json.dumps(body or {}), content_type="application/json", headers=heads)


def workspace_scopes(member):
    from hongqiao.workspace import permissions

    return permissions.held_by(member)


@pytest.fixture
def program(cast):
    return Program(cast.owner)


def test_a_program_takes_a_piece_from_making_to_review(cast, program):
    body = {"title": "题", "platform": "xiaohongshu", "form": "note", "publish_at": "2026-12-11 20:00"}
    made = program.send("/pieces", body, key="a")
    assert made.status_code == 201
    assert program.send("/pieces", body, key="a").json() == made.json()
    assert Piece.objects.count() == 1
    at_ = f"/pieces/{made.json()['id']}"
    text = {"seen": 0, "body": TEXT}
    assert program.send(f"{at_}/revisions", text).json()["number"] == 1
    clash = program.send(f"{at_}/revisions", {"seen": 0, "body": TEXT | {"text": "别的"}})
    assert (clash.status_code, clash.json()["code"]) == (409, "text_conflict")
    assert program.send(f"{at_}/move", {"stage": "review"}).json()["stage"] == "review"
    own = program.send(f"{at_}/decide", {"decision": "yes", "number": 1})
    assert (own.status_code, own.json()["code"]) == (403, "own_text")
    whole = program.get(at_).json()
    assert whole["text"]["body"] == TEXT
    assert [s["step"] for s in whole["steps"]] == ["content"]
    assert len(program.get(f"{at_}/revisions").json()["items"]) == 1


def test_what_stops_a_piece_is_told_to_programs_too(cast, program):
    row = written(cast.owner, text=TEXT | {"text": "这是全网最好的防晒。"})
    answer = program.send(f"/pieces/{row.pk}/move", {"stage": "review"})
    assert (answer.status_code, answer.json()["code"]) == (409, "held_back")
    found = program.get(f"/pieces/{row.pk}").json()["found"]
    assert [f["rule"] for f in found if f["holds"]] == ["law.superlative.most_thing"]


def test_a_reviewer_decides_and_remarks_by_program(cast):
    lead = Program(join(cast.brand, "boss", "manager"))
    row = at(cast.editor, written(cast.editor), "review")
    anchor = {"field": "text", "quote": "两指的量"}
    made = lead.send(f"/pieces/{row.pk}/remarks", {"text": "拍出来", "anchor": anchor})
    assert made.json()["anchor"]["end"] - made.json()["anchor"]["start"] == 4
    assert len(lead.get(f"/pieces/{row.pk}/remarks").json()["items"]) == 1
    assert lead.send(f"/pieces/{row.pk}/decide", {"decision": "yes", "number": 1}).json()["stage"] == "approved"


def test_pieces_are_listed_filtered_changed_and_foreign_ones_not_found(cast, program):
    mine = piece(cast.owner, owner_id=cast.owner.pk)
    piece(cast.editor, platform="douyin", form="video")
    assert [p["id"] for p in program.get("/pieces", mine=True).json()["items"]] == [str(mine.pk)]
    assert len(program.get("/pieces", platform="douyin").json()["items"]) == 1
    assert program.get("/pieces", stage="a\x00b").status_code == 200
    changed = program.send(f"/pieces/{mine.pk}", {"version": mine.version, "lane": "normal"}, "put")
    assert changed.json()["lane"] == "normal"
    assert program.send(f"/pieces/{mine.pk}", {"version": mine.version, "title": "x"}, "put").status_code == 409
    stranger = Program(cast.stranger)
    for call in (stranger.get(f"/pieces/{mine.pk}"), stranger.send(f"/pieces/{mine.pk}/move", {"stage": "copy"})):
        assert call.status_code == 404
    looker = Program(cast.owner, ["content.view"])
    assert looker.send(f"/pieces/{mine.pk}/move", {"stage": "copy"}).status_code == 403


@pytest.mark.parametrize("body", [{"text": 5}, {"nope": "x"}, {"images": ["x"]}, {"labels": []}])
def test_a_body_that_makes_no_sense_is_refused_by_name(cast, program, body):
    row = piece(cast.owner)
    answer = program.send(f"/pieces/{row.pk}/revisions", {"seen": 0, "body": body})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_body")


def test_the_command_lists_pieces_as_the_interface_does(cast, house, capsys):
    written(cast.editor)
    assert main(["pieces", "--brand", "anlan", "--json"]) == 0
    with pytest.raises(SystemExit):
        main(["pieces", "--brand", "anlan", "--stage", "nope"])
    rows = json.loads(capsys.readouterr().out)
    assert [(r["stage"], r["title"]) for r in rows] == [("copy", TEXT["title"])]


def test_a_calendar_holds_ones_tasks_slots_and_waiting_reviews(cast):
    lead = join(cast.brand, "lead", "lead")
    row = piece(cast.editor, owner_id=cast.editor.pk, publish_at="2027-01-08 20:00")
    assert {e.summary.partition("：")[0] for e in feeds.entries(cast.editor)} == {"文案", "发布"}
    at(cast.editor, written(cast.editor, row), "review")
    assert [e.summary for e in feeds.entries(lead)] == [f"内容审核截止：{fresh(row).title}"]
    assert not list(feeds.entries(cast.stranger))


def test_pieces_are_found_by_what_they_say(cast):
    row = written(cast.editor)
    found = {h.url for group in search.look(cast.owner, "地铁里") for h in group.hits}
    assert f"/b/anlan/content/pieces/{row.pk}/" in found
    assert not any("pieces" in h.url for g in search.look(cast.stranger, "地铁里") for h in g.hits)
    services.archive(actor=cast.editor, piece_id=row.pk, seen=None)
    assert queries.pieces(cast.owner).count() == 1
