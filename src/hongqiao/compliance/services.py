"""Writes of checking: hold a text against the rules, keep a brand's own words, let a hit stand with its reason."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hongqiao.compliance import draft as drafts
from hongqiao.compliance import packs, queries
from hongqiao.compliance.craft import parts
from hongqiao.compliance.limits import limits
from hongqiao.compliance.models import Check, Exemption, Waiver, Word
from hongqiao.errors import N_, Conflict, Invalid, NotFound
from hongqiao.methods import wording
from hongqiao.methods.craft import Draft, Found
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import audit, links, permissions
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import Member
from hongqiao.workspace.services import checks

FORMS = ("article", "note", "video", "long_video", "live", "poster")


class NothingToCheck(Invalid):
    code = "nothing_to_check"
    message = N_("没有要检查的文字")
    next_step = N_("请粘贴文案后再检查")


class TooLong(Invalid):
    code = "text_too_long"
    message = N_("文案有 %(length)s 字，超过一次检查的上限 %(most)s 字")
    next_step = N_("请分成几段检查")


class NoSuchPlatform(Invalid):
    code = "no_such_platform"
    message = N_("没有这个平台或行业：%(name)s")
    next_step = N_("请从列表中选择，或不选")


class NoSuchForm(Invalid):
    code = "no_such_form"
    message = N_("没有这种内容形式：%(name)s")
    next_step = N_("可用：article、note、video、long_video、live、poster")


class BadWord(Invalid):
    code = "bad_word"
    message = N_("词语要有 2 到 40 个字")
    next_step = N_("单个字会误伤太多，请写完整的词")


class WordTaken(Conflict):
    code = "word_taken"
    message = N_("已有这个词：%(word)s")
    next_step = N_("请修改原来的那一条")


class TooManyWords(Invalid):
    code = "too_many_words"
    message = N_("自定义词最多 %(most)s 个")
    next_step = N_("请先删除不用的")


class AuthorCannotExempt(Invalid):
    code = "author_cannot_exempt"
    message = N_("提交检查的人不能豁免自己的文案")
    next_step = N_("请把检查结果的链接发给另一位审核人")


class NoReason(Invalid):
    code = "no_reason"
    message = N_("豁免要选理由，并写明依据")
    next_step = N_("写下证明材料的名称、编号或来源，至少 4 个字")


class BadLink(Invalid):
    code = "bad_link"
    message = N_("材料的链接不是网址：%(link)s")
    next_step = N_("请写 http:// 或 https:// 开头的网址，或不填")


class BadUntil(Invalid):
    code = "bad_until"
    message = N_("有效期要在今天到 %(most)s 天以内")
    next_step = N_("请改有效期，或不填")


class NotHeld(Invalid):
    code = "not_held"
    message = N_("只有“须审核”的问题可以由审核人放行")
    next_step = N_("法规的词走豁免；字数、标识请直接改正")


class NoWaiverReason(Invalid):
    code = "no_waiver_reason"
    message = N_("请写明为什么可以保留")
    next_step = N_("至少 4 个字，例如“开头是画面反差，不靠台词”")


@transaction.atomic
def check_text(
    *, actor: Member, text: str, platform: str = "", industry: str = "", title: str = "", origin: str = "page"
) -> Check:
    """Hold a text against the rules of its platform and trade and the brand's own words; keep what was said.

    Raises NotAllowed, NothingToCheck, TooLong, NoSuchPlatform.
    """
    permissions.require(actor, queries.SEE)
    text = _plain(text).replace("\r\n", "\n")
    _refuse(text, platform, industry)
    row = Check(brand=actor.brand, by=actor, title=one_line(title)[:120], text=text)
    row.platform, row.industry, row.origin = platform, industry, origin
    return _checked(actor, row)


@transaction.atomic
def check_draft(*, actor: Member, draft: Draft, industry: str = "", origin: str = "page") -> Check:
    """Hold a whole draft against law, its brand's book, its platform's limits and its craft; keep what was said.

    Raises NotAllowed, NothingToCheck, TooLong, NoSuchPlatform, NoSuchForm.
    """
    permissions.require(actor, queries.SEE)
    if draft.form not in FORMS:
        raise NoSuchForm(name=draft.form[:40])
    draft = parts.cleaned(draft, _plain)
    _starts, whole = drafts.joined(draft)
    _refuse(whole, draft.platform, industry)
    row = Check(brand=actor.brand, by=actor, title=one_line(draft.title)[:120], text=whole)
    row.platform, row.industry, row.origin = draft.platform, industry, origin
    found, approved = drafts.beside_law(actor.brand, draft)
    row.draft, row.found = parts.kept(draft), drafts.kept(found)
    return _checked(actor, row, approved)


def _refuse(text: str, platform: str, industry: str) -> None:
    if not text.strip():
        raise NothingToCheck()
    if len(text) > (most := limits()["characters"]):
        raise TooLong(length=len(text), most=most)
    if platform and platform not in PLATFORMS:
        raise NoSuchPlatform(name=platform[:40])
    if industry and industry not in packs.INDUSTRIES:
        raise NoSuchPlatform(name=industry[:40])


def _checked(actor: Member, row: Check, approved: Collection[str] = ()) -> Check:
    """Look for words of law in the text of a check, and keep it."""
    rules, row.rules = queries.rules_for(actor.brand, row.platform, row.industry)
    if row.draft:
        row.rules = drafts.mark(actor.brand)
    row.digest = hashlib.sha256(row.text.encode()).hexdigest()
    hits = wording.check(row.text, rules)
    row.hits = [_kept(row.text, h) for h in hits if not drafts.proved(h.group, h.level, h.word, approved)]
    row.save(force_insert=True)
    blocks = sum(h["level"] == "block" for h in (*row.hits, *row.found))
    audit.record(actor, "text.checked", row, name=str(row)[:40], blocks=blocks)
    return row


def _plain(text: str | None) -> str:
    """Return a text without what no row can hold: NUL, and halves of letters."""
    return (text or "").encode("utf-8", "ignore").decode().replace("\x00", "")


def _kept(text: str, hit: wording.Hit) -> dict[str, Any]:
    return {**asdict(hit), "sentence": queries.digest_of(wording.sentence(text, hit.start, hit.end))}


@transaction.atomic
def add_word(*, actor: Member, text: str, level: str, instead: str = "", note: str = "") -> Word:
    """Add a word of the brand's own. Raises NotAllowed, BadWord, WordTaken, TooManyWords."""
    permissions.require(actor, queries.REVIEW)
    most = limits()["words_a_brand"]
    if Word.objects.filter(brand=actor.brand).count() >= most:
        raise TooManyWords(most=most)
    row = Word(brand=actor.brand, by=actor)
    _fill(row, text, level, instead, note)
    with checks.once(WordTaken(word=row.text)):
        row.save(force_insert=True)
    audit.record(actor, "word.added", row, name=row.text, level=row.level)
    return row


