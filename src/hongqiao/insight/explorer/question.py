"""A question as an address says it, a saved view keeps it and the dictionary is asked. The address is the state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from hongqiao.errors import N_, Invalid
from hongqiao.insight import queries
from hongqiao.insight.explorer import limit
from hongqiao.insight.links import _text as as_text
from hongqiao.insight.links import value_of
from hongqiao.metrics import DIMENSIONS, METRICS, Query, UnknownDimension, UnknownMetric
from hongqiao.metrics.errors import BadOption
from hongqiao.ui.period import Period, period_of

FILTER = "f."
TIME = queries.TIME
ACCOUNT = "account:"
PLATFORM = "platform:"
PAST = ("previous", "year")


class TooMuch(Invalid):
    code = "too_much_asked"
    message = N_("一次最多选 %(metrics)s 个指标、%(dimensions)s 个维度、每个筛选 %(values)s 个值")
    next_step = N_("请去掉一些再看")


class BadView(Invalid):
    code = "bad_view"
    message = N_("保存的内容不是一个完整的问题")
    next_step = N_("请重新选择指标后再保存")


@dataclass(frozen=True)
class Question:
    """What is asked. `where`: dimension → values, None for "not stated". `vs`: "", previous, year or account:<id>."""

    metrics: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    where: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    period: str = "d28"
    start: date | None = None
    end: date | None = None
    vs: str = ""
    sort: str = ""
    top: int = 0  # how many rows of that order are wanted, 0 for all
    page: int = 1

    @property
    def time(self) -> str:
        return next((d for d in self.by if d in TIME), "")

    @property
    def against(self) -> str:
        """The account it is compared with, "" for none."""
        return self.vs.removeprefix(ACCOUNT) if self.vs.startswith(ACCOUNT) else ""

    def days(self, today: date) -> Period:
        """Return the days as seen on `today`. Raises Invalid for days that make no sense."""
        given = {"start": str(self.start), "end": str(self.end)} if self.start else {"period": self.period}
        period = period_of(given, today)
        queries.checked(period.start, period.end)
        return period

    def params(self) -> list[tuple[str, str]]:
        """Return the address' parameters, in an order that is always the same."""
        found = [("m", m) for m in self.metrics] + [("by", d) for d in self.by]
        found += [(FILTER + d, as_text(v)) for d, values in self.where.items() for v in values]
        found += [("start", str(self.start)), ("end", str(self.end))] if self.start else [("period", self.period)]
        found += [(k, v) for k, v in (("vs", self.vs), ("sort", self.sort)) if v]
        found += [("top", str(self.top))] if self.top else []
        return found + ([("page", str(self.page))] if self.page > 1 else [])

    def query(self) -> str:
        return "?" + urlencode(self.params())

    def but(self, **changes: Any) -> "Question":
        """Return the question with a change, on its first page; an order by what is gone is dropped."""
        new = replace(self, **({"page": 1} | changes))
        return new if new.sort.removeprefix("-") in (*new.metrics, *new.by) else replace(new, sort="", top=0)

    def to_json(self) -> dict[str, Any]:
        """Return what a saved view keeps: a preset stays a preset, so that it moves on with the days."""
        days = {"start": str(self.start), "end": str(self.end)} if self.start else {"period": self.period}
        where = {d: list(v) for d, v in self.where.items()}
        more = days | ({"top": self.top} if self.top else {})
        return {
            "metrics": list(self.metrics),
            "by": list(self.by),
            "where": where,
            "vs": self.vs,
            "sort": self.sort,
        } | more


def from_params(params: QueryDict, today: date) -> Question:
    """Read a question from an address. Raises Invalid, UnknownMetric, UnknownDimension, BadOption, TooMuch."""
    where = {
        name.removeprefix(FILTER): [value_of(v) for v in params.getlist(name) if v]
        for name in params
        if name.startswith(FILTER)
    }
    days = {k: params[k] for k in ("start", "end", "period") if params.get(k)}
    given = {"metrics": params.getlist("m"), "by": params.getlist("by"), "where": where, "vs": params.get("vs", "")}
    page = params.get("page", "1")
    more = {"sort": params.get("sort", ""), "top": _whole(params.get("top", ""))}
    question = _made(given | days | more, today)
    return replace(question, page=max(1, _whole(page)))


