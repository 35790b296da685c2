"""Names of columns that a platform changed, over HTTP: what the screen 字段对应 teaches and takes back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from hongqiao.imports import queries, renamed, services
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import ColumnAlias
from hongqiao.workspace import paging, permissions
from hongqiao.workspace.access import caller
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["imports"])


class AliasIn(Schema):
    """`header`: the new name, as the file writes it. `target`: the name that the layout knows."""

    layout: str
    header: str
    target: str


class AliasOut(Schema):
    id: UUID
    version: int
    layout: str
    header: str
    target: str
    created_at: datetime


class AliasesOut(Schema):
    items: list[AliasOut]
    next: str | None


class Before(Schema):
    """An import in force that brought the column when nobody knew it: its values lie beside its rows."""

    id: UUID
    name: str


class AliasMade(AliasOut):
    """`looked_again`: waiting files that were recognised anew. `before`: imports that brought the column earlier."""

    looked_again: int
    before: list[Before]


class AliasGone(Schema):
    looked_again: int


class Paged(Schema):
    after: str = ""
    limit: int = 50


class LayoutOut(Schema):
    code: str
    platform: str
    label: str
    columns: list[str]


class LayoutsOut(Schema):
    items: list[LayoutOut]
    next: str | None


def alias_json(row: ColumnAlias) -> dict[str, Any]:
    """Return one taught name as the interface shows it."""
    return {name: getattr(row, name) for name in ("id", "version", "layout", "header", "target", "created_at")}


@router.get("/imports/layouts", response=LayoutsOut, summary="可教列名的版式")
def list_layouts(request: HttpRequest, asked: Query[paging.Paged]) -> dict[str, Any]:
    """The platforms' layouts with the columns that may get a new name, by code; the cursor is the last code shown."""
    permissions.require(caller(request), "imports.view")
    found = [one for one in renamed.teachable_layouts() if one["code"] > asked.after]
    shown = found[: asked.limit]
    return {"items": shown, "next": shown[-1]["code"] if len(found) > len(shown) else None}


@router.get("/imports/aliases", response=AliasesOut, summary="平台改过的列名")
def list_aliases(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    """The names that this brand taught, newest first."""
    member = caller(request)
    permissions.require(member, "imports.view")
    size = max(1, min(asked.limit, limits_of(member.brand)["page_size"] * 4))
    rows, after = queries.page_of_aliases(member, after=asked.after, size=size)
    return {"items": [alias_json(row) for row in rows], "next": after}


@router.post("/imports/aliases", response={201: AliasMade}, summary="教一个新列名")
@idempotent()
def post_alias(request: HttpRequest, body: AliasIn) -> Status[dict[str, Any]]:
    """Say that a new column of a layout is one it knows. Waiting files of that layout are recognised again at once."""
    member = caller(request)
    row = services.teach_alias(actor=member, layout=body.layout, header=body.header, target=body.target)
    count = services.look_again_at(actor=member, layout=row.layout)
    before = renamed.imported_with(member.brand, row.layout, row.header)
    return Status(201, {**alias_json(row), "looked_again": count, "before": before})


@router.delete("/imports/aliases/{alias_id}", response=AliasGone, summary="取消一个列名")
def delete_alias(request: HttpRequest, alias_id: UUID, version: int | None = None) -> dict[str, int]:
    """Take a taught name back; what was imported with it stays. `version`: as it was seen."""
    member = caller(request)
    layout = services.forget_alias(actor=member, alias_id=alias_id, seen=version)
    return {"looked_again": services.look_again_at(actor=member, layout=layout)}
