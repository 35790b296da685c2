"""Files over HTTP: hand one or a zip over, look at imports, confirm, move, take back; events as they happen."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from hongqiao.errors import N_, Invalid
from hongqiao.imports import naming, queries, services
from hongqiao.imports.api.zips import ZipOut, zip_json
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import ImportBundle, ImportFile, ImportTable
from hongqiao.imports.services.files import moment_of
from hongqiao.imports.words import note_words, problem_words
from hongqiao.workspace import permissions
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Account
from hongqiao.workspace.receipts import idempotent
from hongqiao.workspace.words import stored_words

router = Router(tags=["imports"])


class NeedsBoth(Invalid):
    code = "needs_both"
    message = N_("account 与 captured_at 要一起给")
    next_step = N_("两个都给则直接导入；都不给则等待确认")


class EventsIn(Schema):
    """Events of one of the brand's own systems. `source`: the name of an account of the platform 自有数据."""

    source: str
    events: list[Any]


class EventProblem(Schema):
    index: int
    code: str
    column: str
    value: str
    message: str
    refused: bool


class EventsOut(Schema):
    accepted: int
    duplicates: int
    refused: int
    problems: list[EventProblem]


class ProblemOut(Schema):
    row: int | None
    column: str
    code: str
    value: str
    fatal: bool
    message: str


class ColumnOut(Schema):
    """A column of the file that is stored, and where it goes ("table.column")."""

    header: str
    target: str


class TableOut(Schema):
    id: UUID
    sheet: str
    layout: str
    label: str
    columns: list[ColumnOut]
    platform: str
    rows: int
    skip: bool
    unknown: list[str]
    missing: list[str]
    dropped: list[str]
    candidates: list[str]
    notes: list[str]
    taken: int
    unchanged: int
    refused: int
    problem_counts: dict[str, int]
    problems: list[ProblemOut]


class ImportOut(Schema):
    id: UUID
    version: int
    name: str
    size: int
    sha256: str
    state: str
    progress: float
    account: UUID | None
    platform: str
    captured_at: datetime | None
    captured_from: str
    created_at: datetime
    confirmed_at: datetime | None
    finished_at: datetime | None
    taken: int
    unchanged: int
    refused: int
    error: dict[str, Any] | None
    tables: list[TableOut]


class ImportsOut(Schema):
    items: list[ImportOut]
    next: str | None


class ConfirmIn(Schema):
    account: UUID | None = None
    captured_at: str | None = None
    version: int | None = None


class MoveIn(Schema):
    account: UUID
    version: int | None = None


class UndoIn(Schema):
    version: int | None = None


class Narrow(Schema):
    state: str = ""
    platform: str = ""
    account: str = ""
    q: str = ""
    sort: str = "-at"
    after: str = ""
    limit: int = 50


def _table(table: ImportTable) -> dict[str, Any]:
    plain = (
        "id",
        "sheet",
        "layout",
        "platform",
        "rows",
        "skip",
        "unknown",
        "missing",
        "dropped",
        "candidates",
    )
    counts = ("taken", "unchanged", "refused", "problem_counts")
    return {
        **{name: getattr(table, name) for name in (*plain, *counts)},
        "label": naming.label_of(table),
        "columns": [{"header": header, "target": target} for header, target, _needed in table.fills],
        "notes": [note_words(n) for n in table.notes],
        "problems": [{**p, "message": problem_words(p)} for p in table.problems],
    }


def as_json(file: ImportFile) -> dict[str, Any]:
    """Return one import as the interface shows it."""
    tables = [_table(t) for t in file.tables.all()]
    plain = ("id", "version", "name", "size", "sha256", "state", "progress", "captured_at", "captured_from")
    times = ("created_at", "confirmed_at", "finished_at")
    return {
        **{name: getattr(file, name) for name in (*plain, *times)},
        "account": file.account_id,
        "platform": file.account.platform if file.account else "",
        **{name: sum(t[name] for t in tables) for name in ("taken", "unchanged", "refused")},
        "error": {"code": file.error["code"], **stored_words(file.error)} if file.error else None,
        "tables": tables,
    }


