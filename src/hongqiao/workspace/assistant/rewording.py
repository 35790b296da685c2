"""改写: a model may say a text in other words, and nothing else. It never sees a figure, a date or a name.

Those are taken out and numbered before the text is sent; the answer must hold each of them once, in the same order, so
that no figure can move to another name. What it adds is refused: other figures, also in words, other names, another
direction, a "not" more or less, a cause that the text does not give. Then the text stays as it is.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language

from hongqiao.errors import N_
from hongqiao.workspace.assistant.asking import ask
from hongqiao.workspace.assistant.errors import AssistantError
from hongqiao.workspace.models import Brand, Member, Rewording

USE = "reword"
_DATE = r"\d{4}-\d\d?-\d\d?|\d{4}-\d\d|\d\d?-\d\d?|\d\d?月\d\d?[日号]|\d\d?:\d\d"
_QUOTED = r"《[^《》]*》|「[^「」]*」|“[^“”]*”"  # titles and people's own words
_NUMBER = r"[+\-−]?[¥￥]?\d[\d,]*(?:\.\d+)?(?:\s*(?:%|‰|个百分点|[万亿倍]))?"
_FIGURE = re.compile(r"[+\-−¥￥\d]")
_HELD = re.compile(r"⟦(\d+)⟧")
_TASK = (
    "把用户给的话改写得更顺口、更好懂，意思不变。⟦1⟧ 这样的记号代表数字、日期或名字：每个都原样保留，"
    "各出现一次，先后顺序不变。"
    "不要加任何数字、原因、判断或建议，不要改变升降方向。只输出改写后的一段话，不要解释。与原文用同一种语言。"
)
WHY = {
    "names": N_("数字、日期或名字少了、多了或换了顺序"),
    "figure": N_("多出了数字"),
    "foreign": N_("多出了别的名字"),
    "direction": N_("升降或否定与原文不一致"),
    "cause": N_("多出了原文没有的原因"),
    "empty": N_("这句话里没有可以核对的数字或名字"),
    "form": N_("太长，或不是一段话"),
}


class NotFaithful(AssistantError):
    code, status = "rewording_not_faithful", 502
    message = N_("改写没有通过核对：%(why)s")
    next_step = N_("仍显示原文；可以再试一次")

    def __init__(self, why: str):
        super().__init__(why=WHY[why])


@cache
def _rules() -> dict[str, Any]:
    return json.loads(files(__package__).joinpath("rewording.json").read_text("utf-8"))


@dataclass(frozen=True)
class Veiled:
    """A text without its figures, dates and names, and those in their order."""

    text: str
    held: tuple[str, ...]


def veiled(text: str, names: Iterable[str]) -> Veiled:
    """Take figures, dates, what is quoted and the given names out of a text, the longest names first."""
    known = sorted({n for n in names if len(n) > 1 and not _FIGURE.match(n)}, key=len, reverse=True)
    pattern = re.compile("|".join([_QUOTED, *map(re.escape, known), _DATE, _NUMBER]))
    held: list[str] = []

    def take(match: re.Match[str]) -> str:
        held.append(match[0])
        return f"⟦{len(held)}⟧"

    return Veiled(pattern.sub(take, text.replace("⟦", "[").replace("⟧", "]")), tuple(held))


def unveiled(given: Veiled, said: str, foreign: Iterable[str] = ()) -> str:
    """Return what a model made of a veiled text, filled in. Raises NotFaithful with the reason."""
    said = said.strip()
    if [int(n) for n in _HELD.findall(said)] != list(range(1, len(given.held) + 1)):
        raise NotFaithful("names")
    left, was = _HELD.sub("", said), _HELD.sub("", given.text)
    too_long = len(said) > _rules()["longest"] * len(given.text) + _rules()["spare"]
    if not said or too_long or re.search(r"[\r\n<>`⟦⟧]|https?:", left):
        raise NotFaithful("form")
    if any(c.isdigit() for c in left) or _sizes(left) - _sizes(was):
        raise NotFaithful("figure")
    if any(name in left and name not in was for name in (*given.held, *foreign) if len(name) > 1):
        raise NotFaithful("foreign")
    if any(_has(group, left) != _has(group, was) for group in ("up", "down", "not")):
        raise NotFaithful("direction")
    if _has("cause", left) and not _has("cause", was):
        raise NotFaithful("cause")
    return _HELD.sub(lambda m: given.held[int(m[1]) - 1], said)


def _has(group: str, text: str) -> bool:
    """Whether a text has a word of a group; a Latin one stands alone."""
    low = text.lower()
    return any(re.search(rf"\b{w}\b", low) if w.isascii() else w in low for w in _rules()[group])


def _sizes(text: str) -> set[str]:
    return {m[0] for pattern in _rules()["size"] for m in re.finditer(pattern, text.lower())}


def reworded(brand: Brand, subject: str, text: str) -> Rewording | None:
    """Return the rewording of exactly this text in the reader's language, None where there is none."""
    found = Rewording.objects.filter(brand=brand, subject=subject, language=_language()).first()
    return found if found and found.digest == _digest(text) else None


def reword(member: Member, subject: str, text: str, names: Iterable[str], foreign: Iterable[str] = ()) -> Rewording:
    """Have a text said in other words and keep that. Raises AssistantError, NotFaithful among them; then nothing
    changes. Not to be called inside a transaction. The caller has checked the permission and writes the audit row.
    """
    given = veiled(text, names)
    if not given.held:  # nothing in it would show whether the answer still says the same
        raise NotFaithful("empty")
    messages = [{"role": "system", "content": _TASK}, {"role": "user", "content": given.text}]
    answer = ask(member.brand, USE, messages, member=member)
    made = {"digest": _digest(text), "text": unveiled(given, answer.text, foreign), "model": answer.model, "by": member}
    with transaction.atomic():
        row, _new = Rewording.objects.update_or_create(
            brand=member.brand, subject=subject, language=_language(), defaults=made
        )
    return row


def part(subject: str, text: str) -> str:
    """Return what one text of a subject that has several is kept under."""
    return f"{subject}:{_digest(text)[:16]}"


def reworded_parts(brand: Brand, subject: str, texts: Iterable[str]) -> dict[str, Rewording]:
    """Return text → its rewording in the reader's language, for a subject of several texts."""
    wanted = {_digest(t): t for t in texts}
    found = Rewording.objects.filter(brand=brand, subject__startswith=f"{subject}:", language=_language())
    return {wanted[r.digest]: r for r in found if r.digest in wanted}


def forget(member: Member, subject: str) -> int:
    """Go back to the text itself, or to all texts of a subject, in every language. Returns how many there were."""
    mine = Q(subject=subject) | Q(subject__startswith=f"{subject}:")
    return Rewording.objects.filter(mine, brand=member.brand).delete()[0]


def _language() -> str:
    return (get_language() or "zh-hans")[:16]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
