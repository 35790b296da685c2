"""From codes to words, in the reader's language: errors, roles, audit entries, notices, job messages.

Each room adds its own by `words.register("audit", {...})` in its `words.py`, which `registry.discover()` imports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from hongqiao.errors import N_, HongqiaoError
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import permissions

if TYPE_CHECKING:
    from hongqiao.workspace.models import Account

_BOOK: dict[str, dict[str, str]] = {"audit": {}, "notice": {}, "job": {}}
_COMPLETED: dict[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {}


def register(kind: str, entries: Mapping[str, str]) -> None:
    """Add words: `kind` is "audit", "notice" or "job" (progress messages); entries are code → msgid with %(name)s."""
    _BOOK[kind].update(entries)


def completes(code: str, complete: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
    """Say that a code's words want more than is kept with it: `complete(params)` gives the rest when it is read."""
    _COMPLETED[code] = complete


def known(kind: str) -> dict[str, str]:
    """Return code → msgid of a kind."""
    from hongqiao.workspace.registry import discover

    discover()
    return _BOOK[kind]


def platform_name(code: str) -> str:
    """Return a platform as its readers call it; the code itself for one that is not known any more."""
    return gettext(PLATFORMS[code].name) if code in PLATFORMS else code


def account_name(account: Account) -> str:
    """Return an account as it is chosen from a list: many a brand has the same name on every platform."""
    return f"{platform_name(account.platform)} · {account.name}"


def fill(msgid: str, params: Mapping[str, Any] | None) -> str:
    """Translate and fill in. A parameter that is missing leaves the words unfilled rather than losing the page."""
    text = gettext(msgid)
    if not params:
        return text
    try:
        return text % params
    except (KeyError, TypeError, ValueError):
        return text


def error_words(error: HongqiaoError) -> dict[str, str]:
    """Return {"message", "next_step"} of an error in the reader's language, and {"confirm"} where it has that field."""
    said = {"message": fill(error.message, error.params), "next_step": fill(error.next_step, error.params)}
    return said | ({"confirm": error.confirm} if error.confirm else {})


def stored_error(error: HongqiaoError) -> dict[str, Any]:
    """Return an error as it is kept in a row: code, msgids and plain parameters."""
    plain = {k: v if isinstance(v, int | float | str | None) else str(v) for k, v in error.params.items()}
    return {"code": error.code, "message": error.message, "next_step": error.next_step, "params": plain}


def stored_words(stored: Mapping[str, Any] | None) -> dict[str, str]:
    """Return {"message", "next_step"} of a kept error; empty where there is none."""
    if not stored:
        return {}
    params = stored.get("params")
    return {"message": fill(stored.get("message", ""), params), "next_step": fill(stored.get("next_step", ""), params)}


def say(kind: str, code: str, params: Mapping[str, Any] | None = None) -> str:
    """Return the words of an audit entry, notice or job message; the bare code where no room knows it any more."""
    msgid = known(kind).get(code)
    return fill(msgid, _readable(code, params)) if msgid else code


