"""What became of each file of a zip, over HTTP."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from hongqiao.imports import queries, zipped
from hongqiao.imports.models import ImportBundle
from hongqiao.workspace.words import stored_words

router = Router(tags=["imports"])


class MemberOut(Schema):
    """One file of a zip. `state`: queued (not opened yet), skipped, failed, or the state of its import."""

    name: str
    folder: str
    state: str
    import_id: UUID | None
    code: str
    message: str


class ZipOut(Schema):
    kind: Literal["zip"]
    id: UUID
    version: int
    name: str
    size: int
    state: str
    total: int
    opened: int
    account: UUID | None
    captured_at: datetime | None
    error: dict[str, Any] | None
    members: list[MemberOut]


def zip_json(bundle: ImportBundle) -> dict[str, Any]:
    """Return a zip as the interface shows it, member by member."""
    plain = ("id", "version", "name", "size", "state", "total", "captured_at")
    return {
        "kind": "zip",
        **{name: getattr(bundle, name) for name in plain},
        "opened": bundle.at,
        "account": bundle.account_id,
        "error": {"code": bundle.error["code"], **stored_words(bundle.error)} if bundle.error else None,
        "members": [vars(m) for m in zipped.members(bundle)],
    }


@router.get("/imports/zips/{zip_id}", response=ZipOut, summary="一个压缩包")
def get_zip(request: HttpRequest, zip_id: UUID) -> dict[str, Any]:
    """What became of a zip that was handed over: of each of its files, also of those that were left out."""
    return zip_json(queries.bundle(request.auth, zip_id))  # type: ignore[attr-defined]
