"""The brand's model: set, tried, ended. Its key is never shown again, and never goes to another address."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.db import transaction

from hongqiao.errors import N_, Conflict, Invalid, NotFound
from hongqiao.workspace import assistant, audit, keys, permissions
from hongqiao.workspace.assistant import asking, errors, speaking
from hongqiao.workspace.limits import limits
from hongqiao.workspace.models import Assistant, Brand, Member
from hongqiao.workspace.services import checks

ASSISTANT = "settings.brand"


class BadLimit(Invalid):
    code = "bad_model_limit"
    message = N_("每月调用上限应是 1 到 %(most)s 的整数")
    next_step = N_("请改成这个范围里的数")


class BadUse(Invalid):
    code = "bad_model_use"
    message = N_("没有这个用途")
    next_step = N_("请从列表里选择用途")


class BadKey(Invalid):
    code = "bad_model_key"
    message = N_("密钥里有不能用的字符，或太长")
    next_step = N_("请从模型服务商处重新复制密钥")


@transaction.atomic
def save_assistant(
    *, actor: Member, url: str, model: str, key: str | None, uses: Sequence[str], monthly: int | str, active: bool,
    seen: int | None,
) -> Assistant:  # fmt: skip
    """Set the brand's model, or change it. `key`: None or "" keeps the one that is there. Raises NotAllowed, Conflict,
    Invalid (BadEndpoint, KeyAgain, BadLimit, BadUse, BadKey)."""
    permissions.require(actor, ASSISTANT)
    Brand.objects.for_member(actor, ASSISTANT).locked(actor.brand_id, None)  # one row a brand, also for two at once
    row = Assistant.objects.for_member(actor, ASSISTANT).select_for_update().first()
    if row is not None and seen is not None and row.version != seen:
        raise Conflict()
    base, given = speaking.base_of(url), _key(key)
    if row is not None and row.key and not given and _origin(row.url) != _origin(base):
        raise errors.KeyAgain()
    row = row or Assistant(brand=actor.brand, version=0)
    row.url, row.model, row.uses = base, checks.name(model), _uses(uses)
    row.monthly, row.active = _monthly(monthly), active
    if given:
        row.key, row.hint = keys.encrypt(given.encode()), _masked(given)
    row.version += 1
    row.save()
    audit.record(actor, "assistant.saved", row, model=row.model, host=urlsplit(base).hostname, uses="、".join(row.uses))
    return row


@transaction.atomic
def end_assistant(*, actor: Member, seen: int | None) -> None:
    """Take the brand's model away, its key with it. What it wrote stays where it is, with its mark."""
    row = _mine(actor, seen)
    audit.record(actor, "assistant.ended", row, model=row.model)
    row.delete()


def try_assistant(*, actor: Member) -> assistant.Answer:
    """Ask the model for one word, also where it is off. Raises what `assistant.ask` raises. The call counts."""
    with transaction.atomic():
        row = _mine(actor, None)
        audit.record(actor, "assistant.tried", row, model=row.model)
    messages = [{"role": "user", "content": "请只回答两个字：你好"}]
    return assistant.ask(actor.brand, asking.TRY, messages, member=actor)


def _mine(actor: Member, seen: int | None) -> Assistant:
    permissions.require(actor, ASSISTANT)
    row = Assistant.objects.for_member(actor, ASSISTANT).select_for_update().first()
    if row is None:
        raise NotFound()
    if seen is not None and row.version != seen:
        raise Conflict()
    return row


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _key(key: str | None) -> str:
    clean = (key or "").strip()
    if len(clean) > 500 or not all("!" <= c <= "~" for c in clean):
        raise BadKey()
    return clean


def _masked(key: str) -> str:
    """Four letters at the end of a long key, nothing of a short one."""
    return f"…{key[-4:]}" if len(key) >= 16 else "…"


def _uses(codes: Sequence[str]) -> list[str]:
    known = assistant.uses()
    if not set(codes) <= set(known):
        raise BadUse()
    return [code for code in known if code in set(codes)]


def _monthly(given: int | str) -> int:
    most = limits()["assistant_most_monthly"]
    text = str(given).strip()
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= most):
        raise BadLimit(most=most)
    return int(text)
