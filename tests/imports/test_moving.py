"""The wrong account was chosen: what the import brought moves, without the file."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from hongqiao import warehouse
from hongqiao.errors import Conflict, HongqiaoError, NotFound
from hongqiao.imports import services
from hongqiao.imports.models import ImportFile
from hongqiao.warehouse import store
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import AuditEntry

from .conftest import CAPTURED, current, daily, sums, work, works

DAYS = [("2026-04-01", 120), ("2026-04-02", 90)]


@pytest.fixture
def second(owner):
    return workspace.create_account(actor=owner, platform="douyin", name="安澜二号")


def whose(brand, table: str = "account_daily") -> set:
    return {str(r["account"]) for r in current(brand, table)}


def test_the_rows_move_and_are_there_once(client: Client, brand, owner, douyin, second, take):
    file = take(daily(*DAYS), "播放量.xlsx")
    client.force_login(owner.user)
    page = client.get(f"/b/anlan/imports/{file.id}/").content.decode()
    assert "改账号" in page
    assert "这个文件带来的 2 行会从「安澜官方」移到选定的账号下" in page
    answer = client.post(f"/b/anlan/imports/{file.id}/move/", {"account": str(second.id), "seen": file.version})
    assert answer.status_code == 302
    assert whose(brand) == {str(second.id)}
    assert [r["views"] for r in current(brand, "account_daily")] == [120, 90]
    file = ImportFile.objects.get()
    assert (file.account, file.state, sums(file)) == (second, "done", (2, 0, 0))
    entry = AuditEntry.objects.get(code="import.account_moved")
    assert entry.params == {"rows": 2, "name": "播放量.xlsx", "account": "安澜二号", "was": "安澜官方"}
    services.undo(actor=owner, file_id=file.id, seen=file.version)
    assert current(brand, "account_daily") == []


def test_works_move_with_their_figures_and_the_other_accounts_rows_stay(brand, owner, douyin, second, take):
    take(works(work(1, 500)), "留下.csv")
    moved = take(works(work(2, 700), work(3, 900)), "错了.csv")
    services.move_account(actor=owner, file_id=moved.id, seen=None, account_id=second.id)
    found = {(str(r["account"]), r["views"]) for r in current(brand, "content_snapshots")}
    assert found == {(str(douyin.id), 500), (str(second.id), 700), (str(second.id), 900)}


def test_what_cannot_move_says_why_and_stays(brand, owner, specialist, stranger, douyin, second, take, give):
    same = daily(*DAYS)  # a workbook carries the second it was made in
    file = take(same)
    take(same, account=second)
    with pytest.raises(HongqiaoError) as error:
        services.move_account(actor=owner, file_id=file.id, seen=None, account_id=second.id)
    assert (error.value.code, error.value.params) == ("taken_there", {"account": "安澜二号"})
    assert whose(brand) == {str(douyin.id), str(second.id)}
    shop = workspace.create_account(actor=owner, platform="doudian", name="小店")
    for account, code in ((douyin, "same_account"), (shop, "other_platform")):
        with pytest.raises(HongqiaoError) as error:
            services.move_account(actor=owner, file_id=file.id, seen=None, account_id=account.id)
        assert error.value.code == code
    for actor in (specialist, stranger):
        with pytest.raises(NotFound):
            services.move_account(actor=actor, file_id=file.id, seen=None, account_id=second.id)
    with pytest.raises(Conflict):
        services.move_account(actor=owner, file_id=file.id, seen=1, account_id=second.id)
    with pytest.raises(Conflict):
        services.move_account(actor=owner, file_id=give(works(work(1))).id, seen=None, account_id=second.id)


@pytest.mark.django_db(transaction=True)
def test_parts_are_written_before_the_transaction_of_an_undo_or_a_move_begins(owner, douyin, take, monkeypatch):
    other = workspace.create_account(actor=owner, platform="douyin", name="另一个号")
    first, second = take(works(work(1), work(2))), take(works(work(3)), captured=CAPTURED + timedelta(days=1))
    inside = []
    write = store.write

    def watched(*given, **named):
        inside.append(connection.in_atomic_block)
        return write(*given, **named)

    monkeypatch.setattr(store, "write", watched)
    services.move_account(actor=owner, file_id=second.id, seen=None, account_id=other.id)
    services.undo(actor=owner, file_id=first.id, seen=None)
    assert inside
    assert not any(inside)


def test_what_was_prepared_against_an_older_state_is_prepared_anew(owner, douyin, take, give, monkeypatch):
    mine, tries = take(works(work(1))), []
    prepared = warehouse.prepared_undo

    @contextmanager
    def crossed(brand_id, ids):
        with prepared(brand_id, ids) as ready:
            if not tries:  # somebody commits between the preparing and the transaction
                monkeypatch.setattr(warehouse, "prepared_undo", prepared)
                take(works(work(2)), captured=CAPTURED + timedelta(days=1))
                monkeypatch.setattr(warehouse, "prepared_undo", crossed)
            tries.append(ready)
            yield ready

    monkeypatch.setattr(warehouse, "prepared_undo", crossed, raising=False)
    services.undo(actor=owner, file_id=mine.id, seen=None)
    assert [one.committed for one in tries] == [False, True]
    assert [r["title"] for r in current(mine.brand, "contents")] == ["防晒测评 2"]
    assert not [p for p in tries[0].made if p.file.exists()], "what was written for nothing is gone"


def test_a_file_that_changed_while_its_undo_was_prepared_is_a_conflict(owner, douyin, take, monkeypatch):
    mine, prepared = take(works(work(1))), warehouse.prepared_undo

    @contextmanager
    def crossed(brand_id, ids):
        with prepared(brand_id, ids) as ready:
            ImportFile.objects.filter(id=mine.id).update(version=mine.version + 1)
            yield ready

    monkeypatch.setattr(warehouse, "prepared_undo", crossed, raising=False)
    with pytest.raises(Conflict):
        services.undo(actor=owner, file_id=mine.id, seen=None)
    assert len(current(mine.brand, "contents")) == 1
