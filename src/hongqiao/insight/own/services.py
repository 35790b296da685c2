"""Writes of a brand's own metrics. Each takes who acts and the version they saw; one audit row each. Serves D1."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from hongqiao.errors import N_, Conflict, HongqiaoError, Invalid
from hongqiao.insight import queries as figures
from hongqiao.insight.models import MetricVersion, OwnMetric
from hongqiao.insight.own import drafts, loading, queries
from hongqiao.metrics import DIMENSIONS, SHIPPED
from hongqiao.metrics.formula.making import make
from hongqiao.metrics.formula.reading import plain
from hongqiao.metrics.formula.tree import Part, codes, swapped, written
from hongqiao.metrics.inforce import Own
from hongqiao.metrics.settings import data
from hongqiao.workspace import audit, permissions
from hongqiao.workspace.models import Member
from hongqiao.workspace.words import error_words

CODE = re.compile(r"(?=.{2,40}$)[a-z][a-z0-9]*(_[a-z0-9]+)*")  # two underscores in a row are an answer's own
TAKEN = (drafts.DRAFT, "new", "check")  # addresses and names of the house
LETTERS = {"label": 40, "note": 300, "why": 200}


class BadMetric(Invalid):
    code = "bad_metric"
    message = N_("指标没有填对")
    next_step = N_("请按提示修改后再保存")


class MetricTaken(Conflict):
    code = "metric_taken"
    message = N_("已经有叫“%(name)s”的指标")
    next_step = N_("请换一个名称或代码")


class StoodOn(Invalid):
    code = "metric_stood_on"
    message = N_("改了以后，用到它的“%(name)s”就算不出来了：%(why)s")
    next_step = N_("请先改那一个，或新建一个指标")


@dataclass(frozen=True)
class Wanted:
    """What a person fills in. `code` may be left to the house; `why` is asked for when a definition is changed."""

    label: str
    formula: str
    code: str = ""
    format: str = ""
    better: str = ""
    note: str = ""
    why: str = ""


@transaction.atomic
def define(*, actor: Member, wanted: Wanted) -> OwnMetric:
    """Define a metric by its formula. Raises NotAllowed, BadMetric, MetricTaken, BadFormula."""
    permissions.require(actor, queries.EDIT)
    count = OwnMetric.objects.filter(brand=actor.brand).count()
    if count >= data("thresholds")["formula"]["most"]:
        raise BadMetric(N_("自定义指标太多，没有人记得住：请改已有的"))
    code = _code(actor, wanted.code)
    version = _version(actor, wanted, code)
    row = OwnMetric(brand=actor.brand, author=actor, code=code)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise MetricTaken(name=code) from None
    version.metric = row
    version.save()
    audit.record(actor, "metric.defined", row, **_said(version))
    return row


@transaction.atomic
def change(*, actor: Member, code: str, seen: int | None, wanted: Wanted) -> OwnMetric:
    """Make the next version of a definition, and of those that stand on it; the same again makes none.

    Raises NotFound, NotAllowed, Conflict, BadMetric, MetricTaken, BadFormula, StoodOn.
    """
    row, now = _tended(actor, code, seen)
    version = _version(actor, wanted, row.code)
    if _alike(version, now):
        return row
    if not version.why:
        raise BadMetric(N_("请写明为什么改，以后看到旧报告的人要知道"))
    _next(row, version)
    audit.record(actor, "metric.changed", row, **_said(version), why=version.why)
    _followed(actor, row.code, done=set())
    return row


@transaction.atomic
def retire(*, actor: Member, code: str, seen: int | None, retired: bool = True) -> OwnMetric:
    """Offer a metric no longer, or again. What uses it goes on and says so. Raises NotFound, NotAllowed, Conflict."""
    row, now = _tended(actor, code, seen)
    if (row.retired_at is not None) != retired:
        row.retired_at = timezone.now() if retired else None
        row.save_next("retired_at")
        audit.record(actor, "metric.retired" if retired else "metric.revived", row, **_said(now))
    return row


def _tended(actor: Member, code: str, seen: int | None) -> tuple[OwnMetric, MetricVersion]:
    found = queries.one(actor, code)
    permissions.require(actor, queries.EDIT)
    row: OwnMetric = OwnMetric.objects.for_member(actor, queries.SEE).locked(found.pk, seen)
    return row, row.versions.get(number=row.number)


def _code(actor: Member, given: str) -> str:
    """Return the code as it was typed, or the next free one. Raises BadMetric, MetricTaken."""
    code = plain(given).strip()
    if not code:
        taken = set(OwnMetric.objects.filter(brand=actor.brand).values_list("code", flat=True))
        return next(c for n in range(1, len(taken) + 2) if (c := f"own_{n}") not in taken)
    if not CODE.fullmatch(code):
        raise BadMetric(N_("代码用小写英文字母、数字和单个下划线，2 到 40 个，以字母开头"))
    if code in SHIPPED or code in DIMENSIONS or code in TAKEN:
        raise MetricTaken(name=code)
    return code


def _version(actor: Member, wanted: Wanted, code: str) -> MetricVersion:
    """Return the version that a person wrote, checked and not kept."""
    if wanted.format not in MetricVersion.Format.values or wanted.better not in MetricVersion.Better.values:
        raise BadMetric(N_("没有这种写法"))
    said = {name: _text(name, getattr(wanted, name)) for name in LETTERS}
    said["label"] = _label(actor, said["label"], code)
    figures.checked_text("formula", wanted.formula)
    draft = drafts.drafted(actor, wanted.formula, code=code, format=wanted.format)
    return MetricVersion(
        brand=actor.brand,
        author=actor,
        number=1,
        formula=draft.formula,
        format=wanted.format,
        better=wanted.better,
        **said,
    )


def _text(name: str, given: str) -> str:
    figures.checked_text(name, given)
    text = " ".join(given.split())
    if len(text) > LETTERS[name]:
        said: dict[str, Any] = dict(LETTERS)
        raise BadMetric(N_("名称最长 %(label)s 字，说明 %(note)s 字，原因 %(why)s 字"), **said)
    return text


def _label(actor: Member, label: str, code: str) -> str:
    """Raises BadMetric, MetricTaken: a name is one metric's, and no sum of two."""
    matched = plain(label)
    if not any(c.isalpha() for c in matched) or any(c in "+-*/@<>%" for c in matched):
        raise BadMetric(N_("名称要有文字，不能含 + − × ÷ @ < > %"))
    own = loading.fetch(actor.brand_id)
    if any(c != code for c in drafts.names(actor, own).get(matched, ())):
        raise MetricTaken(name=label)
    return label