@router.post("/events", response=EventsOut, summary="提交事件")
def post_events(request: HttpRequest, body: EventsIn) -> dict[str, Any]:
    """Take up to 1,000 events. Each is checked by itself: good ones are taken, others named by index in `problems`."""
    key = request.headers.get("Idempotency-Key", "")
    return services.take_events(actor=caller(request), source=body.source, events=body.events, key=key)


@router.post("/imports", response={201: ImportOut, 202: ZipOut}, summary="上传文件或压缩包")
@idempotent()
def post_import(
    request: HttpRequest,
    file: File[UploadedFile],
    account: Form[UUID | None] = None,
    captured_at: Form[str | None] = None,
) -> Status[dict[str, Any]]:
    """Hand over a file: 201. With `account` and `captured_at` it is confirmed and queued; without, it waits for a
    person. A zip of files is weighed and then opened by the worker: 202, member by member; ask
    GET /api/imports/zips/{id} what became of each.
    """
    member = caller(request)
    if bool(account) != bool(captured_at):
        raise NeedsBoth()
    owner = Account.objects.get_for(member, "imports.run", account) if account else None
    moment = moment_of(captured_at, owner.zone) if owner and captured_at else None
    decided = services.Decision(owner, moment) if owner and moment else None
    got = services.hand_over(actor=member, name=file.name or "file", stream=file, decided=decided)
    if isinstance(got, ImportBundle):
        return Status(202, zip_json(queries.bundle(member, got.id, "imports.run")))
    return Status(201, as_json(queries.file(member, got.id, "imports.run")))


@router.get("/imports", response=ImportsOut, summary="导入列表")
def list_imports(request: HttpRequest, narrow: Query[Narrow]) -> dict[str, Any]:
    """List imports, newest first. `next` is the cursor to pass as `after`."""
    member = caller(request)
    permissions.require(member, "imports.view")
    found = queries.files(member, state=narrow.state, platform=narrow.platform, account=narrow.account, q=narrow.q)
    size = max(1, min(narrow.limit, limits_of(member.brand)["page_size"] * 4))
    rows, after = queries.page(found, sort=narrow.sort, after=narrow.after, size=size)
    return {"items": [as_json(f) for f in rows], "next": after}


@router.get("/imports/{file_id}", response=ImportOut, summary="一次导入")
def get_import(request: HttpRequest, file_id: UUID) -> dict[str, Any]:
    return as_json(queries.file(caller(request), file_id))


@router.post("/imports/{file_id}/confirm", response=ImportOut, summary="确认导入")
def confirm_import(request: HttpRequest, file_id: UUID, body: ConfirmIn) -> dict[str, Any]:
    """Confirm a waiting file, with what was proposed where nothing else is given. It is then queued."""
    member = caller(request)
    file = queries.file(member, file_id, "imports.run")
    owner = Account.objects.get_for(member, "imports.run", body.account) if body.account else file.account
    moment = moment_of(body.captured_at, owner.zone if owner else file.zone) if body.captured_at else None
    services.confirm(
        actor=member, file_id=file_id, seen=body.version, account_id=owner.id if owner else None, captured_at=moment
    )
    return as_json(queries.file(member, file_id))


@router.post("/imports/{file_id}/account", response=ImportOut, summary="改账号")
def move_import(request: HttpRequest, file_id: UUID, body: MoveIn) -> dict[str, Any]:
    """Put what this import brought under another account of the same platform."""
    member = caller(request)
    services.move_account(actor=member, file_id=file_id, seen=body.version, account_id=body.account)
    return as_json(queries.file(member, file_id))


@router.post("/imports/{file_id}/undo", response=ImportOut, summary="撤销导入")
def undo_import(request: HttpRequest, file_id: UUID, body: UndoIn) -> dict[str, Any]:
    """Take back everything this import put in."""
    member = caller(request)
    services.undo(actor=member, file_id=file_id, seen=body.version)
    return as_json(queries.file(member, file_id))
