"""Large and strange files: the figures equal what was written, or the row is refused by number; never a crash."""

import datetime
import os
import resource
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hongqiao import warehouse
from hongqiao.imports import services
from hongqiao.imports.models import ImportFile
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Account, Member

from .conftest import CAPTURED, current, daily, sums, work, works, xlsx

EVENTS = "event,ts,person,amount,channel,content,event_id"


@pytest.fixture
def system(owner: Member) -> Account:
    return workspace.create_account(actor=owner, platform="own", name="会员系统")


def import_path(owner: Member, path: Path, account: Account) -> ImportFile:
    with path.open("rb") as stream:
        file = services.receive(actor=owner, name=path.name, stream=stream)
    assert file.state == "waiting", file.error
    services.confirm(actor=owner, file_id=file.id, seen=None, account_id=account.id, captured_at=CAPTURED, queue=False)
    return services.run(file.id)


def events(path: Path, rows: int, content: str = "page") -> Decimal:
    """Write so many purchases; return what they add up to."""
    total = Decimal(0)
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(EVENTS + "\n")
        for n in range(rows):
            amount = Decimal(n % 997) / 100
            total += amount
            day, second = n % 28 + 1, n % 86_400
            clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
            out.write(f"purchase,2026-03-{day:02d} {clock},u{n % 5000},{amount},小程序,{content},e{n}\n")
    return total


def added_up(file: ImportFile) -> tuple[int, Any]:
    handle = warehouse.open(file.brand_id)
    table = handle.current("events")
    found = handle.fetch(table.aggregate(n=table.count(), amount=table.amount.sum())).to_pylist()
    return found[0]["n"], found[0]["amount"]


def said(started: float, what: str) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: {time.monotonic() - started:.1f} s, peak {peak:.0f} MB")


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.django_db
def test_a_million_rows_add_up(owner, system, tmp_path):
    path = tmp_path / "百万行.csv"
    total = events(path, 1_000_000)
    started = time.monotonic()
    file = import_path(owner, path, system)
    said(started, "1,000,000 rows")
    assert (file.state, sums(file)) == ("done", (1_000_000, 0, 0))
    assert added_up(file) == (1_000_000, total)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.django_db
def test_two_hundred_megabytes_add_up(owner, system, tmp_path):
    path = tmp_path / "两百兆.csv"
    total = events(path, 185_000, "详情页" * 118)
    assert 190 << 20 < path.stat().st_size < 220 << 20
    started = time.monotonic()
    file = import_path(owner, path, system)
    said(started, f"{path.stat().st_size >> 20} MB")
    assert (file.state, sums(file)) == ("done", (185_000, 0, 0))
    assert added_up(file) == (185_000, total)


RARE = "防晒测评 㐀𠮷龘 囍"  # needs four bytes a character in GB18030


def test_gb18030_is_read_to_the_last_character(brand, take):
    rows = works(work(1), work(2)).decode("utf-8-sig").replace("防晒测评 1", RARE)
    file = take(rows.encode("gb18030"), "导出.csv")
    assert sums(file) == (2, 0, 0)
    assert {r["title"] for r in current(brand, "contents")} == {RARE, "防晒测评 2"}


@pytest.mark.parametrize("when", ["1900-01-01 10:00:00", "1900/1/0", "0000-00-00 00:00:00", "1899-12-30", "1900-02-29"])
def test_a_date_of_1900_is_refused_by_row_and_the_others_are_in(brand, take, when):
    bad = work(2).replace("2026-04-03 21:26:02", when)
    assert bad != work(2)
    file = take(works(work(1), bad, work(3)))
    assert (file.state, sums(file)) == ("done", (2, 0, 1))
    (problem,) = [p for p in file.tables.get().problems if p["fatal"]]
    assert (problem["row"], problem["column"]) == (3, "发布时间")
    assert len(current(brand, "contents")) == 2


@pytest.mark.parametrize("serial", [0, 1, 60, datetime.datetime(1900, 1, 1), datetime.time(0, 0)])
def test_a_spreadsheets_own_zero_date_is_refused_by_row(brand, take, serial):
    file = take(xlsx([["日期", "播放量"], [serial, 5], [datetime.datetime(2026, 4, 2), 7]]), "播放量.xlsx")
    assert (file.state, sums(file)) == ("done", (1, 0, 1))
    assert [(str(r["day"]), r["views"]) for r in current(brand, "account_daily")] == [("2026-04-02", 7)]


@pytest.mark.parametrize("value", ["1e400", "9" * 40, "NaN", "-5", "１２３", "1,2,3", "二十"])
def test_a_number_that_is_none_loses_its_cell_or_row_and_never_the_file(brand, take, value):
    file = take(works(work(1), work(2, f'"{value}"')))
    taken, _unchanged, refused = sums(file)
    assert file.state == "done"
    assert taken >= 1
    assert refused <= 1
    assert 1000 in {r["views"] for r in current(brand, "content_snapshots")}


def test_nul_bytes_and_lone_quotes_do_not_stop_an_import(brand, take):
    broken = works(work(1), work(2).replace("图文", "图\x00文"), 'x"y,2026-04-05 10:00:00,图文,公开,7,,,,,,,,,,')
    file = take(broken)
    assert file.state == "done"
    assert 1000 in {r["views"] for r in current(brand, "content_snapshots")}


def test_a_day_file_of_many_years_is_taken_whole(brand, take):
    first = datetime.date(2016, 1, 1)
    days = [(str(first + datetime.timedelta(days=n)), n) for n in range(3650)]
    file = take(daily(*days), "十年.xlsx")
    assert sums(file) == (3650, 0, 0)
    assert sum(r["views"] for r in current(brand, "account_daily")) == sum(range(3650))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_in_the_watched_folder_holds_nothing_up(brand, settings, tmp_path):
    settings.WATCH = str(tmp_path)
    (tmp_path / "anlan").mkdir()
    os.mkfifo(tmp_path / "anlan" / "a.csv")
    assert services.watch(brand) == {"taken": 0, "refused": 0, "waiting": 0}
