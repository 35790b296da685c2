"""Published pieces and their facts: found by rule after every import, chosen or parted by a person. C3."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from hongqiao import warehouse
from hongqiao.content.desk.asking import SUBJECT
from hongqiao.content.models import Piece, Stage
from hongqiao.content.production import queries as production
from hongqiao.content.production.services import kit
from hongqiao.content.results import matching, settings
from hongqiao.content.results.queries import out_at
from hongqiao.delivery.models import Publication
from hongqiao.delivery.publishing.states import LIVE
from hongqiao.errors import N_, Conflict, NotFound
from hongqiao.warehouse import identity
from hongqiao.workspace import audit
from hongqiao.workspace.models import Account, Brand, Member

PERSON = "person"


class Taken(Conflict):
    code = "content_taken"
    message = N_("这篇作品已经对到「%(piece)s」")
    next_step = N_("如果那边对错了，先到那一条点「不是这一篇」")


def published(brand: Brand) -> Any:
    """Return the pieces that were published from here, archived ones too."""
    live = Publication.objects.filter(subject=SUBJECT, subject_id=OuterRef("pk"), state__in=LIVE)
    out = Q(stage=Stage.PUBLISHED) | Q(stage=Stage.ARCHIVED) & Exists(live)
    return Piece.objects.filter(out, brand=brand).select_related("account", "brand").order_by("publish_at", "id")


def asked_about(member: Member) -> list[Piece]:
    """Return the published pieces that wait for a person to say which facts they are, those out longest first."""
    production.pieces(member)  # raises where they may not be seen
    return [r for r in published(member.brand).filter(content_key="", matching__has_key="near") if r.account_id]


def out_on(row: Piece) -> date:
    """Return the day a piece came out, in its account's zone."""
    return (row.publish_at or row.stage_at).astimezone(production.zone_of(row)).date()


def pair(brand: Brand) -> dict[str, int]:
    """Look for the facts of every published piece that has none; return how many were paired, asked about, lost.

    Done again it changes nothing. What is here no more (an import taken back) is let go first, what was merged is
    followed.
    """
    done = Counter({"lost": _let_go(brand)})
    waiting = [r for r in published(brand).filter(content_key="") if r.account_id]
    for pk, decision in _decided(brand, waiting).items():
        done.update(_settle(pk, decision))
    return dict(done)


def _decided(brand: Brand, waiting: Sequence[Piece]) -> dict[str, matching.Decision]:
    if not waiting:
        return {}
    rules = settings.matching()
    wanted = [_wanted(row, sent, rules) for row, sent in _sent(waiting)]
    around = timedelta(days=rules["days"])
    days = [w.day for w in wanted]
    facts = facts_of(brand, {w.account for w in wanted}, (min(days) - around, max(days) + around))
    given = set(Piece.objects.filter(brand=brand).exclude(content_key="").values_list("content_key", flat=True))
    return matching.decide(wanted, [f for f in facts if f.key not in given], rules)


def _sent(rows: Sequence[Piece]) -> list[tuple[Piece, list[Publication]]]:
    """Return each piece with what of it is live, in one question."""
    live = Publication.objects.filter(subject=SUBJECT, subject_id__in=[r.pk for r in rows], state__in=LIVE)
    by_piece: dict[Any, list[Publication]] = {}
    for one in live.order_by("id"):
        by_piece.setdefault(one.subject_id, []).append(one)
    return [(r, by_piece.get(r.pk, [])) for r in rows]


def _wanted(row: Piece, sent: Sequence[Publication], rules: Mapping[str, Any]) -> matching.Wanted:
    names = [row.title]
    ids: dict[str, str] = {}
    for one in sent:
        names += [one.title, str(one.payload.get("title") or ""), str(one.payload.get("text") or "")]
        told = {k: str(v) for k, v in (one.ids or {}).items() if len(str(v)) >= int(rules["id_letters"])}
        ids |= told | matching.ids_of(one.address, row.platform, rules)
    ids |= matching.ids_of(row.address, row.platform, rules)
    at = (row.publish_at or row.stage_at).astimezone(UTC).replace(tzinfo=None)
    refused = frozenset((row.matching or {}).get("not", ()))
    named = tuple(dict.fromkeys(n for n in names if n))
    return matching.Wanted(str(row.pk), str(row.account_id), named, ids, at, out_on(row), refused)


def facts_of(
    brand: Brand, accounts: Iterable[str], days: tuple[date, date] | None = None, keys: Sequence[str] | None = None
) -> list[matching.Fact]:
    """Return the pieces of these accounts that the warehouse knows, of a span of days or by their keys."""
    handle = warehouse.open(brand.pk)
    table = handle.current("contents")
    tests = [table.account.isin(sorted(accounts))]
    tests += [table.day.between(*days)] if days else []
    tests += [table.source_key.isin(sorted(keys))] if keys is not None else []
    columns = ("source_key", "platform", "account", "title", "url", "published_at", "day")
    rows = handle.fetch(table.filter(*tests).select(*columns)).to_pylist()
    zones = dict(Account.objects.filter(brand=brand).values_list("pk", "zone"))
    rules = settings.matching()
    return [_fact(r, zones.get(UUID(str(r["account"])), brand.zone), rules) for r in rows]


