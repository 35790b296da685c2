"""A signed statement goes out by the interface of 公众号 against a protocol-true server, to the proof that stops the
clock. Only the platform is a test one.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.crisis.models import Entry, Incident, Statement
from hongqiao.crisis.statements import publishing, services
from hongqiao.delivery.connections import clients
from hongqiao.delivery.connections import services as connections
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import connectors, rules
from hongqiao.workspace import jobs
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry, Job
from tests.crisis.room import picture
from tests.oa import sandbox as sandbox  # noqa: PLC0414

State = Publication.State


@pytest.fixture
def account(cast, sandbox, settings, monkeypatch):
    """A 公众号, connected; its pages are the test server's."""
    settings.WECHAT_BASE = sandbox.url
    for name, value in {"polls": [0, 0, 3600], "looks": [0, 3600]}.items():
        monkeypatch.setitem(rules.rules(), name, value)
    connectors.discover()
    monkeypatch.setattr(connectors, "_BY_PLATFORM", dict(connectors._BY_PLATFORM))
    connectors.register(clients.WECHAT, clients.publisher, hosts=clients.own_hosts())
    row = workspace.create_account(actor=cast.owner, platform="wechat_oa", name="安澜公众号")
    fields = {"kind": "service_verified", "app_id": sandbox.world.app_id, "secret": sandbox.world.secret}
    connections.connect(actor=cast.owner, account_id=row.pk, seen=None, **fields)
    return row


def publish(cast, signed, account, **more):
    given = {"actor": cast.owner, "statement_id": signed.pk, "seen": Statement.objects.get(pk=signed.pk).version}
    (row,) = publishing.publish(**given, accounts=[str(account.pk)], cover=picture(), **more)
    return row


def work(times=4):
    for _ in range(times):
        jobs.work_off()
        Job.objects.filter(state="queued", kind__startswith="delivery.").update(run_at=timezone.now())


def test_a_signed_statement_goes_from_draft_to_live_and_its_proof_stops_the_clock(cast, signed, account, sandbox):
    row = publish(cast, signed, account)
    assert row.way == Publication.Way.API
    assert Incident.objects.get().answered_at is None
    work()
    row.refresh_from_db()
    assert (row.state, row.proof["kind"]) == (State.VERIFIED, "fetched"), (row.state, row.error, row.checks)
    assert {"cover", "draft"} <= set(row.steps)
    assert {"publish_id", "msg_data_id", "article_id"} <= set(row.ids)
    (at_platform,) = sandbox.world.publications
    assert not at_platform.mass
    (shown,) = at_platform.articles
    assert shown["title"] == signed.title
    for line in signed.text.splitlines():
        assert line in shown["content"]
    assert row.address == shown["url"]
    out = Statement.objects.get(pk=signed.pk)
    incident = Incident.objects.get()
    assert out.state == "out"
    assert row.live_at <= incident.answered_at
    assert out.out_at == row.live_at
    assert incident.fields["answer"]["publication"] == str(row.pk)
    assert incident.fields["answer"]["url"] == row.address
    moves = [e.params["state"] for e in Entry.objects.filter(code="statement.moved").order_by("id")]
    assert moves == [State.WAITING, State.SUBMITTED, State.DECLARED, State.VERIFIED]


def test_an_answer_that_is_lost_sends_it_out_once_and_a_pause_of_publishing_does_not_hold_it(
    cast, signed, account, sandbox
):
    workspace.pause_scope(actor=cast.owner, scope="publishing", reason="舆情中先停排期")
    sandbox.world.fault("freepublish/submit", "lost")
    publish(cast, signed, account)
    for _ in range(3):
        work(2)
        long_ago = timezone.now() - timedelta(minutes=20)
        Publication.objects.exclude(asking_at=None).update(asking_at=long_ago)
    assert Publication.objects.get().state == State.VERIFIED
    assert len(sandbox.world.publications) == 1
    assert AuditEntry.objects.filter(code="statement.past_pause").exists()


def test_what_the_platforms_audit_refuses_stops_no_clock(cast, signed, account, sandbox):
    sandbox.world.verdicts.append(4)
    row = publish(cast, signed, account)
    work()
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert Incident.objects.get().answered_at is None
    assert Statement.objects.get(pk=signed.pk).state == "signed"


def test_words_that_were_changed_after_the_signature_reach_no_platform(cast, signed, account, sandbox):
    row = publish(cast, signed, account)
    services.edit(
        actor=cast.owner, statement_id=signed.pk, seen=Statement.objects.get().version, title="别的", text="改了"
    )
    work()
    row.refresh_from_db()
    assert row.state not in (State.SUBMITTED, State.DECLARED, State.VERIFIED)
    assert sandbox.world.publications == []
    assert Incident.objects.get().answered_at is None
