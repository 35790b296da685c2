"""Results over HTTP and on the command line. C3."""

import json
from urllib.parse import quote

import pytest
from django.test import Client

from hongqiao.content.models import Piece
from hongqiao.content.results import boosts, feelings, voices
from hongqiao.site.cli import main
from hongqiao.workspace import services as workspace
from tests.content.results.conftest import NEW
from tests.content.results.test_boosts import newest

ROOM = "/api/content/results"
SPAN = {"start": "2026-04-01", "end": "2026-04-28"}


def ask(member, path="", scopes=("content.view",), **query):
    _row, token = workspace.create_token(actor=member, name="t", scopes=list(scopes))
    return Client().get(ROOM + path, query, headers={"Authorization": f"Bearer {token}"})


def test_the_list_has_steps_with_percentiles_the_weak_link_and_what_it_stands_on(shown):
    rows = ask(shown.owner, **SPAN).json()["items"]
    assert len(rows) == 24
    mine = next(r for r in rows if r["title"] == NEW)
    share = next(s for s in mine["steps"] if s["step"] == "share")
    assert (mine["weak"], mine["peers"], mine["young"], mine["boosted"], mine["piece"]) == (
        "share",
        19,
        False,
        False,
        None,
    )
    assert (share["metric"], share["value"], share["percentile"], share["n"]) == ("piece_share_rate", 0.002, 0.0, 19)
    assert [r["title"] for r in ask(shown.owner, weak="share", **SPAN).json()["items"]] == [NEW]
    assert ask(shown.owner, q="实测", **SPAN).json()["items"][0]["title"].startswith("油皮实测")
    assert ask(shown.owner, platform="bilibili", **SPAN).json()["items"] == []


def test_pages_follow_one_another_without_a_gap(shown):
    seen, after = [], ""
    for _ in range(10):
        page = ask(shown.owner, limit=7, after=after, **SPAN).json()
        seen += [r["key"] for r in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 24
    assert ask(shown.owner, after="nobody", **SPAN).status_code == 422


def test_one_piece_has_its_spend_and_the_piece_made_here(shown):
    _facts, one = newest(shown)
    row = Piece.objects.create(brand=shown.brand, title=NEW, platform="douyin", form="video", content_key=one.key)
    answers = ask(shown.owner, f"/{quote(one.key)}", scopes=("content.view", "ledger.edit", "ledger.view")).json()
    assert (answers["answers"], answers["spent"], answers["spend"]) == (["改写结尾的分享理由"], [], None)
    boosts.add(actor=shown.owner, piece=one, tool="dou_plus", spend="80.5", shows="500", first="2026-04-21")
    told = ask(shown.owner, f"/{quote(one.key)}").json()
    assert (told["piece"], told["spend"], told["boosted"], told["weak"], told["bought_share"]) == (
        str(row.pk),
        80.5,
        True,
        None,
        None,
    )
    assert told["spent"] == [
        {
            "tool": "dou_plus",
            "spend": 80.5,
            "shows": 500,
            "first": "2026-04-21",
            "last": "2026-04-21",
            "how": "person",
            "counted": True,
        }
    ]
    assert told["boosted_peers"] == {"left_out": 0, "among": 0}


def test_one_piece_says_how_its_comments_feel_with_what_people_corrected(shown):
    _facts, one = newest(shown)
    voices.paste(actor=shown.owner, one=one, text="质地油腻，难用，差评\n多少钱一瓶？")
    told = ask(shown.owner, f"/{quote(one.key)}").json()["comments"]
    assert {k: told[k] for k in ("count", "negative", "asking", "least")} == {
        "count": 2,
        "negative": 1,
        "asking": 1,
        "least": 10,
    }
    assert {"topic": "feel", "count": 1, "negative": 1} in told["topics"]
    texts = [v.text for v in voices.heard(shown.owner, one)]
    key = feelings.digest("质地油腻，难用，差评")
    feelings.correct(actor=shown.owner, content_key=one.key, texts=texts, key=key, negative=False, seen=0)
    assert ask(shown.owner, f"/{quote(one.key)}").json()["comments"]["negative"] == 0


@pytest.mark.parametrize("key", ["nobody", "a/b", "%00", "x" * 3000, "'; DROP TABLE contents; --"])
def test_a_key_that_is_none_is_not_found(shown, key):
    answer = ask(shown.owner, f"/{key if key == '%00' else quote(key)}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    "asked", [{"start": "x"}, {"start": "2026-05-01", "end": "2026-04-01"}, {"limit": 0}, {"limit": "x"}]
)
def test_what_makes_no_sense_is_refused_with_a_next_step(shown, asked):
    answer = ask(shown.owner, **asked)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"


def test_strangers_and_tokens_without_the_right_see_nothing(shown):
    _facts, one = newest(shown)
    assert ask(shown.stranger, **SPAN).json()["items"] == []
    assert ask(shown.stranger, f"/{quote(one.key)}").status_code == 404
    assert ask(shown.owner, scopes=("data.view",), **SPAN).status_code == 403
    assert Client().get(ROOM).status_code == 401


def test_the_command_line_says_the_same(shown, capsys):
    assert main(["results", "--brand", "anlan", "--start", "2026-04-01", "--end", "2026-04-28", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows == ask(shown.owner, **SPAN).json()["items"]
    key = next(r["key"] for r in rows if r["title"] == NEW)
    assert main(["results", "--brand", "anlan", key]) == 0
    assert any(line.startswith("share\t0.002") for line in capsys.readouterr().out.splitlines())
    assert main(["results", "--brand", "anlan", "nobody", "--json"]) == 2
    assert json.loads(capsys.readouterr().err)["error"]["code"] == "not_found"
