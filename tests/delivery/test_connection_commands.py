"""Connections from the command line: the secret comes by the standard input and is never printed."""

import io
import json

import pytest

from hongqiao.delivery.models import Connection
from hongqiao.site import first
from hongqiao.site.cli import main
from hongqiao.workspace import services as workspace
from tests.oa import sandbox  # noqa: F401


@pytest.fixture
def account(cast, sandbox, settings, house, monkeypatch):  # noqa: F811
    settings.WECHAT_BASE = sandbox.url
    monkeypatch.setattr(first, "migrate", lambda: None)
    return workspace.create_account(actor=cast.owner, platform="wechat_oa", name="安澜公众号")


def said(capsys, *arguments):
    code = main([*arguments, "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out or err), out + err


def test_an_account_is_connected_tested_and_fetched(account, sandbox, capsys, monkeypatch):  # noqa: F811
    key, world = str(account.pk), sandbox.world
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{world.secret}\n"))
    add = ("connection", "add", "--brand", "anlan", key, "--kind", "service_verified", "--app-id", world.app_id)
    code, row, text = said(capsys, *add)
    assert (code, row["publish"], row["state"]) == (0, "api", "untried")
    assert world.secret not in text
    assert said(capsys, "connection", "test", "--brand", "anlan", key)[1]["drafts"] == 0
    assert said(capsys, "connection", "fetch", "--brand", "anlan", key)[1]["refused"] == 0
    (listed,) = [r for r in said(capsys, "connections", "--brand", "anlan")[1] if r["account"] == key]
    assert (listed["state"], bool(listed["figures_until"])) == ("good", True)
    code, row, _ = said(capsys, *add[:-4], "--kind", "service", "--app-id", world.app_id, "--keep-secret")
    assert (code, row["publish"]) == (0, "assisted")


def test_what_the_platform_refuses_is_said_with_the_next_step(account, sandbox, capsys, monkeypatch):  # noqa: F811
    key = str(account.pk)
    monkeypatch.setattr("sys.stdin", io.StringIO("f" * 32))
    said(capsys, "connection", "add", "--brand", "anlan", key, "--kind", "service", "--app-id", sandbox.world.app_id)
    code, error, _ = said(capsys, "connection", "test", "--brand", "anlan", key)
    assert code == 2
    assert "40125" in error["error"]["message"]


@pytest.mark.parametrize("key", ["01890000-0000-7000-8000-000000000000", "x"])
def test_an_account_that_is_not_there_is_not_found(account, capsys, key):
    assert said(capsys, "connection", "test", "--brand", "anlan", key)[0] == 2
    assert not Connection.objects.exists()
