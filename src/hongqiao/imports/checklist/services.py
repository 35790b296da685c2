"""Changing a brand's list of files to fetch."""

from typing import Any
from uuid import UUID

from django.db import transaction

from hongqiao import platforms
from hongqiao.errors import N_, Conflict, Invalid, NotFound
from hongqiao.ids import uuid7
from hongqiao.imports import queries
from hongqiao.imports.checklist.models import WantedFile
from hongqiao.imports.checklist.plan import OWN, lines
from hongqiao.workspace import audit, links, permissions
from hongqiao.workspace.models import Account, Member


class BadLine(Invalid):
    code = "bad_checklist_line"
    message = N_("清单里的这一项没有保存：%(what)s")
    next_step = N_("请改正后再保存")


@transaction.atomic
def change(
    *,
    actor: Member,
    account_id: UUID | str,
    code: str,
    seen: int,
    off: bool,
    weekday: int | None,
    owner_id: UUID | str | None = None,
    page: str = "",
) -> WantedFile:
    """Switch a line on or off, move its day, give it to somebody, or change its page. `seen`: 0 for a line as planned.

    Raises NotFound, Conflict, BadLine.
    """
    permissions.require(actor, "imports.run")
    account = Account.objects.get_for(actor, "imports.run", account_id)
    if not any(x.account.id == account.id and x.code == code for x in lines(actor.brand, also_off=True)):
        raise NotFound()
    row = WantedFile.objects.select_for_update().filter(brand=actor.brand, account=account, code=code).first()
    if (row.version if row else 0) != seen:
        raise Conflict()
    row = row or WantedFile(brand=actor.brand, account=account, code=code, version=0)
    row.off, row.weekday, row.page = off, _weekday(weekday), _page(page)
    row.owner = Member.objects.filter(brand=actor.brand).one(owner_id) if owner_id else None
    row.version += 1
    row.save()
    audit.record(actor, "checklist.changed", row, line=code, account=account.name)
    return row


@transaction.atomic
def add(
    *, actor: Member, account_id: UUID | str, label: str, layout: str, weekday: int | None = None, page: str = ""
) -> WantedFile:
    """Add a line of the brand's own: a layout, or a table the brand taught the program. Raises NotFound, BadLine."""
    permissions.require(actor, "imports.run")
    account = Account.objects.get_for(actor, "imports.run", account_id)
    known = {*platforms.LAYOUTS, *(m.code for m in queries.mappings(actor))}
    label = label.strip()[:120]
    if not label:
        raise BadLine(what="label")
    if layout not in known:
        raise BadLine(what=layout or "layout")
    values: dict[str, Any] = {"label": label, "layout": layout, "weekday": _weekday(weekday or 0), "page": _page(page)}
    row = WantedFile.objects.create(brand=actor.brand, account=account, code=f"{OWN}{uuid7()}", **values)
    audit.record(actor, "checklist.added", row, line=label, account=account.name)
    return row


@transaction.atomic
def remove(*, actor: Member, wanted_id: UUID | str, seen: int) -> None:
    """Take away a line that the brand added, or put a changed one back as planned. Raises NotFound, Conflict."""
    row = WantedFile.objects.for_member(actor, "imports.run").locked(wanted_id, seen)
    audit.record(actor, "checklist.removed", row, line=row.label or row.code, account=row.account.name)
    row.delete()


def _weekday(value: int | None) -> int | None:
    if value is not None and not 0 <= value <= 6:
        raise BadLine(what=f"weekday {value}")
    return value


def _page(text: str) -> str:
    """Return an address that people may be sent to, "" for none. Raises BadLine."""
    text = text.strip()
    if text and not links.is_page(text):
        raise BadLine(what=text[:80])
    return text
