"""Webhooks: what is sent, how it is signed, where it never goes, and what happens when nobody answers."""

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hongqiao.errors import NotAllowed, NotFound
from hongqiao.workspace import jobs, keys, services, webhooks
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import AuditEntry, Delivery, Job, Notice, Webhook
from hongqiao.workspace.services.webhooks import NoEvents
from hongqiao.workspace.webhooks import guard, posting

DONE = {"import": "x", "name": "a.csv", "taken": 3}


class Receiver(BaseHTTPRequestHandler):
    """A system of the brand's own: keeps what it gets, answers what the test says."""

    got: list[tuple[dict, bytes]]
    answer: int

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.answer)
        if self.server.answer == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver(settings):
    settings.WEBHOOK_PRIVATE = True
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.answer = [], 204
    server.url = f"http://127.0.0.1:{server.server_port}/in?from=hongqiao"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def hook(cast, receiver):
    row, row.plain = services.create_webhook(
        actor=cast.owner, name="数据中台", url=receiver.url, events=["import.done", "import.undone"]
    )
    return row


def tell(cast, event="import.done", payload=None):
    return webhooks.announce(cast.brand, event, DONE if payload is None else payload)


def due():
    Job.objects.filter(state="queued").update(run_at=timezone.now())


def test_an_event_reaches_the_webhook_signed_and_is_logged(cast, hook, receiver):
    assert tell(cast) == 1
    jobs.work_off()
    (head, body), row = receiver.got[0], Delivery.objects.get()
    said = json.loads(body)
    assert (said["event"], said["brand"], said["data"], said["id"]) == ("import.done", "anlan", DONE, str(row.pk))
    assert head["X-Hongqiao-Event"] == "import.done"
    assert head["X-Hongqiao-Delivery"] == str(row.pk)
    stamp, signature = head["X-Hongqiao-Timestamp"], head["X-Hongqiao-Signature"]
    assert webhooks.verify(hook.plain, stamp, body, signature, now=time.time())
    assert not webhooks.verify("whs_other", stamp, body, signature, now=time.time())
    assert not webhooks.verify(hook.plain, stamp, body + b" ", signature, now=time.time())
    assert not webhooks.verify(hook.plain, str(int(stamp) + 1), body, signature, now=time.time())
    assert not webhooks.verify(hook.plain, stamp, body, signature, now=time.time() + limits()["webhook_window"] + 5)
    assert (row.state, row.status, row.attempts) == ("done", 204, 1)
    assert row.took is not None


@transaction.atomic
def _tell_and_fail(cast):
    tell(cast)
    raise ZeroDivisionError


def test_only_what_was_asked_for_and_only_what_is_kept_is_told(cast, hook, receiver):
    assert tell(cast, "import.refused") == 0
    with pytest.raises(LookupError):
        tell(cast, "import.flown")
    assert webhooks.announce(cast.stranger.brand, "import.done", DONE) == 0
    with pytest.raises(ZeroDivisionError):
        _tell_and_fail(cast)
    jobs.work_off()
    assert receiver.got == []


def test_a_refusal_is_tried_again_with_pauses_until_it_is_taken(cast, hook, receiver):
    receiver.answer = 500
    tell(cast)
    jobs.work_off()
    row, job = Delivery.objects.get(), Job.objects.get()
    assert (row.state, row.status, row.error["code"]) == ("waiting", 500, "webhook_refused")
    pause = (job.run_at - timezone.now()).total_seconds()
    assert limits()["webhook_backoff"][0] - 5 < pause <= limits()["webhook_backoff"][0]
    receiver.answer = 200
    due()
    jobs.work_off()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == ("done", 2, None)
    assert receiver.got[0][1] == receiver.got[1][1]  # the same body under the same id


def test_a_redirect_is_not_followed(cast, hook, receiver):
    receiver.answer = 302
    tell(cast)
    jobs.work_off()
    assert len(receiver.got) == 1
    assert Delivery.objects.get().status == 302


