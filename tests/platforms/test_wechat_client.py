"""Calling 公众号: tokens, classes of errors, quotas, what may be repeated. Against the test server."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from hongqiao.errors import HongqiaoError
from hongqiao.platforms.client import (
    MemoryBudget,
    MemoryTokens,
    NotSure,
    PlatformError,
    Refusals,
    Token,
    Unreachable,
    UsedUp,
    WrongBase,
)
from hongqiao.platforms.client.http import Line, checked_base, written
from hongqiao.platforms.sandbox import Sandbox
from hongqiao.platforms.wechat_oa.api import book
from hongqiao.platforms.wechat_oa.api.client import SpanTooLong
from tests.oa import wechat

REFUSALS = Refusals("公众号", book("errors"))


def refused(call, *args):
    with pytest.raises(PlatformError) as caught:
        call(*args)
    return caught.value


def test_one_token_serves_many_calls(sandbox):
    account = wechat(sandbox)
    assert [account.draft_count() for _ in range(5)] == [0] * 5
    assert sandbox.world.asked["stable_token"] == 1


def test_a_token_that_somebody_else_ended_is_renewed_once_and_the_call_goes_through(sandbox):
    account = wechat(sandbox)
    account.draft_count()
    sandbox.world.kill_token()
    assert account.draft_count() == 0
    assert (sandbox.world.asked["stable_token"], sandbox.world.asked["draft/count"]) == (2, 3)


def test_an_expired_token_is_renewed(sandbox):
    account = wechat(sandbox)
    account.draft_count()
    sandbox.world.advance(7300)
    assert account.draft_count() == 0
    assert sandbox.world.asked["stable_token"] == 2


def test_a_token_about_to_expire_is_renewed_before_the_call(sandbox):
    tokens = MemoryTokens()
    tokens.renew("", lambda: Token("old", datetime.now(UTC) + timedelta(seconds=30)))
    assert wechat(sandbox, tokens=tokens).draft_count() == 0
    assert sandbox.world.asked["draft/count"] == 1


def test_a_token_refused_though_it_is_the_stable_one_is_replaced_by_force(sandbox):
    account, world = wechat(sandbox), sandbox.world
    account.draft_count()
    check, seen = world.check_token, set()

    def once_more(token):  # the platform refuses this very token, though it gives it out still
        if not seen:
            seen.add(token)
        if token in seen:
            from hongqiao.platforms.sandbox.world import Refused

            raise Refused(40001, "invalid credential")
        check(token)

    world.check_token = once_more
    assert account.draft_count() == 0
    assert world.asked["stable_token"] == 3


def test_a_quota_that_is_over_is_no_reason_for_a_new_token(sandbox):
    account = wechat(sandbox)
    account.draft_count()
    sandbox.world.fault("draft/count", "quota")
    error = refused(account.draft_count)
    assert (error.answer, error.kind, error.again) == ("45009", "day", True)
    assert error.until > datetime.now(UTC)
    assert sandbox.world.asked["stable_token"] == 1


def test_two_who_need_a_token_at_once_fetch_it_once(sandbox):
    tokens = MemoryTokens()
    accounts = [wechat(sandbox, tokens=tokens) for _ in range(8)]
    threads = [threading.Thread(target=a.draft_count) for a in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sandbox.world.asked["stable_token"] == 1


@pytest.mark.parametrize(
    ("change", "answer", "kind"),
    [
        ({"app_id": "wxffffffffffffffff"}, "40013", "operator"),
        ({"secret": "f" * 32}, "40125", "operator"),
    ],
)
def test_wrong_keys_are_for_a_person_and_never_shown(sandbox, change, answer, kind):
    error = refused(wechat(sandbox, **change).draft_count)
    assert (error.answer, error.kind, error.again) == (answer, kind, False)
    assert "AppID" in error.next_step or "AppSecret" in error.next_step
    assert sandbox.world.secret not in f"{error} {error.params}"
    assert sandbox.world.asked["stable_token"] == 1


def test_an_address_not_on_the_white_list_is_told_with_the_address(sandbox):
    sandbox.world.whitelist = ("203.0.113.7",)
    error = refused(wechat(sandbox).draft_count)
    assert error.answer == "40164"
    assert "127.0.0.1" in error.said
    assert "白名单" in error.next_step


def test_busy_is_tried_again_at_once_for_what_may_be_repeated(sandbox):
    account = wechat(sandbox)
    account.draft_count()
    sandbox.world.fault("draft/count", "busy", times=2)
    assert account.draft_count() == 0
    sandbox.world.fault("draft/count", "busy", times=3)
    assert refused(account.draft_count).kind == "now"


def test_busy_is_never_repeated_for_what_could_happen_twice(sandbox):
    account = wechat(sandbox)
    account.draft_count()
    sandbox.world.fault("freepublish/submit", "busy")
    error = refused(account.publish, "whatever")
    assert (error.kind, error.again) == ("now", True)
    assert sandbox.world.faults == []


def test_the_rate_of_a_minute_waits_for_the_next(sandbox):
    sandbox.world.per_minute = 2
    account = wechat(sandbox)
    account.draft_count()
    account.draft_count()
    error = refused(account.draft_count)
    assert (error.answer, error.kind, error.again) == ("45011", "minute", True)
    assert timedelta(0) < error.until - datetime.now(UTC) <= timedelta(seconds=61)


def test_a_quota_used_up_by_our_own_count_is_not_asked_for(sandbox):
    class Small(MemoryBudget):
        def take(self, call, limit, day):
            return super().take(call, min(limit, 2), day)

    account = wechat(sandbox, budget=Small())
    account.draft_count()
    account.draft_count()
    with pytest.raises(UsedUp) as caught:
        account.draft_count()
    assert caught.value.again
    assert sandbox.world.asked["draft/count"] == 2


def test_the_platforms_own_quota_ends_too(sandbox):
    sandbox.world.day_limits["draft/count"] = 1
    account = wechat(sandbox)
    account.draft_count()
    assert refused(account.draft_count).answer == "45009"
    sandbox.world.advance(24 * 3600)
    assert account.draft_count() == 0


@pytest.mark.parametrize("fault", ["500", "garbage", "drop", "lost", "lost_500"])
def test_without_a_readable_answer_nobody_knows_and_it_is_not_repeated(sandbox, fault):
    account = wechat(sandbox)
    account.draft_count()
    sandbox.world.fault("draft/count", fault)
    with pytest.raises(NotSure) as caught:
        account.draft_count()
    assert caught.value.again
    assert account.draft_count() == 0


def test_an_answer_that_takes_too_long_is_given_up(sandbox):
    sandbox.slow_seconds = 1.5
    account = wechat(sandbox)
    account.draft_count()
    account.caller.line = Line(sandbox.url, timeouts={"read": 0.2})
    sandbox.world.fault("draft/count", "slow")
    began = time.monotonic()
    with pytest.raises(NotSure):
        account.draft_count()
    assert time.monotonic() - began < 1.2


def test_a_host_that_is_not_there_took_nothing():
    with Sandbox() as gone:
        account = wechat(gone)
    with pytest.raises(Unreachable) as caught:
        account.draft_count()
    assert caught.value.again


def test_an_unverified_account_has_no_right_to_publish(sandbox):
    sandbox.world.kind = "subscription"
    error = refused(wechat(sandbox).publish, "x")
    assert (error.answer, error.kind, error.again) == ("48001", "operator", False)


@pytest.mark.parametrize(("answer", "said"), sorted(book("errors")["codes"].items()))
def test_every_documented_code_has_its_class_its_words_and_whether_to_try_again(answer, said):
    error = REFUSALS.error(answer, "the platform's words")
    assert isinstance(error, HongqiaoError)
    assert error.kind == said["class"]
    assert error.again == (error.kind in ("now", "token", "minute", "day"))
    assert error.next_step
    assert error.params["said"] == "the platform's words"
    assert error.params["answer"] == answer
    assert (error.until is not None) == (error.kind in ("minute", "day"))


def test_an_unknown_code_is_told_in_the_platforms_words_and_not_tried_again():
    error = REFUSALS.error(99999, "something new rid: 1")
    assert (error.kind, error.again, error.said) == ("permanent", False, "something new rid: 1")


def test_the_next_day_is_the_platforms_own():
    late = datetime(2026, 7, 1, 15, 30, tzinfo=UTC)  # 23:30 in Beijing
    assert REFUSALS.error("45009", "").kind == "day"
    assert REFUSALS.until("day", late) == datetime(2026, 7, 1, 16, 1, tzinfo=UTC)


def test_a_datacube_call_longer_than_its_span_is_not_asked(sandbox):
    day = datetime.now(UTC).date() - timedelta(days=9)
    with pytest.raises(SpanTooLong):
        wechat(sandbox).datacube("getusersummary", day, day + timedelta(days=7))
    assert len(wechat(sandbox).datacube("getusersummary", day, day + timedelta(days=6))) == 35


def test_chinese_travels_as_it_is():
    assert written({"title": "防晒"}) == '{"title":"防晒"}'.encode()


@pytest.mark.parametrize(
    "base",
    [
        "http://api.weixin.qq.com",
        "http://10.0.0.1",
        "http://169.254.169.254",
        "ftp://x",
        "https://a:b@x.cn",
        "//x",
        "",
        "https://x?y=1",
    ],
)
def test_a_base_that_is_neither_https_nor_this_machine_is_refused(base):
    with pytest.raises(WrongBase):
        checked_base(base)


@pytest.mark.parametrize(
    "base", ["https://api.weixin.qq.com/", "http://127.0.0.1:8899", "http://localhost:1", "http://[::1]:80"]
)
def test_https_and_this_machine_are_fine(base):
    assert checked_base(base) == base.rstrip("/")
