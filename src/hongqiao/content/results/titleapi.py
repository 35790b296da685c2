"""Title tests over HTTP: list, plan with the size, count, compare once. C3."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from hongqiao.content.results import queries, titlefacts, titletest
from hongqiao.ledger import queries as ledger
from hongqiao.ledger.models import Action, Outcome
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Member
from hongqiao.workspace.paging import Paged, Rows, page
from hongqiao.workspace.receipts import idempotent

router = Router(tags=["results"])
ACTS = {"start": titletest.start, "judge": titletest.judge, "stop": titletest.stop}


class Version(Schema):
    """`key`: the piece or the material that this version is in the facts, "" where numbers are sent."""

    title: str = ""
    cover: str = ""
    key: str = ""


class TitleTestForm(Schema):
    """`way`, `compare`: codes of knowledge/content/title_tests.json; `usual`, `lift` in percent, as 6.5."""

    name: str
    way: str
    compare: str = "open"
    usual: str
    lift: str
    a: Version
    b: Version
    piece: str = ""


class TitleAct(Schema):
    """`version` is the one you saw: another one is a conflict."""

    version: int


class TitleCount(TitleAct):
    """How often a version was shown, how many did what is counted, and where these numbers come from."""

    arm: Literal["a", "b"]
    hits: int
    base: int
    source: str


def title_json(row: Action, known: Mapping[str, titlefacts.Count | None], newest: Outcome | None) -> dict[str, Any]:
    """Return a test as programs see it; `outcome` is null before it was compared. known: its counts, newest: its
    outcome, if any."""
    plain = ("verdict", "reason", "effect", "lo", "hi", "relative", "level", "n")
    return {
        "id": str(row.pk),
        "version": row.version,
        "name": row.title,
        "state": row.state,
        "plan": row.target["test"],
        "random": bool(titlefacts.way(row.target["test"]["way"])["random"]),
        "counts": {arm: vars(c) if c else None for arm, c in known.items()},
        "ready": row.state in titlefacts.OPEN and titlefacts.ready(row, known),
        "outcome": {k: getattr(newest, k) for k in plain} if newest else None,
    }


def listed(member: Member, asked: Paged) -> tuple[list[dict[str, Any]], str | None]:
    """Return one page of tests, newest first, and the cursor of the next. Raises NotAllowed, BadCursor."""
    rows, following = page(titlefacts.tests(member), asked)
    newest = ledger.newest_outcomes(rows)
    known = titlefacts.counts_of(member, rows)
    return [title_json(r, known[r.pk], newest.get(r.pk)) for r in rows], following


@router.get("", response=Rows, summary="Title tests")
def list_tests(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    """Newest first."""
    rows, following = listed(caller(request, queries.SEE), asked)
    return {"items": rows, "next": following}


@router.post("", response={201: dict[str, Any]}, summary="Plan a title test")
@idempotent()
def plan_test(request: HttpRequest, given: TitleTestForm) -> Status[dict[str, Any]]:
    """`plan.n` of the answer is how often each version has to be shown. It starts by its own call."""
    member, told = caller(request, queries.SEE), given.dict()
    row = titletest.plan(actor=member, way_code=told.pop("way"), **told)
    return Status(201, title_json(row, titlefacts.counts(member, row), None))


@router.get("/{test_id}", response=dict[str, Any], summary="One title test")
def get_test(request: HttpRequest, test_id: UUID) -> dict[str, Any]:
    """Nothing is compared before it was closed."""
    return _one(caller(request, queries.SEE), test_id)


@router.post("/{test_id}/count", response=dict[str, Any], summary="Send a version's counts")
def count_test(request: HttpRequest, test_id: UUID, given: TitleCount) -> dict[str, Any]:
    """Totals so far, not what came since."""
    member = caller(request, queries.SEE)
    told: dict[str, Any] = {"arm": given.arm, "hits": str(given.hits), "base": str(given.base), "source": given.source}
    titletest.count(actor=member, test_id=test_id, seen=given.version, **told)
    return _one(member, test_id)


@router.post("/{test_id}/{act}", response=dict[str, Any], summary="Start, compare or end a title test")
def act_on_test(
    request: HttpRequest, test_id: UUID, act: Literal["start", "judge", "stop"], given: TitleAct
) -> dict[str, Any]:
    """`judge` compares once both versions were shown often enough; `stop` ends it before and compares nothing."""
    member = caller(request, queries.SEE)
    ACTS[act](actor=member, test_id=test_id, seen=given.version)
    return _one(member, test_id)


def _one(member: Member, test_id: UUID) -> dict[str, Any]:
    row = titlefacts.tests(member).one(test_id)
    return title_json(row, titlefacts.counts(member, row), ledger.newest_outcomes([row]).get(row.pk))