def test_a_webhook_that_never_answers_is_stopped_and_its_keepers_are_told(cast, hook, receiver, monkeypatch):
    monkeypatch.setitem(limits(), "webhook_failures", 2)
    receiver.answer = 503
    for _ in range(3):
        tell(cast)
        for _ in range(limits()["webhook_attempts"]):
            due()
            jobs.work_off()
    hook.refresh_from_db()
    assert (hook.active, hook.failures) == (False, 2)
    assert Delivery.objects.filter(state="failed", attempts=limits()["webhook_attempts"]).count() == 2
    assert Delivery.objects.count() == 2  # nothing is announced to a stopped webhook
    assert Notice.objects.filter(code="webhook.stopped", member=cast.owner).count() == 1
    assert AuditEntry.objects.filter(code="webhook.stopped").count() == 1
    assert not Job.objects.filter(state="failed").exists()
    receiver.answer = 200
    services.change_webhook(
        actor=cast.owner, webhook_id=hook.pk, name="好了", url=hook.url, events=hook.events, active=True, seen=None
    )
    services.resend_delivery(actor=cast.owner, delivery_id=Delivery.objects.first().pk)
    jobs.work_off()
    hook.refresh_from_db()
    assert (hook.active, hook.failures) == (True, 0)
    assert Delivery.objects.filter(state="done").count() == 1


def test_a_ping_is_sent_once_and_counts_as_no_failure(cast, hook, receiver):
    receiver.answer = 500
    services.check_webhook(actor=cast.owner, webhook_id=hook.pk)
    jobs.work_off()
    hook.refresh_from_db()
    assert (Delivery.objects.get().state, hook.failures, len(receiver.got)) == ("failed", 0, 1)


def test_the_secret_is_shown_once_kept_encrypted_and_survives_a_new_master_key(cast, hook, receiver, settings):
    kept = Webhook.objects.get().secret
    assert hook.plain not in kept
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another master key, long enough to be one"
    settings.KEYS = [old]
    assert keys.rotate() >= 2
    settings.KEYS = []
    tell(cast)
    jobs.work_off()
    head, body = receiver.got[0]
    stamp, signature = head["X-Hongqiao-Timestamp"], head["X-Hongqiao-Signature"]
    assert webhooks.verify(hook.plain, stamp, body, signature, now=time.time())


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://",
        "https://user:pass@example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://10.1.2.3/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://exa mple.com/",
        "https://example.com:99999/",
        "https://example.com\r\nHost: x/",
        "javascript:alert(1)",
        "https://" + "a" * 600 + ".com/",
    ],
)
def test_an_address_that_is_no_outsiders_is_refused_when_it_is_typed(cast, url):
    with pytest.raises(guard.BadUrl):
        services.create_webhook(actor=cast.owner, name="x", url=url, events=["import.done"])


@pytest.mark.parametrize(
    "found",
    [
        "127.0.0.1",
        "10.0.0.5",
        "169.254.169.254",
        "::1",
        "fe80::1",
        "fd00::1",
        "fec0::1",
        "::7f00:1",
        "64:ff9b:1::1",
        "0.0.0.0",
    ],
)
def test_a_name_that_stands_for_an_inner_address_is_refused_when_it_is_sent(monkeypatch, found):
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 443)) for a in ("93.184.215.14", found)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: answers)
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("it connected"))
    with pytest.raises(guard.BadUrl):
        posting.post("https://rebind.example/", b"{}", {})


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch):
    asked, went = [], []
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))]

    def connect(address, timeout):
        went.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: asked.append(a) or answer)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(posting.Unreachable):
        posting.post("https://rebind.example/", b"{}", {})
    assert (len(asked), went) == (1, [("93.184.215.14", 443)])


def test_metadata_addresses_stay_closed_where_the_inner_network_is_open(settings):
    settings.WEBHOOK_PRIVATE = True
    guard.parse("http://10.0.0.1:8080/x")
    for url in ("http://169.254.169.254/", "http://[fe80::1]/", "http://0.0.0.0/"):
        with pytest.raises(guard.BadUrl):
            guard.parse(url)


