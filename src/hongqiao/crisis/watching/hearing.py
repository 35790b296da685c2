"""What is done at once with mentions just read: what is grave alarms, what belongs to an incident goes to it.

In the reader's transaction, so that nothing grave is kept without its alarm. Ordinary talk costs one question a call:
whether there are incidents at all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from hongqiao.crisis.drills import belonging
from hongqiao.crisis.incidents import steps
from hongqiao.crisis.models import Alarm, Incident, Mention
from hongqiao.crisis.watching import alarms, clocks, gathering, grading, opening, tables
from hongqiao.methods.crisis.severity import LEVELS, graver, gravest
from hongqiao.workspace.models import Brand


@transaction.atomic
def hear(brand: Brand, mentions: Sequence[Mention]) -> None:
    """Look at mentions just read, in order of arrival. Those of a drill meet incidents of drills only."""
    _worsened(brand, [m for m in mentions if m.incident_id and m.nature])
    for drill in (False, True):
        rows = [m for m in mentions if m.drill == drill and m.incident_id is None and (m.nature or m.negative)]
        rows = [m for m in rows if m.state != Mention.State.ASIDE]
        if rows:
            _Listening(brand, drill).take(rows)


def _worsened(brand: Brand, mentions: Sequence[Mention]) -> None:
    """What was read anew (an edit, a person's word) and is of an incident already may be graver than before."""
    for mention in mentions:
        found = Incident.objects.select_for_update(of=("self",)).select_related("brand", "commander")
        incident = found.filter(pk=str(mention.incident_id), brand=brand, state__in=clocks.BURNING).first()
        if incident is not None:
            _graver_nature(incident, mention)
            grading.regard(incident, count=False)


class _Listening:
    """One call: the open incidents with their topics, and what came to each."""

    def __init__(self, brand: Brand, drill: bool) -> None:
        Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)  # two readers at once do not both open
        self.brand, self.drill, self.now = brand, drill, timezone.now()
        self.book = tables.gathering(brand)
        self.patterns = tables.patterns(self.book)
        self.open = self._incidents()
        self.topics = {i.pk: gathering.Topics.of(i) for i in self.open}
        self.came: dict[Any, list[Mention]] = defaultdict(list)

    def _incidents(self) -> list[Incident]:
        """Those that mentions gather to and that are not long silent, gravest first."""
        found = Incident.objects.filter(brand=self.brand, drill=self.drill, state__in=clocks.GATHERS)
        found = found.select_related("brand", "commander__user", "commander__brand")
        since = self.now - timedelta(hours=self.book["hours"])
        self.last = dict(
            Mention.objects.filter(incident__in=found)
            .values("incident")
            .annotate(at=Max("heard_at"))
            .values_list("incident", "at")
        )
        every = found.select_for_update(of=("self",))
        kept = [i for i in every if max(self.last.get(i.pk) or i.created_at, i.created_at) >= since]
        return sorted(kept, key=lambda i: (LEVELS.index(i.level), -i.number))

    def take(self, rows: Sequence[Mention]) -> None:
        waves: set[str] = set()
        for mention in rows:
            seen = gathering.signs(mention, self.book, self.patterns)
            if self.drill and self.drilled(mention):
                continue
            incident = self.of(seen, grave=bool(mention.nature)) or self.bursting(mention)
            if incident is not None:
                self.came[incident.pk].append(mention)
                self.topics[incident.pk] = _widened(self.topics[incident.pk], seen)
            elif mention.nature:
                self.opened(mention, seen)
            elif mention.first_id:
                waves.add(seen.wave)
        for incident in list(self.open):
            self.settle(incident)
        for wave in waves:
            self.wave(wave)

    def drilled(self, mention: Mention) -> bool:
        """Put a mention to the incident of its drill; False where it has none yet. A drill stays one incident,
        whatever batch or product its mentions name: several would be a table of several drills."""
        found = belonging.of_mention(mention)
        if found is None:
            return False
        incident = next((i for i in self.open if i.pk == found.pk), None)
        if incident is not None:
            self.came[incident.pk].append(mention)
        else:  # closed before the drill was: what still comes is kept with it and alarms nobody
            opening.gather(Incident.objects.select_for_update().get(pk=found.pk), [mention])
        return True

    def of(self, seen: gathering.Signs, *, grave: bool) -> Incident | None:
        """Return the open incident that a mention is most surely of; nothing grave goes to one that is being mended,
        where nobody would be alarmed."""
        fit = [i for i in self.open if not grave or i.state in clocks.BURNING]
        best = max(fit, key=lambda i: gathering.belongs(seen, self.topics[i.pk], self.book), default=None)
        sure = best is not None and gathering.belongs(seen, self.topics[best.pk], self.book) > 0
        return best if sure else None

    def bursting(self, mention: Mention) -> Incident | None:
        """Return the burst of this kind of complaint at this source that goes on, for what has no sign of its own."""
        wanted, hours = {"kind": mention.kind, "source": str(mention.source_id)}, self.book["burst_hours"]
        since = self.now - timedelta(hours=hours)
        for incident in self.open if mention.kind and not mention.nature else ():
            if incident.fields.get("burst") == wanted and self.last.get(incident.pk, since) > since:
                return incident
        return None

    def opened(self, mention: Mention, seen: gathering.Signs) -> None:
        """Open an incident of one grave mention; it is looked at when all of this call have come."""
        incident = opening.open_incident(
            self.brand, kind=mention.kind, nature=mention.nature, mentions=[mention], why="grave", drill=self.drill
        )
        look_back(incident)
        opening.gather(incident, belonging.rest(mention) if self.drill else ())
        self.open.append(incident)
        self.topics[incident.pk] = gathering.Topics.of(incident)
        _alarm(incident, mention)

    def settle(self, incident: Incident) -> None:
        """Gather what came to one incident: a graver nature sets its floor and alarms, and its level follows."""
        came = self.came.pop(incident.pk, [])
        fresh = opening.gather(incident, came) if came else []
        for mention in fresh:
            _graver_nature(incident, mention)
        if fresh or incident.created_at >= self.now:
            grading.regard(incident, count=False)

    def wave(self, leader: str) -> None:
        """Open an incident of a wave of the same wording that is large enough, or put it to the wave that is open."""
        copies = wave_copies(self.brand, leader, self.book, drill=self.drill, now=self.now)
        kind = wave_kind(copies, self.book["wave"])
        if kind is None:
            return
        rows = list(Mention.objects.filter(pk__in=[c.pk for c in copies]).order_by("posted_at").select_for_update())
        incident = next((i for i in self.open if i.fields.get("wave") and i.kind == kind), None)
        if incident is None:
            incident = opening.open_incident(self.brand, kind=kind, mentions=rows, why="wave", drill=self.drill)
            incident.fields = incident.fields | {"wave": True}
            incident.save_next("fields")
            look_back(incident)
            opening.gather(incident, belonging.rest(rows[0]) if self.drill else ())
            self.open.append(incident)
        else:
            opening.gather(incident, rows)
        grading.regard(incident, count=False, alarm=False)
        n = incident.mentions.count()
        alarms.raise_alarm(self.brand, Alarm.Why.BURST, f"wave|{incident.pk}", incident=incident, kind=kind, n=n)
        self.topics[incident.pk] = gathering.Topics.of(incident)


