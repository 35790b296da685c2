"""How the score told results; the weights' page; the library as a file, over HTTP and on the command line."""

import io
import json
from datetime import date

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from hongqiao.content.models import Piece, Topic, TopicCalibration, TopicWeights
from hongqiao.content.topics import calibrating, history, services
from hongqiao.site import cli
from hongqiao.workspace import services as workspace

pytestmark = pytest.mark.django_db


def published(cast, monkeypatch, n, *, wrong=False):
    """Topics whose pieces came out as their scores said, or the other way round."""
    past = []
    for i in range(n):
        title = f"第 {i} 个选题，各不相同{'好' * i}"
        row = services.add_topic(actor=cast.editor, title=title).topic
        parts = {**row.parts, "relevance": {**row.parts["relevance"], "level": 1 + i % 5}}
        Topic.objects.filter(pk=row.pk).update(state="published", score=40 + i, parts=parts)
        Piece.objects.create(
            brand=cast.brand, topic=row, title=title, platform="douyin", form="video", content_key=f"k{i}"
        )
        share = (n - i if wrong else i) / n
        past.append(
            history.Past(f"k{i}", title, "douyin", "a", "video", "", date(2026, 11, 1), 100, share, 40, own=True)
        )
    monkeypatch.setattr(history, "pieces", lambda brand: tuple(past))


def test_too_few_results_say_so_and_enough_give_the_correlation_with_its_interval(cast, monkeypatch):
    address = reverse("content_topic_weights", args=["anlan"])
    published(cast, monkeypatch, 5)
    page = cast.client(cast.viewer).get(address).content.decode()
    assert "数据不足" in page
    assert "还差 3 个" in page
    Piece.objects.all().delete()
    Topic.objects.all().delete()
    published(cast, monkeypatch, 12)
    found = calibrating.calibration(cast.brand)
    assert (found.whole.n, found.whole.r, found.suggestion) == (12, 1.0, None)
    assert -1 <= found.parts["relevance"].low < found.parts["relevance"].r
    assert found.parts["risk"].r is None  # all alike: it can tell nothing
    assert "1.00" in cast.client(cast.viewer).get(address).content.decode()


def test_weights_are_suggested_from_twenty_on_and_only_a_person_changes_them(cast, monkeypatch):
    published(cast, monkeypatch, 24, wrong=True)
    found = calibrating.calibration(cast.brand)
    assert found.whole.r == pytest.approx(-1)
    assert found.suggestion is None  # no part told the right way round: nothing to follow
    boss, address = cast.client(cast.owner), reverse("content_topic_weights", args=["anlan"])
    boss.get(address)
    assert not TopicWeights.objects.exists()
    sent = {"act": "own", "w.relevance": "70", "w.cost": "30", "reason": ""}
    assert boss.post(address, sent).status_code == 422
    assert "70 · 30" in boss.post(address, {**sent, "reason": "人手紧"}, follow=True).content.decode()
    boss.post(address, {"act": "preset", "preset": "heat", "reason": "追热点"})
    assert list(TopicWeights.objects.order_by("id").values_list("preset", flat=True)) == ["", "heat"]
    assert (
        cast.client(cast.editor).post(address, {"act": "preset", "preset": "default", "reason": "改回"}).status_code
        == 403
    )


