"""Figures asked on behalf of a brand: through the dictionary, competitors' accounts left out. Serves D1, D2."""

from dataclasses import replace
from typing import Any

from hongqiao import metrics
from hongqiao.metrics import Query, Result
from hongqiao.workspace.models import Account


def answer(handle: Any, asked: Query) -> Result:
    """Return the answer at the handle's version (`metrics` keeps it: asked again it costs nothing)."""
    return metrics.query(handle, own(handle, asked))


def own(handle: Any, asked: Query) -> Query:
    """Leave competitors' accounts out of a question that does not name its accounts."""
    watched = Account.objects.filter(brand_id=handle.brand_id, relation=Account.Relation.COMPETITOR)
    return replace(asked, without=tuple(sorted(str(a) for a in watched.values_list("id", flat=True))))
