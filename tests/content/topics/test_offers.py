"""Proposals taken and declined: on the screen, over HTTP, by command. A declined one stays away for its days."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hongqiao.content.models import DeclinedIdea, Topic
from hongqiao.content.sample import book as sample_book
from hongqiao.content.topics import offers, proposing, services, settings
from hongqiao.content.topics.evidence import Around
from hongqiao.errors import NotFound
from hongqiao.site import cli
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).resolve().parents[3] / "examples" / "anlan" / "content"
ASKED = "platform=xiaohongshu&day=2026-06-03"
WANTED = {"platform": "xiaohongshu", "day": "2026-06-03"}


@pytest.fixture(autouse=True)
def planted(cast):
    sample_book.plant(cast.owner, FOLDER)


@pytest.fixture
def call(cast):
    """Call the interface with a token that may do what this member may; the stranger's is of another brand."""
    tokens = {}

    def made(member, method, path, body=None, **heads):
        if member.pk not in tokens:
            scopes = ["content.view"] if member == cast.viewer else ["content.view", "content.edit"]
            maker = member if member == cast.stranger else cast.owner  # only who tends the settings makes tokens
            tokens[member.pk] = workspace.create_token(actor=maker, name="t", scopes=scopes)[1]
        heads |= {"Authorization": f"Bearer {tokens[member.pk]}"}
        answer = Client().generic(
            method, f"/api/topics/proposals{path}", json.dumps(body or {}), content_type="application/json",
            headers=heads,
        )  # fmt: skip
        return answer.status_code, answer.json()

    return made


def test_proposals_page_by_cursor_best_first(cast, call):
    whole = call(cast.editor, "GET", f"?{ASKED}&limit=200")[1]
    assert whole["next"] is None
    keys = [p["key"] for p in whole["items"]]
    assert len(keys) > 4
    seen, after = [], ""
    while after is not None:
        status, part = call(cast.editor, "GET", f"?{ASKED}&limit=2&after={after}")
        assert status == 200
        seen += [p["key"] for p in part["items"]]
        after = part["next"]
    assert seen == keys
    assert call(cast.editor, "GET", f"?{ASKED}&after=nothing")[1]["code"] == "bad_cursor"
    assert call(cast.stranger, "GET", f"?{ASKED}")[1]["items"] == []


def test_one_is_taken_once_however_often_the_call_is_sent(cast, call):
    first = call(cast.editor, "GET", f"?{ASKED}")[1]["items"][0]
    for _ in range(2):
        status, came = call(cast.editor, "POST", "/take", WANTED | {"keys": [first["key"]]}, **{"Idempotency-Key": "a"})
        assert (status, came["new"], came["items"][0]["title"]) == (201, 1, first["title"])
    assert Topic.objects.count() == 1
    assert call(cast.editor, "POST", "/take", WANTED | {"keys": [first["key"]]})[1]["new"] == 0
    assert next(p for p in call(cast.editor, "GET", f"?{ASKED}")[1]["items"] if p["key"] == first["key"])["known"]
    assert call(cast.editor, "POST", "/take", WANTED | {"keys": ["x"]})[0] == 404
    assert call(cast.stranger, "POST", "/take", WANTED | {"keys": [first["key"]]})[0] == 404
    assert call(cast.viewer, "POST", "/take", WANTED | {"keys": [first["key"]]})[0] == 403


