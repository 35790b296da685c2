"""Incidents come to be and grow: opened once a number, with what was heard of them and who commands.

The brand's row is locked while one is opened, so that two at once get two numbers. Callers stand in a transaction of
their own or get one here; `open_incident` and `gather` are the house's acts, people act through `acting`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from hongqiao.crisis.incidents import steps, timeline
from hongqiao.crisis.models import Incident, Mention
from hongqiao.crisis.watching import commanding, gathering, tables
from hongqiao.methods.crisis.severity import gravest
from hongqiao.workspace import audit, webhooks
from hongqiao.workspace.lines import one_line
from hongqiao.workspace.models import Brand, Member

TITLE = 120


@transaction.atomic
def open_incident(
    brand: Brand,
    *,
    title: str = "",
    kind: str = "",
    nature: str = "",
    level: str = "",
    mentions: Sequence[Mention] = (),
    why: str,
    by: Member | None = None,
    drill: bool = False,
) -> Incident:
    """Open an incident with what was heard of it.

    title: made of product, kind and channel where empty. level: at least its floor by nature. why: a code of
    `words.WHY`. Who commands and by when it is to be answered follow from the level; one that is none counts as IV.
    """
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)  # one number at a time
    now, floor = timezone.now(), tables.floor_of(brand, nature)
    held = gravest((level, floor)) or Incident.Level.IV
    last = Incident.objects.filter(brand=brand).aggregate(n=Max("number"))["n"] or 0
    incident = Incident(brand=brand, number=last + 1, kind=kind, nature=nature, level=held, floor=floor)
    incident.drill, incident.by, incident.commander = drill, by, commanding.commander(brand, held)
    incident.posted_at = min((m.posted_at for m in mentions), default=now)
    incident.heard_at = min((m.heard_at for m in mentions), default=now)
    _learn(incident, mentions)
    incident.title = one_line(title)[:TITLE] or made_title(incident, mentions)
    incident.save(force_insert=True)
    _attach(incident, mentions)
    said: dict[str, Any] = {"number": incident.number, "title": incident.title, "level": held}
    said |= {"why": why, "n": len(mentions)}
    timeline.note(incident, "incident.opened", by=by, **said)
    audit.record(by, "incident.opened", incident, brand=brand, **said)
    announce(incident, "incident.opened", why=why)
    return incident


def announce(incident: Incident, event: str, **more: Any) -> None:
    """Tell the brand's own systems; nothing of a drill, and nobody's words or names."""
    if incident.drill:
        return
    plain = ("number", "title", "kind", "nature", "level", "state")
    said = {name: getattr(incident, name) for name in plain} | {"incident": str(incident.pk)}
    webhooks.announce(incident.brand, event, said | {"heard_at": incident.heard_at.isoformat()} | more)


@transaction.atomic
def gather(incident: Incident, mentions: Iterable[Mention]) -> list[Mention]:
    """Put mentions to an incident that is locked or of this transaction; return those that are new to it.

    It learns their batches, products and phrases. The clocks stand: only an earlier posting or hearing moves them.
    """
    fresh = [m for m in mentions if m.incident_id != incident.pk and m.drill == incident.drill]
    if not fresh:
        return []
    _attach(incident, fresh)
    _learn(incident, fresh)
    incident.posted_at = min([incident.posted_at, *(m.posted_at for m in fresh)])
    incident.heard_at = min([incident.heard_at, *(m.heard_at for m in fresh)])
    incident.save_next("topics", "fields", "posted_at", "heard_at")
    timeline.note(incident, "incident.gathered", n=len(fresh))
    return fresh


def _attach(incident: Incident, mentions: Iterable[Mention]) -> None:
    """Name the incident in the mentions; somebody who has none yet is given the commander. Their versions move on."""
    now = timezone.now()
    for mention in mentions:
        fields = ["incident"]
        mention.incident = incident
        grave = mention.nature and mention.owner_id is None and mention.state == Mention.State.OPEN
        if grave and incident.commander is not None:
            mention.owner, mention.assigned_at = incident.commander, now
            fields += ["owner", "assigned_at"]
        mention.save_next(*fields)


def _learn(incident: Incident, fresh: Sequence[Mention]) -> None:
    """Work out the topics of an incident from its newest mentions, and note its batch numbers."""
    book = tables.gathering(incident.brand)
    patterns = tables.patterns(book)
    kept = [] if incident._state.adding else list(incident.mentions.order_by("-id")[: book["learn"]["texts"]])
    rows = [*fresh, *(m for m in kept if m not in fresh)]
    incident.topics = gathering.learnt(incident.topics, (gathering.signs(m, book, patterns) for m in rows), book)
    batches = gathering.words_of(incident, gathering.BATCH)
    if batches:
        incident.fields = incident.fields | {"batches": batches}
    products = gathering.words_of(incident, gathering.PRODUCT)
    if products and not incident.fields.get("product"):
        incident.fields = incident.fields | {"product": products[0]}


def made_title(incident: Incident, mentions: Sequence[Mention]) -> str:
    """Return a title of product, batch, kind and channel; of a mention's own words where none of them is known."""
    channels = Counter(m.channel for m in mentions if m.channel).most_common(1)
    nature = tables.nature_of(incident.brand, incident.nature)
    about = tables.kind_label(incident.kind) if incident.kind else ""
    parts = [
        *gathering.words_of(incident, gathering.PRODUCT)[:1],
        *gathering.words_of(incident, gathering.BATCH)[:1],
        nature.label if nature and nature.code not in ("press", "regulator") else about,
        channels[0][0] if channels else "",
    ]
    said = " · ".join(dict.fromkeys(p for p in parts if p))  # a report is of the press in the press
    words = one_line(next((m.title or m.text for m in mentions), ""))[:40]
    if said and words and nature and nature.code in ("press", "regulator") and parts[0] in (about, ""):
        return f"{said}：{words}"[:TITLE]  # what a report is about, its kind and place do not tell
    return said[:TITLE] or words or "未命名事件"


@transaction.atomic
def answered(
    incident: Incident, *, at: datetime, by: Member | None = None, way: str = "", proof: Mapping[str, str] | None = None
) -> bool:
    """Note the first answer: a reply to the person concerned, or a statement that is out. False where it was noted.

    `incident` is locked by the caller, or of this transaction. way: "reply" or "statement".
    """
    if incident.answered_at is not None and incident.answered_at <= at:
        return False
    again, held = incident.answered_at is not None, dict(proof or {})
    incident.answered_at = at
    incident.fields = {**incident.fields, "answer": held}
    incident.state = incident.State.HANDLING if incident.state == incident.State.OPEN else incident.state
    incident.save_next("answered_at", "fields", "state")
    if again:
        return False
    steps.follow(incident, "publish", by, at=at, proof={k: held[k] for k in ("text", "url", "shot") if k in held})
    said: dict[str, Any] = {"number": incident.number, "way": way}
    said["minutes"] = max(0, round((at - incident.heard_at).total_seconds() / 60))
    timeline.note(incident, "incident.answered", by=by, text=held.get("text", ""), proof=held, **said)
    audit.record(by, "incident.answered", incident, brand=incident.brand, **said)
    announce(incident, "incident.answered", minutes=said["minutes"])
    return True


def forget(incident: Incident) -> None:
    """Learn an incident's topics anew from the mentions that are left with it."""
    incident.topics = []
    incident.fields = {k: v for k, v in incident.fields.items() if k not in ("batches", "product")}
    _learn(incident, [])
    incident.save_next("topics", "fields")
