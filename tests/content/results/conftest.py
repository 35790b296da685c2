"""A brand whose 抖音 account has two dozen videos, one of the newest seen by as many as ever and shared by few."""

import io
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from hongqiao.imports import services as imports
from hongqiao.workspace import services as workspace
from hongqiao.workspace.models import Account, Member
from tests.cast import Cast, cast  # noqa: F401
from tests.imports.conftest import SHANGHAI, works

CAPTURED = datetime(2026, 4, 28, 9, 30, tzinfo=SHANGHAI)
NEW = "控油防晒到底怎么选 <b>夏天</b>"


def works_of(month: int, n: int, *, title: str = "", shares: int = 30, finish: str = "0.36") -> str:
    """One row of a 作品列表: published on day n of a month of 2026, seen a thousand times."""
    name = title or f"油皮实测 {month}-{n}"
    return f"{name},2026-{month:02d}-{n:02d} 21:26:{n:02d},视频,公开,1000,{finish},0.5,0.2,4.5,100,{shares},30,40,5,9"


def video(n: int, **more: Any) -> str:
    return works_of(4, n, **more)


def bring(owner: Member, account: Account, *rows: str, name: str = "作品.csv", month: int = 4) -> None:
    file = imports.receive(actor=owner, name=name, stream=io.BytesIO(works(*rows)))
    told = {"account_id": account.id, "captured_at": CAPTURED.replace(month=month, day=30), "queue": False}
    imports.confirm(actor=owner, file_id=file.id, seen=None, **told)
    done = imports.run(file.id)
    assert done.state == "done", (name, done.error)


@pytest.fixture
def shown(cast: Cast, settings, tmp_path) -> Cast:  # noqa: F811
    settings.DATA = tmp_path
    usual = [video(n, shares=25 + n) for n in range(1, 25) if n != 20]
    bring(cast.owner, cast.account, *usual, video(20, title=NEW, shares=2))
    rival = workspace.create_account(actor=cast.owner, platform="douyin", name="别家", relation="competitor")
    bring(cast.owner, rival, video(21, title="别家的"), name="别家.csv")
    return cast


@pytest.fixture
def web(cast: Cast) -> Client:  # noqa: F811
    return cast.client(cast.owner)
