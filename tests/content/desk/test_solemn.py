"""A solemn day, or a red day of the brand's own, is asked about wherever a piece gets its slot: once, with a reason."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from hongqiao.content.desk import asking
from hongqiao.content.models import Stage
from hongqiao.content.plan import queries
from hongqiao.content.production import services
from hongqiao.content.production.slots import SolemnDay
from hongqiao.delivery.models import Publication
from hongqiao.workspace.models import AuditEntry
from tests.content.production.test_api import Program

pytestmark = pytest.mark.solemn
YEAR = timezone.localdate().year + (timezone.localdate() >= date(timezone.localdate().year, 12, 5))
GRAVE, PLAIN = date(YEAR, 12, 13), date(YEAR, 12, 10)
WHY = "只发悼念文字，不带商品"


def at(day):
    return datetime(day.year, day.month, day.day, 20, tzinfo=ZoneInfo("Asia/Shanghai"))


def slot(day):
    return f"{day}T20:00"


def confirmed():
    return [(e.params["day"], e.params["reason"]) for e in AuditEntry.objects.filter(code="piece.solemn")]


def test_the_desk_asks_says_why_and_goes_on_with_a_reason(cast, piece):
    address, browser = reverse("content_desk", args=["anlan"]), cast.client(cast.owner)
    form = {"act": "schedule", "id": str(piece.pk), "seen": piece.version, "at": slot(GRAVE)}
    asked = browser.post(address, form)
    shown = asked.content.decode()
    assert asked.status_code == 409
    for part in (f"{GRAVE} 是国家公祭日", "不宜发促销", 'name="solemn_reason"', f'name="at" value="{slot(GRAVE)}"'):
        assert part in shown
    assert not Publication.objects.exists()
    assert browser.post(address, {**form, "solemn_reason": "  "}).status_code == 409
    assert browser.post(address, {**form, "solemn_reason": WHY}).status_code == 302
    assert confirmed() == [(str(GRAVE), WHY)]
    assert Publication.objects.get().due_at == at(GRAVE)


def test_a_drop_on_the_calendar_asks_within_the_grid_and_keeps_the_day_it_had(cast, piece):
    services.change_piece(actor=cast.owner, piece_id=piece.pk, seen=None, publish_at=at(PLAIN))
    piece.refresh_from_db()
    address, browser = reverse("content_calendar", args=["anlan"]), cast.client(cast.owner)
    form = {"act": "move", "id": str(piece.pk), "seen": piece.version, "day": str(GRAVE)}
    shown = browser.post(address, form, headers={"HX-Request": "true"}).content.decode()
    assert "国家公祭日" in shown
    assert 'name="solemn_reason"' in shown
    piece.refresh_from_db()
    assert piece.publish_at == at(PLAIN)
    assert browser.post(address, {**form, "solemn_reason": WHY}).status_code == 302
    piece.refresh_from_db()
    assert (piece.publish_at, confirmed()) == (at(GRAVE), [(str(GRAVE), WHY)])


def test_the_pages_of_a_piece_ask_and_what_was_confirmed_is_not_asked_again(cast, piece):
    address, browser = reverse("content_piece_tab", args=["anlan", piece.pk, "publish"]), cast.client(cast.owner)
    form = {"act": "change", "seen": piece.version, "publish_at": slot(GRAVE), "account_id": str(piece.account_id)}
    assert browser.post(address, form).status_code == 409
    assert browser.post(address, {**form, "solemn_reason": WHY}).status_code == 302
    piece.refresh_from_db()
    assert services.move(actor=cast.owner, piece_id=piece.pk, seen=None, stage="scheduled").stage == Stage.SCHEDULED
    assert len(confirmed()) == 1


def test_a_publication_that_waits_is_asked_about_when_it_is_moved_to_such_a_day(cast, piece):
    row = asking.schedule(actor=cast.owner, piece_id=piece.pk, seen=None, at=at(PLAIN))
    address, browser = reverse("content_publication", args=["anlan", row.pk]), cast.client(cast.owner)
    form = {"act": "move", "seen": row.version, "at": slot(GRAVE)}
    assert browser.post(address, form).status_code == 409
    assert Publication.objects.get().due_at == at(PLAIN)
    assert cast.client(cast.viewer).post(address, form).status_code == 403
    assert browser.post(address, {**form, "solemn_reason": WHY}).status_code == 302
    assert (Publication.objects.get().due_at, len(confirmed())) == (at(GRAVE), 1)


def test_programs_are_told_which_field_confirms(cast, piece):
    program, path = Program(cast.owner), f"/pieces/{piece.pk}"
    body = {"version": piece.version, "publish_at": slot(GRAVE)}
    asked = program.send(path, body, "put")
    told = asked.json()
    assert (asked.status_code, told["code"], told["confirm"]) == (409, "solemn_day", "solemn_reason")
    assert "confirm" not in program.send(path, {"version": 99}, "put").json()
    assert program.send(path, {**body, "solemn_reason": WHY}, "put").status_code == 200
    made = {"title": "题", "platform": "xiaohongshu", "form": "note", "publish_at": slot(GRAVE)}
    assert program.send("/pieces", made).json()["code"] == "solemn_day"
    assert program.send("/pieces", {**made, "solemn_reason": WHY}).status_code == 201


def test_a_brands_own_red_day_is_asked_about_and_marked_on_the_calendar(cast, piece):
    own = {"on": f"{PLAIN:%m-%d}", "label": "创始人忌日", "why": "不发任何商品"}
    cast.brand.settings = {"content": {"cadence": {"red_days": [own]}}}
    cast.brand.save()
    member = type(cast.owner).objects.get(pk=cast.owner.pk)
    with pytest.raises(SolemnDay) as told:
        services.change_piece(actor=member, piece_id=piece.pk, seen=None, publish_at=at(PLAIN))
    assert told.value.params["why"] == "不发任何商品"
    services.change_piece(actor=member, piece_id=piece.pk, seen=None, publish_at=at(PLAIN), solemn_reason=WHY)
    piece.refresh_from_db()
    piece.brand.refresh_from_db()
    assert "solemn" in {c.code for c in queries.stands(member, [piece])}
    page = cast.client(member).get(f"{reverse('content_calendar', args=['anlan'])}?on={PLAIN:%Y-%m}")
    (day,) = [d for d in page.context["days"] if d["day"] == PLAIN]
    assert (day["solemn"], day["nodes"][0]["label"]) == (True, "创始人忌日")


def test_a_card_dropped_on_the_board_asks_within_it_and_moves_with_a_reason(cast, piece):
    services.change_piece(actor=cast.owner, piece_id=piece.pk, seen=None, publish_at=at(GRAVE), solemn_reason=WHY)
    piece.refresh_from_db()
    piece.review = {k: v for k, v in piece.review.items() if k != "solemn"}  # scheduled before the day was in the list
    piece.save()
    address, browser = reverse("content_board", args=["anlan"]), cast.client(cast.owner)
    form = {"act": "move", "id": str(piece.pk), "seen": piece.version, "stage": "scheduled"}
    htmx = {"HX-Request": "true"}
    shown = browser.post(address, form, headers=htmx).content.decode()
    for part in ("国家公祭日", "data-asked", 'name="solemn_reason"', f'value="{piece.pk}"', 'id="board"'):
        assert part in shown
    piece.refresh_from_db()
    assert piece.stage == Stage.APPROVED
    assert browser.post(address, {**form, "solemn_reason": WHY}).status_code == 302
    piece.refresh_from_db()
    assert (piece.stage, confirmed()[-1]) == (Stage.SCHEDULED, (str(GRAVE), WHY))
    assert browser.post(address, {**form, "stage": "nowhere"}, headers=htmx).status_code >= 400


def test_several_pieces_put_on_such_a_day_are_asked_about_together_and_none_moves_before(cast, piece):
    other = services.create_piece(actor=cast.owner, title="另一条", platform="douyin", form="video")
    address, browser = reverse("content_pieces", args=["anlan"]), cast.client(cast.owner)
    keys = [str(piece.pk), str(other.pk)]
    form = {"act": "slot", "piece": keys, "publish_at": slot(GRAVE)}
    asked = browser.post(address, form)
    assert asked.status_code == 409
    shown = asked.content.decode()
    for part in ("国家公祭日", 'name="solemn_reason"', *(f'name="piece" value="{k}"' for k in keys)):
        assert part in shown
    assert not Publication.objects.exists()
    assert [type(piece).objects.get(pk=k).publish_at for k in keys] != [at(GRAVE)] * 2
    assert browser.post(address, {**form, "solemn_reason": WHY}).status_code == 302
    assert [type(piece).objects.get(pk=k).publish_at for k in keys] == [at(GRAVE)] * 2
    assert confirmed() == [(str(GRAVE), WHY)] * 2
    late = {**form, "publish_at": slot(PLAIN), "solemn_reason": WHY}
    assert cast.client(cast.viewer).post(address, late).status_code == 422
    assert [type(piece).objects.get(pk=k).publish_at for k in keys] == [at(GRAVE)] * 2
