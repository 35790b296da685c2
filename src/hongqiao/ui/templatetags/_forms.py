"""Tags of forms: fields, the period, the place to drop files."""

from collections.abc import Iterable
from typing import Any

from django.forms import BoundField, CheckboxInput
from django.template import RequestContext
from django.utils.translation import gettext as _

from hongqiao.ui.formats import size
from hongqiao.ui.params import changed, kept, query_of
from hongqiao.ui.period import PRESETS, Period, Typed, preset
from hongqiao.ui.templatetags._library import register


@register.inclusion_tag("ui/c/field.html")
def field(bound: BoundField, label: str = "", help: str = "", css: str = "", autofocus: bool = False) -> dict[str, Any]:
    """`{% field form.email label="邮箱" %}`: label, control, help and errors, tied together for screen readers."""
    attrs: dict[str, Any] = {}
    if autofocus:
        attrs["autofocus"] = True
    if bound.errors:
        attrs["aria-invalid"] = "true"
    notes = [
        f"{bound.id_for_label}-{part}" for part in ("errors", "help") if (bound.errors if part == "errors" else help)
    ]
    if notes:
        attrs["aria-describedby"] = " ".join(notes)
    placeholder = bound.field.widget.attrs.pop("placeholder", None)  # allauth repeats the label in it
    control = bound.as_widget(attrs=attrs)
    if placeholder is not None:
        bound.field.widget.attrs["placeholder"] = placeholder
    check = isinstance(bound.field.widget, CheckboxInput)
    return {"bound": bound, "control": control, "label": label or bound.label, "help": help, "css": css, "check": check}


@register.inclusion_tag("ui/c/select.html", takes_context=True)
def select(
    context: RequestContext, name: str, label: str, options: Iterable[tuple[Any, Any]], every: str = "", value: str = ""
) -> dict[str, Any]:
    """`{% select "platform" "平台" options every="全部平台" %}` in a filter bar; chosen by the address."""
    chosen = value or query_of(context).get(name, "")
    choices = [(str(v), text, str(v) == chosen) for v, text in options]
    return {"name": name, "label": label, "choices": choices, "every": every}


@register.inclusion_tag("ui/c/search.html", takes_context=True)
def search(context: RequestContext, name: str = "q", label: str = "", placeholder: str = "") -> dict[str, str]:
    """`{% search "q" "标题含" %}` in a filter bar."""
    value = query_of(context).get(name, "")
    return {"name": name, "label": label or _("搜索"), "placeholder": placeholder, "value": value}


@register.inclusion_tag("ui/c/period.html", takes_context=True)
def period(context: RequestContext, chosen: Period | Typed, keep: str = "") -> dict[str, Any]:
    """`{% period chosen %}`: presets and two native date inputs; every other parameter of the address is kept."""
    drop = ("start", "end", "after", "before", "page")
    options = [
        (_(PRESETS[key]), changed(context, drop, period=key), key == chosen.key, preset(key, chosen.today))
        for key in PRESETS
    ]
    names = keep.split() or [n for n in query_of(context) if n not in (*drop, "period")]
    return {"chosen": chosen, "options": options, "hidden": kept(context, names)}


@register.inclusion_tag("ui/c/dropzone.html", takes_context=True)
def dropzone(
    context: RequestContext,
    url: str,
    name: str = "files",
    max_files: int = 50,
    max_bytes: int = 200 * 1024 * 1024,
    accept: str = "",
    mode: str = "each",
    next: str = "",
    text: str = "",
) -> dict[str, Any]:
    """`{% dropzone url=… accept=".csv,.xlsx" %}`: a form that posts files, one request a file or all together.

    The server answers JSON `{"next": address, "message": words}`, or problem+json with title and detail.
    """
    return {
        "csrf_token": context.get("csrf_token", ""),
        "url": url,
        "name": name,
        "max_files": max_files,
        "max_bytes": max_bytes,
        "max_size": size(max_bytes),
        "accept": accept,
        "mode": mode,
        "next": next,
        "text": text or _("把文件拖到这里"),
    }
