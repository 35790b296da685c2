"""The library over HTTP: list, read, upload, say what and whose a file is. Serves C2."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from hongqiao.content.assets import queries, services, settings
from hongqiao.content.models import Asset
from hongqiao.workspace.access import caller
from hongqiao.workspace.figures import calendar_day
from hongqiao.workspace.models import Member
from hongqiao.workspace.paging import Paged, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["assets"])


class AssetsAsked(Paged):
    """`rights`: missing, ended, soon; `made`: assisted, generated; `gone`: those that were deleted."""

    q: str = ""
    kind: str = ""
    rights: str = ""
    made: str = ""
    gone: bool = False


class Licence(Schema):
    """`kind` is one of the brand's kinds of licence; it holds until the end of the day `until` (2026-12-31)."""

    kind: str = ""
    id: str = ""
    holder: str = ""
    until: str = ""
    scope: str = ""


class Made(Schema):
    """Whether a model made it: `by` none, assisted, generated."""

    by: str = "none"
    model: str = ""


class AssetForm(Schema):
    """What goes along with a file, as fields of the form."""

    name: str = ""
    alt: str = ""
    tags: list[str] = []
    licence_kind: str = ""
    licence_id: str = ""
    licence_holder: str = ""
    licence_until: str = ""
    licence_scope: str = ""
    made: str = "none"
    model: str = ""


class AssetChange(Schema):
    """What is given is changed. `version` is the one you saw: another one is a conflict."""

    version: int
    name: str | None = None
    alt: str | None = None
    tags: list[str] | None = None
    licence: Licence | None = None
    made: Made | None = None


class AssetOut(Schema):
    """`licence_wants`: missing, ended, soon, or "" where it is in order."""

    id: UUID
    version: int
    kind: str
    name: str
    sha256: str
    bytes: int
    mime: str
    width: int | None
    height: int | None
    seconds: float | None
    alt: str
    tags: list[str]
    licence: dict[str, Any]
    licence_wants: str
    made: str
    model: str
    created_at: datetime
    gone_at: datetime | None


class AssetsOut(Schema):
    items: list[AssetOut]
    next: str | None


def asset_json(member: Member, row: Asset) -> dict[str, Any]:
    """Return an asset as programs see it."""
    plain = ("id", "version", "kind", "name", "bytes", "mime", "width", "height", "seconds", "alt", "tags", "licence")
    return {name: getattr(row, name) for name in (*plain, "created_at", "gone_at")} | {
        "sha256": row.digest,
        "licence_wants": queries.right(row, calendar_day(member.brand), settings.of(member.brand)["soon_days"]),
        "made": row.made.get("by", "none"),
        "model": row.made.get("model", ""),
    }


@router.get("", response=AssetsOut, summary="Assets")
def list_assets(request: HttpRequest, asked: Query[AssetsAsked]) -> dict[str, Any]:
    """The library, newest first."""
    member = caller(request, queries.SEE)
    words = {k: str(v).replace("\x00", "") for k, v in asked.dict(include={"q", "kind", "rights", "made"}).items()}
    rows, following = page(queries.filtered(member, **words, gone=asked.gone), asked)
    return {"items": [asset_json(member, r) for r in rows], "next": following}


@router.post("", response={201: AssetOut}, summary="Upload an asset")
@idempotent()
def upload_asset(request: HttpRequest, file: File[UploadedFile], about: Form[AssetForm]) -> Status[dict[str, Any]]:
    """What a file is, is told by its content. The same file again is the same asset, as it was described before."""
    member, said = caller(request, queries.SEE), about.dict()
    licence = {k: said[f"licence_{k}"] for k in services.LICENCE}
    made = {"by": said["made"], "model": said["model"]}
    words = {k: said[k] for k in ("name", "alt", "tags")}
    row = services.keep(actor=member, file=file, licence=licence, made=made, **words)
    return Status(201, asset_json(member, row))


@router.get("/{asset_id}", response=AssetOut, summary="One asset")
def get_asset(request: HttpRequest, asset_id: UUID) -> dict[str, Any]:
    """Deleted ones too, as long as they can come back (`gone_at`)."""
    member = caller(request, queries.SEE)
    row: Asset = Asset.objects.get_for(member, queries.SEE, asset_id)
    return asset_json(member, row)


@router.put("/{asset_id}", response=AssetOut, summary="Change an asset")
def change_asset(request: HttpRequest, asset_id: UUID, given: AssetChange) -> dict[str, Any]:
    """A licence that is given takes the place of the whole one that was there."""
    member = caller(request, queries.SEE)
    fields = {k: v for k, v in given.dict(exclude_unset=True, exclude={"version"}).items() if v is not None}
    return asset_json(member, services.change(actor=member, asset_id=asset_id, seen=given.version, **fields))
