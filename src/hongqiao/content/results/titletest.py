"""标题封面测试: two versions of a title or cover, planned with their size, counted, compared once. C3.

A test is an action of the ledger: what is compared and how many showings that takes stands in `target["test"]`, which
nobody changes once it has begun; the counts stand in `params["counts"]`; the result is its outcome, so that a test that
was won is a lesson like any other. What chance did not share out is a comparison: it is told and never counts as won.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hongqiao import warehouse
from hongqiao.content.results.queries import SEE
from hongqiao.content.results.titlefacts import (
    ARMS,
    OPEN,
    ROOM,
    BadTest,
    Count,
    compared,
    counts,
    data,
    found,
    ready,
    way,
)
from hongqiao.errors import N_, Conflict, Invalid, NotFound
from hongqiao.ledger import services
from hongqiao.ledger.measuring.settings import numbers
from hongqiao.ledger.models import Action, ActionState, Outcome, Verdict
from hongqiao.ledger.services import kit
from hongqiao.metrics import Query
from hongqiao.workspace import figures, permissions
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import Member

TEMPLATE = "new_cover"


class BadCount(Invalid):
    code = "bad_title_count"
    message = N_("计数没有写对：%(what)s")
    next_step = N_("填整数，前一个不大于后一个，并写明数从哪里来")


class NotEnough(Conflict):
    code = "title_test_not_enough"
    message = N_("数据不足：两版都要到 %(n)s 次才比")
    next_step = N_("继续跑；跑不到就提前结束，结论记为数据不足")


def share(text: str, what: str) -> float:
    """Return a share that was typed in percent: 6.5 or 6.5% → 0.065. Raises BadTest."""
    try:
        found = float(text.strip().replace("％", "%").removesuffix("%")) / 100
    except ValueError:
        raise BadTest(what=what) from None
    if not math.isfinite(found):
        raise BadTest(what=what)
    return found


def size(usual: str, lift: str) -> tuple[float, float, int]:
    """Return (usual rate, lift, showings each version takes), of what was typed in percent. Raises BadTest."""
    from hongqiao.methods import split  # SciPy, which a start need not load

    rate, more = share(usual, _("平时的比率")), share(lift, _("值得改的最小提升"))
    if more < data()["least_lift"]:
        raise BadTest(what=_("值得改的最小提升"))
    try:
        n = split.needed(rate, more, level=numbers()["level"], power=data()["power"])
    except ValueError:
        raise BadTest(what=_("平时的比率")) from None
    if n > data()["base_most"]:
        raise BadTest(what=_("值得改的最小提升"))
    return rate, more, n


@transaction.atomic
def plan(
    *,
    actor: Member,
    name: str,
    way_code: str,
    compare: str,
    usual: str,
    lift: str,
    a: Mapping[str, str],
    b: Mapping[str, str],
    piece: str = "",
) -> Action:
    """Plan a test. a, b: {title, cover, key}; key: the piece or material that the version is in the facts, "" where
    numbers are typed. piece: the piece it is about, by its key in the facts. Raises NotAllowed, NotFound, BadTest."""
    permissions.require(actor, SEE)
    way(way_code)
    what = compared(compare)
    rate, more, n = size(usual, lift)
    versions = {arm: _version(given) for arm, given in zip(ARMS, (a, b), strict=True)}
    if (versions["a"]["title"], versions["a"]["cover"]) == (versions["b"]["title"], versions["b"]["cover"]):
        raise BadTest(what=_("两版一样"))
    keys = [v["key"] for v in versions.values()]
    if any(keys) and (not all(keys) or keys[0] == keys[1]):
        raise BadTest(what=_("两版在数据里要各是一篇，或都手工填数"))
    wanted = {k for k in (piece, *(keys if what["by"] == "content" else ())) if k}
    if wanted - _own(actor, wanted):
        raise NotFound()
    told = {"way": way_code, "compare": compare, "usual": rate, "lift": more, "n": n, **versions}
    told |= {"level": numbers()["level"], "power": data()["power"]}
    return services.create_action(
        actor=actor,
        template=TEMPLATE,
        title=_text(name, "name", _("名称")),
        room=ROOM,
        target={"test": told} | ({"content": piece} if piece else {}),
        measure={"method": "by_hand", "metric": what["metric"]},
        owner_id=actor.pk,
        links=[{"kind": "piece", "code": k} for k in sorted(wanted)],
    )


def _version(given: Mapping[str, str]) -> dict[str, str]:
    found = {k: _text(given.get(k, ""), "title", _("标题或封面"), empty=True) for k in ("title", "cover")}
    if not any(found.values()):
        raise BadTest(what=_("标题或封面"))
    return found | {"key": _text(given.get("key", ""), "source", _("在数据里是哪一个"), empty=True)}


def _text(said: str, limit: str, what: str, *, empty: bool = False) -> str:
    found = one_line(said)
    if (not found and not empty) or len(found) > data()["letters"][limit]:
        raise BadTest(what=what)
    return found


def _own(member: Member, keys: set[str]) -> set[str]:
    handle = warehouse.open(member.brand_id)
    asked = Query(("posts",), ("content",), {"content": sorted(keys)}, limit=None, totals=False, coverage=False)
    return {str(r["content"]) for r in figures.answer(handle, asked).rows} if keys else set()


@transaction.atomic
def count(
    *, actor: Member, test_id: UUID | str, seen: int | None, arm: str, hits: str, base: str, source: str
) -> Action:
    """Write down a version's numbers so far, with where they come from. Raises NotFound, NotAllowed, Conflict,
    BadCount."""
    row = _one(actor, test_id, seen)
    if row.state not in OPEN or arm not in ARMS or row.target["test"]["a"]["key"]:
        raise kit.WrongState()
    told = [_whole(t) for t in (hits, base)]
    if not 0 <= told[0] <= told[1] or not 1 <= told[1] <= data()["base_most"]:
        raise BadCount(what=_("次数"))
    said = one_line(source)
    if not said or len(said) > data()["letters"]["source"]:
        raise BadCount(what=_("数从哪里来"))
    kept = {"hits": told[0], "base": told[1], "how": "typed", "source": said}
    params = row.params | {"counts": {**row.params.get("counts", {}), arm: kept}}
    return services.change_action(actor=actor, action_id=row.pk, seen=seen, params=params)


def _whole(text: str) -> int:
    plain = text.strip().replace(",", "").replace("，", "")
    if not plain.isascii() or not plain.isdigit() or len(plain) > 10:
        raise BadCount(what=_("次数"))
    return int(plain)


@transaction.atomic
def start(*, actor: Member, test_id: UUID | str, seen: int | None) -> Action:
    """Begin: from now on what was planned stays. Raises NotFound, NotAllowed, Conflict."""
    return services.start_action(actor=actor, action_id=_one(actor, test_id, seen).pk, seen=seen)


@transaction.atomic
def judge(*, actor: Member, test_id: UUID | str, seen: int | None) -> Outcome:
    """Compare both versions, once both were shown often enough, and close the test by what that says. Raises NotFound,
    NotAllowed, Conflict, NotEnough."""
    row = _one(actor, test_id, seen)
    known = counts(actor, row)
    if row.state not in OPEN:
        raise kit.WrongState()
    if not ready(row, known):
        raise NotEnough(n=row.target["test"]["n"])
    return _close(actor, row, known, found(row.target["test"], {arm: c for arm, c in known.items() if c}))


@transaction.atomic
def stop(*, actor: Member, test_id: UUID | str, seen: int | None) -> Outcome:
    """End a test before it was shown often enough: nothing is compared. Raises NotFound, NotAllowed, Conflict."""
    row = _one(actor, test_id, seen)
    known = counts(actor, row)
    if row.state not in OPEN or ready(row, known):
        raise kit.WrongState()
    return _close(actor, row, known, {"verdict": Verdict.CANNOT_TELL, "reason": "too_small"})


def _one(actor: Member, test_id: UUID | str, seen: int | None) -> Action:
    row = kit.action_of(actor, test_id, seen)
    if row.room != ROOM or "test" not in row.target:
        raise NotFound()
    return row


def _close(actor: Member, row: Action, known: Mapping[str, Count | None], said: Mapping[str, Any]) -> Outcome:
    kept = {arm: vars(c) for arm, c in known.items() if c}
    if kept != row.params.get("counts", {}):
        row = services.change_action(actor=actor, action_id=row.pk, seen=None, params=row.params | {"counts": kept})
    if row.state == ActionState.RUNNING:
        row = services.finish_action(actor=actor, action_id=row.pk, seen=None)
    base: dict[str, Any] = {"method": "ab", "metric": row.measure.get("metric", ""), "unit": "percent"}
    base |= {"level": row.target["test"]["level"], "start": row.started_on, "end": row.ended_on}
    base |= {"n": sum(c.base for c in known.values() if c), "details": {"counts": kept}}
    base["manifest"] = warehouse.open(row.brand_id).version if row.target["test"]["a"]["key"] else None
    outcome = services.keep_outcome(action_id=row.pk, version=row.version, found={**base, **said})
    assert outcome is not None  # the row is locked
    return outcome
