"""The room's first page, the list, levels, the brand's own table; over HTTP and as commands."""

import io
import json

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from hongqiao.crisis.models import Alarm, Incident
from hongqiao.crisis.watching import acting, changing, tables
from hongqiao.errors import Conflict, NotAllowed
from hongqiao.methods.crisis.severity import BadSeverity
from hongqiao.site.cli import main
from hongqiao.workspace import search, todays
from hongqiao.workspace.models import AuditEntry
from tests.cast import join
from tests.crisis.watching.house import heard, source_of
from tests.workspace.test_api import Program, problem

pytestmark = pytest.mark.django_db


def at(name, *more):
    return reverse(name, args=["anlan", *more])


@pytest.fixture
def incident(cast):
    return heard(cast.brand, "舒缓精华过敏起红疹，批次B2610", kind="allergy", negative=True).incident


@pytest.fixture
def boss(cast):
    return cast.client(cast.owner)


def test_an_empty_room_says_the_next_step(cast, boss):
    page = boss.get(at("crisis_home")).content.decode()
    assert "还没有监听来源" in page
    assert "没有未了结的事件" in page


def test_the_first_page_shows_alarms_before_incidents_before_charts(cast, boss, incident):
    page = boss.get(at("crisis_home")).content.decode()
    places = [page.index(words) for words in ("待接警", "未了结的事件", "听没听到", "声量与负面")]
    assert places == sorted(places)
    assert "首次回应还剩" in page
    assert "首发至今" in page
    assert "听到至今" in page


def test_the_first_page_says_the_totals_and_what_they_were_before_in_one_line(cast, boss, incident):
    alone = boss.get(at("crisis_home"))
    told = alone.context["told"]
    assert (told["said"], told["against"], told["share"], told["before"]) == (1, 1, 1.0, None)
    assert "提及 1 条 · 负面 1 条（100%）" in alone.content.decode()
    assert "前一段" not in alone.content.decode()  # nothing was said then: nothing to compare with


def test_what_is_closed_has_dates_and_no_running_clock_and_is_not_taken_any_more(cast, boss, incident):
    Incident.objects.filter(pk=incident.pk).update(state="closed", closed_at=timezone.now())
    page = boss.get(at("crisis_incident", incident.pk)).content.decode()
    head = page[page.index('id="room-head"') : page.index('id="room-body"')]
    assert "首次发布" in head
    assert "距首次发布" not in head
    assert "还剩" not in head
    assert 'value="take"' not in head


@pytest.mark.parametrize("hours", ["24", "168", "nonsense"])
def test_the_first_page_opens_over_any_span(cast, boss, incident, hours):
    assert boss.get(at("crisis_home"), {"hours": hours}).status_code == 200


def test_the_live_part_is_sent_again_only_when_something_moved(cast, boss, incident, monkeypatch):
    now = timezone.now().replace(second=1)
    monkeypatch.setattr(timezone, "now", lambda: now)
    first = boss.get(at("crisis_home"), {"part": "live"})
    same = boss.get(at("crisis_home"), {"part": "live"}, headers={"if-none-match": first["ETag"]})
    assert same.status_code == 304
    acting.take_incident(actor=cast.owner, incident_id=incident.pk, seen=None)
    moved = boss.get(at("crisis_home"), {"part": "live"}, headers={"if-none-match": first["ETag"]})
    assert moved.status_code == 200
    assert "待接警" not in moved.content.decode().replace("待接警</span>", "")


def test_an_alarm_is_taken_on_the_page(cast, boss, incident):
    answer = boss.post(at("crisis_home"), {"act": "take", "id": Alarm.objects.get().pk}, follow=True)
    assert "已接警" in answer.content.decode()
    incident.refresh_from_db()
    assert incident.state == "handling"


def test_who_only_sees_the_room_is_offered_no_acts(cast, incident):
    reader = cast.client(join(cast.brand, "product", "product"))
    assert 'value="take"' in cast.client(cast.owner).get(at("crisis_home")).content.decode()
    assert 'value="take"' not in reader.get(at("crisis_home")).content.decode()
    assert reader.post(at("crisis_home"), {"act": "take", "id": Alarm.objects.get().pk}).status_code == 403
    assert reader.get(at("crisis_incident_new")).status_code == 403
    assert reader.post(at("crisis_grading", incident.pk), {"act": "level"}).status_code == 403
    assert cast.client(cast.viewer).get(at("crisis_home")).status_code == 403


def test_a_foreign_incident_is_not_found_anywhere(cast, boss):
    foreign = acting.open_by_hand(actor=cast.stranger, title="别家的事")
    assert boss.get(at("crisis_grading", foreign.pk)).status_code == 404
    assert "别家的事" not in boss.get(at("crisis_home")).content.decode()
    assert "别家的事" not in boss.get(at("crisis_incidents")).content.decode()