def _readable(code: str, params: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Turn the codes among the parameters (roles, kinds of jobs, what is paused) into words."""
    if not params or isinstance(params, Blank):
        return params
    from hongqiao.workspace import pause
    from hongqiao.workspace.jobs import kinds

    found = dict(params)
    if code in _COMPLETED:
        found |= _COMPLETED[code](params)
    for name in ("role", "before", "after"):
        if name in found and (name == "role" or code.startswith("member.")):
            found[name] = role_label(str(found[name]))
    if "kind" in found and found["kind"] in kinds():
        found["kind"] = gettext(kinds()[found["kind"]].label)
    if isinstance(found.get("count"), int):
        found["count"] = f"{found['count']:,}"
    if "scope" in found:
        found["scope"] = gettext(pause.scopes().get(found["scope"], str(found["scope"])))
    return found


class Blank(dict[str, str]):
    """Parameters of words that are shown without any, as in a filter: … in each place."""

    def __missing__(self, key: str) -> str:
        return "…"

    def __bool__(self) -> bool:
        return True


def role_label(role: str) -> str:
    entry = permissions.roles().get(role)
    return gettext(entry["label"]) if entry else role


register(
    "audit",
    {
        "brand.created": N_("新建品牌 %(name)s"),
        "brand.changed": N_("修改品牌设置：%(fields)s"),
        "brand.roles_changed": N_("调整角色权限：%(role)s"),
        "member.invited": N_("邀请 %(email)s 加入，角色 %(role)s"),
        "member.invitation_revoked": N_("撤回对 %(email)s 的邀请"),
        "member.joined": N_("%(name)s 加入品牌"),
        "member.role_changed": N_("将 %(name)s 的角色由 %(before)s 改为 %(after)s"),
        "member.rooms_changed": N_("调整 %(name)s 可进入的板块"),
        "member.deactivated": N_("停用 %(name)s"),
        "member.reactivated": N_("恢复 %(name)s"),
        "account.created": N_("新增平台账号 %(name)s"),
        "account.renamed": N_("平台账号 %(before)s 改名为 %(after)s"),
        "account.now_own": N_("平台账号 %(name)s 改为自有账号"),
        "account.now_competitor": N_("平台账号 %(name)s 改为竞品账号，不计入本品牌数据"),
        "account.closed": N_("关闭平台账号 %(name)s"),
        "account.reopened": N_("重新启用平台账号 %(name)s"),
        "link.made": N_("为 %(name)s 生成一次性登录链接"),
        "link.used": N_("%(name)s 用一次性链接登录"),
        "token.created": N_("新建接口令牌 %(name)s"),
        "token.revoked": N_("撤销接口令牌 %(name)s"),
        "webhook.created": N_("新建 Webhook %(name)s"),
        "webhook.changed": N_("修改 Webhook %(name)s"),
        "webhook.removed": N_("删除 Webhook %(name)s"),
        "webhook.tested": N_("测试 Webhook %(name)s"),
        "webhook.resent": N_("重新发送 Webhook %(name)s 的一次通知"),
        "webhook.secret_changed": N_("更换 Webhook %(name)s 的签名密钥"),
        "webhook.stopped": N_("Webhook %(name)s 连续 %(times)s 次没有送达，自动停用"),
        "assistant.saved": N_("设置模型 %(model)s（%(host)s），用于 %(uses)s"),
        "assistant.ended": N_("移除模型 %(model)s"),
        "assistant.tried": N_("试用模型 %(model)s"),
        "feed.made": N_("生成日历订阅地址"),
        "feed.ended": N_("停用日历订阅地址"),
        "pause.on": N_("暂停 %(scope)s：%(reason)s"),
        "pause.off": N_("解除暂停 %(scope)s：%(reason)s"),
        "notice.read": N_("已读通知 %(count)s 条"),
        "profile.changed": N_("修改个人资料"),
        "user.created": N_("新建用户 %(name)s"),
        "job.retried": N_("重试任务 %(kind)s"),
        "job.cancelled": N_("取消任务 %(kind)s"),
        "keys.rotated": N_("重新加密 %(count)s 份密钥"),
        "keys.person_renewed": N_("更换用户标识密钥：%(before)s → %(after)s"),
    },
)
register(
    "notice",
    {
        "member.joined": N_("%(name)s 接受邀请，已加入品牌"),
        "member.role_changed": N_("你的角色已改为 %(role)s"),
        "pause.on": N_("%(name)s 暂停了 %(scope)s"),
        "pause.off": N_("%(name)s 解除了 %(scope)s 的暂停"),
        "job.failed": N_("后台任务失败：%(kind)s"),
        "job.failed_about": N_("后台任务失败：%(kind)s（%(about)s）"),
        "webhook.stopped": N_("Webhook「%(name)s」连续 %(times)s 次没有送达，已停用"),
    },
)
