"""Reads of the import room."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, OrderBy, Prefetch, Q, QuerySet

from hongqiao import platforms
from hongqiao.errors import NotFound
from hongqiao.imports import renamed
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import ColumnAlias, FileState, ImportBundle, ImportFile, ImportTable, Mapping, WatchedFile
from hongqiao.imports.running_now import Progress as Progress
from hongqiao.imports.running_now import progress as progress
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Account, AuditEntry, Brand, Member

#: The platform of the brand's own systems, to which a table that the brand mapped belongs unless a person says more.
OWN = "own"

#: How the history may be sorted: parameter → fields; the key closes every order, so that pages never overlap.
SORTS = {
    "-at": ("-id",),
    "at": ("id",),
    "name": ("name", "id"),
    "-name": ("-name", "-id"),
    "-size": ("-size", "-id"),
    "size": ("size", "id"),
    "-captured_at": ("-captured_at", "-id"),
    "captured_at": ("captured_at", "id"),
}


def mapped_layouts(brand: Brand) -> list[Any]:
    """Return the layouts that this brand taught the program."""
    return [platforms.layout_from_mapping(m.mapping) for m in Mapping.objects.filter(brand=brand).order_by("id")]


def layouts_for(file: ImportFile) -> dict[str, list[Any]]:
    """Return how a file is recognised, for `platforms.recognise`.

    `extra`, tried first: what a person chose where several fit, then the tables the brand mapped. `instead`: platforms'
    layouts to which the brand taught new names of columns.
    """
    ours = renamed.edited(file.brand)
    known = {**platforms.LAYOUTS, **{one.code: one for one in ours}}
    chosen = [known[code] for code in file.preferred if code in known]
    return {"extra": [*chosen, *mapped_layouts(file.brand)], "instead": ours}


def aliases(member: Member) -> QuerySet[ColumnAlias]:
    """Return the names of columns that this brand taught, newest first."""
    return ColumnAlias.objects.for_member(member, "imports.view").select_related("created_by__user").order_by("-id")


def page_of_aliases(member: Member, *, after: str, size: int) -> tuple[list[ColumnAlias], str | None]:
    """Return one page of `aliases` and the cursor of the next: the key of the last row shown."""
    found = aliases(member)
    if _is_id(after):
        found = found.filter(id__lt=after)
    cut = list(found[: size + 1])
    return cut[:size], str(cut[size - 1].pk) if len(cut) > size else None


def files(
    member: Member, *, state: str = "", platform: str = "", account: str = "", q: str = ""
) -> QuerySet[ImportFile]:
    """Return the member's imports, newest first, narrowed by state, platform, account or a part of the name."""
    found = ImportFile.objects.for_member(member, "imports.view")
    if state in FileState.values:
        found = found.filter(state=state)
    if platform:
        found = found.filter(account__platform=platform)
    if account:
        found = found.filter(account_id=account) if _is_id(account) else found.none()
    if q:
        found = found.filter(name__icontains=q)
    return _whole(found).order_by("-id")


def _whole(found: Any) -> Any:
    people = ("created_by__user", "confirmed_by__user")
    return found.select_related("brand", "account", *people).prefetch_related("tables")


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def file(member: Member, file_id: UUID | str, permission: str = "imports.view") -> ImportFile:
    """Return one import with its tables. Raises NotFound."""
    return _whole(ImportFile.objects.for_member(member, permission)).one(file_id)


def file_of_source(member: Member, source_id: UUID | str) -> ImportFile:
    """Return the import that put a warehouse source in. Raises NotFound."""
    rows = ImportTable.objects.for_member(member, "imports.view").filter(source_id=source_id)
    found = rows.values_list("file_id", flat=True).first()
    if found is None:
        raise NotFound()
    return file(member, found)