def _fact(row: Mapping[str, Any], zone: str, rules: Mapping[str, Any]) -> matching.Fact:
    at: datetime | None = row["published_at"]
    ids = matching.ids_of(str(row["url"] or ""), str(row["platform"]), rules)
    key = str(row["source_key"])
    exact = at if out_at(at, ZoneInfo(zone)) else None
    title = str(row["title"] or "")
    return matching.Fact(key, str(row["account"]), title, {**ids, "key": key}, exact, row["day"])


def _settle(pk: str, found: matching.Decision) -> dict[str, int]:
    try:
        with transaction.atomic():
            row = Piece.objects.select_for_update().get(pk=pk)
            if row.content_key:
                return {}
            if found.key:
                take(row, found.key, found.how, None)
                return {"paired": 1}
            return {"asked": 1} if _ask(row, found.near) else {}
    except IntegrityError:  # another piece was given it meanwhile
        return {}


def take(row: Piece, key: str, how: str, by: Member | None) -> None:
    """Say which facts a locked piece is. Raises IntegrityError where another piece is."""
    row.content_key = key
    row.matching = {"how": how, "not": [k for k in (row.matching or {}).get("not", ()) if k != key]}
    row.save_next("content_key", "matching")
    audit.record(by, "piece.matched", row, brand=row.brand, name=row.title, how=how, content=key)


def _ask(row: Piece, near: Sequence[str]) -> bool:
    said = row.matching or {}
    if list(near) == list(said.get("near", ())):
        return False
    row.matching = {k: v for k, v in said.items() if k != "near"} | ({"near": list(near)} if near else {})
    row.save(update_fields=["matching"])  # a question changes nothing that somebody edits
    return bool(near)


def _let_go(brand: Brand) -> int:
    """Follow matched keys that were merged into others, let go those that the warehouse does not know any more."""
    rows = Piece.objects.filter(brand=brand).exclude(content_key="")
    keys = dict(rows.values_list("content_key", "pk"))
    if not keys:
        return 0
    handle = warehouse.open(brand.pk)
    table = handle.current("contents")
    known = handle.fetch(table.filter(table.source_key.isin(sorted(keys))).select("source_key").distinct())
    gone = set(keys) - set(map(str, known["source_key"].to_pylist()))
    merged = identity.kept(brand.pk, gone)
    for key in gone:
        _lose(keys[key], key, merged.get(key, ""))
    return len(gone)


def _lose(pk: Any, key: str, instead: str) -> None:
    with transaction.atomic():
        row = Piece.objects.select_for_update().get(pk=pk)
        if row.content_key != key:
            return
        if instead and not Piece.objects.filter(brand=row.brand, content_key=instead).exists():
            take(row, instead, (row.matching or {}).get("how", ""), None)
            return
        row.content_key, row.matching = "", {"not": (row.matching or {}).get("not", [])}
        row.save_next("content_key", "matching")
        audit.record(None, "piece.facts_gone", row, brand=row.brand, name=row.title, content=key)


@transaction.atomic
def choose(*, actor: Member, piece_id: UUID | str, seen: int | None, key: str) -> Piece:
    """Say that a published piece is this one of its account's. Raises NotFound, NotAllowed, Conflict, Taken."""
    row = kit.piece_of(actor, piece_id, seen, production.EDIT)
    if not published(actor.brand).filter(pk=row.pk).exists():
        raise kit.WrongStage()
    key = key.replace("\x00", "")
    if key and row.content_key == key:
        return row
    if not key or not row.account_id or not facts_of(actor.brand, [str(row.account_id)], keys=[key]):
        raise NotFound()
    try:
        with transaction.atomic():
            take(row, key, PERSON, actor)
    except IntegrityError:
        other = Piece.objects.get(brand=actor.brand, content_key=key)
        raise Taken(piece=other.title) from None
    return row


@transaction.atomic
def part(*, actor: Member, piece_id: UUID | str, seen: int | None) -> Piece:
    """Say that a piece is not what it was matched to; that is remembered, and the rule asks from then on.

    Raises NotFound, NotAllowed, Conflict.
    """
    row = kit.piece_of(actor, piece_id, seen, production.EDIT)
    if not row.content_key:
        return row
    key, said = row.content_key, row.matching or {}
    row.content_key, row.matching = "", {"not": [*said.get("not", ()), key]}
    row.save_next("content_key", "matching")
    audit.record(actor, "piece.parted", row, name=row.title, content=key)
    return row


@transaction.atomic
def refuse(*, actor: Member, piece_id: UUID | str, seen: int | None) -> Piece:
    """Say that a piece is none of those it is asked about. Raises NotFound, NotAllowed, Conflict."""
    row = kit.piece_of(actor, piece_id, seen, production.EDIT)
    said = row.matching or {}
    if row.content_key or not said.get("near"):
        return row
    row.matching = {"not": list(dict.fromkeys([*said.get("not", ()), *said["near"]]))}
    row.save_next("matching")
    audit.record(actor, "piece.none_of_them", row, name=row.title, count=len(said["near"]))
    return row