def wave_kind(rows: Sequence[Mention | _Copy], rules: Mapping[str, Any]) -> str | None:
    """Return of which kind an incident of this wave is, None where the wave is too small for one.

    So many different accounts with the same words are no coincidence: what is no news, reaction or authority is called
    malicious (`as`) whatever the words complain of.
    """
    if not rows:
        return None
    kind = Counter(m.kind for m in rows).most_common(1)[0][0]
    if kind in rules["kinds"] and len(rows) >= rules["least"]:
        return kind
    people = len({m.author_key or str(m.pk) for m in rows})
    if len(rows) < rules["least_any"] or (kind not in rules["never"] and people < rules["least_any"]):
        return None
    return kind if kind in rules["never"] else str(rules["as"])


def look_back(incident: Incident) -> None:
    """Gather what was said of an incident before it was one. The incident is of this transaction."""
    book = tables.gathering(incident.brand)
    patterns, topics = tables.patterns(book), gathering.Topics.of(incident)
    since = incident.heard_at - timedelta(hours=book["back"])
    rows = Mention.objects.filter(brand=incident.brand, drill=incident.drill, negative=True, incident=None)
    rows = rows.filter(heard_at__gte=since, nature="").exclude(state=Mention.State.ASIDE).order_by("-id")
    found = []
    for row in rows.values_list(*gathering.Said._fields)[: book["back_most"]]:
        m = gathering.Said(*row)
        alike = bool(topics.phrases) and m.kind == incident.kind  # phrases count among the same kind only
        if gathering.belongs(gathering.signs(m, book, patterns, runs=alike), topics, book):
            found.append(m.pk)
    opening.gather(incident, rows.filter(pk__in=found) if found else ())