def test_the_list_is_searched_filtered_sorted_and_paged(cast, boss, incident, monkeypatch):
    for n in range(4):
        acting.open_by_hand(actor=cast.owner, title=f"客服慢 {n}", kind="service", level="III", note="x")

    def shown(**asked):
        page = boss.get(at("crisis_incidents"), asked).content.decode()
        return [t for t in ("舒缓精华", "客服慢 0", "客服慢 3") if t in page]

    assert shown() == ["舒缓精华", "客服慢 0", "客服慢 3"]
    assert shown(q="客服慢 3") == ["客服慢 3"]
    assert shown(q="B2610") == ["舒缓精华"]
    assert shown(q="1") == ["舒缓精华"]
    assert shown(level="IV") == ["舒缓精华"]
    assert shown(kind="service") == ["客服慢 0", "客服慢 3"]
    assert shown(state="closed") == []
    assert len(shown(state="burning")) == 3
    assert shown(start="2099-01-01") == []
    assert len(shown(commander="me", end="2099-01-01")) == 3
    for sort in ("level", "-level", "n", "-heard", "number", "nonsense"):
        assert len(shown(sort=sort)) == 3
    first = boss.get(at("crisis_incidents"), {"sort": "level"}).content.decode()
    assert first.index("舒缓精华") < first.index("客服慢 0")
    monkeypatch.setattr("hongqiao.crisis.watching.views.incidents.limits", lambda: {"page_size": 2, "export_rows": 9})
    assert "客服慢 0" not in boss.get(at("crisis_incidents")).content.decode()
    assert "客服慢 0" in boss.get(at("crisis_incidents"), {"page": "2"}).content.decode()


