"""What a card shows of a file, ready for a template: tables with their words, accounts, the proposed moment."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from hongqiao import platforms
from hongqiao.imports import guide, naming, proposals, queries, renamed
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import FileState, ImportFile, ImportTable
from hongqiao.imports.services.files import complete, may_discard
from hongqiao.imports.words import note_words, problem_words, why_words
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Account, Member
from hongqiao.workspace.words import platform_name, stored_words

#: Notes that the card says in other words, with the way on beside them.
SAID = ("missing_columns", "not_recognised", "several_fit")


@dataclass
class TableCard:
    """One table of a file with its words."""

    table: ImportTable
    name: str  # 抖音 · 作品列表, or the sheet's name
    notes: list[str] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    counts: list[tuple[str, int]] = field(default_factory=list)
    candidates: list[tuple[str, str]] = field(default_factory=list)
    renames: list[tuple[str, bool]] = field(default_factory=list)  # what an unknown column may be: header, is it needed

    @property
    def known(self) -> bool:
        return bool(self.table.layout)


@dataclass
class FileCard:
    """One file with all that a person decides about it."""

    file: ImportFile
    tables: list[TableCard]
    accounts: list[Account] = field(default_factory=list)
    platform: str = ""
    platforms: list[tuple[str, str]] = field(default_factory=list)
    moment: str = ""
    why: str = ""
    twin: ImportFile | None = None
    complete: bool = False
    takeable: bool = False
    error: dict[str, str] = field(default_factory=dict)
    member: Member | None = None

    def may(self, permission: str) -> bool:
        return self.member is not None and permissions.allows(self.member, permission)

    @property
    def may_run(self) -> bool:
        return self.may("imports.run")

    @property
    def may_teach(self) -> bool:
        return self.may("imports.teach")

    @property
    def may_undo(self) -> bool:
        return self.may("imports.undo") and self.file.state == FileState.DONE and self.source_count > 0

    @property
    def elsewhere(self) -> list[Account]:
        """The accounts to which what this import brought may be moved; none for whoever may not do that."""
        if not self.may_undo:
            return []
        fitting = queries.fitting(queries.open_accounts(self.file.brand), [t.table for t in self.tables])
        return [a for a in fitting if a.id != self.file.account_id]

    @property
    def may_discard(self) -> bool:
        return self.member is not None and may_discard(self.member, self.file)

    @property
    def may_add(self) -> bool:
        return self.may("settings.accounts")

    @property
    def source_count(self) -> int:
        return sum(1 for t in self.tables if t.table.source_id)

    @property
    def sums(self) -> dict[str, int]:
        names = ("taken", "unchanged", "refused")
        return {name: sum(getattr(t.table, name) for t in self.tables) for name in names}

    @property
    def percent(self) -> int:
        return round(self.file.progress * 100)

    @property
    def labels(self) -> str:
        """What it was recognised as, in one line."""
        said = [t.name for t in self.tables if t.known and not t.table.skip]
        return "、".join(dict.fromkeys(said)) or _("未识别")


def table_card(table: ImportTable, *, problems: int = 0) -> TableCard:
    """Return the words of one table, with the first `problems` of its problems."""
    if table.layout:
        label = naming.label_of(table)
        name = f"{platform_name(table.platform)} · {label}" if table.platform else label
    else:
        name = table.sheet or _("第 %(n)s 张表") % {"n": table.position + 1}
    return TableCard(
        table=table,
        name=name,
        notes=[note_words(n) for n in table.notes if n not in SAID],
        problems=[{**p, "words": problem_words({**p, "value": ""})} for p in table.problems[:problems]],
        counts=[
            (problem_words({"code": code}), n) for code, n in sorted(table.problem_counts.items(), key=lambda x: -x[1])
        ],
        renames=renamed.offers(table),
        candidates=[(c, layout_name(c)) for c in table.candidates],
    )


def layout_name(code: str) -> str:
    known = platforms.LAYOUTS.get(code)
    return f"{platform_name(known.platform)} · {_(known.label)}" if known else code


def file_card(
    member: Member,
    file: ImportFile,
    *,
    twin: ImportFile | None = None,
    problems: int = 0,
    accounts: list[Account] | None = None,
) -> FileCard:
    """Return everything a template needs of one file. `accounts`: the brand's, where several cards share them."""
    tables = [table_card(t, problems=problems) for t in file.tables.all()]
    waiting = file.state == FileState.WAITING
    card = FileCard(file=file, tables=tables, twin=twin, member=member, error=stored_words(file.error))
    if waiting:
        rows = [t.table for t in tables]
        mine = queries.open_accounts(file.brand) if accounts is None else accounts
        card.accounts = queries.fitting(mine, rows)
        if file.account and file.account not in card.accounts:
            card.accounts.append(file.account)
        card.platform = queries.platform_of(rows)
        card.platforms = [(c, n) for c, n in guide.platform_choices() if not card.platform or c == card.platform]
        if not card.platform and any(t.mapped for t in rows):
            card.platforms.sort(key=lambda choice: choice[0] != queries.OWN)  # the first is what the form offers
        card.moment = (
            file.captured_at.astimezone(ZoneInfo(file.zone)).strftime("%Y-%m-%dT%H:%M") if file.captured_at else ""
        )
        card.why = why_words(file.captured_from)
        card.complete = complete(file)
        card.takeable = any(t.ready for t in rows)
    return card


def file_cards(member: Member, files: Iterable[ImportFile], *, problems: int = 0) -> list[FileCard]:
    """Return cards of several files, each with the earlier import of the same bytes, if there is one."""
    listed = list(files)
    twins = queries.twins(f for f in listed if f.state in (FileState.WAITING, FileState.REFUSED))
    mine = queries.open_accounts(member.brand) if listed else []
    proposals.fill(listed, mine)
    return [file_card(member, f, twin=twins.get(f.id), problems=problems, accounts=mine) for f in listed]


def problems_of(card: FileCard, most: int = 0) -> list[dict[str, Any]]:
    """Return problems of all tables of a file with the table's name; as many as a screen shows unless `most` says."""
    most = most or limits_of(card.file.brand)["problems_shown"]
    found = [
        {**p, "words": problem_words({**p, "value": ""}), "table": t.name}
        for t in card.tables
        for p in t.table.problems
    ]
    return found[:most]


def figures_url(member: Member) -> str:
    """Return the address of the figures; '' where the room is not open to this member."""
    if not permissions.allows(member, "data.view"):
        return ""
    try:
        return reverse("data_home", args=[member.brand.slug])
    except NoReverseMatch:
        return ""
