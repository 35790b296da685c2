"""Addresses made from the present one: keep what the person chose, change one thing."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, QueryDict
from django.template import Context


def query_of(context: Context) -> QueryDict:
    """The query of the request being answered; empty where a template is rendered without one."""
    request = context.get("request")
    return request.GET.copy() if isinstance(request, HttpRequest) else QueryDict(mutable=True)


def changed(context: Context, drop: Iterable[str] = (), **values: Any) -> str:
    """`?a=1&b=2` with some parameters set (None removes) and others dropped; `?` alone when nothing is left."""
    query = query_of(context)
    for name in drop:
        query.pop(name, None)
    for name, value in values.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return "?" + query.urlencode()


def kept(context: Context, names: Iterable[str]) -> list[tuple[str, str]]:
    """Name and value of the parameters a GET form must carry on."""
    query = query_of(context)
    return [(name, value) for name in names for value in query.getlist(name)]