@transaction.atomic
def change_word(
    *, actor: Member, word_id: UUID | str, seen: int | None, text: str, level: str, instead: str = "", note: str = ""
) -> Word:
    """Change a word of the brand's own. Raises NotFound, Conflict, BadWord, WordTaken."""
    row: Word = Word.objects.for_member(actor, queries.REVIEW).locked(word_id, seen)
    _fill(row, text, level, instead, note)
    with checks.once(WordTaken(word=row.text)):
        row.save_next("text", "level", "instead", "note")
    audit.record(actor, "word.changed", row, name=row.text, level=row.level)
    return row


@transaction.atomic
def remove_word(*, actor: Member, word_id: UUID | str, seen: int | None) -> None:
    """Take a word of the brand's own away. Raises NotFound, Conflict."""
    row: Word = Word.objects.for_member(actor, queries.REVIEW).locked(word_id, seen)
    audit.record(actor, "word.removed", row, name=row.text)
    row.delete()


def _fill(row: Word, text: str, level: str, instead: str, note: str) -> None:
    clean = "".join(_plain(text).split())
    read = wording.plain_word(clean)
    if not 2 <= len(read) <= len(clean) <= 40 or "\n" in read or level not in Word.Level.values:
        raise BadWord()
    row.text, row.level = clean, level
    row.instead, row.note = _plain(instead).strip()[:60], _plain(note).strip()[:200]