def _slow(line: socket.socket) -> None:
    """Answer a byte a moment, without end."""
    try:
        line.recv(65536)
        while True:
            line.sendall(b"H")
            time.sleep(0.05)
    except OSError:
        pass


def _babble(line: socket.socket) -> None:
    try:
        line.recv(65536)
        while True:
            line.sendall(b"x" * 4096)
    except OSError:
        pass


def _hints(line: socket.socket) -> None:
    line.recv(65536)
    line.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\n")
    line.close()


@pytest.mark.parametrize(("answers", "told"), [(_slow, "timeout"), (_babble, "ValueError"), (_hints, 202)])
def test_an_answer_without_end_is_cut_off_and_early_hints_are_passed_over(settings, monkeypatch, answers, told):
    settings.WEBHOOK_PRIVATE = True
    monkeypatch.setitem(limits(), "webhook_timeout", 1)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=lambda: answers(listening.accept()[0]), daemon=True).start()
        url, began = f"http://127.0.0.1:{listening.getsockname()[1]}/", time.monotonic()
        if isinstance(told, int):
            assert posting.post(url, b"{}", {}) == told
        else:
            with pytest.raises(posting.Unreachable) as caught:
                posting.post(url, b"{}", {})
            assert caught.value.params["why"] == told
        assert time.monotonic() - began < 5


def test_what_is_too_large_is_told_without_its_data(cast, hook, receiver):
    tell(cast, payload={"text": "字" * limits()["webhook_bytes"]})
    jobs.work_off()
    said = json.loads(receiver.got[0][1])
    assert (said["data"], said["too_large"]) == ({}, True)


def test_the_floor_is_kept_by_permission_brand_and_list(cast, hook):
    with pytest.raises(NotAllowed):
        services.create_webhook(actor=cast.editor, name="x", url=hook.url, events=["import.done"])
    with pytest.raises(NotFound):
        services.check_webhook(actor=cast.stranger, webhook_id=hook.pk)
    for events in ([], ["import.flown"]):
        with pytest.raises(NoEvents):
            services.create_webhook(actor=cast.owner, name="x", url=hook.url, events=events)


def test_the_page_makes_tries_changes_and_ends_a_webhook(cast, receiver):
    boss, page = cast.client(cast.owner), reverse("settings_webhooks", args=["anlan"])
    form = {"act": "create", "name": "中台", "url": receiver.url, "event": ["import.done"]}
    wrong = boss.post(page, {**form, "url": "ftp://x"})
    assert wrong.status_code == 422
    assert 'value="ftp://x"' in wrong.content.decode()
    made = boss.post(page, form)
    assert made.context["shown_secret"] in made.content.decode()
    assert made["Cache-Control"] == "no-store"
    row = Webhook.objects.get()
    at = reverse("settings_webhook", args=["anlan", row.pk])
    assert made.context["shown_secret"] not in boss.get(at).content.decode()
    assert boss.post(at, {"act": "test"}).status_code == 302
    jobs.work_off()
    assert "204" in boss.get(at, {"part": "log"}).content.decode()
    key = {"id": row.pk, "seen": 1}
    assert boss.post(at, {**form, **key, "act": "save", "name": "改"}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.active) == ("改", False)
    assert boss.post(at, {**key, "seen": 1, "act": "renew"}).status_code == 409
    assert boss.post(at, {**key, "seen": 2, "act": "renew"}).context["shown_secret"]
    assert cast.client(cast.editor).get(at).status_code == 403
    assert boss.post(at, {**key, "seen": 3, "act": "remove"}).status_code == 302
    assert boss.get(at).status_code == 404
    assert not Delivery.objects.exists()


def test_the_list_of_jobs_names_the_webhook(cast, hook):
    tell(cast)
    page = cast.client(cast.owner).get(reverse("settings_jobs", args=["anlan"])).content.decode()
    assert "数据中台 · import.done" in page
    assert reverse("settings_webhook", args=["anlan", hook.pk]) in page
