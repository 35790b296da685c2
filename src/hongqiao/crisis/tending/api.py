"""The room's books over HTTP, under /api/incidents/settings: read, kept whole. Numbers to call are not in it. X2."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from hongqiao.crisis import settings
from hongqiao.crisis.tending import parts, present, services
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Brand

router = Router(tags=["incidents"])


class PlanIn(Schema):
    """`lists`: whole lists by their key, in their order; a row without `code` is new, one left out is taken away.
    `numbers`: figures by path, "" for the shipped one. What is not named stays."""

    version: int | None = None
    lists: dict[str, list[dict[str, Any]]] = Field(default={}, max_length=20)
    numbers: dict[str, float | str] = Field(default={}, max_length=40)


@router.get("/{part}", response=dict[str, Any], summary="A book of the crisis room with the brand's differences")
def get_plan(request: HttpRequest, part: str) -> dict[str, Any]:
    """`part`: steps, seats, duties, alarms, gathering, grave, structures, hearing or repair. `changed`: what differs
    from what ships."""
    member = caller(request, services.TEND)
    return _plan(Brand.objects.get_for(member, services.TEND, member.brand_id), part)


@router.put("/{part}", response=dict[str, Any], summary="Keep a book of the crisis room")
def put_plan(request: HttpRequest, part: str, given: PlanIn) -> dict[str, Any]:
    """Only what differs from what ships is kept. Running incidents keep the steps and terms they were given."""
    brand = services.save(
        actor=caller(request, services.TEND),
        seen=given.version,
        part=part,
        lists=given.lists,
        numbers=given.numbers,
    )
    return _plan(brand, part)


def _plan(brand: Brand, part: str) -> dict[str, Any]:
    asked = parts.of(part)
    book, own = settings.of(brand, asked.file), settings.own(brand, asked.file).get(settings.ROWS) or {}
    found = {}
    for rows in asked.lists(brand):
        held = settings.rows_of(asked.file, book, rows.key)
        changed = {*((own.get(rows.key) or {}).get("changed") or {})}
        added = {r["code"] for r in (own.get(rows.key) or {}).get("added") or ()}
        found[rows.key] = [dict(r) | {"changed": r["code"] in changed | added} for r in held]
    figures = {n["path"]: present.at(book, n["path"]) for n in parts.numbers(asked)}
    return {"part": part, "version": brand.version, "lists": found, "numbers": figures}