@transaction.atomic
def exempt(
    *,
    actor: Member,
    check_id: UUID | str,
    index: int,
    kind: str,
    evidence: str,
    link: str = "",
    until: date | None = None,
    everywhere: bool = False,
) -> Exemption:
    """Let a hit of a check stand: in its sentence, or `everywhere` the word is written.

    Who asked for the check cannot. Raises NotFound, AuthorCannotExempt, NoReason, BadLink, BadUntil.
    """
    check: Check = Check.objects.get_for(actor, queries.REVIEW, check_id)
    if not 0 <= index < len(check.hits):
        raise Invalid()
    if check.by_id == actor.pk:
        raise AuthorCannotExempt()
    evidence, link = _plain(evidence).strip(), _plain(link).strip()
    if kind not in packs.exemption_kinds() or len(evidence) < 4:
        raise NoReason()
    if link and not links.is_page(link):
        raise BadLink(link=link[:80])
    most = limits()["exemption_days"]
    today = timezone.localdate()
    if until and not today <= until <= today + timedelta(days=most):
        raise BadUntil(most=most)
    hit = check.hits[index]
    row = Exemption.objects.create(
        brand=actor.brand,
        by=actor,
        made_at=check,
        rule=hit["rule"],
        word=hit["word"][:120],
        sentence="" if everywhere else hit["sentence"],
        said=wording.sentence(check.text, hit["start"], hit["end"]).strip()[:300],
        kind=kind,
        evidence=evidence[:500],
        link=link,
        until=until,
    )
    audit.record(actor, "word.exempted", row, name=row.word, why=kind, everywhere=everywhere)
    return row


@transaction.atomic
def end_exemption(*, actor: Member, exemption_id: UUID | str, seen: int | None) -> Exemption:
    """End an exemption; its record stays. Raises NotFound, Conflict."""
    row: Exemption = Exemption.objects.for_member(actor, queries.REVIEW).locked(exemption_id, seen)
    if row.ended_at is None:
        row.ended_at = timezone.now()
        row.save_next("ended_at")
        audit.record(actor, "exemption.ended", row, name=row.word)
    return row


@transaction.atomic
def waive(*, actor: Member, found: Found, reason: str, author: Member | None = None) -> Waiver:
    """Let what a heuristic holds stay, with a reason; it holds again once these words are changed.

    `author` cannot. Raises NotAllowed, NotHeld, AuthorCannotExempt, NoWaiverReason.
    """
    permissions.require(actor, queries.REVIEW)
    if found.level != "hold":
        raise NotHeld()
    if author is not None and author.pk == actor.pk:
        raise AuthorCannotExempt()
    reason = _plain(reason).strip()
    if len(reason) < 4:
        raise NoWaiverReason()
    row = Waiver(
        brand=actor.brand,
        by=actor,
        rule=found.rule,
        mark=drafts.mark_of(found),
        said=_plain(found.word).strip()[:300],
        reason=reason[:500],
    )
    row.save(force_insert=True)
    audit.record(actor, "draft.waived", row, name=str(row)[:40], rule=row.rule)
    return row


def waive_check(*, actor: Member, check_id: UUID | str, mark: str, reason: str) -> Waiver:
    """Let what a heuristic holds in a check stay; who asked for the check cannot.

    Raises NotFound besides what `waive` raises.
    """
    check: Check = Check.objects.get_for(actor, queries.REVIEW, check_id)
    found = parts.standing([check])[check.pk]
    held = next((f for f in found if f.level == "hold" and drafts.mark_of(f) == mark), None)
    if held is None:
        raise NotFound()
    return waive(actor=actor, found=held, author=check.by, reason=reason)


@transaction.atomic
def end_waiver(*, actor: Member, waiver_id: UUID | str, seen: int | None) -> Waiver:
    """End a waiver; its record stays. Raises NotFound, Conflict."""
    row: Waiver = Waiver.objects.for_member(actor, queries.REVIEW).locked(waiver_id, seen)
    if row.ended_at is None:
        row.ended_at = timezone.now()
        row.save_next("ended_at")
        audit.record(actor, "waiver.ended", row, name=str(row)[:40])
    return row
