"""A brand's model: who sets it, where it may be, what a fault becomes, what a month allows, where the key goes."""

import json
import time
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace import assistant, keys, services
from hongqiao.workspace.assistant import asking, errors, speaking
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import Assistant, AssistantCall, AuditEntry
from hongqiao.workspace.services.assistant import BadKey, BadLimit, BadUse

KEY = "sk-0123456789-abcdef-WXYZ"
HELLO = [{"role": "user", "content": "问"}]


def set_up(cast, url, **changes):
    given = {"model": "small-1", "key": KEY, "uses": ["ask"], "monthly": 10, "active": True, "seen": None}
    return services.save_assistant(actor=cast.owner, url=url, **(given | changes))


@pytest.fixture
def model(cast, speaker):
    return set_up(cast, speaker.url)


def test_a_question_goes_out_with_the_key_and_the_answer_comes_back(cast, model, speaker):
    answer = assistant.ask(cast.brand, "ask", HELLO, member=cast.editor)
    assert (answer.text, answer.model) == ("你好", "small-1")
    heads, body, path = speaker.got[0]
    assert path == "/v1/chat/completions"
    assert heads["Authorization"] == f"Bearer {KEY}"
    assert (body["model"], body["messages"], body["temperature"], body["stream"]) == ("small-1", HELLO, 0, False)
    call = AssistantCall.objects.get()
    assert (call.use, call.member, call.outcome, call.tokens) == ("ask", cast.editor, "ok", 12)


def test_an_answer_in_pieces_is_read_whole_and_thoughts_and_fences_are_left_out(cast, model, speaker):
    speaker.fault, speaker.says = "chunked", '<think>嗯……</think>\n```json\n{"a": 1}\n```'
    began = time.monotonic()
    assert assistant.ask_json(cast.brand, "ask", HELLO) == {"a": 1}
    assert time.monotonic() - began < 5
    assert speaker.got[0][1]["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize(
    ("fault", "kind", "again"),
    [
        (401, errors.KeyRefused, False),
        (403, errors.KeyRefused, False),
        (404, errors.Refused, False),
        (400, errors.Refused, False),
        (302, errors.Refused, False),
        (429, errors.Busy, True),
        (500, errors.Down, True),
        (503, errors.Down, True),
        ("slow", errors.Slow, True),
        ("hang up", errors.Unreachable, True),
        ("endless", errors.Unreachable, True),
        (b"<html>no</html>", errors.NotUnderstood, False),
        (b"[]", errors.NotUnderstood, False),
        (b'{"choices": []}', errors.NotUnderstood, False),
        (b'{"choices": [{"message": {"content": null}}]}', errors.NotUnderstood, False),
        (b'{"choices": [{"message": {"content": "  "}}]}', errors.NotUnderstood, False),
        (b'{"choices": {"0": 1}}', errors.NotUnderstood, False),
    ],
    ids=str,
)
def test_every_fault_has_its_own_words_and_says_whether_to_try_again(
    cast, model, speaker, monkeypatch, fault, kind, again
):
    monkeypatch.setitem(limits(), "assistant_timeout", 1)
    speaker.fault, began = fault, time.monotonic()
    with pytest.raises(kind) as caught:
        assistant.ask(cast.brand, "ask", HELLO)
    assert time.monotonic() - began < 5
    assert caught.value.again is again
    assert KEY not in str(caught.value)
    assert len(speaker.got) == 1
    assert AssistantCall.objects.get().outcome == caught.value.code


@pytest.mark.parametrize("text", ["not json", "[1]", '"a"', "null", "{"])
def test_an_answer_that_is_no_object_is_refused(cast, model, speaker, text):
    speaker.says = text
    with pytest.raises(errors.NotUnderstood):
        assistant.ask_json(cast.brand, "ask", HELLO)


def test_nothing_is_asked_where_no_model_is_set_or_the_use_is_off(cast, speaker):
    for change in (None, {"uses": []}, {"active": False}):
        if change is not None:
            set_up(cast, speaker.url, **change)
        assert not assistant.allowed(cast.brand, "ask")
        with pytest.raises(errors.NoAssistant):
            assistant.ask(cast.brand, "ask", HELLO)
    assert speaker.got == []
    set_up(cast, speaker.url)
    assert assistant.allowed(cast.brand, "ask")
    assert not assistant.allowed(cast.stranger.brand, "ask")
    with pytest.raises(errors.NoAssistant):
        assistant.ask(cast.stranger.brand, "ask", HELLO)


def test_the_month_has_an_end_and_begins_anew_in_the_brands_own_zone(cast, model, speaker):
    set_up(cast, speaker.url, monthly=2)
    speaker.fault = 500
    with pytest.raises(errors.Down):
        assistant.ask(cast.brand, "ask", HELLO)
    speaker.fault = ""
    assistant.ask(cast.brand, "ask", HELLO)
    with pytest.raises(errors.MonthOver):
        assistant.ask(cast.brand, "ask", HELLO)
    assert len(speaker.got) == 2
    AssistantCall.objects.update(created_at=datetime(2026, 10, 31, 15, 59, tzinfo=UTC))  # 23:59 in Shanghai
    assert asking.used(cast.brand, datetime(2026, 10, 31, 15, 59, 30, tzinfo=UTC)) == 2
    assert asking.used(cast.brand, datetime(2026, 10, 31, 16, 0, tzinfo=UTC)) == 0


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/v1", "https://127.0.0.1/v1", "https://10.0.0.8/v1", "http://example.com/v1", "ftp://x/v1",
     "https://169.254.169.254/v1", "https://[::1]/v1", "https://u:p@example.com/v1", "https://example.com/v1?key=1",
     "", "x", "https://["],
)  # fmt: skip
def test_the_inner_network_is_closed_unless_the_installations_owner_opens_it(cast, settings, url):
    settings.WEBHOOK_PRIVATE = True  # that one is for webhooks only
    with pytest.raises(errors.BadEndpoint):
        set_up(cast, url)
    assert not Assistant.objects.exists()


