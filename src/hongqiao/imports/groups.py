"""Many waiting files, sorted by what a person has to say about them: by platform and account, what is unclear apart."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hongqiao.imports import queries
from hongqiao.imports.models import FileState, ImportFile
from hongqiao.workspace.models import Account
from hongqiao.workspace.words import platform_name

UNREAD, UNKNOWN, LACKING, SEVERAL = "unread", "unknown", "lacking", "several"


@dataclass
class Group:
    """Waiting files of one platform and account. `key` is stable while they are."""

    key: str
    platform: str
    account: Account | None
    files: list[ImportFile] = field(default_factory=list)
    ready: int = 0
    accounts: list[Account] = field(default_factory=list)

    @property
    def name(self) -> str:
        if self.platform == UNREAD:
            return _("读不了的文件")
        if self.platform == UNKNOWN:
            return _("未识别的文件")
        if self.platform == LACKING:
            return _("缺少必需列的文件")
        first = _("多个平台或自定义的表") if self.platform == SEVERAL else platform_name(self.platform)
        return f"{first} · {self.account.name if self.account else _('还没选账号')}"


def key_of(file: ImportFile) -> str:
    """Return the key of the group a waiting file belongs to: platform and account, or why it has none."""
    tables = list(file.tables.all())
    if file.state == FileState.REFUSED:
        kind = UNREAD
    elif not any(t.ready for t in tables):
        kind = LACKING if any(t.missing for t in tables) else UNKNOWN
    else:
        kind = queries.platform_of(tables) or SEVERAL
    own = file.account_id if kind not in (UNREAD, UNKNOWN, LACKING) else None
    return f"{kind}.{own or '-'}"


def grouped(files: Iterable[ImportFile], accounts: Iterable[Account], ready: set[UUID]) -> list[Group]:
    """Return the groups, those that wait for a person first. `ready`: keys of files about which nothing is left."""
    mine, groups = list(accounts), dict[str, Group]()
    for file in files:
        key = key_of(file)
        group = groups.setdefault(key, Group(key, key.partition(".")[0], file.account))
        group.files.append(file)
        group.ready += file.id in ready
    for group in groups.values():
        group.accounts = [a for a in mine if group.platform in (SEVERAL, a.platform)]
    return sorted(
        groups.values(), key=lambda g: (g.ready == len(g.files), g.platform, g.account.name if g.account else "")
    )


@dataclass
class Section:
    """Cards of files of one account and day of download, under one head. `day`: None where the moment is unknown."""

    title: str
    day: date | None
    cards: list[Any] = field(default_factory=list)


def sections(cards: Iterable[Any]) -> list[Section]:
    """Return a few waiting files' cards by account and day of download, those that wait for a person first.

    `cards`: with `.file` and `.complete`, in the order in which they are shown within a section.
    """
    found: dict[tuple[str, date | None], Section] = {}
    listed = list(cards)
    for card in sorted(listed, key=lambda c: c.complete):
        file, kind = card.file, key_of(card.file)
        day = file.captured_at.astimezone(ZoneInfo(file.zone)).date() if file.captured_at else None
        group = Group(kind, kind.partition(".")[0], file.account)
        told = day if group.platform not in (UNREAD, UNKNOWN, LACKING) else None
        found.setdefault((kind, told), Section(group.name, told)).cards.append(card)
    places = {card.file.id: n for n, card in enumerate(listed)}
    for one in found.values():
        one.cards.sort(key=lambda c: places[c.file.id])
    return list(found.values())
