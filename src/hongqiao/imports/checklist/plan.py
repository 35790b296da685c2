"""What should be fetched, account by account: the plan, with what the brand changed and added."""

import json
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from hongqiao.imports import queries
from hongqiao.imports.checklist.models import WantedFile
from hongqiao.workspace.models import Account, Brand, Member

OWN = "own:"  # codes of lines that a brand added begin so


@dataclass(frozen=True)
class Line:
    """One file to fetch for one account. `label` and `path` are msgids of the plan, or the brand's own words."""

    account: Account
    code: str
    label: str
    layouts: tuple[str, ...]
    page: str
    path: str
    every: str  # week, month
    weekday: int  # 0 is Monday; for a month: of its first week
    header: str = ""  # a column that tells this file from others of its layout
    reach_days: int = 0  # how far back one download goes; 0: as far as the person chooses
    interface: str = ""  # layout of what the platform's interface brings in place of this file, all of it
    pieces: bool = False  # a list of pieces with their totals
    off: bool = False
    owner: Member | None = None
    changed: UUID | None = None  # the WantedFile that differs from the plan
    version: int = 0

    @property
    def own(self) -> bool:
        return self.code.startswith(OWN)


@cache
def book() -> dict[str, Any]:
    """Return the plan as it ships: items, moments after publishing, hour of the reminder."""
    return json.loads(files("hongqiao.imports.checklist").joinpath("plan.json").read_text("utf-8"))


def lines(brand: Brand, *, also_off: bool = False) -> list[Line]:
    """Return the brand's lines, by platform and account in the order of the plan; those switched off only if asked."""
    accounts = queries.own_accounts(brand)
    changed = {(w.account_id, w.code): w for w in WantedFile.objects.filter(brand=brand).select_related("owner__user")}
    found: list[Line] = []
    for account in accounts:
        planned = [_line(account, item) for item in book()["items"] if item["platform"] == account.platform]
        added = [_added(account, w) for (owner, code), w in changed.items() if owner == account.id and _own(code)]
        found += [_as_changed(line, changed.get((account.id, line.code))) for line in [*planned, *added]]
    return [line for line in found if also_off or not line.off]


def _own(code: str) -> bool:
    return code.startswith(OWN)


def _line(account: Account, item: dict[str, Any]) -> Line:
    known = {k: item[k] for k in ("code", "label", "page", "path", "every", "weekday")}
    more = {k: item[k] for k in ("header", "reach_days", "interface", "pieces") if k in item}
    return Line(account=account, layouts=tuple(item["layouts"]), **known, **more)


def _added(account: Account, row: WantedFile) -> Line:
    return Line(account, row.code, row.label, (row.layout,), row.page, "", "week", row.weekday or 0)


def _as_changed(line: Line, row: WantedFile | None) -> Line:
    if row is None:
        return line
    return replace(
        line,
        off=row.off,
        weekday=line.weekday if row.weekday is None else row.weekday,
        page=row.page or line.page,
        owner=row.owner,
        changed=row.id,
        version=row.version,
    )
