"""Comments that imports brought in for own accounts, once; an interface that can send; grave words told elsewhere."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from hongqiao import warehouse
from hongqiao.audience.inbox import files, senders, services
from hongqiao.audience.models import Thread
from hongqiao.crisis.models import Mention
from hongqiao.workspace import graves, keys
from hongqiao.workspace import services as workspace
from hongqiao.workspace.jobs import work_off
from tests.audience.kit import FINE, LEAK, heard
from tests.warehouse.conftest import FakeReading, numbered, origin

pytestmark = [pytest.mark.usefixtures("house")]
PIECE = "https://www.douyin.com/video/7"


def bring(cast, account, *rows, file_hash="f1"):
    """Take a file of mentions as an import does: (id, text, url)."""
    now = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=1)
    given = [
        {"mention_key": key, "ts": now, "channel": "抖音", "text": text, "url": url, "author": f"用户{key}", "likes": 3}
        for key, text, url in rows
    ]
    where = origin(
        brand_id=cast.brand.pk, account_id=account.pk, platform=account.platform, file_hash=file_hash, kind="file"
    )
    warehouse.take(where, FakeReading([("mentions", numbered(given))]), keys=keys.person_keys(cast.brand.pk))


@pytest.mark.django_db
def test_comments_of_an_own_accounts_file_are_threads_and_a_second_look_brings_nothing(cast):
    bring(cast, cast.account, ("1", LEAK, PIECE), ("2", FINE, PIECE))
    assert files.take_files(cast.brand) == 2
    assert files.take_files(cast.brand) == 0
    thread = Thread.objects.get(said=LEAK)
    assert (thread.account, thread.place, thread.state) == (cast.account, "抖音", "open")
    assert thread.subject == keys.person_keys(cast.brand.pk).hash(["用户1"])[0]
    assert thread.author == ""  # the facts hold no name
    bring(cast, cast.account, ("3", "后来的一条", PIECE), file_hash="f2")
    assert files.take_files(cast.brand) == 1


@pytest.mark.django_db
def test_a_rivals_comments_are_none_of_ours_and_of_an_own_system_only_those_below_our_pieces(cast):
    rival = workspace.create_account(actor=cast.owner, platform="douyin", name="对手", relation="competitor")
    service = workspace.create_account(actor=cast.owner, platform="own", name="舆情服务")
    where = origin(brand_id=cast.brand.pk, account_id=cast.account.pk, platform="douyin", file_hash="works")
    piece = {
        "source_key": "w1",
        "title": "洁面怎么用",
        "url": PIECE,
        "form": "video",
        "published_at": datetime(2026, 4, 1),
    }
    warehouse.take(where, FakeReading([("contents", numbered([piece]))]), keys=keys.person_keys(cast.brand.pk))
    bring(cast, rival, ("r", "对手的评论", ""), file_hash="r")
    bring(cast, service, ("s1", "在别处说的", "https://x.cn/1"), ("s2", "在我们作品下说的", PIECE), file_hash="s")
    assert files.take_files(cast.brand) == 1
    thread = Thread.objects.get()
    assert (thread.content_key, thread.content_title) == ("w1", "洁面怎么用")


@pytest.mark.django_db(transaction=True)
def test_where_an_interface_can_send_the_job_sends_and_keeps_its_proof(cast, monkeypatch):
    monkeypatch.setitem(senders._SENDERS, ("douyin", "comment"), lambda message: {"how": "interface", "id": "9"})
    (thread,) = heard(cast.brand, LEAK, account=cast.account)
    message = services.reply(actor=cast.editor, thread_id=thread.pk, seen=None, text="抱歉，已登记")
    work_off()
    message.refresh_from_db()
    thread.refresh_from_db()
    assert (message.state, message.proof["id"], thread.state) == ("sent", "9", "replied")


@pytest.mark.django_db
def test_what_is_grave_is_an_open_mention_once_and_opens_the_same_words_that_are_known(cast):
    said = graves.Grave("ticket:1", "safety", "孩子误食送医院了", timezone.now(), "抖音", "https://a.cn/1")
    assert graves.tell(cast.brand, said) == graves.tell(cast.brand, said) != []
    row = Mention.objects.get()
    assert row.state == "open"
    Mention.objects.update(state="aside")
    again = graves.Grave("ticket:2", "safety", said.text, timezone.now(), "抖音", said.url)
    graves.tell(cast.brand, again)
    assert [m.state for m in Mention.objects.all()] == ["open"]