def test_a_name_that_leads_inside_is_not_followed_and_metadata_addresses_stay_closed(cast, settings, monkeypatch):
    set_up(cast, "https://rebind.example/v1")
    inside = [(2, 1, 6, "", ("192.168.1.4", 443))]
    monkeypatch.setattr(speaking.guard.socket, "getaddrinfo", lambda *_a, **_k: inside)
    with pytest.raises(errors.BadEndpoint):
        assistant.ask(cast.brand, "ask", HELLO)
    settings.MODEL_PRIVATE = True
    with pytest.raises(errors.BadEndpoint):
        set_up(cast, "http://169.254.169.254/v1")


def test_the_key_is_encrypted_masked_and_never_taken_to_another_address(cast, model, speaker):
    row = Assistant.objects.get()
    assert KEY not in row.key
    assert keys.decrypt(row.key).decode() == KEY
    assert row.hint == "…WXYZ"
    kept = set_up(cast, speaker.url + "/chat/completions", key="")
    assert (keys.decrypt(kept.key).decode(), kept.url) == (KEY, speaker.url)
    with pytest.raises(errors.KeyAgain):
        set_up(cast, "https://evil.example/v1", key="")
    assert set_up(cast, "https://other.example/v1", key="short").hint == "…"
    assert not any(KEY in str(e.params) for e in AuditEntry.objects.all())
    keys.rotate(actor=cast.owner.user)
    assert keys.decrypt(Assistant.objects.get().key).decode() == "short"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"monthly": 0}, BadLimit), ({"monthly": "x"}, BadLimit), ({"monthly": 10**8}, BadLimit),
        ({"monthly": "-1"}, BadLimit),
        ({"uses": ["fly"]}, BadUse), ({"key": "a\r\nX: 1"}, BadKey), ({"key": "密钥"}, BadKey),
        ({"key": "x" * 501}, BadKey),
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_is_not_kept(cast, speaker, change, error):
    with pytest.raises(error):
        set_up(cast, speaker.url, **change)
    assert not Assistant.objects.exists()


def test_only_an_administrator_sets_it_and_a_change_that_was_not_seen_is_a_conflict(cast, model, speaker):
    for act in (
        lambda: services.save_assistant(
            actor=cast.editor, url=speaker.url, model="m", key="", uses=[], monthly=1, active=True, seen=None
        ),
        lambda: services.end_assistant(actor=cast.editor, seen=None),
        lambda: services.try_assistant(actor=cast.editor),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(Conflict):
        set_up(cast, speaker.url, seen=9)
    with pytest.raises(NotFound):
        services.end_assistant(actor=cast.stranger, seen=None)


def test_the_page_sets_tries_and_ends_it_and_never_shows_the_key(cast, speaker):
    url, web = reverse("settings_assistant", args=["anlan"]), cast.client(cast.owner)
    for other in (cast.editor, cast.stranger):
        assert cast.client(other).get(url).status_code in (403, 404)
    assert cast.client(cast.stranger).get(url).status_code == 404
    form = {"act": "save", "url": speaker.url, "model": "small-1", "key": KEY, "use": "ask", "monthly": "5"}
    web.post(url, form | {"seen": "0", "active": "1"})
    assert Assistant.objects.get().uses == ["ask"]
    page = web.get(url).content.decode()
    assert KEY not in page
    assert "…WXYZ" in page
    tried = web.post(url, {"act": "try"}, follow=True).content.decode()
    assert "模型 small-1 答：你好" in tried
    speaker.fault = 401
    refused = web.post(url, {"act": "try"})
    assert "不认这个密钥" in refused.content.decode()
    wrong = web.post(url, form | {"seen": "1", "monthly": "no", "key": "sk-other-0123456789"})
    assert wrong.status_code == 422
    assert "sk-other" not in wrong.content.decode()
    web.post(url, {"act": "end", "seen": "1"})
    assert not Assistant.objects.exists()


def test_the_interface_does_the_same(cast, speaker):
    _row, token = services.create_token(actor=cast.owner, name="t", scopes=["settings.brand", "settings.view"])
    head = {"Authorization": f"Bearer {token}"}
    web = cast.client(None)
    assert web.get("/api/assistant", headers=head).status_code == 404
    given = {"url": speaker.url, "model": "m", "key": KEY, "uses": ["ask"], "monthly": 3}
    put = web.put("/api/assistant", json.dumps(given), content_type="application/json", headers=head)
    assert put.status_code == 200, put.content
    said = web.get("/api/assistant", headers=head).json()
    assert (said["hint"], said["uses"], said["used"], "key" in said) == ("…WXYZ", ["ask"], 0, False)
    assert web.post("/api/assistant/try", headers=head).json() == {"model": "m", "text": "你好"}
    bad = given | {"uses": ["fly"]}
    assert web.put("/api/assistant", json.dumps(bad), content_type="application/json", headers=head).status_code == 422
    _row, weak = services.create_token(actor=cast.owner, name="w", scopes=["data.view"])
    assert web.get("/api/assistant", headers={"Authorization": f"Bearer {weak}"}).status_code == 403
    assert web.delete("/api/assistant", headers=head).status_code == 204
    assert web.post("/api/assistant/try", headers=head).status_code == 404