def _whole(text: str) -> int:
    """Return a small whole number of an address, 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def from_json(given: Any, today: date) -> Question:
    """Read what a view keeps or an interface sends. Raises what `from_params` raises, and BadView."""
    if not isinstance(given, Mapping) or not isinstance(given.get("where", {}), Mapping):
        raise BadView()
    lists = [given.get("metrics", []), given.get("by", []), *given.get("where", {}).values()]
    texts = [given.get(k) or "" for k in ("vs", "sort", "period", "start", "end")]
    if not all(isinstance(x, (list, tuple)) for x in lists) or not all(isinstance(x, str) for x in texts):
        raise BadView()
    if not all(v is None or isinstance(v, str) for x in lists for v in x):
        raise BadView()
    top = given.get("top", 0)
    if isinstance(top, bool) or not isinstance(top, int) or top < 0:
        raise BadView()
    return _made(given, today)


def _made(given: Mapping[str, Any], today: date) -> Question:
    metrics, by = _named(given.get("metrics", ())), _named(given.get("by", ()))
    where = {str(d): tuple(dict.fromkeys(v)) for d, v in given.get("where", {}).items() if v}
    _check_names(metrics, by, where)
    start = given.get("start") or given.get("end")
    period = period_of({k: given.get(k) or "" for k in ("start", "end", "period")}, today)
    queries.checked(period.start, period.end)
    vs = str(given.get("vs") or "")
    if vs and vs not in PAST and not vs.startswith(ACCOUNT):
        raise BadOption(option="vs", value=vs, possible="previous、year、account:…")
    queries.checked_text("vs", vs)
    question = Question(metrics, by, where, period.key, vs=vs)
    if start:
        question = replace(question, period="d28", start=period.start, end=period.end)
    return question.but(sort=str(given.get("sort") or ""), top=min(given.get("top", 0), limit("top")))


def _named(codes: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(c) for c in codes if c))


def _check_names(metrics: tuple[str, ...], by: tuple[str, ...], where: Mapping[str, tuple]) -> None:
    for code in metrics:
        if code not in METRICS:
            raise UnknownMetric(metric=code, near="—")
    for dimension in (*by, *where):
        if dimension not in DIMENSIONS:
            raise UnknownDimension(dimension=dimension, possible="、".join(DIMENSIONS))
    many = max(map(len, where.values()), default=0)
    if len(metrics) > limit("metrics") or len(by) > limit("dimensions") or many > limit("filter_values"):
        raise TooMuch(metrics=limit("metrics"), dimensions=limit("dimensions"), values=limit("filter_values"))
    queries.checked_where(where)


@dataclass(frozen=True)
class Misfit:
    """A metric that does not carry a dimension it is asked to be cut or filtered by."""

    metric: str
    dimension: str
    possible: tuple[str, ...]


def misfits(question: Question) -> list[Misfit]:
    """Return what cannot be asked together."""
    return [
        Misfit(code, d, METRICS[code].dimensions)
        for code in question.metrics
        for d in dict.fromkeys((*question.by, *question.where))
        if d not in METRICS[code].dimensions
    ]


def asked(question: Question, period: Period, **more: Any) -> Query:
    """Return the dictionary's question, for the period before too where that is what it is compared with."""
    past: Any = question.vs if question.vs in PAST else None
    where = {d: list(v) for d, v in question.where.items()}
    plain = Query(question.metrics, question.by, where, period.start, period.end, compare=past, order=question.sort)
    plain = replace(plain, span=period.span)
    return replace(plain, **({"limit": limit("cells")} | more))
