"""A small brand with real files: days that are missing or not over, orders and events whose words are hostile."""

import csv
import html
import io
import json
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.apps import apps
from django.test import Client

from hongqiao.imports import services as imports
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Account, Brand, Member, User
from tests.imports.conftest import SHANGHAI, daily, member, work, works
from tests.platforms.test_doudian import ORDERS, line
from tests.platforms.test_own import HEADER as EVENTS

CAPTURED = datetime(2026, 4, 10, 9, 30, tzinfo=SHANGHAI)
SPAN = "start=2026-04-01&end=2026-04-10"
#: 2026-04-05 is in no file; 2026-04-10 was downloaded before it was over.
VIEWS = {day: 100 + day for day in range(1, 11) if day != 5}
PRODUCTS = ("面霜", "=1+1", "@cmd", "+86", "-5", "∅", "∅-", '面霜 "夜"\' <b>加粗</b>', "'; DROP TABLE orders; --")
CHANNELS = ("小程序", "<script>alert(1)</script>", "∅", "a'b\"c&d=e#f", "=2+2")


def lines(*rows: str) -> bytes:
    return ("\ufeff" + "\n".join(rows) + "\n").encode()


def orders() -> bytes:
    rows = []
    for n, product in enumerate(PRODUCTS, 1):
        quoted = product.replace('"', '""')
        money, ts = f"{n}0.50", f"2026-04-{n % 9 + 1:02d} 10:00:00"
        rows.append(line(f"69170000000000000{n:02d}", f"69170000000000001{n:02d}", product=quoted, money=money, ts=ts))
    return lines(ORDERS, *rows)


def events() -> bytes:
    rows = []
    for n, channel in enumerate(CHANNELS, 1):
        quoted = '"' + channel.replace('"', '""') + '"'
        rows += [f"visit,u-{n},2026-04-0{n} 10:0{k}:00,,,{quoted},,,v{n}{k}" for k in range(n)]
        rows.append(f"purchase,u-{n},2026-04-0{n} 11:00:00,20,CNY,{quoted},,o{n},p{n}")
    rows.append("visit,u-9,2026-04-09 10:00:00,,,,,,v99")
    return lines(EVENTS, *rows)


def fill(owner: Member) -> None:
    """Ten days of four kinds of files."""
    accounts = {
        "douyin": workspace.create_account(actor=owner, platform="douyin", name="安澜官方"),
        "doudian": workspace.create_account(actor=owner, platform="doudian", name="旗舰店 <i>“∅”</i>"),
        "own": workspace.create_account(actor=owner, platform="own", name="会员"),
    }
    views = [(f"2026-04-{d:02d}", v) for d, v in VIEWS.items()]
    for data, name, platform in (
        (daily(*views), "播放量.xlsx", "douyin"),
        (daily(*[(d, 10) for d, _v in views], metric="净增粉丝"), "净增.xlsx", "douyin"),
        (daily(*[(d, 3) for d, _v in views], metric="取关粉丝"), "取关.xlsx", "douyin"),
        (works(work(1, 500), work(2, 700), work(3)), "=作品.csv", "douyin"),
        (orders(), "订单.csv", "doudian"),
        (events(), "events.csv", "own"),
    ):
        bring(owner, data, name, accounts[platform])


def bring(owner: Member, data: bytes, name: str, account: Account) -> None:
    file = imports.receive(actor=owner, name=name, stream=io.BytesIO(data))
    imports.confirm(actor=owner, file_id=file.id, seen=None, account_id=account.id, captured_at=CAPTURED, queue=False)
    done = imports.run(file.id)
    assert done.state == "done", (name, done.error)


#: What `fill` left behind, so that the files are read once a run: rows by model, and the data folder.
_kept: dict[str, Any] = {}
APPS = ("workspace", "warehouse", "imports")


@pytest.fixture
def filled(db: None, settings: Any, tmp_path_factory: Any) -> Brand:
    """The brand with its facts. Tests only read it: what they ask is kept by its version."""
    settings.DATA = _kept.setdefault("folder", tmp_path_factory.mktemp("filled"))
    if "rows" in _kept:
        for model, rows in _kept["rows"]:
            model._base_manager.bulk_create(rows)
    else:
        user = User.objects.create_superuser("owner@example.com", name="沈总")
        workspace.create_brand(user=user, name="安澜", slug="anlan")
        fill(Member.objects.get(brand__slug="anlan"))
        models = [m for app in APPS for m in apps.get_app_config(app).get_models()]
        _kept["rows"] = [(m, rows) for m in models if (rows := list(m._base_manager.all()))]
    return Brand.objects.get(slug="anlan")


@pytest.fixture
def owner(filled: Brand) -> Member:
    return Member.objects.get(brand=filled)


@pytest.fixture
def empty(db: None, house: Any) -> Member:
    """The owner of a brand without files."""
    user = User.objects.create_superuser("empty@example.com", name="空")
    return Member.objects.get(brand=workspace.create_brand(user=user, name="空", slug="empty"))


@pytest.fixture
def web(owner: Member) -> Client:
    """The owner's browser."""
    return signed_in(owner)


@pytest.fixture
def reviewer(filled: Brand) -> Member:
    """Sees 今日, may not see figures."""
    return member(filled, "reviewer")


@pytest.fixture
def specialist(filled: Brand) -> Member:
    return member(filled, "specialist")


@pytest.fixture
def stranger(filled: Brand) -> Member:
    user = User.objects.create_superuser("other@example.com", name="外人")
    return Member.objects.get(brand=workspace.create_brand(user=user, name="别家", slug="other"))


def signed_in(person: Member) -> Client:
    browser = Client()
    browser.force_login(person.user)
    return browser


def kpis(page: Any) -> dict[str, tuple[str, str]]:
    """metric → (value, address) of the cards of a page."""
    found = re.findall(r'data-metric="(\w+)" data-value="([^"]*)">\s*<a class="card kpi" href="([^"]+)"', text(page))
    return {code: (value, html.unescape(url)) for code, value, url in found}


def charts(page: Any) -> dict[str, dict[str, Any]]:
    """code → payload of the charts of a page."""
    found = re.findall(r'<script id="(\w+)-data" type="application/json">(.*?)</script>', text(page), re.S)
    return {code: json.loads(body) for code, body in found}


def text(page: Any) -> str:
    return page.content.decode()


def export(browser: Client, url: str, what: str = "rows", kind: str = "csv") -> Any:
    """Download what stands behind a metric page's address."""
    parts = urlsplit(url)
    return browser.get(f"{parts.path}{what}.{kind}", dict(parse_qsl(parts.query)))


def table(answer: Any) -> list[dict[str, str]]:
    """The rows of a csv download."""
    assert answer.status_code == 200, answer
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body)))


def days(first: str, count: int) -> list[str]:
    start = datetime.fromisoformat(first)
    return [f"{start + timedelta(n):%Y-%m-%d}" for n in range(count)]