def table(member: Member, file_id: UUID | str, table_id: UUID | str, permission: str = "imports.view") -> ImportTable:
    """Return one table of one import. Raises NotFound."""
    rows = ImportTable.objects.for_member(member, permission).select_related("file__brand", "file__account")
    return rows.filter(file_id=file(member, file_id, permission).id).one(table_id)


def waiting(member: Member, *, light: bool = False) -> QuerySet[ImportFile]:
    """Return files that wait for a person: to be confirmed, or refused with their bytes still here. Oldest first.

    `light`: without the first rows of their tables, for where hundreds are only counted.
    """
    mine = ImportFile.objects.for_member(member, "imports.view")
    found = mine.filter(Q(state=FileState.WAITING) | Q(state=FileState.REFUSED, kept=True)).order_by("id")
    if not light:
        return _whole(found)
    tables = Prefetch("tables", ImportTable.objects.defer("preview", "problems", "notes", "fills"))
    return found.select_related("brand", "account").prefetch_related(tables)


def bundles(member: Member) -> list[ImportBundle]:
    """Return the zips whose line stands on the page: being opened, or opened and not put away. Newest first."""
    mine = ImportBundle.objects.for_member(member, "imports.view").select_related("created_by__user")
    return list(mine.filter(seen=False).order_by("-id")[: limits_of(member.brand)["zips_shown"]])


def bundle(member: Member, bundle_id: UUID | str, permission: str = "imports.view") -> ImportBundle:
    """Return one zip that was handed over. Raises NotFound."""
    return ImportBundle.objects.for_member(member, permission).select_related("brand", "account").one(bundle_id)


def recent(member: Member, count: int = 8) -> QuerySet[ImportFile]:
    """Return the latest files that were confirmed, running ones first."""
    mine = ImportFile.objects.for_member(member, "imports.view").exclude(confirmed_at=None)
    return _whole(mine).order_by("-confirmed_at")[:count]


def running(member: Member) -> int:
    """Return how many files the worker still has before it."""
    mine = ImportFile.objects.for_member(member, "imports.view")
    return mine.filter(state__in=[FileState.QUEUED, FileState.RUNNING]).count()


def watched(member: Member) -> list[WatchedFile]:
    """Return the files last met in the watched folder, newest first."""
    mine = WatchedFile.objects.for_member(member, "imports.view").select_related("file")
    return list(mine.order_by("-seen_at")[: limits_of(member.brand)["page_size"]])


def page(found: QuerySet[ImportFile], *, sort: str, after: str, size: int) -> tuple[list[ImportFile], str | None]:
    """Return one page in the order of `sort` and the cursor of the next. A cursor is the key of the last row shown."""
    order = SORTS.get(sort, SORTS["-at"])
    rows = found.order_by(*(_placed(name) for name in order))
    last = found.filter(pk=after).first() if _is_id(after) else None
    if last is not None:
        rows = rows.filter(_beyond(order, last))
    cut = list(rows[: size + 1])
    return cut[:size], str(cut[size - 1].pk) if len(cut) > size else None


def _placed(name: str) -> OrderBy:
    """An order in which unknown values count as the smallest, whatever the database thinks."""
    field = F(name.removeprefix("-"))
    return field.desc(nulls_last=True) if name.startswith("-") else field.asc(nulls_first=True)


def _beyond(order: tuple[str, ...], last: ImportFile) -> Q:
    """The condition of standing after `last` in an order of one field and the key."""
    way = "lt" if order[-1].startswith("-") else "gt"
    later = Q(**{f"pk__{way}": last.pk})
    if len(order) == 1:
        return later
    name = order[0].removeprefix("-")
    value = getattr(last, name)
    if value is None:  # unknown moments: they sort together, at one end
        return Q(**{f"{name}__isnull": True}) & later | (Q(**{f"{name}__isnull": False}) if way == "gt" else Q(pk=None))
    further = Q(**{f"{name}__{way}": value}) | Q(**{name: value}) & later
    return further | (Q(**{f"{name}__isnull": True}) if way == "lt" else Q(pk=None))


