"""Publish truth: a piece goes from draft to live on a protocol-true 公众号 server, is seen at its address, and its
statistics come back into the warehouse. Through the house's own publishing and jobs; only the platform is a test one.
"""

import hashlib
import json
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.urls import reverse
from django.utils import timezone

from hongqiao import warehouse
from hongqiao.content.desk import asking
from hongqiao.content.models import Piece
from hongqiao.delivery import publishing
from hongqiao.delivery.connections import clients, drafts, services, statistics
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing import connectors, queries, rules
from hongqiao.ids import uuid7
from hongqiao.platforms.sandbox.server import sealed
from hongqiao.workspace import jobs
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Job
from tests.cast import cast as cast  # noqa: PLC0414
from tests.content.desk.conftest import approve, asset
from tests.content.desk.conftest import picture as drawn
from tests.oa import picture
from tests.oa import sandbox as sandbox  # noqa: PLC0414

TITLE = "油皮夏天怎么补涂防晒"
TEXT = (
    "油皮夏天最怕闷。我连着用了三周，早上一泵，两小时后补涂一次，T 区没有搓泥，口罩上也没有白印。敏感肌先在耳后试一天。"
)
State = Publication.State


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    free = {"gap_minutes": 0, "a_day": 1000}
    for name, value in {"polls": [0, 0, 3600], "looks": [0, 3600], "pacing": {"default": free}}.items():
        monkeypatch.setitem(rules.rules(), name, value)


@pytest.fixture
def account(cast, sandbox, settings, house, monkeypatch):
    """A 公众号, connected through the screen."""
    settings.WECHAT_BASE = sandbox.url
    monkeypatch.setattr(connectors, "_BY_PLATFORM", dict(connectors._BY_PLATFORM))
    connectors.register(clients.WECHAT, clients.publisher, hosts=clients.own_hosts())
    row = workspace.create_account(actor=cast.owner, platform="wechat_oa", name="安澜公众号")
    page = reverse("settings_connection", args=["anlan", row.pk])
    world, browser = sandbox.world, cast.client(cast.owner)
    fields = {"kind": "service_verified", "app_id": world.app_id, "secret": world.secret}
    assert browser.post(page, {"act": "save", **fields}).status_code == 302
    assert "已接通" in browser.post(page, {"act": "try"}, follow=True).content.decode()
    return row


def ask(cast, account, house, **body):
    """Ask for the publication of an article with a cover and one picture in its text."""
    folder = house / "content" / str(cast.brand.pk)
    folder.mkdir(parents=True, exist_ok=True)
    parts = [picture(folder, "cover", (900, 383)), picture(folder, "one")]
    given = {"title": TITLE, "html": f"<p>{TEXT}</p><img src='one'>", "cover": "cover", "digest": "三周实测", **body}
    kept = [{"name": p.name, "path": str(p.path.relative_to(house)), "mime": p.mime} for p in parts]
    payload = {"form": "article", "title": TITLE, "text": TEXT, "tags": [], "body": given, "parts": kept}
    return publishing.ask(
        actor=cast.owner,
        account=account,
        subject="a.text",
        subject_id=uuid7(),
        title=TITLE,
        payload=payload,
        digest=hashlib.sha256(json.dumps(given).encode()).hexdigest(),
        due_at=timezone.now(),
    )


def work(times=4):
    for _ in range(times):
        jobs.work_off()
        Job.objects.filter(state="queued", kind__startswith="delivery.").update(run_at=timezone.now())


def fresh(row):
    return Publication.objects.select_related("account").get(pk=row.pk)


def test_a_piece_goes_from_draft_to_seen_live_and_its_statistics_come_back(cast, account, sandbox, house):
    sandbox.world.offset = -3 * 86400  # it is three days ago at the platform
    row = ask(cast, account, house)
    assert row.way == Publication.Way.API
    work()
    row = fresh(row)
    assert (row.state, row.proof["kind"]) == (State.VERIFIED, "fetched"), (row.state, row.error, row.checks)
    assert set(row.steps) == {"picture:one", "cover", "draft"}
    assert len(sandbox.world.publications) == 1

    sandbox.world.offset = 0
    said = statistics.pull(account.connection, statistics.platform_today())
    assert said["refused"] == 0
    handle = warehouse.open(cast.brand.pk)
    (piece,) = handle.fetch(handle.current("contents")).to_pylist()
    assert (piece["title"], piece["url"]) == (TITLE, row.address)
    days = {s["day"] for s in handle.fetch(handle.current("content_snapshots")).to_pylist()}
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    assert days == {today - timedelta(days=n) for n in (1, 2, 3)}
    assert handle.fetch(handle.current("account_daily")).num_rows > 30


def test_an_answer_that_is_lost_publishes_once(cast, account, sandbox, house):
    sandbox.world.fault("freepublish/submit", "lost")
    row = ask(cast, account, house)
    for _ in range(3):
        work(2)
        long_ago = timezone.now() - timedelta(minutes=20)
        Publication.objects.exclude(asking_at=None).update(asking_at=long_ago)
    assert fresh(row).state == State.VERIFIED
    assert len(sandbox.world.publications) == 1


def test_what_the_platforms_audit_refuses_failed_in_its_words(cast, account, sandbox, house):
    sandbox.world.verdicts.append(4)
    row = ask(cast, account, house)
    work()
    row = fresh(row)
    assert row.state == State.FAILED
    assert "审核" in json.dumps(row.error, ensure_ascii=False)
    assert row.address == ""


