"""Reports of 巨量引擎 (facts B7): 时间-天 with project, unit or material; without it, totals of an unnamed period."""

from hongqiao.platforms.model import Field, Layout
from hongqiao.platforms.placements import DAILY, TOTALS, beside, currency, day, derived, measure, named, together

_FACTS = "facts B7 巨量引擎 report: "
#: level → (headers of its name and id, columns they go to)
_NAMES = {
    "project": (("项目名称", "campaign"), ("项目ID", "campaign_id")),
    "unit": (("单元名称", "unit"), ("单元ID", "unit_id")),
    "material": (("素材名称", "creative"), ("素材ID", "creative_id")),
}
_ORDER = ("project", "unit", "material")
#: The finest level of each report, as the warehouse words it.
_LEVEL = {
    "project": ("campaign", "campaign_id", "campaign"),
    "unit": ("unit", "unit_id", "unit"),
    "material": ("creative", "creative_id", "creative"),
}
_LABELS = {"account": "账户报表", "project": "项目报表", "unit": "单元报表", "material": "素材报表"}


def _names(table: str, level: str) -> tuple[Field, ...]:
    """Name and id of the level; what stands above it may be in the file too."""
    fields: list[Field] = []
    for one in _ORDER[: _ORDER.index(level) + 1] if level in _ORDER else ():
        (name, column), (own, own_column) = _NAMES[one]
        fields += [measure(table, name, column, "text", required=one == level), measure(table, own, own_column, "id")]
    return tuple(fields)


def _figures(table: str) -> tuple[Field, ...]:
    return (
        measure(table, "消耗", "spend", "money", required=True),
        measure(table, "展示数", "impressions", "int", "展示次数", required=True),
        measure(table, "点击数", "clicks", "int", "点击次数"),
        measure(table, "转化数", "conversions"),
        measure(table, "深度转化数", "deep_conversions"),
        measure(table, "转化目标", "goal", "text"),
        *beside(table, "单元出价", "素材内容", "素材类型"),
        *derived("平均千次展现费用", "点击率", "平均点击单价", "平均转化成本", "转化率", "深度转化成本", "深度转化率"),
    )


def _report(level: str, table: str) -> Layout:
    daily = table == DAILY
    finest = (_LEVEL[level],) if level in _LEVEL else ()
    return Layout(
        code=f"oceanengine.{_code(level, daily)}",
        platform="oceanengine",
        label=_LABELS[level] + ("（分天）" if daily else "（报表期合计）"),
        cumulative=not daily,
        cites=_FACTS + ("时间-天 + " if daily else "no date column; ") + _LABELS[level],
        at_least=4,
        extra_to=table,
        captured="last_day" if daily else "",
        note="" if daily else "period_unknown",
        constants=currency(table),
        derived=named(table, *finest, otherwise=finest[0][0] if finest else "account"),
        groups=together(table),
        fields=(*((day(),) if daily else ()), *_names(table, level), *_figures(table)),
    )


def _code(level: str, daily: bool) -> str:
    """The material report is the one that comes without days, the others with them; the rest say which they are."""
    usual = daily != (level == "material")
    return level if usual else f"{level}_{'daily' if daily else 'totals'}"


LAYOUTS = (
    *(_report(level, DAILY) for level in ("account", *_ORDER)),
    *(_report(level, TOTALS) for level in _ORDER),
)
