"""How a recognised table is called: its layout, and what it brings where one layout comes as several files."""

from typing import Any

from django.utils.translation import gettext as _

from hongqiao import platforms
from hongqiao.imports.limits import limits_of
from hongqiao.imports.models import ImportTable
from hongqiao.platforms.kit.headers import head
from hongqiao.platforms.kit.recognise import field_of


def fills(found: Any) -> list[list[Any]]:
    """Return what each column of a recognised table brings: [header, "table.column", does every row need it]."""
    layout = found.layout
    if layout is None:
        return []
    return [
        [header, one.target, one.required or one.key]
        for header in found.headers
        for one in field_of(layout, head(header))
        if one.target
    ]


def brings(table: ImportTable) -> list[str]:
    """Return the headers that tell this table from others of its layout; empty where its files are all alike.

    抖音 gives one file a metric, all of one layout: 播放量, 净增粉丝 …
    """
    layout = platforms.LAYOUTS.get(table.layout)
    found = list(dict.fromkeys(header for header, _target, needed in table.fills if not needed))
    most = limits_of(None)["columns_in_label"]
    if layout is None or not 0 < len(found) <= most:
        return []
    offered = {f.header for f in layout.fields if f.table and not (f.required or f.key)}
    return found if len(offered) > most else []


def label_of(table: ImportTable) -> str:
    """Return what a table was recognised as: 账号数据总览（按天） · 播放量. Empty where it was not."""
    if not table.label:
        return ""
    said = "、".join(brings(table))
    return f"{_(table.label)} · {said}" if said else _(table.label)
