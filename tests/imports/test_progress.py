"""How far the imports are, as 今日 shows it."""

import json

import pytest
from django.test import Client

from hongqiao.imports import queries, services
from hongqiao.workspace import jobs

from .conftest import CAPTURED, work, works

UNDER_WAY = "/b/anlan/imports/under-way/"


@pytest.fixture
def browser(client: Client, owner) -> Client:
    client.force_login(owner.user)
    return client


def confirmed(owner, douyin, give, n: int):
    file = give(works(work(n)), f"{n}.csv")
    return services.confirm(actor=owner, file_id=file.id, seen=None, account_id=douyin.id, captured_at=CAPTURED)


def test_nothing_under_way_is_an_empty_place_that_does_not_ask_again(browser, brand):
    assert not queries.progress(brand).active
    said = browser.get(UNDER_WAY).content.decode()
    assert "hx-get" not in said
    assert 'hx-get="/b/anlan/imports/under-way/"' in browser.get("/b/anlan/").content.decode()


def test_confirmed_files_count_until_the_last_is_over(browser, brand, owner, douyin, give):
    files = [confirmed(owner, douyin, give, n) for n in (1, 2, 3)]
    assert queries.progress(brand) == queries.Progress(queued=3)
    services.run(files[0].id)
    now = queries.progress(brand)
    assert (now.queued, now.done, now.total, now.active) == (2, 1, 3, True)
    services.run(files[2].id)
    now = queries.progress(brand)
    assert (now.queued, now.done, now.total) == (1, 2, 3)
    answer = browser.get(UNDER_WAY)
    assert "2 / 3" in answer.content.decode()
    assert 'hx-trigger="every 3s"' in answer.content.decode()
    assert browser.get(UNDER_WAY, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    services.run(files[1].id)
    assert browser.get(f"{UNDER_WAY}?was=1")["HX-Refresh"] == "true"
    assert "HX-Refresh" not in browser.get(UNDER_WAY)


def test_a_list_of_files_counts_from_its_first_moment(brand, owner, douyin, tmp_path):
    listed = []
    for n in (1, 2, 3):
        (tmp_path / f"{n}.csv").write_bytes(works(work(n)))
        entry = {"path": f"{n}.csv", "platform": "douyin", "account": "安澜官方", "captured_at": "2026-04-15T09:00:00"}
        listed.append({**entry, "core": True})
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"files": listed}), "utf-8")
    payload = {"manifest": str(manifest), "member": str(owner.id)}
    job = jobs.enqueue("imports.listed", brand_id=brand.id, key="x", payload=payload)
    assert queries.progress(brand) == queries.Progress(queued=3)
    services.take_listed(owner, manifest, services.entries(manifest)[0])
    type(job).objects.filter(pk=job.pk).update(progress=1 / 3)
    now = queries.progress(brand)
    assert (now.queued, now.done, now.total) == (2, 1, 3)
    jobs.work_off()
    assert not queries.progress(brand).active