def test_a_declined_one_stays_away_for_its_days_and_can_be_wanted_again(cast, call):
    key = call(cast.editor, "GET", f"?{ASKED}")[1]["items"][0]["key"]
    status, wrong = call(cast.editor, "POST", "/decline", WANTED | {"key": key, "reason": ""})
    assert (status, wrong["code"]) == (422, "topic_no_reason")
    assert call(cast.viewer, "POST", "/decline", WANTED | {"key": key, "reason": "不合适"})[0] == 403
    assert call(cast.stranger, "POST", "/decline", WANTED | {"key": key, "reason": "不合适"})[0] == 404
    status, made = call(cast.editor, "POST", "/decline", WANTED | {"key": key, "reason": "上个月刚做过"})
    assert (status, made["reason"]) == (201, "上个月刚做过")
    assert AuditEntry.objects.filter(code="topic.declined").count() == 1

    def proposed():
        return key in [p["key"] for p in call(cast.editor, "GET", f"?{ASKED}&limit=200")[1]["items"]]

    assert not proposed()
    assert call(cast.editor, "POST", "/decline", WANTED | {"key": key, "reason": "再说一次"})[0] == 404
    assert [d["key"] for d in call(cast.viewer, "GET", "/declined")[1]["items"]] == [key]
    assert call(cast.stranger, "GET", "/declined")[1]["items"] == []
    for member, status in ((cast.stranger, 404), (cast.viewer, 403), (cast.editor, 200)):
        assert call(member, "POST", f"/declined/{made['id']}/restore")[0] == status
    assert proposed()
    call(cast.editor, "POST", "/decline", WANTED | {"key": key, "reason": "上个月刚做过"})
    days = settings.shipped()["proposals"]["declined_days"]
    DeclinedIdea.objects.update(created_at=timezone.now() - timedelta(days=days, minutes=1))
    assert proposed()
    assert call(cast.editor, "GET", "/declined")[1]["items"] == []
    assert call(cast.editor, "POST", "/decline", WANTED | {"key": key, "reason": "还是不要"})[0] == 201
    assert not proposed()  # declined again it stays away from today


def test_the_page_declines_with_a_reason_and_lists_what_stays_away(cast):
    writer, address = cast.client(cast.editor), f"{reverse('content_propose', args=['anlan'])}?{ASKED}"
    first = writer.get(address).context["rows"][0]
    answer = writer.post(address, {"act": "decline", "key": first["key"], "reason": " "})
    assert answer.status_code == 422
    page = writer.post(address, {"act": "decline", "key": first["key"], "reason": "做过了"}, follow=True)
    assert first["key"] not in [r["key"] for r in page.context["rows"]]
    assert "没有采纳的" in page.content.decode()
    assert "做过了" in page.content.decode()
    assert writer.post(address, {"act": "decline", "key": first["key"], "reason": "做过了"}).status_code == 404
    looking = cast.client(cast.viewer)
    assert 'value="decline"' not in looking.get(address).content.decode()
    row = DeclinedIdea.objects.get()
    assert looking.post(address, {"act": "again", "id": row.pk}).status_code == 403
    page = writer.post(address, {"act": "again", "id": row.pk}, follow=True)
    assert first["key"] in [r["key"] for r in page.context["rows"]]


def test_the_commands_list_take_decline_and_restore(cast, capsys, monkeypatch):
    monkeypatch.setattr("hongqiao.site.first.migrate", lambda: None)

    def run(*words):
        status = cli.main([*words, "--brand", "anlan", "--json"])
        return status, json.loads(capsys.readouterr().out or "null")

    options = ["--platform", "xiaohongshu", "--day", "2026-06-03"]
    status, listed = run("proposals", *options, "--limit", "3")
    assert (status, len(listed)) == (0, 3)
    assert len(listed[0]["parts"]) == 8
    assert run("proposal", "take", listed[0]["key"], *options)[1]["new"] is True
    status, declined = run("proposal", "decline", listed[1]["key"], "--reason", "做过了", *options)
    assert [d["key"] for d in run("proposals", "--declined")[1]] == [listed[1]["key"]]
    assert run("proposal", "restore", declined["id"])[1]["key"] == listed[1]["key"]
    assert cli.main(["proposal", "take", "nothing", "--brand", "anlan", "--json"]) == 2
    assert cli.main(["proposals", "--brand", "anlan", "--day", "2026-06-03"]) == 0
    assert listed[1]["title"] in capsys.readouterr().out


def test_of_several_that_are_taken_all_are_or_none(cast, monkeypatch):
    around = Around(cast.brand, timezone.localdate().replace(year=2026, month=6, day=3))
    wanted = offers.Wanted(platform="xiaohongshu", day=around.today)
    keys = [p.key for p in proposing.propose(around, wanted.asked())][:2]
    taken = iter((services.take, None))  # the first is taken, the second is not there any more

    def second_fails(**told):
        one = next(taken)
        if one is None:
            raise NotFound()
        return one(**told)

    before = Topic.objects.count()
    monkeypatch.setattr(offers.services, "take", second_fails)
    with pytest.raises(NotFound):
        offers.take(cast.editor, wanted, keys)
    assert Topic.objects.count() == before
