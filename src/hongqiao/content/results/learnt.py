"""What the ledger's judged actions of the content room teach: which kinds worked, for which account, form and pillar.

Only 有效 and 无效 teach; an outcome that cannot be told counts for neither, and an action being measured anew waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property

from hongqiao.content.models import Piece, Topic
from hongqiao.content.results import settings
from hongqiao.content.topics import history
from hongqiao.content.topics.borrowing import FORMS
from hongqiao.ledger import queries as ledger
from hongqiao.ledger.measuring import pool
from hongqiao.ledger.measuring.plans import values
from hongqiao.ledger.models import ActionState, Outcome, Verdict
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Member

ROOM = "content"
TOLD = (Verdict.WORKED, Verdict.DID_NOT)


@dataclass(frozen=True)
class Tally:
    """How often a kind of action was used and told: `used` = worked + did not. `outcomes`: these, newest first."""

    outcomes: tuple[Outcome, ...] = ()

    @property
    def used(self) -> int:
        return len(self.outcomes)

    @property
    def worked(self) -> int:
        return sum(o.verdict == Verdict.WORKED for o in self.outcomes)

    @property
    def rank(self) -> int:
        """0: it mostly worked, 1: nothing clear is known, 2: it was tried often enough and never worked."""
        if self.worked * 2 > self.used:
            return 0
        return 2 if not self.worked and self.used >= settings.data()["tried"] else 1


def newest(member: Member) -> list[Outcome]:
    """Return the newest outcome of each judged content action that the member may see, newest first."""
    if not permissions.allows(member, ledger.SEE):
        return []
    found = ledger.outcomes(member).filter(action__room=ROOM, action__state=ActionState.JUDGED)
    kept = pool.newest(found.select_related("action__brand"))
    return sorted(kept, key=lambda o: (o.created_at, o.pk), reverse=True)


def told(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return those that say 有效 or 无效."""
    return [o for o in outcomes if o.verdict in TOLD]


def tallies(outcomes: Iterable[Outcome]) -> dict[str, Tally]:
    """Return template → how often it was used and worked; those that cannot be told are left out."""
    by: dict[str, list[Outcome]] = {}
    for one in told(outcomes):
        by.setdefault(one.action.template, []).append(one)
    return {template: Tally(tuple(rows)) for template, rows in by.items()}


class Lessons:
    """What a member may know of what worked, and where each lesson was learnt."""

    def __init__(self, member: Member) -> None:
        self.brand = member.brand
        self.told = told(newest(member))

    @cached_property
    def _past(self) -> Mapping[str, history.Past]:
        return {p.key: p for p in history.pieces(self.brand)} if self.told else {}

    @cached_property
    def _pillars(self) -> Mapping[str, str]:
        keys = {key for o in self.told for key in _arms(o, "a")}
        made = Piece.objects.filter(brand=self.brand, content_key__in=keys).exclude(topic=None)
        return dict(made.values_list("content_key", "topic__pillar"))

    def of_account(self, account: str, platform: str) -> dict[str, Tally]:
        """Return template → its tally for one account: actions that name it, whose pieces are its own, or that name
        nothing narrower than its platform."""
        return tallies(o for o in self.told if self._is_of(o, account, platform))

    def _is_of(self, one: Outcome, account: str, platform: str) -> bool:
        named = _where(one, "account")
        named = named or {self._past[k].account for k in _arms(one, "a", "b") if k in self._past}
        return account in named if named else platform in _where(one, "platform")

    def at_topic(self, topic: Topic) -> dict[str, Tally]:
        """Return template → its tally on pieces of the topic's pillar, or of its form on one of its platforms; only
        kinds that worked at least once. Actions written by hand are each something else and teach no kind."""
        near = (o for o in self.told if o.action.template not in ("", "by_hand") and self._is_near(o, topic))
        return {template: tally for template, tally in tallies(near).items() if tally.worked}

    def _is_near(self, one: Outcome, topic: Topic) -> bool:
        keys = _arms(one, "a")
        if topic.pillar and topic.pillar in {self._pillars.get(k) for k in keys}:
            return True
        past = [self._past[k] for k in keys if k in self._past]
        forms = {FORMS.get(str(f), "") for f in _where(one, "form") or {p.form for p in past}}
        platforms = _where(one, "platform") or {p.platform for p in past}
        return bool(topic.form) and topic.form in forms and bool(platforms & set(topic.platforms))


def _where(one: Outcome, dimension: str) -> set[Any]:
    given = (one.action.measure.get("where") or {}).get(dimension)
    return set() if given is None else {str(v) for v in values(given) if v is not None}


def _arms(one: Outcome, *which: str) -> set[str]:
    """Return the pieces of an experiment's arms: "a" is the new way, "b" the old."""
    arms = one.action.measure.get("arms") or {}
    return {key for arm in which for key in arms.get(arm, ())}