class _Copy(NamedTuple):
    """What of a wave's mention says how large the wave is: most waves are looked at and left."""

    pk: UUID
    kind: str
    author_key: str


def wave_copies(brand: Brand, leader: str, book: Mapping[str, Any], *, drill: bool, now: datetime) -> list[_Copy]:
    """Return the negative mentions of a wave that are of no incident, its leader among them; [] of a small one.

    Copies are found by the index of what they follow and sifted here: asked for all at once, a database takes an index
    that nearly every mention is in, and the more were heard the longer that takes.
    """
    least = min(book["wave"]["least"], book["wave"]["least_any"])
    copies = Mention.objects.filter(first_id=UUID(leader))
    if copies.count() + 1 < least:
        return []
    since, found = now - timedelta(hours=book["wave"]["hours"]), list[_Copy]()
    for row in copies.values_list("pk", "kind", "author_key", "negative", "incident_id", "drill", "heard_at"):
        if row[3] and row[4] is None and row[5] == drill and row[6] >= since:
            found.append(_Copy(*row[:3]))
    if len(found) + 1 < least:
        return []
    first = Mention.objects.filter(pk=leader, brand=brand, drill=drill, negative=True, incident=None)
    return [*(_Copy(*row) for row in first.values_list(*_Copy._fields)), *found]


def _widened(topics: gathering.Topics, seen: gathering.Signs) -> gathering.Topics:
    """What came a moment ago is recognised by what comes next in the same call."""
    return gathering.Topics(
        topics.kind, topics.batches | seen.batches, topics.products | seen.products, topics.waves | {seen.wave},
        topics.phrases,
    )  # fmt: skip


def _alarm(incident: Incident, mention: Mention) -> None:
    """Alarm once an incident and nature: the ninth note of one batch is no news, a hurt person is."""
    alarms.raise_alarm(
        incident.brand,
        Alarm.Why.GRAVE,
        f"grave|{incident.pk}|{mention.nature}",
        incident=incident,
        mention=mention,
        nature=mention.nature,
        channel=mention.channel,
    )


def _graver_nature(incident: Incident, mention: Mention) -> None:
    """Take over the nature of a mention where it is graver than the incident's: floor, level and alarm at once."""
    floor = tables.floor_of(incident.brand, mention.nature)
    if not floor or (incident.floor and not graver(floor, incident.floor)):
        return
    incident.nature, incident.floor = mention.nature, gravest((floor, incident.floor))
    incident.save_next("nature", "floor")
    steps.hasten(incident)
    if graver(floor, incident.level) and not incident.by_hand:
        grading.put(incident, floor, why="nature", alarm=False)
    _alarm(incident, mention)


def gather_all(incident: Incident, mentions: Iterable[Mention]) -> None:
    """Gather mentions that a person or a burst found to an incident, with what follows of it. Locked by the caller."""
    for mention in opening.gather(incident, mentions):
        _graver_nature(incident, mention)
    grading.regard(incident, count=False)
