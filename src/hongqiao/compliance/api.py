"""Checking over HTTP: check a text, read checks, the brand's own words, exemptions, the rules that ship. C2."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import FiniteFloat

from hongqiao.compliance import draft as drafts
from hongqiao.compliance import packs, present, queries, services
from hongqiao.compliance.craft import parts
from hongqiao.compliance.craft import present as craft
from hongqiao.compliance.models import Check, Exemption, Word
from hongqiao.methods.craft import Draft, Found, Shot
from hongqiao.workspace.access import caller
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

router, words = Router(tags=["checks"]), Router(tags=["words"])


class ShotIn(Schema):
    start: FiniteFloat
    end: FiniteFloat
    line: str = ""
    subtitle: str = ""
    picture: str = ""


class CheckIn(Schema):
    text: str = ""
    platform: str = ""
    industry: str = ""
    title: str = ""
    form: str = ""
    digest: str = ""
    author: str = ""
    tags: list[str] = []
    shots: list[ShotIn] = []
    commercial: Literal["none", "own", "paid", "gifted", "affiliate"] = "none"
    buying: bool = False
    ad_label: bool = False
    ai: Literal["none", "assisted", "generated"] = "none"
    ai_label: bool = False
    evidence: list[str] = []

    def draft(self) -> Draft:
        """Return the whole draft that is to be checked."""
        said = self.dict(exclude={"industry", "tags", "shots", "evidence"})
        shots = tuple(Shot(**s.dict()) for s in self.shots)
        return Draft(**said, tags=tuple(self.tags), shots=shots, evidence=tuple(self.evidence))


class WordIn(Schema):
    text: str
    level: str = Word.Level.WARN
    instead: str = ""
    note: str = ""


class WordChange(WordIn):
    version: int


class ExemptIn(Schema):
    index: int
    kind: str
    evidence: str
    link: str = ""
    until: date | None = None
    everywhere: bool = False


class WaiveIn(Schema):
    mark: str
    reason: str


def check_json(
    row: Check, found: list[queries.Line] | None = None, beside: list[Found] | None = None
) -> dict[str, Any]:
    """Return a check with its hits as they stand today: start and end count characters of the text.

    `craft` is what a whole draft has besides words of law; there they count characters of their place.
    """
    found = queries.lines(row) if found is None else found
    beside = parts.standing([row])[row.pk] if beside is None else beside
    bases = packs.bases()
    hits = [
        {k: v for k, v in x.hit.items() if k not in ("sentence", "guard")}
        | {"basis": bases[x.hit["basis"]]["label"], "exempted": x.exemption is not None}
        for x in found
    ]
    return {
        "id": str(row.pk),
        "title": row.title,
        "platform": row.platform,
        "industry": row.industry,
        "rules": row.rules,
        "form": row.draft.get("form", ""),
        "held": queries.held(found) or drafts.holds(beside),
        "counts": present.summary(found, beside),
        "hits": hits,
        "craft": [found_json(f) for f in beside],
        "by": str(row.by),
        "created_at": row.created_at.isoformat(),
    }


def found_json(one: Found) -> dict[str, Any]:
    """Return one thing found in a draft, in words."""
    shown = craft.found(one)
    at = {k: getattr(one, k) for k in ("rule", "level", "place", "start", "end", "word", "replacement", "heuristic")}
    return at | {k: shown[k] for k in ("label", "why", "todo", "basis", "mark")} | {"waived": shown["let"] is not None}


def word_json(row: Word) -> dict[str, Any]:
    shown = ("text", "level", "instead", "note", "version")
    return {"id": str(row.pk)} | {k: getattr(row, k) for k in shown}


def exemption_json(row: Exemption) -> dict[str, Any]:
    shown = ("rule", "word", "kind", "evidence", "link")
    return (
        {"id": str(row.pk), "check": str(row.made_at_id), "everywhere": not row.sentence}
        | {k: getattr(row, k) for k in shown}
        | {"until": row.until.isoformat() if row.until else None, "ended": row.ended_at is not None}
    )


@router.post("", response={201: dict[str, Any]}, summary="Check a text")
@idempotent()
def make_check(request: HttpRequest, given: CheckIn) -> Status[dict[str, Any]]:
    """Holds the text against the rules of its platform and industry and own words. `held`: it may not go out.

    With `form` (article, note, video, long_video, live, poster) a whole draft is checked: `title`, `text`, `tags` and
    `shots` are its parts, and `craft` in the answer is what limits, labels and craft say. Without, `title` is its name.
    """
    actor = caller(request, queries.SEE)
    if given.form:
        row = services.check_draft(actor=actor, draft=given.draft(), industry=given.industry, origin="api")
    else:
        texts = {k: getattr(given, k) for k in ("text", "platform", "industry", "title")}
        row = services.check_text(actor=actor, origin="api", **texts)
    return Status(201, check_json(row))


@router.get("", response=Rows, summary="Checks")
def list_checks(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    rows, following = page(queries.checks(caller(request, queries.SEE)), asked)
    lines, beside = queries.lines_of(rows), parts.standing(rows)
    return {"items": [check_json(r, lines[r.pk], beside[r.pk]) for r in rows], "next": following}


@router.get("/rules", response=dict[str, Any], summary="The rules that ship")
def list_rules(request: HttpRequest) -> dict[str, Any]:
    caller(request, queries.SEE)
    shown = ("code", "label", "level", "industries", "platforms", "terms")
    bases = packs.bases()
    items = [{k: g[k] for k in shown if k in g} | {"basis": bases[g["basis"]]["label"]} for g in packs.groups()]
    return {"version": packs.version(), "items": items}


@router.get("/exemptions", response=Rows, summary="Exemptions")
def list_exemptions(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    rows, following = page(queries.exemptions(caller(request, queries.SEE)), asked)
    return {"items": [exemption_json(r) for r in rows], "next": following}


@router.get("/{check_id}", response=dict[str, Any], summary="One check")
def get_check(request: HttpRequest, check_id: UUID) -> dict[str, Any]:
    return check_json(queries.checks(caller(request, queries.SEE)).one(check_id))


@router.post("/{check_id}/exemptions", response={201: dict[str, Any]}, summary="Let a hit stand")
@idempotent()
def make_exemption(request: HttpRequest, check_id: UUID, given: ExemptIn) -> Status[dict[str, Any]]:
    """`index`: which hit of the check. Who asked for the check cannot; reason and proof are needed."""
    row = services.exempt(actor=caller(request, queries.SEE), check_id=check_id, **given.dict())
    return Status(201, exemption_json(row))


@router.post("/{check_id}/waivers", response={201: dict[str, Any]}, summary="Let what a heuristic holds stay")
@idempotent()
def make_waiver(request: HttpRequest, check_id: UUID, given: WaiveIn) -> Status[dict[str, Any]]:
    """`mark`: which thing found, as the check names it. Who asked for the check cannot; a reason is needed."""
    row = services.waive_check(
        actor=caller(request, queries.SEE), check_id=check_id, mark=given.mark, reason=given.reason
    )
    return Status(201, {"id": str(row.pk), "rule": row.rule, "said": row.said, "reason": row.reason})


@words.get("", response=Rows, summary="The brand's own words")
def list_words(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    rows, following = page(queries.words(caller(request, queries.SEE)), asked)
    return {"items": [word_json(r) for r in rows], "next": following}


@words.post("", response={201: dict[str, Any]}, summary="Add a word")
@idempotent()
def add_word(request: HttpRequest, given: WordIn) -> Status[dict[str, Any]]:
    """`level`: block, warn, info, or "" for a word that is never a hit."""
    return Status(201, word_json(services.add_word(actor=caller(request, queries.SEE), **given.dict())))


@words.put("/{word_id}", response=dict[str, Any], summary="Change a word")
def change_word(request: HttpRequest, word_id: UUID, given: WordChange) -> dict[str, Any]:
    fields = given.dict()
    seen = fields.pop("version")
    return word_json(services.change_word(actor=caller(request, queries.SEE), word_id=word_id, seen=seen, **fields))


@words.delete("/{word_id}", response={204: None}, summary="Take a word away")
def remove_word(request: HttpRequest, word_id: UUID) -> Status[None]:
    services.remove_word(actor=caller(request, queries.SEE), word_id=word_id, seen=None)
    return Status(204, None)