def test_the_library_goes_out_as_a_file_and_no_title_becomes_a_formula(cast):
    services.add_topic(actor=cast.editor, title="=1+1 的油皮防晒", platforms=["douyin"])
    services.add_topic(actor=cast.editor, title="别的平台", platforms=["wechat_oa"])
    reader, address = cast.client(cast.viewer), reverse("content_topics_export", args=["anlan"])
    sheet = openpyxl.load_workbook(io.BytesIO(reader.get(address, {"platform": "douyin"}).content)).active
    rows = list(sheet.values)
    assert len(rows) == 2
    assert rows[1][0] == "=1+1 的油皮防晒"
    assert sheet["A2"].data_type == "s"
    assert rows[0][-8:] == ("用户相关", "品牌契合", "时效热度", "传播力", "干货价值", "差异化", "制作可行", "风险")
    text = b"".join(reader.get(address, {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert "'=1+1 的油皮防晒" in text
    assert "别的平台" in text


def call(member, method, path, body=None):
    scopes = ["content.view", "content.edit", "content.review"]
    _row, token = workspace.create_token(actor=member, name="t", scopes=scopes)
    answer = Client().generic(
        method,
        f"/api/topics{path}",
        json.dumps(body or {}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    return answer.status_code, answer.json()


def test_the_library_is_worked_over_http(cast):
    status, made = call(cast.owner, "POST", "", {"title": "油皮防晒清单", "platforms": ["douyin"], "hours": 4})
    assert status == 201
    assert made["score"] == sum(p["points"] for p in made["parts"])
    status, wrong = call(cast.owner, "POST", "", {"title": "油皮 防晒 清单"})
    assert (status, wrong["code"]) == (409, "topic_taken")
    status, moved = call(cast.owner, "POST", f"/{made['id']}/state", {"version": made["version"], "state": "parked"})
    assert (status, moved["code"]) == (422, "topic_no_reason")
    given = {"version": made["version"], "part": "relevance", "level": 5, "reason": "门店反馈"}
    status, part = call(cast.owner, "POST", f"/{made['id']}/parts", given)
    assert (status, part["score"] > made["score"]) == (200, True)
    status, changed = call(
        cast.owner, "PATCH", f"/{made['id']}", {"version": part["version"], "fields": {"title": "油皮防晒的清单"}}
    )
    assert (status, changed["title"]) == (200, "油皮防晒的清单")
    assert call(cast.owner, "PATCH", f"/{made['id']}", {"version": 1, "fields": {}})[0] == 409
    status, said = call(cast.owner, "POST", "/signals", {"kind": "search", "lines": [{"text": "油皮防晒", "count": 9}]})
    assert (status, said["new"]) == (200, 1)
    status, listed = call(cast.owner, "GET", "?platform=douyin")
    assert [t["title"] for t in listed["items"]] == ["油皮防晒的清单"]
    assert call(cast.owner, "GET", f"/{made['id']}")[1]["parts"][0]["by_hand"]
    assert call(cast.stranger, "GET", f"/{made['id']}")[0] == 404
    assert call(cast.stranger, "GET", "")[1]["items"] == []
    assert call(cast.owner, "GET", "/proposals?platform=xiaohongshu&day=2026-06-03")[1]["items"] == []


def test_the_command_lists_topics_with_their_open_score(cast, capsys, monkeypatch):
    monkeypatch.setattr("hongqiao.site.first.migrate", lambda: None)
    services.add_topic(actor=cast.editor, title="油皮防晒清单")
    assert cli.main(["topics", "--brand", "anlan", "--json"]) == 0
    out = capsys.readouterr().out
    told = (
        [json.loads(line) for line in out.splitlines() if line.strip()] if not out.startswith("[") else json.loads(out)
    )
    first = told[0][0] if isinstance(told[0], list) else told[0]
    assert first["title"] == "油皮防晒清单"
    assert len(first["parts"]) == 8


def test_each_month_keeps_its_last_figure_once_and_shows_it(cast, monkeypatch):
    calibrating.keep(cast.brand)
    assert not TopicCalibration.objects.exists()  # no piece has results: nothing to keep
    published(cast, monkeypatch, 12)
    days = iter([date(2026, 10, 3), date(2026, 10, 31), date(2026, 11, 1)])
    monkeypatch.setattr(calibrating.figures, "calendar_day", lambda brand: next(days))
    for _day in range(3):
        calibrating.keep(cast.brand)
    kept = TopicCalibration.objects.order_by("month")
    assert [(row.month, row.n, row.r) for row in kept] == [(date(2026, m, 1), 12, 1.0) for m in (10, 11)]
    page = cast.client(cast.viewer).get(reverse("content_topic_weights", args=["anlan"])).content.decode()
    assert page.index("2026-11") < page.index("2026-10")