def open_accounts(brand: Brand) -> list[Account]:
    """Return the brand's accounts in use, by platform and name."""
    return list(Account.objects.filter(brand=brand, state=Account.State.OPEN).order_by("platform", "name"))


def own_accounts(brand: Brand) -> list[Account]:
    """Return the open accounts that are the brand's own, competitors' left out."""
    return [a for a in open_accounts(brand) if not a.competitor]


def fitting(accounts: Iterable[Account], tables: Iterable[ImportTable]) -> list[Account]:
    """Return the accounts that these tables may belong to: their platform's; any for a table the brand mapped."""
    named = {t.platform for t in tables if t.layout and not t.skip and not t.mapped and t.platform}
    return [a for a in accounts if not named or a.platform in named]


def sole(accounts: Iterable[Account], tables: Iterable[ImportTable]) -> Account | None:
    """Return the only account that may be proposed for these tables; None where there is none, or a choice.

    A table the brand mapped says nothing of its platform, so only one of the brand's own systems is proposed for it:
    a guess at another platform's account would put the figures where nobody looks for them.
    """
    rows = [t for t in tables if t.layout and not t.skip]
    if not rows:
        return None
    mine = fitting(accounts, rows)
    if all(t.mapped for t in rows):
        mine = [a for a in mine if a.platform == OWN]
    return mine[0] if len(mine) == 1 else None


def platform_of(tables: Iterable[ImportTable]) -> str:
    """Return the one platform whose layouts these tables are; '' where there is none or more than one."""
    named = {t.platform for t in tables if t.layout and not t.skip and not t.mapped and t.platform}
    return named.pop() if len(named) == 1 else ""


def twins(found: Iterable[ImportFile]) -> dict[UUID, ImportFile]:
    """Return, for each file, an earlier import of the very same bytes that is still in force."""
    listed = list(found)
    if not listed:
        return {}
    same = ImportFile.objects.filter(brand_id=listed[0].brand_id, sha256__in={f.sha256 for f in listed})
    done = {f.sha256: f for f in same.filter(state=FileState.DONE).order_by("id")}
    return {f.id: done[f.sha256] for f in listed if f.sha256 in done and done[f.sha256].id != f.id}


def mappings(member: Member) -> QuerySet[Mapping]:
    """Return the kept mappings, newest first."""
    return Mapping.objects.for_member(member, "imports.view").select_related("created_by__user").order_by("-id")


def mapping_of(brand: Brand, code: str) -> Mapping | None:
    """Return what the brand taught about a header set, if it did."""
    return Mapping.objects.filter(brand=brand, code=code).first()


def mapping(member: Member, mapping_id: UUID | str, permission: str = "imports.view") -> Mapping:
    """Return one kept mapping. Raises NotFound."""
    return Mapping.objects.get_for(member, permission, mapping_id)


def trail(member: Member, file: ImportFile) -> list[AuditEntry]:
    """Return what was done with one file, oldest first."""
    rows = AuditEntry.objects.filter(brand_id=member.brand_id, object_id=str(file.id))
    return list(rows.select_related("user").order_by("id")[:100]) if permissions.allows(member, "imports.view") else []


def stale(now: datetime) -> list[ImportFile]:
    """Return waiting and refused files whose bytes nobody confirmed in time."""
    held = ImportFile.objects.filter(kept=True, state__in=[FileState.WAITING, FileState.REFUSED]).select_related(
        "brand"
    )
    return [f for f in held if f.created_at < now - timedelta(days=limits_of(f.brand)["stale_waiting_days"])]


def stuck(now: datetime) -> list[ImportFile]:
    """Return files that were confirmed a while ago and are still not done: their job may be lost."""
    line = now - timedelta(minutes=limits_of(None)["stuck_minutes"])
    return list(ImportFile.objects.filter(state__in=[FileState.QUEUED, FileState.RUNNING], confirmed_at__lt=line))
