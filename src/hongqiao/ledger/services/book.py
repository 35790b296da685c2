"""What a brand changes of the playbook: the steps of a kind of action, when it is due, how it is measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from hongqiao.errors import N_, Invalid, NotFound
from hongqiao.ledger import playbook, queries
from hongqiao.ledger.limits import limits
from hongqiao.ledger.measuring import plans
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import Brand, Member

MEASURE = ("method", "metric", "days")


class BadTemplate(Invalid):
    code = "bad_template"
    message = N_("动作模板没有写对：%(what)s")
    next_step = N_("步骤一行一条，最多 %(lines)s 条，每条 %(length)s 字以内；几天内做完填 0 到 %(days)s")


def template_of(actor: Member, code: str) -> dict[str, Any]:
    """Return a kind of action as the member's brand does it. Raises NotFound."""
    found = playbook.of(actor.brand).get(code)
    if found is None or not permissions.allows(actor, queries.SEE) or found["room"] not in queries.rooms_of(actor):
        raise NotFound()
    return found


@transaction.atomic
def change_template(*, actor: Member, code: str, seen: int | None, values: Mapping[str, Any] | None) -> Brand:
    """Keep a brand's differences for a kind of action; what is as shipped is no difference, None takes all back.

    `values` may hold `due_days`, `words` (the steps), of `measure` method, metric and days, and `expected`, the
    relative effect from `low` to `high`. Actions made before keep
    what they were made with. Raises NotFound, NotAllowed, Conflict, BadTemplate, BadPlan.
    """
    template_of(actor, code)
    permissions.require(actor, queries.JUDGE)
    brand: Brand = Brand.objects.for_member(actor, queries.JUDGE).locked(actor.brand_id, seen)
    every = dict((brand.settings or {}).get("playbook", {}))
    shipped = playbook.of(None)[code]
    own = {} if values is None else {**every.get(code, {}), **_checked(values, shipped)}
    own = {k: v for k, v in own.items() if v != shipped[k] and v not in ({}, None)}
    every = {k: v for k, v in {**every, code: own}.items() if v}
    brand.settings = {**(brand.settings or {}), "playbook": every}
    brand.save_next("settings")
    audit.record(actor, "template.changed", brand, template=code, values=own)
    return brand


def _checked(values: Mapping[str, Any], shipped: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as they are kept. Raises BadTemplate for the first that cannot be."""
    found: dict[str, Any] = {}
    most = limits()["template"]
    for name, value in values.items():
        if name == "due_days":
            found[name] = _days(value, most)
        elif name == "words":
            found[name] = _steps(value, most)
        elif name == "measure" and isinstance(value, Mapping):
            found[name] = _measure(value, shipped["measure"])
        elif name == "expected" and (value is None or isinstance(value, Mapping)):
            found[name] = _expected(value or {})
        else:
            raise _bad(name)
    return found


def _bad(what: str) -> BadTemplate:
    most = limits()["template"]
    return BadTemplate(what=what, lines=most["steps"], length=most["step_length"], days=most["due_days"])


def _days(value: Any, most: Mapping[str, int]) -> int:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= most["due_days"]):
        raise _bad(f"due_days = {text[:20]}")
    return int(text)


def _steps(value: Any, most: Mapping[str, int]) -> list[str]:
    lines = value.splitlines() if isinstance(value, str) else value
    if not isinstance(lines, list) or not all(isinstance(x, str) for x in lines):
        raise _bad("words")
    kept = [one_line(x) for x in lines if x.strip()]
    if len(kept) > most["steps"] or any(len(x) > most["step_length"] for x in kept):
        raise _bad("words")
    return kept


def _expected(value: Mapping[str, Any]) -> dict[str, float] | None:
    """Return the lower and the upper end of a relative effect, None where neither is said."""
    said = [value.get(name) for name in ("low", "high")]
    if set(value) - {"low", "high"} or any(v in (None, "") for v in said):
        if set(said) <= {None, ""} and not set(value) - {"low", "high"}:
            return None
        raise _bad("expected")
    try:
        low, high = (float(str(v)) for v in said)
    except ValueError:
        raise _bad("expected") from None
    if not -1 <= low <= high <= limits()["template"]["expected"]:  # nan and endless ones fail here too
        raise _bad("expected")
    return {"low": low, "high": high}


def _measure(value: Mapping[str, Any], shipped: Mapping[str, Any]) -> dict[str, Any]:
    """Return how it is measured where that differs from what ships, once it is known to make a whole plan."""
    given = {k: value[k] for k in MEASURE if value.get(k) not in (None, "")}
    plan = plans.checked({**shipped, **given})
    return {k: plan[k] for k in MEASURE if k in given and k in plan and plan[k] != shipped.get(k)}
