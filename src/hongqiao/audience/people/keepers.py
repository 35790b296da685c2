"""Which rows of this room are a user's: how they move with a merge, go out, and are erased."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hongqiao.audience.growth import trials
from hongqiao.audience.models import Applicant, Claim, Merge, MergeAsk, Points, Tagged
from hongqiao.errors import N_
from hongqiao.workspace import persons


def _points(row: Points) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("kind", "amount", "at", "reason")}


def _claim(row: Claim) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("benefit", "period", "points", "at")}


def _applicant(row: Applicant) -> dict[str, Any]:
    return {
        "trial": row.trial.name, "state": row.state, **trials.address_of(row), "wish": row.wish,
        "report": trials.report_of(row), "score": row.score, "reason": row.reason, "sent_at": row.sent_at,
        "reported_at": row.reported_at,
    }  # fmt: skip


def _tagged(brand_id: UUID, keys_: Sequence[str]) -> Any:
    return Tagged.objects.filter(brand_id=brand_id, person__key__in=list(keys_))


def _move_tags(brand_id: UUID, other: str, keep: str) -> list[str]:
    """Move tags on and off; one that both wear stays where it is: a tag is worn once."""
    from hongqiao.audience.models import Person

    person = Person.objects.get(brand_id=brand_id, key=keep)
    worn = set(_tagged(brand_id, [keep]).filter(off_at=None).values_list("tag_id", flat=True))
    ids = [r.pk for r in _tagged(brand_id, [other]) if r.off_at or r.tag_id not in worn]
    Tagged.objects.filter(pk__in=ids).update(person=person)
    return [str(pk) for pk in ids]


def _tags_back(brand_id: UUID, moved: Any, other: str) -> None:
    from hongqiao.audience.models import Person

    Tagged.objects.filter(brand_id=brand_id, pk__in=moved).update(
        person=Person.objects.get(brand_id=brand_id, key=other)
    )


def _tags_out(brand_id: UUID, keys_: Sequence[str]) -> list[dict[str, Any]]:
    rows = _tagged(brand_id, keys_).select_related("tag")
    return [{"tag": r.tag.name, "since": r.created_at, "off_at": r.off_at, "source": r.source} for r in rows]


def _erase_tags(brand_id: UUID, keys_: Sequence[str]) -> int:
    """Tags, and what is remembered of merges: those rows name persons by their keys."""
    gone = list(keys_)
    Merge.objects.filter(brand_id=brand_id, keep__key__in=gone).delete()
    Merge.objects.filter(brand_id=brand_id, other__key__in=gone).delete()
    MergeAsk.objects.filter(brand_id=brand_id, left__key__in=gone).delete()
    MergeAsk.objects.filter(brand_id=brand_id, right__key__in=gone).delete()
    n, _by = _tagged(brand_id, gone).delete()
    return n


persons.column("points", N_("积分"), Points, _points)
persons.column("claims", N_("权益领取"), Claim, _claim, once=("benefit", "period"))
persons.column("trials", N_("试用"), Applicant, _applicant, once=("trial_id",))
persons.register("tags", N_("标签"), move=_move_tags, back=_tags_back, export=_tags_out, erase=_erase_tags)
