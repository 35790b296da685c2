"""The list of solemn days: a brand adds its own, switches off a public one with a reason; plan and publishing obey."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from hongqiao.content.models import Piece
from hongqiao.content.production import reddays, services, settings, slots
from hongqiao.errors import Conflict, NotAllowed, NotFound
from hongqiao.workspace.models import AuditEntry, Brand
from tests.cast import cast  # noqa: F401

pytestmark = pytest.mark.solemn
YEAR = timezone.localdate().year + 1
GRAVE, PLAIN = date(YEAR, 12, 13), date(YEAR, 3, 10)


@pytest.fixture
def page(cast):  # noqa: F811
    return reverse("settings_days", args=["anlan"])


def at(day):
    return datetime(day.year, day.month, day.day, 20, tzinfo=ZoneInfo("Asia/Shanghai"))


def piece(cast):  # noqa: F811
    row = services.create_piece(actor=cast.owner, title="防晒", platform="douyin", form="video")
    return Piece.objects.get(pk=row.pk)


def slot(cast, row, day, **more):  # noqa: F811
    member = type(cast.owner).objects.get(pk=cast.owner.pk)
    return services.change_piece(actor=member, piece_id=row.pk, seen=None, publish_at=at(day), **more)


def test_the_page_lists_public_days_with_their_source_and_adds_one_that_plans_obey(cast, page):  # noqa: F811
    browser = cast.client(cast.owner)
    shown = browser.get(page).content.decode()
    for part in ("国家公祭日", "清明节", "全国人大常委会", 'value="off"'):
        assert part in shown
    form = {"act": "keep", "seen": Brand.objects.get(pk=cast.brand.pk).version, "on": "03-10", "label": "创始人忌日"}
    assert browser.post(page, form | {"why": "不发任何商品"}).status_code == 302
    assert "创始人忌日" in browser.get(page).content.decode()
    with pytest.raises(slots.SolemnDay) as told:
        slot(cast, piece(cast), PLAIN)
    assert told.value.params["why"] == "不发任何商品"
    assert browser.post(page, form).status_code == 409  # another version of the list was seen
    assert AuditEntry.objects.get(code="red_day.added").params["on"] == "03-10"


def test_a_public_day_is_switched_off_only_with_a_reason_and_comes_back(cast, page):  # noqa: F811
    browser, row = cast.client(cast.owner), piece(cast)
    seen = Brand.objects.get(pk=cast.brand.pk).version
    off = {"act": "off", "seen": seen, "key": "nanjing"}
    assert "停用要写理由" in browser.post(page, off | {"reason": "  "}).content.decode()
    with pytest.raises(slots.SolemnDay):
        slot(cast, row, GRAVE)
    assert browser.post(page, off | {"reason": "海外号，当地不纪念"}).status_code == 302
    assert "海外号，当地不纪念" in browser.get(page).content.decode()
    assert slot(cast, row, GRAVE).publish_at == at(GRAVE)
    calendar = cast.client(cast.owner).get(f"{reverse('content_calendar', args=['anlan'])}?on={GRAVE:%Y-%m}")
    (day,) = [d for d in calendar.context["days"] if d["day"] == GRAVE]
    assert day["solemn"] is False
    assert AuditEntry.objects.get(code="red_day.off").params["reason"] == "海外号，当地不纪念"
    slot(cast, row, PLAIN)
    reddays.switch(actor=cast.owner, seen=None, key="nanjing", on=True)
    with pytest.raises(slots.SolemnDay):
        slot(cast, row, GRAVE)


def test_what_a_brand_keeps_beside_the_list_stays(cast):  # noqa: F811
    cast.brand.settings = {"content": {"cadence": {"gap_minutes": 7}, "look": {"colour": "#123456"}}, "publishing": {}}
    cast.brand.save()
    reddays.keep(actor=cast.owner, seen=None, on="2031-04-01", label="停业")
    brand = Brand.objects.get(pk=cast.brand.pk)
    assert brand.settings["content"]["look"] == {"colour": "#123456"}
    assert settings.of(brand, "cadence")["gap_minutes"] == 7
    (day,) = [d for d in reddays.days(brand) if d.own]
    assert (day.next, day.off) == (date(2031, 4, 1), None)


def test_a_day_of_the_brand_is_changed_switched_off_and_removed(cast):  # noqa: F811
    reddays.keep(actor=cast.owner, seen=None, on="03-10", label="忌日")
    reddays.keep(actor=cast.owner, seen=None, on="03-11", label="创始人忌日", was="03-10")
    reddays.switch(actor=cast.owner, seen=None, key="03-11", on=False, reason="今年不纪念")
    brand = Brand.objects.get(pk=cast.brand.pk)
    assert [(d.on, d.label, d.off["reason"]) for d in reddays.days(brand) if d.own] == [
        ("03-11", "创始人忌日", "今年不纪念")
    ]
    assert slots.solemn(brand, date(YEAR, 3, 11), date(YEAR, 3, 11)) == {}
    reddays.remove(actor=cast.owner, seen=None, key="03-11")
    assert not [d for d in reddays.days(Brand.objects.get(pk=cast.brand.pk)) if d.own]
    for key in ("03-11", "nanjing"):  # gone; public days are switched off, never removed
        with pytest.raises(NotFound):
            reddays.remove(actor=cast.owner, seen=None, key=key)


@pytest.mark.parametrize("on", ["", "13-40", "2026-02-30", "3-1", "12-13 ", "明天", "12-13\x00", "0000-01-01"])
def test_a_day_that_is_none_is_refused(cast, on):  # noqa: F811
    if on.strip() == "12-13":
        reddays.keep(actor=cast.owner, seen=None, on=on, label="公祭")
        return
    with pytest.raises(reddays.BadDay):
        reddays.keep(actor=cast.owner, seen=None, on=on, label="公祭")


def test_names_too_long_days_twice_and_too_many_are_refused(cast):  # noqa: F811
    for label in ("", " ", "长" * 41):
        with pytest.raises(reddays.BadDay):
            reddays.keep(actor=cast.owner, seen=None, on="03-10", label=label)
    reddays.keep(actor=cast.owner, seen=None, on="03-10", label="忌日")
    with pytest.raises(reddays.DayTaken):
        reddays.keep(actor=cast.owner, seen=None, on="03-10", label="别的")
    with pytest.raises(NotFound):
        reddays.keep(actor=cast.owner, seen=None, on="03-12", label="别的", was="05-05")
    brand = Brand.objects.get(pk=cast.brand.pk)
    many = [{"on": f"{1900 + n}-01-01", "label": "x"} for n in range(reddays.most())]
    settings.keep(brand, "cadence", {"red_days": many})
    with pytest.raises(reddays.TooManyDays):
        reddays.keep(actor=cast.owner, seen=None, on="04-04", label="再一个")


def test_who_does_not_keep_the_settings_sees_the_list_and_changes_nothing(cast, page):  # noqa: F811
    shown = cast.client(cast.editor).get(page).content.decode()
    assert "国家公祭日" in shown
    assert 'name="act"' not in shown
    assert cast.client(cast.editor).post(page, {"act": "off", "seen": "1", "key": "nanjing"}).status_code == 403
    assert cast.client(cast.stranger).get(page).status_code == 404
    for change in (
        lambda: reddays.keep(actor=cast.editor, seen=None, on="03-10", label="忌日"),
        lambda: reddays.switch(actor=cast.editor, seen=None, key="nanjing", on=False, reason="x"),
        lambda: reddays.remove(actor=cast.editor, seen=None, key="03-10"),
    ):
        with pytest.raises(NotAllowed):
            change()
    with pytest.raises(Conflict):
        reddays.keep(actor=cast.owner, seen=99, on="03-10", label="忌日")
    assert cast.client(cast.owner).post(page, {"act": "on", "seen": "x", "key": "nanjing"}).status_code in (400, 422)
