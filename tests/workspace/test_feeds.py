"""The calendar of a member: what is in the file, who may fetch it, and that a calendar program can read it."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from hongqiao.errors import Conflict, NotFound
from hongqiao.workspace import feeds, services

CHANGED = datetime(2026, 11, 1, 4, 5, 6, tzinfo=UTC)
LONG = "取数：小红书「笔记列表明细表」，抖音「作品列表」; 共 12 份\\每周一，请在中午前下载完，再拖进数据导入"


def parse(body: bytes) -> list[dict[str, str]]:
    """Read iCalendar as RFC 5545 says: unfold, split name and value, undo the escapes; one dict a VEVENT."""
    assert body.endswith(b"\r\n")
    for line in body.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        line.decode("utf-8")  # no character is cut in two
    events, stack = [], []
    for line in body.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]:
        name, value = line.split(":", 1)
        if name == "BEGIN":
            stack.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert stack.pop() == value
        elif stack[-1] == "VEVENT":
            assert name not in events[-1]
            plain = value.replace("\\\\", "\0").replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";")
            events[-1][name] = plain.replace("\0", "\\")
    assert stack == []
    return events


@pytest.fixture
def entries(monkeypatch):
    """Entries of a room that exists for one test, alone."""
    found: list[feeds.Entry] = []
    monkeypatch.setattr("hongqiao.workspace.registry.discover", lambda: None)
    monkeypatch.setattr(feeds, "_SOURCES", {"test": lambda member: found if member.brand.slug == "anlan" else []})
    return found


def test_days_moments_escapes_and_long_lines_come_back_as_they_were(cast, entries):
    entries += [
        feeds.Entry("b", date(2026, 11, 30), LONG, CHANGED, description="一\r\n二\x07三", url="https://x/y z"),
        feeds.Entry(
            "a", datetime(2026, 11, 24, 2, 0, tzinfo=UTC), "直播", CHANGED, end=datetime(2026, 11, 24, 4, tzinfo=UTC)
        ),
        feeds.Entry("c", date(2026, 12, 30), "三天", CHANGED, end=date(2027, 1, 1), cancelled=True),
    ]
    body = feeds.calendar("虹桥, 安澜", feeds.entries_of(cast.owner))
    live, due, span = parse(body)
    assert (live["DTSTART;TZID=Asia/Shanghai"], live["DTEND;TZID=Asia/Shanghai"]) == (
        "20261124T100000",
        "20261124T120000",
    )
    assert (due["DTSTART;VALUE=DATE"], due["DTEND;VALUE=DATE"]) == ("20261130", "20261201")
    assert (span["DTEND;VALUE=DATE"], span["STATUS"]) == ("20270102", "CANCELLED")
    assert due["SUMMARY"] == LONG
    assert due["DESCRIPTION"] == "一\n二三"
    assert due["URL"] == "https://x/yz"
    assert due["DTSTAMP"] == "20261101T040506Z"
    text = body.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert "BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai\r\n" in text
    assert "TZOFFSETTO:+0800" in text


def test_a_line_is_folded_at_75_octets_and_never_inside_a_character():
    for text in ("x" * 75, "x" * 76, "字" * 25, "字" * 26, "x" + "字" * 200, "😀" * 60):
        folded = feeds.folded(text)
        assert all(len(line) <= 75 for line in folded.split(b"\r\n"))
        assert folded.replace(b"\r\n ", b"").decode() == text + "\r\n"
    assert feeds.folded("x" * 75).count(b"\r\n") == 1


def test_the_address_is_made_once_shown_read_and_ended(cast, entries):
    entries.append(feeds.Entry("a", date(2026, 11, 30), "取数", CHANGED))
    browser, page = cast.client(cast.viewer), reverse("calendars")
    row = {"id": cast.viewer.pk}
    made = browser.post(page, {**row, "act": "make"})
    link = made.context["shown_link"]
    path = link.removeprefix("http://testserver")
    assert made["Cache-Control"] == "no-store"
    assert link not in browser.get(page).content.decode()
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert [e["SUMMARY"] for e in parse(answer.content)] == ["取数"]
    assert Client().get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert Client().post(path).status_code == 405
    again = browser.post(page, {**row, "act": "make"}).context["shown_link"].removeprefix("http://testserver")
    assert Client().get(path).status_code == 404
    assert Client().get(again).status_code == 200
    assert browser.post(page, {**row, "act": "end"}).status_code == 302
    assert browser.post(page, {**row, "act": "end"}).status_code == 409
    assert Client().get(again).status_code == 404


def test_who_leaves_the_brand_takes_no_calendar_along_and_nobody_makes_one_for_another(cast, entries):
    token = services.make_feed(actor=cast.editor)
    assert services.member_by_feed(token) == cast.editor
    services.deactivate_member(actor=cast.owner, member_id=cast.editor.pk, seen=None)
    with pytest.raises(NotFound):
        services.member_by_feed(token)
    stranger = cast.client(cast.stranger)
    assert stranger.post(reverse("calendars"), {"act": "make", "id": cast.viewer.pk}).status_code == 404
    with pytest.raises(Conflict):
        services.end_feed(actor=cast.viewer)
    assert Client().get(reverse("calendars")).status_code == 302
    assert Client().get(reverse("feed", args=["guess"])).status_code == 404


def test_guessing_addresses_is_limited(cast, one_window):
    answers = [Client().get(reverse("feed", args=[f"guess{n}"])).status_code for n in range(32)]
    assert answers[0] == 404
    assert answers[-1] == 429
