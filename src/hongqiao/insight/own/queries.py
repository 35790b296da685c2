"""Reads of a brand's own metrics: the list, one with its versions, what changed from one version to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.errors import NotFound
from hongqiao.insight.models import MetricVersion, OwnMetric
from hongqiao.insight.own import loading
from hongqiao.insight.words import label
from hongqiao.metrics import METRICS
from hongqiao.metrics.formula.tree import written
from hongqiao.workspace.models import Member

SEE, EDIT = "data.view", "data.edit"


def listed(member: Member) -> Any:
    """Return the brand's own metrics as a query set, retired ones too; none where the member may not see figures."""
    return OwnMetric.objects.for_member(member, SEE).select_related("author__user")


def one(member: Member, code: str) -> OwnMetric:
    """Return one by its code. Raises NotFound where it is absent, another brand's, or not permitted."""
    found: OwnMetric | None = listed(member).filter(code=code).first()
    if found is None:
        raise NotFound()
    return found


def versions(row: OwnMetric) -> list[MetricVersion]:
    """Return all versions, the newest first."""
    return list(row.versions.select_related("author__user").order_by("-number"))


def said(formula: str, name: Callable[[str], str] | None = None) -> str:
    """Return a kept formula in the reader's words; a metric that the dictionary no longer knows by its code."""
    return written(loading.tree_of(formula), name or (lambda code: label(code) if code in METRICS else code))


@dataclass(frozen=True)
class Step:
    """A version, and what it changed: (field, before, after). `changes` is empty for the first."""

    version: MetricVersion
    changes: list[tuple[str, str, str]]


def history(row: OwnMetric) -> list[Step]:
    """Return every version with what it changed, the newest first."""
    found = versions(row)
    return [Step(v, _changes(before, v)) for v, before in zip(found, [*found[1:], None], strict=True)]


def _changes(before: MetricVersion | None, after: MetricVersion) -> list[tuple[str, str, str]]:
    if before is None:
        return []
    shown = ((name, _shown(before, name), _shown(after, name)) for name in loading.SAID)
    return [(name, was, now) for name, was, now in shown if was != now]


def _shown(version: MetricVersion, name: str) -> str:
    if name == "formula":
        return said(version.formula)
    if name == "format":
        return str(_(version.get_format_display()))
    if name == "better":
        return str(_(version.get_better_display()))
    return str(getattr(version, name))
