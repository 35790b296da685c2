"""Real records, where they are kept beside the checkout: taken whole, and equal to what pandas counts."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from hongqiao.imports import services
from hongqiao.imports.models import ImportFile
from hongqiao.workspace import services as workspace

from .conftest import CAPTURED, current, sums

pytestmark = pytest.mark.shared


@pytest.fixture
def douyin_files(shared: Path) -> list[Path]:
    files = sorted((shared / "data" / "exports" / "douyin").glob("*.xlsx"))
    if not files:
        pytest.skip("the real 抖音 files are not here")
    return files


def by_pandas(path: Path) -> pd.DataFrame:
    return pd.read_excel(path, dtype=str, engine="openpyxl").replace({"-": None, "--": None, "": None})


DAILY = {
    "播放量": "views",
    "作品点赞": "likes",
    "作品评论": "comments",
    "封面点击率": "cover_ctr",
    "净增粉丝": "followers_net",
}


def number(text: Any) -> float | None:
    if text is None or pd.isna(text):
        return None
    clean = str(text).replace(",", "")
    return float(clean.rstrip("%")) / 100 if clean.endswith("%") else float(clean)


def test_the_six_files_of_a_real_douyin_account_are_taken_and_equal_pandas(douyin_files, take, brand):
    done = [take(path.read_bytes(), path.name) for path in douyin_files]
    assert [f.state for f in done] == ["done"] * len(done)
    for path, file in zip(douyin_files, done, strict=True):
        assert sums(file) == (len(by_pandas(path)), 0, 0), path.name
    days = {r["day"]: r for r in current(brand, "account_daily")}
    for path in douyin_files:
        frame = by_pandas(path)
        if "日期" not in frame.columns:
            continue
        header = frame.columns[1]
        for day, value in zip(frame["日期"], frame[header], strict=True):
            stated, ours = number(value), days[date.fromisoformat(day)][DAILY[header]]
            assert (ours is None) == (stated is None), (header, day)
            assert ours is None or float(ours) == pytest.approx(stated, abs=1e-9), (header, day)
    listed = next(by_pandas(p) for p in douyin_files if "作品名称" in by_pandas(p).columns)
    shots = current(brand, "content_snapshots")
    columns = {
        "播放量": "views",
        "点赞量": "likes",
        "分享量": "shares",
        "评论量": "comments",
        "收藏量": "favorites",
        "粉丝增量": "followers_gained",
    }
    for header, column in columns.items():
        assert sum(r[column] or 0 for r in shots) == sum(number(v) or 0 for v in listed[header]), header
    assert len(current(brand, "contents")) == len(listed)


def mapped(
    owner: Any, take: Any, path: Path, table: str, columns: dict[str, tuple[str, str]], headers: list[str]
) -> ImportFile:
    account = workspace.create_account(actor=owner, platform="own", name=path.stem)
    wanted = {h: {"column": c, "kind": k} for h, (c, k) in columns.items()}
    options = {"currency": "USD", "earliest": "1990-01-01"}
    services.keep_mapping(
        actor=owner,
        mapping={"table": table, "label": path.stem, "columns": wanted, "headers": headers, "options": options},
    )
    return take(path.read_bytes(), path.name, account=account)


def test_cdnow_transactions_are_taken_whole_as_orders_and_equal_pandas_by_month(shared, owner, take, brand):
    path = shared / "data" / "economics" / "clv_cdnow" / "cdnow_transactions.csv"
    if not path.exists():
        pytest.skip("cdnow_transactions.csv is not here")
    frame = pd.read_csv(path, dtype={"date": str})
    columns = {
        "id": ("person", "id"),
        "date": ("ts", "datetime"),
        "cds_bought": ("quantity", "int"),
        "spent": ("gross", "money"),
    }
    file = mapped(owner, take, path, "orders", columns, list(frame.columns))
    assert sums(file) == (6919, 0, 0) == (len(frame), 0, 0)
    rows = pd.DataFrame(current(brand, "orders"))
    rows["month"] = pd.to_datetime(rows["day"]).dt.strftime("%Y-%m")
    frame["month"] = pd.to_datetime(frame["date"]).dt.strftime("%Y-%m")
    ours = rows.groupby("month")["gross"].apply(lambda s: round(float(sum(s)), 2)).to_dict()
    assert ours == frame.groupby("month")["spent"].sum().round(2).to_dict()
    assert rows.groupby("month")["quantity"].sum().to_dict() == frame.groupby("month")["cds_bought"].sum().to_dict()
    assert rows["person_key"].nunique() == frame["id"].nunique()
    assert set(rows["identified"]) == {True}


@pytest.mark.slow
def test_weibo_originals_and_reposts_are_taken_whole_as_mentions(shared, owner, take, brand):
    folder = shared / "data" / "opinion" / "ced_threads"
    if not (folder / "reposts.csv").exists():
        pytest.skip("ced_threads is not here")
    first = pd.read_csv(folder / "originals.csv")
    columns = {
        "id": ("mention_key", "id"),
        "text": ("text", "text"),
        "time": ("ts", "epoch"),
        "followers": ("followers", "int"),
        "reposts": ("reposts", "int"),
    }
    originals = mapped(owner, take, folder / "originals.csv", "mentions", columns, list(first.columns))
    assert sums(originals) == (len(first), 0, 0)
    rows = pd.DataFrame(current(brand, "mentions"))
    assert rows["reposts"].sum() == first["reposts"].sum()
    frame = pd.read_csv(folder / "reposts.csv", dtype=str, keep_default_na=False)
    columns = {"orig_id": ("thread_key", "id"), "date": ("ts", "datetime"), "text": ("text", "text")}
    reposts = mapped(owner, take, folder / "reposts.csv", "mentions", columns, list(frame.columns))
    assert sums(reposts) == (97223, 0, 0) == (len(frame), 0, 0)
    rows = pd.DataFrame(current(brand, "mentions"))
    rows = rows[rows["account"] == str(reposts.account_id)]
    assert len(rows) == len(frame)
    # A few rows state no year ("07月14日 16:17"): the latest such day before the capture.
    yearless = frame["date"].str.fullmatch(r"\d\d月\d\d日 \d\d:\d\d")
    assert yearless.sum() == 8
    day_of = frame["date"].str.replace("月", "-").str.replace("日", "")
    year = (day_of.str[:5] > f"{CAPTURED:%m-%d}").map({True: CAPTURED.year - 1, False: CAPTURED.year}).astype(str)
    stated = frame["date"].where(~yearless, year + "-" + day_of)
    assert (
        rows["day"].value_counts().to_dict() == pd.to_datetime(stated, format="mixed").dt.date.value_counts().to_dict()
    )
