"""Layouts as a brand taught them: the platforms' own, with the new names of columns that a platform renamed."""

from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from hongqiao import platforms
from hongqiao.imports.models import ColumnAlias, FileState, ImportTable
from hongqiao.platforms.model import Layout
from hongqiao.workspace.models import Brand


def edited(brand: Brand) -> list[Layout]:
    """Return the platforms' layouts to which this brand taught new names of columns."""
    taught: dict[str, dict[str, list[str]]] = {}
    for alias in ColumnAlias.objects.filter(brand=brand).order_by("id"):
        taught.setdefault(alias.layout, {}).setdefault(alias.target, []).append(alias.header)
    known = ((platforms.LAYOUTS.get(code), names) for code, names in taught.items())
    return [with_names(layout, names) for layout, names in known if layout is not None]


def with_names(layout: Layout, names: dict[str, list[str]]) -> Layout:
    """Return a layout whose columns also go by these names: {header that it knows: [new name, …]}."""
    fields = tuple(replace(f, aliases=(*f.aliases, *names.get(f.header, ()))) for f in layout.fields)
    return replace(layout, fields=fields)


def teachable(layout: Layout) -> list[str]:
    """Return the headers of a layout that may get a new name: those that are kept."""
    return list(dict.fromkeys(f.header for f in layout.fields if f.table and not f.personal))


def teachable_layouts() -> list[dict[str, Any]]:
    """Return every layout that may be taught new names, by code: {"code", "platform", "label", "columns"}."""
    known = (one for _code, one in sorted(platforms.LAYOUTS.items()) if not one.special)
    return [
        {"code": one.code, "platform": one.platform, "label": _(one.label), "columns": teachable(one)}
        for one in known
        if teachable(one)
    ]


def offers(table: ImportTable) -> list[tuple[str, bool]]:
    """Return what an unknown column of this table may be, with whether the table cannot do without: the missing ones
    first, then those the file does not bring. Empty for tables of the brand's own mapping and of special shapes.
    """
    layout = platforms.LAYOUTS.get(table.layout)
    if layout is None or layout.special or not table.unknown:
        return []
    there = {target for _header, target, _needed in table.fills}
    absent = [f.header for f in layout.fields if f.table and not f.personal and f.target not in there]
    found = dict.fromkeys([*table.missing, *absent])
    return [(header, header in table.missing) for header in found if header in teachable(layout)]


def imported_with(brand: Brand, layout: str, header: str) -> list[dict[str, Any]]:
    """Return the imports in force that brought this column as an unknown one: its values lie beside their rows and are
    no figures until the file is undone and uploaded again: {"id", "name"}.
    """
    mine = ImportTable.objects.filter(Q(file__state=FileState.DONE), brand=brand, layout=layout)
    rows = mine.select_related("file").only("unknown", "file__name", "file__folder").order_by("id")
    return [{"id": t.file_id, "name": t.file.shown} for t in rows if header in t.unknown]
