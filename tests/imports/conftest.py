"""The cast of the import room and the files they hold. Files are made here, by hand, from the layouts' own headers."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from hongqiao import warehouse
from hongqiao.imports import services
from hongqiao.imports.models import ImportFile
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Account, Brand, Member, User

SHANGHAI = ZoneInfo("Asia/Shanghai")
CAPTURED = datetime(2026, 4, 15, 9, 30, tzinfo=SHANGHAI)
WORKS = (
    "作品名称,发布时间,体裁,审核状态,播放量,完播率,5s完播率,2s跳出率,"
    "平均播放时长,点赞量,分享量,评论量,收藏量,主页访问量,粉丝增量"
)


def works(*rows: str) -> bytes:
    """A 作品列表 as csv."""
    return ("\ufeff" + "\n".join([WORKS, *rows]) + "\n").encode()


def work(n: int, plays: Any = 1000) -> str:
    return f"防晒测评 {n},2026-04-{n % 28 + 1:02d} 21:26:{n % 60:02d},图文,公开,{plays},0.36,0.5,0.2,4.5,10,2,3,4,5,1"


def xlsx(rows: list[list[Any]], sheet: str = "Sheet1") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def daily(*rows: tuple[str, Any], metric: str = "播放量") -> bytes:
    """One metric of 抖音 账号数据总览, as xlsx."""
    return xlsx([["日期", metric], *[list(r) for r in rows]])


def zip_of(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in files.items():
            z.writestr(name, data)
    return out.getvalue()


@pytest.fixture
def brand(db: None, house: Path) -> Brand:
    user = User.objects.create_superuser("owner@example.com", name="沈总")
    return workspace.create_brand(user=user, name="安澜", slug="anlan")


@pytest.fixture
def owner(brand: Brand) -> Member:
    return Member.objects.get(brand=brand)


def member(brand: Brand, role: str, email: str = "") -> Member:
    user = User.objects.create_user(email or f"{role}@example.com", name=role)
    return Member.objects.create(brand=brand, user=user, role=role)


@pytest.fixture
def specialist(brand: Brand) -> Member:
    return member(brand, "specialist")


@pytest.fixture
def designer(brand: Brand) -> Member:
    """Somebody of the brand who has nothing to do with imports."""
    return member(brand, "designer")


@pytest.fixture
def stranger(brand: Brand) -> Member:
    user = User.objects.create_superuser("other@example.com", name="外人")
    other = workspace.create_brand(user=user, name="别家", slug="other")
    return Member.objects.get(brand=other)


@pytest.fixture
def douyin(owner: Member) -> Account:
    return workspace.create_account(actor=owner, platform="douyin", name="安澜官方")


@pytest.fixture
def give(owner: Member) -> Callable[..., ImportFile]:
    """Hand a file over."""

    def give(data: bytes, name: str = "文件.csv", actor: Member | None = None) -> ImportFile:
        return services.receive(actor=actor or owner, name=name, stream=io.BytesIO(data))

    return give


@pytest.fixture
def take(owner: Member, douyin: Account, give: Callable[..., ImportFile]) -> Callable[..., ImportFile]:
    """Hand a file over, confirm it and run it."""

    def take(
        data: bytes,
        name: str = "文件.csv",
        account: Account | None = None,
        captured: datetime = CAPTURED,
        actor: Member | None = None,
    ) -> ImportFile:
        file = give(data, name, actor)
        assert file.state == "waiting", file.error
        who = actor or owner
        whose = (account or douyin).id
        services.confirm(actor=who, file_id=file.id, seen=None, account_id=whose, captured_at=captured, queue=False)
        return services.run(file.id)

    return take


def sums(file: ImportFile) -> tuple[int, int, int]:
    """(taken, unchanged, refused) of a file."""
    tables = list(file.tables.all())
    return tuple(sum(getattr(t, n) for t in tables) for n in ("taken", "unchanged", "refused"))  # type: ignore[return-value]


def current(brand: Brand, table: str) -> list[dict[str, Any]]:
    """What the warehouse says now."""
    handle = warehouse.open(brand.id)
    return handle.fetch(handle.current(table)).to_pylist()


def statements(brand: Brand, table: str) -> int:
    handle = warehouse.open(brand.id)
    return handle.fetch(handle.table(table)).num_rows