def _alike(one: MetricVersion, other: MetricVersion) -> bool:
    return all(getattr(one, f) == getattr(other, f) for f in loading.SAID)


def _next(row: OwnMetric, version: MetricVersion) -> None:
    row.number += 1
    version.metric, version.number = row, row.number
    version.save()
    row.save_next("number")


def _followed(actor: Member, code: str, done: set[str]) -> None:
    """Give every metric that stands on `code` a version that follows it, then those that stand on these."""
    own = loading.fetch(actor.brand_id)
    for row in OwnMetric.objects.filter(brand=actor.brand).exclude(code__in={code, *done}).order_by("id"):
        metric = own.all.get(row.code)
        stands = codes(metric.formula.said) if metric and metric.formula else ()
        if any(c.partition("@")[0] == code for c in stands):
            _follow(actor, row, code, own)
            _followed(actor, row.code, {*done, code})
            own = loading.fetch(actor.brand_id)


def _follow(actor: Member, row: OwnMetric, code: str, own: Own) -> None:
    """Raises StoodOn where the formula no longer makes sense."""
    before = row.versions.get(number=row.number)
    find, newest = loading.finder(own), own.all[code].stamp

    def turned(part: Part) -> Part:
        return replace(part, code=newest) if part.code.partition("@")[0] == code else part

    definition = drafts.definition_of(before)
    tree = swapped(definition.tree, turned)
    try:
        make(replace(definition, tree=tree), find)
    except HongqiaoError as error:
        raise StoodOn(name=before.label, why=error_words(error)["message"]) from None
    version = MetricVersion(
        **{f: getattr(before, f) for f in ("label", "format", "better", "note")},
        brand=actor.brand,
        author=actor,
        formula=written(tree, plain=True),
        follows=code,
    )
    row = OwnMetric.objects.for_member(actor, queries.SEE).locked(row.pk, None)
    _next(row, version)
    audit.record(actor, "metric.followed", row, **_said(version), follows=code)


def _said(version: MetricVersion) -> dict[str, Any]:
    return {"metric": version.label, "of": version.metric.code, "number": version.number, "formula": version.formula}
