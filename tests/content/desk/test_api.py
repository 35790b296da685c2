"""Publications over HTTP and on the command line."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from hongqiao.delivery.models import Publication
from hongqiao.site import cli
from hongqiao.workspace import services as workspace

LINK = "http://xhslink.com/a/Xyz1"
SCOPES = ["content.view", "content.edit", "content.schedule"]


def call(member, method, path="", body=None, scopes=SCOPES, **headers):
    _row, token = workspace.create_token(actor=member, name="t", scopes=scopes)
    answer = Client().generic(
        method,
        f"/api/publications{path}",
        json.dumps(body or {}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", **headers},
    )
    return answer.status_code, answer.json()


@pytest.fixture
def later():
    return (timezone.now() + timedelta(hours=3)).isoformat()


def test_a_piece_goes_from_scheduled_to_declared_over_http(cast, piece, later):
    status, made = call(cast.owner, "POST", "", {"piece": str(piece.pk), "at": later})
    assert (status, made["state"], made["way"], made["piece"]) == (201, "waiting", "assisted", str(piece.pk))
    path = f"/{made['id']}"
    moved = {"version": made["version"], "at": (timezone.now() + timedelta(hours=5)).isoformat()}
    status, row = call(cast.owner, "POST", f"{path}/move", moved)
    assert (status, row["due_at"] > made["due_at"]) == (200, True)
    assert call(cast.owner, "POST", f"{path}/move", moved)[0] == 409  # by the version from before
    status, wrong = call(cast.owner, "POST", f"{path}/declare", {"version": row["version"], "link": "javascript:1"})
    assert (status, wrong["code"]) == (422, "no_link")
    status, live = call(cast.owner, "POST", f"{path}/declare", {"version": row["version"], "link": LINK})
    assert (status, live["state"], live["proof"], live["address"]) == (200, "declared", "link", LINK)
    assert call(cast.owner, "GET", path)[1]["state"] == "declared"
    assert call(cast.owner, "POST", f"{path}/stop", {"version": live["version"]})[0] == 409
    assert [r["id"] for r in call(cast.owner, "GET", f"?piece={piece.pk}&state=declared")[1]["items"]] == [made["id"]]
    assert call(cast.owner, "GET", "?state=waiting")[1]["items"] == []


def test_asked_twice_with_one_key_there_is_one(cast, piece, later):
    _row, token = workspace.create_token(actor=cast.owner, name="t", scopes=SCOPES)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "once"}
    body = json.dumps({"piece": str(piece.pk), "at": later})
    made = [Client().post("/api/publications", body, "application/json", headers=headers).json() for _ in range(2)]
    assert made[0]["id"] == made[1]["id"]
    assert Publication.objects.count() == 1


def test_wrong_states_and_moments_without_a_zone_are_refused_in_words(cast, piece):
    status, wrong = call(cast.owner, "GET", "?state=published")
    assert (status, wrong["code"]) == (422, "no_such_state")
    assert "declared" in wrong["detail"]
    assert call(cast.owner, "POST", "", {"piece": str(piece.pk), "at": "昨天"})[0] == 422
    assert call(cast.owner, "POST", "", {"piece": str(piece.pk), "at": "2099-01-01T10:00:00"})[0] == 422
    past = (timezone.now() - timedelta(days=2)).isoformat()
    assert call(cast.owner, "POST", "", {"piece": str(piece.pk), "at": past})[0] == 422
    assert call(cast.owner, "POST", "", {"piece": str(uuid4()), "at": past})[0] == 404


def test_a_stranger_finds_nothing_and_a_reader_schedules_nothing(cast, piece, later):
    _status, made = call(cast.owner, "POST", "", {"piece": str(piece.pk), "at": later})
    assert call(cast.stranger, "GET", f"/{made['id']}")[0] == 404
    assert call(cast.stranger, "GET")[1]["items"] == []
    for act, body in (("stop", {}), ("retry", {}), ("move", {"at": later}), ("declare", {"link": LINK})):
        told = {"version": made["version"], **body}
        assert call(cast.stranger, "POST", f"/{made['id']}/{act}", told)[0] == 404
        assert call(cast.owner, "POST", f"/{made['id']}/{act}", told, scopes=["content.view"])[0] == 403
    assert call(cast.stranger, "POST", "", {"piece": str(piece.pk), "at": later})[0] == 404


def test_the_command_lists_them(cast, piece, later, capsys, monkeypatch):
    monkeypatch.setattr("hongqiao.site.first.migrate", lambda: None)
    call(cast.owner, "POST", "", {"piece": str(piece.pk), "at": later})
    assert cli.main(["publications", "--brand", "anlan", "--json", "--state", "waiting"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["title"] == piece.title
    assert "T" in row["due_at"]  # a moment as the HTTP interface writes it
