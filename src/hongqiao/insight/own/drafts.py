"""A formula that a person is typing: read by the names they use, checked, and tried on the last days. Keeps nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hongqiao.errors import N_
from hongqiao.insight import queries
from hongqiao.insight.explorer import lexicon
from hongqiao.insight.models import MetricVersion
from hongqiao.insight.own import loading
from hongqiao.insight.words import label, listed
from hongqiao.metrics import SHIPPED, Metric, Result
from hongqiao.metrics.formula.making import BadFormula, Definition, make
from hongqiao.metrics.formula.reading import Ambiguous, UnknownName, plain, read
from hongqiao.metrics.formula.tree import Part, Tree, codes, leaves, swapped, written
from hongqiao.metrics.inforce import InForce, Own, using
from hongqiao.workspace import figures
from hongqiao.workspace.models import Member

DRAFT = "draft"
DAYS = 28


class Loop(BadFormula):
    code = "formula_loop"
    message = N_("第 %(at)s 个字：“%(name)s”里已经用到这个指标，绕回来了")
    next_step = N_("请改用组成它的指标")


class RetiredPart(BadFormula):
    code = "formula_retired_part"
    message = N_("第 %(at)s 个字：“%(name)s”已停用")
    next_step = N_("请先恢复它，或换一个指标")


@dataclass(frozen=True)
class Draft:
    """`tree` has every one of the brand's own metrics at its version."""

    tree: Tree
    metric: Metric

    @property
    def formula(self) -> str:
        return written(self.tree, plain=True)


def drafted(member: Member, formula: str, *, code: str = DRAFT, format: str = "") -> Draft:
    """Read and check a formula of a member's brand; `code` is the metric it is for. Raises BadFormula."""
    own = loading.fetch(member.brand_id)
    tree = _read(formula, member, own)
    find = loading.finder(own)
    for leaf in leaves(tree):
        if isinstance(leaf, Part):
            _allowed(leaf, own, code)
    tree = swapped(tree, lambda part: replace(part, code=pinned(find(part.code), part.code)))
    metric = make(Definition(DRAFT, code, tree, format=format), find)
    said = hashlib.sha256(f"{written(tree, plain=True)}|{format}".encode()).hexdigest()
    return Draft(tree, replace(metric, stamp=f"{DRAFT}@{said}"))


def _read(formula: str, member: Member, own: Own) -> Tree:
    """Read a formula; of a name that several metrics have, say which they are. Raises BadFormula."""
    try:
        return read(formula, names(member, own))
    except Ambiguous as error:
        meant = listed(f"{label(c)}（{c}）" for c in error.params["near"].split("、"))
        raise Ambiguous(**{**error.params, "near": meant}) from None


def pinned(metric: Metric, code: str) -> str:
    """Return a code that will mean the same later: one of the brand's own with its version."""
    return code if "@" in code or not metric.formula else metric.stamp


def _allowed(part: Part, own: Own, code: str) -> None:
    """Raises UnknownName, RetiredPart, Loop."""
    if part.code in SHIPPED:
        return
    if part.code not in own.all:
        held = "、".join(c for c in own.all if c.startswith(part.code.partition("@")[0])) or "—"
        raise UnknownName(at=part.at + 1, name=part.code, near=held)
    metric = own.all[part.code]
    if code in used(part.code, own):
        raise Loop(at=part.at + 1, name=metric.label)
    if metric.retired:
        raise RetiredPart(at=part.at + 1, name=metric.label)


def used(code: str, own: Own) -> set[str]:
    """Return the brand's own metrics that a metric stands on, itself among them, whatever their version."""
    metric = own.all.get(code)
    if metric is None or metric.formula is None:
        return set()
    return {code.partition("@")[0]}.union(*(used(c, own) for c in codes(metric.formula.said)))


def names(member: Member, own: Own) -> dict[str, tuple[str, ...]]:
    """Return what a person may write for a metric → its codes: codes, names in every language, the trade's words."""
    found: dict[str, tuple[str, ...]] = {}
    for text, word in lexicon.words(member).items():
        if any(sign in plain(text) for sign in "+-*/") and not any(word.metrics.values()):
            continue  # a platform's name of a sum: 净增粉丝 + 取关粉丝 is read as two
        if meant := tuple(c for c in word.codes() if c in SHIPPED or c in own.all):
            found[plain(text)] = meant
    for code, metric in own.all.items():
        if "@" not in code:
            found[plain(metric.label)] = (code,)
    return found | {code: (code,) for code in (*SHIPPED, *own.all) if "@" not in code}


@contextmanager
def tried(member: Member, draft: Draft) -> Iterator[None]:
    """Put a draft in force beside the brand's own metrics, under the code `draft`."""
    own = loading.fetch(member.brand_id)
    with using(InForce(member.brand_id, lambda: Own({**own.all, DRAFT: draft.metric}, own.listed))):
        yield


def example(member: Member, draft: Draft) -> Result:
    """Return what a draft came to over the last 28 whole days. Raises NotAllowed."""
    until = figures.today_of(member.brand) - timedelta(days=1)
    more: dict[str, Any] = {"start": until - timedelta(days=DAYS - 1), "end": until}
    with tried(member, draft):
        return queries.query(member, codes=(DRAFT,), **more)


def definition_of(version: MetricVersion) -> Definition:
    """Return a kept version as a definition, to be made with another tree."""
    plain_fields = {f: getattr(version, f) for f in loading.FIELDS if "__" not in f}
    row = plain_fields | {"metric__code": version.metric.code, "metric__retired_at": None}
    return loading.definition(row, loading.tree_of(version.formula))