def test_the_list_goes_out_as_files_and_no_title_is_a_formula(cast, boss):
    acting.open_by_hand(actor=cast.owner, title="=1+1 投诉")
    text = b"".join(boss.get(at("crisis_incidents_export"), {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert "'=1+1 投诉" in text
    book = load_workbook(io.BytesIO(boss.get(at("crisis_incidents_export"), {"format": "xlsx"}).content))
    assert book.active["B2"].value == "=1+1 投诉"
    assert book.active["B2"].data_type == "s"
    assert boss.get(at("crisis_incidents_export"), {"format": "pdf"}).status_code == 404


def test_an_incident_is_opened_on_the_page_and_what_was_typed_stays(cast, boss):
    wrong = boss.post(at("crisis_incident_new"), {"act": "open", "title": " ", "note": "电话里说的"})
    assert wrong.status_code == 422
    assert "电话里说的" in wrong.content.decode()
    answer = boss.post(at("crisis_incident_new"), {"act": "open", "title": "门店投诉", "kind": "service"})
    made = Incident.objects.get(title="门店投诉")
    assert answer.status_code == 302
    assert str(made.pk) in answer["Location"]


def test_the_page_of_a_level_shows_its_numbers_and_takes_every_act(cast, boss, incident):
    other = acting.open_by_hand(actor=cast.owner, title="另一件")
    address = at("crisis_grading", incident.pk)
    page = boss.get(address).content.decode()
    assert "身体不适 · 过敏或安全 1" in page
    assert "B2610" in page

    def act(**fields):
        incident.refresh_from_db()
        return boss.post(address, {"seen": incident.version, **fields}, follow=True)

    assert act(act="level", level="II", reason="").status_code == 422
    assert "现为 II 级" in act(act="level", level="II", reason="上了热搜").content.decode()
    assert act(act="marks", mark=["central"], hot="7").status_code == 200
    incident.refresh_from_db()
    assert (incident.fields["marks"], incident.fields["hot"]) == (["central"], 7)
    assert act(act="marks", hot="x").status_code == 422
    assert act(act="split", mention=[]).status_code == 422
    assert boss.post(address, {"act": "take", "seen": "1"}).status_code == 409
    assert "已并入事件 2" in act(act="merge", into=str(other.pk)).content.decode()
    assert "已并入事件 2" in boss.get(address).content.decode()


def test_the_brands_own_table_keeps_only_what_differs(cast, boss):
    page = boss.get(at("settings_severity"))
    assert page.status_code == 200
    shipped = {
        f"{level}.{k}": v for level, row in tables.severity(cast.brand)["levels"].items() for k, v in row.items()
    }
    form = {k: v for k, v in shipped.items() if not isinstance(v, list | dict)}
    form |= {k: round(v * 100, 2) for k, v in shipped.items() if k.endswith(".share")}
    form |= {"act": "save", "seen": cast.brand.version, "IV.times": "3", "III.persons.allergy": "3"}
    form |= {f"III.persons.{k}": v for k, v in shipped["III.persons"].items()} | {"hits": "3", "nature.reaction": "120"}
    assert boss.post(at("settings_severity"), form).status_code == 302
    cast.brand.refresh_from_db()
    kept = cast.brand.settings["crisis"]["severity"]
    assert kept == {"levels": {"IV": {"times": 3}}, "hits": 3, "natures": {"reaction": 120}}
    assert tables.table(cast.brand).terms("IV", "reaction")[0] == 120
    form |= {"seen": cast.brand.version}
    assert boss.post(at("settings_severity"), form | {"IV.times": "99"}).status_code == 422
    assert boss.post(at("settings_severity"), form | {"IV.times": "x"}).status_code == 422
    assert boss.post(at("settings_severity"), {"act": "reset", "seen": cast.brand.version}).status_code == 302
    cast.brand.refresh_from_db()
    assert cast.brand.settings["crisis"] == {}
    assert AuditEntry.objects.filter(code="crisis.severity_changed").count() == 2


def test_who_may_not_and_a_late_form_change_no_table(cast):
    with pytest.raises(NotAllowed):
        changing.save(actor=cast.editor, seen=None, wanted={})
    with pytest.raises(Conflict):
        changing.save(actor=cast.owner, seen=cast.brand.version + 1, wanted={})
    for wrong in ({"nonsense": 1}, {"levels": {"V": {}}}, {"levels": {"I": {"commander": "nobody"}}}, {"hits": -1}):
        with pytest.raises(BadSeverity):
            changing.save(actor=cast.owner, seen=None, wanted=wrong)


def test_today_shows_what_burns_first_and_nothing_where_nothing_does(cast, boss):
    assert not [c for c in todays.cards(cast.owner) if "watching" in c["template"]]
    source_of(cast.brand)
    row = acting.open_by_hand(actor=cast.owner, title="门店投诉")
    (card,) = [c for c in todays.cards(cast.owner) if "watching" in c["template"]]
    assert (card["alarms"], [r["row"] for r in card["rows"]]) == (1, [row])
    assert "门店投诉" in boss.get("/b/anlan/").content.decode()
    assert not [c for c in todays.cards(cast.viewer) if "watching" in c["template"]]


def test_ctrl_k_finds_incidents_by_title_number_and_batch(cast, incident):
    for text in ("舒缓精华", "B2610"):
        (found,) = [f for f in search.look(cast.owner, text) if f.label == "舆情事件"]
        assert found.hits[0].title.startswith("1 · 舒缓精华")
    assert not [f for f in search.look(cast.stranger, "舒缓精华") if f.label == "舆情事件"]


@pytest.fixture
def program(cast):
    return Program(cast.owner, "crisis.view", "crisis.handle")


def test_incidents_over_http_are_listed_read_opened_taken_and_graded(cast, program, incident):
    (one,) = program.get("/incidents").json()["items"]
    assert (one["level"], one["number"], one["mentions"]) == ("IV", 1, 1)
    assert one["answer_by"] > one["heard_at"]
    whole = program.get(f"/incidents/{incident.pk}").json()
    assert whole["parts"]["persons"] == {"allergy": 1}
    made = program.post("/incidents", {"title": "门店投诉", "kind": "service"}, key="a")
    again = program.post("/incidents", {"title": "门店投诉", "kind": "service"}, key="a")
    assert made.status_code == again.status_code == 201
    assert made.json()["id"] == again.json()["id"]
    taken = program.post(f"/incidents/{incident.pk}/take", {}).json()
    assert taken["state"] == "handling"
    graded = program.post(f"/incidents/{incident.pk}/level", {"level": "II", "reason": "热搜"}).json()
    assert (graded["level"], graded["by_hand"]["reason"]) == ("II", "热搜")
    stale = program.post(f"/incidents/{incident.pk}/level", {"level": "I", "reason": "x", "version": 1})
    problem(stale, 409, "conflict")
    problem(program.post("/incidents", {"title": "x", "kind": "nonsense"}), 422, "bad_incident")
    assert program.get("/incidents", level="II", state="burning", q="B2610").json()["items"][0]["number"] == 1
    marked = program.post(f"/incidents/{incident.pk}/marks", {"marks": ["central"], "hot": 3}).json()
    assert marked["fields"]["hot"] == 3
    merged = program.post(f"/incidents/{made.json()['id']}/merge", {"into": str(incident.pk)}).json()
    assert merged["id"] == str(incident.pk)


def test_tokens_without_the_right_and_strangers_get_nothing(cast, incident):
    reader = Program(cast.owner, "crisis.view")
    assert reader.get("/incidents").status_code == 200
    problem(reader.post("/incidents", {"title": "x"}), 403, "not_allowed")
    problem(reader.post(f"/incidents/{incident.pk}/take", {}), 403, "not_allowed")
    other = Program(cast.stranger, "crisis.view", "crisis.handle")
    assert other.get("/incidents").json()["items"] == []
    problem(other.get(f"/incidents/{incident.pk}"), 404, "not_found")
    problem(other.post(f"/incidents/{incident.pk}/take", {}), 404, "not_found")


def test_the_command_lists_opens_takes_and_grades(cast, capsys, monkeypatch):
    monkeypatch.setattr("hongqiao.site.first.migrate", lambda: None)
    assert main(["incidents", "--brand", "anlan", "open", "门店投诉", "--kind", "service", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["number"] == 1  # one thing, not a list
    assert main(["incidents", "--brand", "anlan", "take", "1"]) == 0
    assert main(["incidents", "--brand", "anlan", "level", "1", "--level", "II", "--reason", "热搜"]) == 0
    capsys.readouterr()
    assert main(["incidents", "--brand", "anlan"]) == 0
    said = capsys.readouterr().out
    assert "门店投诉" in said
    assert "handling" in said
    assert main(["incidents", "--brand", "anlan", "take", "77"]) == 2
