"""`hongqiao …` about brands, accounts, jobs, keys and webhooks: the services of the pages, from the command line."""

import argparse
import json
import pkgutil
from importlib import import_module

import pytest

from hongqiao import site
from hongqiao.site import serving
from hongqiao.site.arguments import parser
from hongqiao.site.cli import main
from hongqiao.workspace import jobs, keys
from hongqiao.workspace.models import Account, AuditEntry, BrandKey, Delivery, Webhook


@pytest.fixture
def call(cast, capsys):
    def call(*arguments, json_too=True):
        capsys.readouterr()
        status = main([*arguments, *(["--json"] if json_too else [])])
        out, err = capsys.readouterr()
        return status, json.loads(out) if out and json_too else out, json.loads(err) if err and json_too else err

    return call


def test_every_command_is_carried_out_and_every_answer_may_be_json():
    listed = next(a for a in parser()._actions if isinstance(a, argparse._SubParsersAction)).choices
    modules = [m.name for m in pkgutil.iter_modules(site.__path__) if m.name.endswith("commands")]
    known = [import_module(f"hongqiao.site.{name}").COMMANDS for name in modules] + [serving.COMMANDS]
    assert sorted(listed) == sorted(name for module in known for name in module)
    for name, one in listed.items():
        below = [a for a in one._actions if isinstance(a, argparse._SubParsersAction)]
        leaves = below[0].choices.values() if below else [one]
        if name not in ("serve", "web", "worker", "bench", "manage"):  # nothing, JSON always, or Django's own way
            assert all("--json" in leaf._option_string_actions for leaf in leaves), name


def test_brands_and_accounts_are_listed_and_an_account_is_added(cast, call):
    assert {b["slug"] for b in call("brands")[1]} == {"anlan", "other"}
    rival = ["account", "add", "--brand", "anlan", "--platform", "douyin", "--name", "对手", "--competitor"]
    status, said, _ = call(*rival)
    assert (status, said["relation"], Account.objects.get(name="对手").competitor) == (0, "competitor", True)
    assert [a["name"] for a in call("accounts", "--brand", "anlan", "--relation", "competitor")[1]] == ["对手"]
    status, _, err = call(*rival)
    assert (status, err["error"]["code"]) == (2, "account_taken")
    assert err["error"]["next_step"]
    status, out, _ = call("accounts", "--brand", "anlan", json_too=False)
    assert "安澜官方\town\topen" in out
    status, _, err = call("accounts", "--brand", "nobody", json_too=False)
    assert (status, "nobody" in err) == (2, True)


def test_jobs_webhooks_and_files_are_listed(cast, call):
    jobs.enqueue("workspace.tidy", brand_id=cast.brand.pk, key="x")
    jobs.enqueue("workspace.tidy", brand_id=None, key="y")
    assert [j["kind"] for j in call("jobs", "--brand", "anlan")[1]] == ["workspace.tidy"]
    assert len(call("jobs", "--brand", "anlan", "--house")[1]) == 1
    assert call("jobs", "--brand", "anlan", "--state", "failed")[1] == []
    assert call("files", "--brand", "anlan")[1] == []
    made = ["webhook", "add", "--brand", "anlan", "--name", "中台", "--url", "https://example.com/"]
    assert call(*made, "--event", "import.flown")[0] == 2
    _, said, _ = call(*made, "--event", "import.done", "--event", "import.undone")
    assert said["secret"].startswith("whs_")
    (listed,) = call("webhooks", "--brand", "anlan")[1]
    assert "secret" not in listed
    assert call("webhook", "test", "--brand", "anlan", str(Webhook.objects.get().pk))[1]["event"] == "ping"
    assert Delivery.objects.count() == 1
    assert call("webhook", "test", "--brand", "other", str(Webhook.objects.get().pk))[0] == 2


def test_keys_are_encrypted_anew_and_a_new_person_key_takes_over_for_new_rows(cast, call):
    before, kept = keys.person_keys(cast.brand.pk), BrandKey.objects.get(brand=cast.brand).secret
    assert call("keys", "rotate", "--brand", "anlan")[1] == {"encrypted": 1}
    assert BrandKey.objects.get(brand=cast.brand).secret != kept
    assert keys.person_keys(cast.brand.pk) == before
    assert call("keys", "rotate")[1] == {"encrypted": 2}
    assert call("keys", "rotate", "--new-person-key")[0] == 2
    _, said, _ = call("keys", "rotate", "--brand", "anlan", "--new-person-key")
    after = keys.person_keys(cast.brand.pk)
    assert said["person_key"] == after.key_id != before.key_id
    assert after.hash(["张三"]) != before.hash(["张三"])
    assert BrandKey.objects.filter(brand=cast.brand).count() == 2  # the old one stays, retired
    codes = list(AuditEntry.objects.order_by("-id").values_list("code", flat=True)[:2])
    assert codes == ["keys.person_renewed", "keys.rotated"]


def test_a_sign_in_link_names_the_address_that_was_set(cast, call, settings):
    assert call("link")[1]["url"].startswith("http://127.0.0.1:8000/in/")
    settings.URL = "https://hongqiao.example.com"
    assert call("link")[1]["url"].startswith("https://hongqiao.example.com/in/")
    assert call("link", "--url", "http://10.0.0.8:8000/", json_too=False)[1].startswith("http://10.0.0.8:8000/in/")
