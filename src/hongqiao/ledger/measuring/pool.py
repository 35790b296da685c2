"""Small actions of one kind together: how often they worked, how much they brought, and what to expect of the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hongqiao.ledger import playbook
from hongqiao.ledger.measuring.settings import numbers
from hongqiao.ledger.models import Outcome, Verdict
from hongqiao.workspace.models import Brand

if TYPE_CHECKING:
    from hongqiao.methods.causal import pooling


@dataclass(frozen=True)
class Kind:
    """What the judged actions of one template brought. Shares and effects carry their interval at `level`.

    rate: (share, lo, hi) of those that could be told; effect: relative, pooled over those with an interval.
    """

    template: str
    n: int
    worked: int
    did_not: int
    cannot_tell: int
    level: float
    rate: tuple[float, float, float] | None = None
    effect: tuple[float, float, float] | None = None
    next: tuple[float, float] | None = None
    pooled: int = 0

    @property
    def label(self) -> str:
        return playbook.label(self.template or "by_hand")


def newest(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return of each action its newest outcome."""
    found: dict[Any, Outcome] = {}
    for one in sorted(outcomes, key=lambda o: (o.created_at, o.pk)):
        found[one.action_id] = one
    return list(found.values())


def kind_of(template: str, outcomes: Iterable[Outcome]) -> Kind:
    """Pool the outcomes of one template."""
    from hongqiao.methods.causal import pooling  # SciPy, which a start need not load

    rows, level = newest(outcomes), numbers()["level"]
    counts = {v: sum(o.verdict == v for o in rows) for v in Verdict.values}
    told = counts[Verdict.WORKED] + counts[Verdict.DID_NOT]
    pooled = _pooled(rows)
    return Kind(
        template=template,
        n=len(rows),
        worked=counts[Verdict.WORKED],
        did_not=counts[Verdict.DID_NOT],
        cannot_tell=counts[Verdict.CANNOT_TELL],
        level=level,
        rate=pooling.rate(counts[Verdict.WORKED], told, level=level) if told else None,
        effect=(pooled.mean, pooled.lo, pooled.hi) if pooled else None,
        next=(pooled.new_lo, pooled.new_hi) if pooled else None,
        pooled=pooled.n if pooled else 0,
    )


def _pooled(rows: Iterable[Outcome]) -> pooling.Pooled | None:
    """Pool relative effects: those with an interval that nothing but its width speaks against."""
    from hongqiao.methods.causal import Refused, pooling

    effects, sds = [], []
    for one in rows:
        if one.verdict == Verdict.CANNOT_TELL and one.reason != "interval_spans_zero":
            continue
        if not one.effect or not one.relative or not one.sd or abs(one.relative) > numbers()["pool_relative_max"]:
            continue
        effects.append(one.relative)
        sds.append(one.sd * abs(one.relative / one.effect))
    found = pooling.pool(effects, sds, level=numbers()["level"], least=numbers()["pool_least"])
    return None if isinstance(found, Refused) else found


def kinds(outcomes: Iterable[Outcome]) -> list[Kind]:
    """Return one entry a template, the most often judged first. `outcomes` come with their action."""
    by: dict[str, list[Outcome]] = {}
    for one in outcomes:
        by.setdefault(one.action.template, []).append(one)
    found = [kind_of(template, rows) for template, rows in by.items()]
    return sorted(found, key=lambda k: (-k.n, k.template))


def expected(brand: Brand, template: str, plan: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the brand wrote that it expects of a kind of action; else what earlier ones let expect of the next:
    relative, with n and how many worked.

    None under `pool_least` with an interval: then nothing is promised.
    """
    if not template or "\x00" in template:  # PostgreSQL cannot be asked for it
        return None
    if own := playbook.expected(playbook.of(brand).get(template, {}), plan):
        return own
    rows = Outcome.objects.filter(brand=brand, action__template=template, metric=plan.get("metric", ""))
    kind = kind_of(template, rows)
    if kind.effect is None or kind.next is None:
        return None
    params = {"n": kind.pooled, "worked": kind.worked, "did_not": kind.did_not, "cannot_tell": kind.cannot_tell}
    said = {"metric": plan.get("metric", ""), "unit": "percent", "reason": "pooled", "params": params}
    low, high = sorted(kind.next)
    return said | {"low": low, "mid": kind.effect[0], "high": high}


def overall(outcomes: Iterable[Outcome]) -> Kind:
    """Return the hit rate over all kinds; effects of different kinds are not pooled."""
    kind = kind_of("", outcomes)
    return Kind("", kind.n, kind.worked, kind.did_not, kind.cannot_tell, kind.level, kind.rate)
