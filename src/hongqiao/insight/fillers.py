"""Which file would fill a figure that is not there: from the dictionary's lineage, over the platforms a brand has."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.insight.words import listed
from hongqiao.metrics import METRICS, Metric
from hongqiao.metrics.registry import SOURCES
from hongqiao.platforms import PLATFORMS
from hongqiao.warehouse.models import Source
from hongqiao.warehouse.tables import TABLES
from hongqiao.workspace.models import Account, Brand

EVERYWHERE: Mapping[str, Any] = {}
MOST = 2  # ways that are named: a hint, not a manual


def _ways(code: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return _fed(METRICS[code])


@lru_cache(maxsize=1024)
def _fed(metric: Metric) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return one (table, layouts) a part of the metric: those that feed its first column, then those that feed most."""
    return tuple((part["table"], _feeding(part["table"], tuple(part["columns"]))) for part in metric.lineage())


def _feeding(table: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the layouts that feed a measure best, platform by platform: its first column, then the most columns.

    Where no layout feeds a column (it is worked out on the way), those that feed the table.
    """
    columns = tuple(c for c in columns if c not in TABLES[table].key)  # every layout of a table gives its key
    rank: dict[str, tuple[bool, int]] = {}
    for platform in PLATFORMS.values():
        for layout in (x for x in platform.layouts if x.stored):
            fed = {f.column for f in layout.fields if f.table == table and f.column}
            fed |= {d.column for d in layout.derived if d.table == table}
            if fed & set(columns) or (fed and not columns):
                rank[layout.code] = (bool(columns) and columns[0] in fed, len(fed & set(columns)))
    if not rank and columns:
        return _feeding(table, ())
    best = {p: max((r for c, r in rank.items() if _platform(c) == p), default=None) for p in PLATFORMS}
    return tuple(sorted((c for c in rank if rank[c] == best[_platform(c)]), key=lambda c: rank[c], reverse=True))


def _platform(layout: str) -> str:
    return layout.split(".", 1)[0]


class Feeds:
    """What a brand's accounts can give, and what its live files gave."""

    def __init__(self, brand: Brand, where: Mapping[str, Any] = EVERYWHERE):
        own = Account.objects.filter(brand=brand, state=Account.State.OPEN)
        own = own.exclude(relation=Account.Relation.COMPETITOR)
        if where.get("account"):
            own = own.filter(id__in=[a for a in own.values_list("id", flat=True) if str(a) == where["account"]])
        found = set(own.values_list("platform", flat=True))
        self.platforms = found & {where["platform"]} if where.get("platform") else found
        live = Source.objects.filter(brand_id=brand.id, undone_at=None)
        self._held = set(live.values_list("layout", flat=True).distinct())
        known = {x.code for p in PLATFORMS.values() for x in p.layouts}
        taught = live.exclude(layout__in=known).values_list("tables", flat=True)
        self._taught = {table for tables in taught for table in (tables or {})}  # layouts that people described

    def possible(self, code: str) -> bool:
        """Whether the platforms of the brand's accounts, or a file it described itself, give every part of a metric."""
        return all(
            table in self._taught or any(_platform(x) in self.platforms for x in layouts)
            for table, layouts in _ways(code)
        )

    def _given(self, table: str, layouts: Iterable[str]) -> bool:
        return table in self._taught or bool(self._held & set(layouts))

    def hint(self, code: str, coverage: Iterable[Mapping[str, Any]] = ()) -> str:
        """Return which file to import for a metric without a figure; "" where its files are there and say nothing.

        A platform may give one file a figure, under one layout: of daily figures only what was stated is held to be
        there, and of a ratio, or of a figure from several columns, the whole.
        """
        metric = METRICS[code]
        daily = SOURCES[metric.numerator.source].life == "daily"
        simple = metric.denominator is None and len(metric.numerator.columns) == 1
        stated = simple and any(row["metric"] == code for row in coverage)
        parts = [
            layouts
            for n, (table, layouts) in enumerate(_ways(code))
            if not (stated if n == 0 and daily else self._given(table, layouts))
        ]
        return _("导入 %(files)s 后可见") % {"files": self._files(code, parts, self.platforms)} if parts else ""

    def wanted(self, code: str) -> str:
        """Return which files of any platform give a metric that the brand's accounts cannot."""
        return self._files(code, [layouts for _table, layouts in _ways(code)], PLATFORMS)

    def _files(self, code: str, parts: Sequence[Sequence[str]], platforms: Iterable[str]) -> str:
        """Return the files for all of `parts`: of one platform where it has all, the first such platforms."""
        options = []
        for platform in (p for p in PLATFORMS if p in set(platforms)):
            chosen = [next((x for x in layouts if _platform(x) == platform), "") for layouts in parts]
            if all(chosen):
                options.append(listed(dict.fromkeys(_file(code, x) for x in chosen)))
        if not options:
            reachable = [[x for x in layouts if _platform(x) in set(platforms)] or layouts for layouts in parts]
            options = [listed(dict.fromkeys(_file(code, x[0]) for x in reachable if x))]
        return _(" 或 ").join(options[:MOST])


def _file(code: str, layout: str) -> str:
    """Return 抖音 账号数据总览「播放量」: as a person finds it on the platform."""
    platform = PLATFORMS[_platform(layout)]
    said = f"{_(platform.name)} {_(next(x.label for x in platform.layouts if x.code == layout))}"
    name = METRICS[code].names.get(platform.code)
    return _("%(file)s「%(name)s」") % {"file": said, "name": name} if name else said


Cards = list[dict[str, Any]]


def sorted_out(
    cards: Sequence[dict[str, Any]], feeds: Feeds, coverage: Sequence[Mapping[str, Any]], url: str
) -> tuple[Cards, Cards]:
    """Return (cards, folded): empty cards say which file fills them and lead to the import page; what no account of
    the brand can give is put aside."""
    kept: Cards = []
    folded: Cards = []
    for card in cards:
        code = card["code"]
        if card["value"] is None and not feeds.possible(code):
            folded.append({"code": code, "label": card["label"], "files": feeds.wanted(code)})
            continue
        hint = feeds.hint(code, coverage) if card["value"] is None else ""
        kept.append({**card, "hint": hint, "url": url if hint else card["url"]})
    return kept, folded


def picture_hint(codes: Sequence[str], feeds: Feeds, coverage: Iterable[Mapping[str, Any]] = ()) -> str | None:
    """Return what an empty picture or table says: a file to import, "" for none known, None to leave it out."""
    able = [c for c in codes if feeds.possible(c)]
    return next((said for c in able if (said := feeds.hint(c, coverage))), "") if able else None
