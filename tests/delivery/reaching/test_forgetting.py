"""After a brand's time a message is no longer anybody's: figures stay, refusals stay, what waits is left alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hongqiao.delivery.models import Reach
from hongqiao.delivery.reaching import forgetting, ruling
from hongqiao.delivery.reaching.errors import BadChoice
from hongqiao.errors import NotAllowed
from hongqiao.workspace import jobs
from hongqiao.workspace.models import AuditEntry, Brand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
PAGE = "/b/anlan/settings/reaching/"


def message(brand, days, state="delivered", key="k", **more):
    at = timezone.now() - timedelta(days=days)
    return Reach.objects.create(
        brand=brand, key=key, subject="p1", channel="sms", purpose="marketing", origin="journey:1", due_at=at,
        sent_at=at if state in ("sent", "delivered") else None, content={"text": "你好"}, proof={"id": "1"},
        state=state, cost="0.05", **more,
    )  # fmt: skip


def fresh(cast):
    return Brand.objects.get(pk=cast.brand.pk)


def test_an_old_message_loses_whose_it_was_and_what_it_said_and_keeps_its_figures(cast):
    old, new = message(cast.brand, 366, key="a"), message(cast.brand, 364, key="b")
    failed = message(cast.brand, 400, state="refused", key="c")
    waiting = message(cast.brand, 400, state="waiting", key="d")
    jobs.enqueue("delivery.reaching_forget", brand_id=None, key="x")
    jobs.work_off()
    for row in (old, new, failed, waiting):
        row.refresh_from_db()
    assert (old.subject, old.content, old.proof, old.key) == ("", {}, None, f"kept:{old.pk.hex}")
    assert (old.state, old.origin, str(old.cost), bool(old.sent_at)) == ("delivered", "journey:1", "0.0500", True)
    assert failed.subject == ""
    assert (new.subject, waiting.subject, waiting.state) == ("p1", "p1", "waiting")
    entry = AuditEntry.objects.get(code="reaching.forgotten")
    assert (entry.member, entry.params["count"], entry.params["days"]) == (None, 2, 365)
    assert forgetting.forget(cast.brand) == 0


def test_a_brands_own_time_holds_and_goes_back(cast):
    message(cast.brand, 250)
    assert forgetting.forget(fresh(cast)) == 0
    browser = cast.client(cast.owner)
    assert browser.post(PAGE, {"act": "keep", "keep_days": "200"}).status_code == 302
    assert forgetting.days_of(fresh(cast)) == 200
    assert "已改" in browser.get(PAGE).content.decode()
    assert forgetting.forget(fresh(cast)) == 1
    assert browser.post(PAGE, {"act": "keep_reset"}).status_code == 302
    assert forgetting.days_of(fresh(cast)) == 365


def test_it_is_never_shorter_than_the_caps_look_back_nor_than_the_least(cast):
    for wrong in ("179", "0", "x", "99999", "-5"):
        with pytest.raises(BadChoice):
            ruling.set_keep(actor=cast.owner, days=wrong)
    ruling.set_keep(actor=cast.owner, days="180")
    cast.owner.brand = fresh(cast)
    ruling.set_rules(actor=cast.owner, first="09:00", last="20:00", caps=[("300", "5")])
    assert forgetting.days_of(fresh(cast)) == 300
    with pytest.raises(BadChoice):
        ruling.set_keep(actor=cast.owner, days="200")
    assert cast.client(cast.owner).post(PAGE, {"act": "keep", "keep_days": ""}).status_code == 422


def test_who_may_not_and_who_is_elsewhere(cast):
    assert cast.client(cast.stranger).post(PAGE, {"act": "keep", "keep_days": "200"}).status_code == 404
    with pytest.raises(NotAllowed):
        ruling.set_keep(actor=cast.editor, days="200")
