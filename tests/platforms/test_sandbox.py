"""The test server as a command, its control, its pages and its figures."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from hongqiao.platforms.client import PlatformError
from hongqiao.platforms.wechat_oa.api import WeChatPublisher
from tests.oa import article, wechat

ROOT = Path(__file__).resolve().parents[2]


def published(sandbox, folder, **body):
    publisher, payload = WeChatPublisher(wechat(sandbox)), article(folder, **body)
    done = dict(publisher.prepare(payload, {}))
    publisher.submit(payload, done)
    return publisher.wechat


def local_day(offset=0):
    return (datetime.now(UTC) + timedelta(hours=8)).date() - timedelta(days=offset)


def test_the_command_serves_until_it_is_stopped():
    command = [sys.executable, "-m", "hongqiao.site.cli", "sandbox", "--port", "0", "--json"]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as running:
        said = json.loads(running.stdout.readline())
        shown = httpx.get(f"{said['url']}/sandbox", trust_env=False).json()
        running.terminate()
        assert running.wait(10) == 0
    assert shown["readings"].startswith("invented")


def test_the_control_makes_faults_and_refuses_what_it_does_not_know(sandbox):
    def post(body):
        return httpx.post(f"{sandbox.url}/sandbox", content=body, trust_env=False)

    assert post(b'{"fault": ["draft/count", "quota"]}').status_code == 200
    with pytest.raises(PlatformError):
        wechat(sandbox).draft_count()
    for bad in (b"", b"[]", b'{"fault": 1}', b'{"advance": "x"}'):
        assert post(bad).status_code == 400


def test_figures_of_an_article_only_grow_and_end_yesterday(sandbox, tmp_path):
    sandbox.world.advance(-5 * 86400)
    account = published(sandbox, tmp_path)
    account.publish_status(sandbox.world.publications[0].publish_id)
    sandbox.world.advance(5 * 86400)
    (row,) = account.datacube("getarticletotaldetail", local_day(5), local_day(5))
    assert row["msgid"] == f"{sandbox.world.publications[0].data_id}_1"
    assert (row["title"], row["publish_type"]) == ("夏日防晒实测", 1)
    days = [d["stat_date"] for d in row["detail_list"]]
    assert days == [local_day(n).isoformat() for n in (5, 4, 3, 2, 1)]
    reads = [d["read_user"] for d in row["detail_list"]]
    assert reads == sorted(reads)
    assert reads[0] > 0
    assert account.datacube("getarticletotaldetail", local_day(4), local_day(4)) == []


@pytest.mark.parametrize(("begin", "end", "answer"), [(0, 0, "61501"), (1, 3, "61501")])
def test_days_that_are_not_over_are_refused(sandbox, begin, end, answer):
    with pytest.raises(PlatformError) as caught:
        wechat(sandbox).datacube("getusercumulate", local_day(begin), local_day(end))
    assert caught.value.answer == answer


@pytest.mark.parametrize("name", ["getarticlesummary", "getarticletotal", "getuserread"])
def test_calls_that_the_platform_took_offline_say_so(sandbox, name):
    account = wechat(sandbox)
    token = account.caller.token().value
    url = f"{sandbox.url}/datacube/{name}?access_token={token}"
    body = {"begin_date": str(date(2026, 1, 1)), "end_date": str(date(2026, 1, 1))}
    assert httpx.post(url, json=body, trust_env=False).json()["errcode"] == 47009


@pytest.mark.parametrize("path", ["/s?mid=1&idx=1", "/s", "/s?mid=1&idx=x", "/mmbiz_png/none/0"])
def test_what_was_never_published_has_no_page(sandbox, path):
    assert httpx.get(sandbox.url + path, trust_env=False).status_code == 404


def test_an_article_taken_down_has_no_page(sandbox, tmp_path):
    account = published(sandbox, tmp_path)
    said = account.publish_status(sandbox.world.publications[0].publish_id)
    address = said["article_detail"]["item"][0]["article_url"]
    assert httpx.get(address, trust_env=False).status_code == 200
    account.article_delete(said["article_id"])
    assert httpx.get(address, trust_env=False).status_code == 404


@pytest.mark.parametrize("raw", [b"", b"[1]", b"\xff", b"{", b'{"articles": 1}', b'{"articles": ["x"]}'])
def test_a_body_that_is_no_request_is_refused_in_the_platforms_form(sandbox, raw):
    token = wechat(sandbox).caller.token().value
    answer = httpx.post(f"{sandbox.url}/cgi-bin/draft/add?access_token={token}", content=raw, trust_env=False)
    assert answer.status_code == 200
    assert answer.json()["errcode"] == 47001