def test_an_account_that_lost_the_right_keeps_its_draft_and_says_what_to_do(cast, account, sandbox, house):
    sandbox.world.kind = "subscription"  # the platform knows better than what was chosen on the screen
    row = ask(cast, account, house)
    work()
    row = fresh(row)
    assert row.state == State.FAILED
    assert "mp.weixin.qq.com" in row.error["next_step"]
    assert row.steps["draft"] in sandbox.world.drafts


def test_the_address_of_what_was_sent_to_all_comes_by_callback_and_is_looked_at(cast, account, sandbox, house, client):
    connection = account.connection
    made = services.renew_callback(actor=cast.owner, account_id=account.pk, seen=connection.version)
    sandbox.world.callback_token, sandbox.world.aes_key = made["callback_token"], made["aes_key"]
    row = ask(cast, account, house, send="mass")
    work()
    assert fresh(row).state in (State.DECLARED, State.REVIEWING)
    assert fresh(row).address == ""
    (event,) = [e for e in _events(sandbox) if "MASSSENDJOBFINISH" in e]
    query, body = sealed(sandbox.world, event)
    address = reverse("wechat_callback", args=[connection.pk])
    pairs = "&".join(f"{k}={v}" for k, v in query.items())
    assert client.post(f"{address}?{pairs}", body, content_type="text/xml").content == b"success"
    work()
    row = fresh(row)
    assert row.state == State.VERIFIED
    assert row.told_followers


def _events(sandbox):
    """What the test server would send: without a callback address it waits with the server."""
    for _ in range(100):
        if sandbox.sent:
            break
        time.sleep(0.05)
    return sandbox.sent


def test_the_quota_of_sending_to_all_is_shown_as_used(cast, account, sandbox, house):
    ask(cast, account, house, send="mass")
    work()
    assert queries.mass_quota(account) == {"per": "month", "count": 4, "used": 1}


def test_an_unverified_account_finds_its_draft_in_the_box_and_a_person_publishes(cast, account, sandbox, house):
    sandbox.world.kind = "subscription"
    held = account.connection
    services.connect(
        actor=cast.owner, account_id=account.pk, seen=held.version, kind="subscription", app_id=held.app_id
    )
    row = ask(cast, account, house)
    assert row.way == Publication.Way.ASSISTED
    for number in range(2):
        jobs.enqueue("delivery.drafts_due", brand_id=None, key=str(number))
        jobs.work_off()
    row = fresh(row)
    assert row.state == State.WAITING
    assert list(sandbox.world.drafts) == [row.steps["draft"]]
    assert sandbox.world.publications == []


def test_a_draft_is_made_neither_early_nor_for_what_was_taken_back(cast, account, sandbox, house):
    held = account.connection
    services.connect(
        actor=cast.owner, account_id=account.pk, seen=held.version, kind="subscription", app_id=held.app_id
    )
    row = ask(cast, account, house)
    Publication.objects.filter(pk=row.pk).update(due_at=timezone.now() + timedelta(hours=3))
    assert drafts.wanted(timezone.now()) == []
    assert drafts.wanted(timezone.now() + timedelta(hours=2)) == [row]
    assert drafts.make(fresh(row))
    Publication.objects.filter(pk=row.pk).update(state=State.STOPPED, steps={})
    assert drafts.wanted(timezone.now() + timedelta(hours=2)) == []
    assert drafts.make(row) == ""
    assert fresh(row).steps == {}


def test_the_text_calls_its_pictures_by_their_assets(cast, account, sandbox, house):
    key = str(uuid7())
    row = ask(cast, account, house, html=f"<p>{TEXT}</p><img src='/b/anlan/content/assets/{key}/file'>")
    for part, called in zip(row.payload["parts"], ("cover", key), strict=True):
        part["asset"], part["name"] = called, f"01-{part['name']}.png"
    row.save(update_fields=["payload"])
    work()
    assert set(fresh(row).steps) == {f"picture:{key}", "cover", "draft"}
    assert fresh(row).state == State.VERIFIED


def test_an_approved_markdown_article_goes_from_the_desk_to_seen_live_laid_out_with_its_pictures(
    cast, account, sandbox, house
):
    cover, shown = (asset(cast, house, f"{n}.png", drawn(n)) for n in ("red", "blue"))
    fields = {"brand": cast.brand, "platform": "wechat_oa", "form": "article", "account": account, "title": TITLE}
    piece = Piece.objects.create(**fields, owner=cast.editor, by=cast.editor)
    picture_ = f"![防晒](/b/anlan/content/assets/{shown.pk}/file)"
    text = f"## 怎么补涂\n\n{TEXT}\n\n{picture_}\n\n[成分表](https://example.com/inci)"
    approve(cast, piece, text="", markdown=text, cover=str(cover.pk))
    row = asking.schedule(actor=cast.owner, piece_id=piece.pk, seen=None, at=timezone.now())
    work()
    row = fresh(row)
    assert row.state == State.VERIFIED, (row.state, row.error)
    assert set(row.steps) == {f"picture:{shown.pk}", "cover", "draft"}
    page = httpx.get(row.address, trust_env=False).text
    assert "style=" in page
    assert "## 怎么" not in page
    assert "https://example.com/inci" in page
