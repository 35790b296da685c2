"""Who hears what: at most three new findings a day a person, the rest in a digest; muted ones not at all. Serves D2.

`tell(brand, day)` is called after rules have spoken. Told rows are made in its transaction, so that a second call says
nothing twice; what goes out goes through delivery, each person the way they asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.delivery import cards, quiet
from hongqiao.delivery import services as delivery
from hongqiao.ledger.models import Finding, FindingState, Mute, Told
from hongqiao.ledger.words import sentence
from hongqiao.workspace import permissions
from hongqiao.workspace.links import absolute
from hongqiao.workspace.models import Brand, Member

FINDINGS, DIGEST = "ledger.findings", "ledger.digest"


@cache
def limits() -> dict[str, Any]:
    """Return ledger/telling.json."""
    return json.loads(files("hongqiao.ledger").joinpath("telling.json").read_text("utf-8"))


@transaction.atomic
def tell(brand: Brand, day: date) -> int:
    """Tell every member of the brand's open findings that they have not heard of. Returns how many were told now."""
    fresh = list(Finding.objects.filter(brand=brand, state=FindingState.OPEN).order_by("-severity", "-day", "id"))
    mutes = list(Mute.objects.filter(_standing(day), brand=brand, lifted_at=None))
    people = Member.objects.filter(brand=brand, state=Member.State.ACTIVE).select_related("user", "brand")
    count = 0
    for member in people.select_for_update(of=("self",)):
        heard = set(Told.objects.filter(member=member, finding__in=fresh).values_list("finding_id", flat=True))
        mine = [f for f in fresh if f.pk not in heard and concerns(member, f) and not muted(mutes, member, f)]
        count += _tell_one(member, mine, day)
    _tell_groups(brand, fresh, [m for m in mutes if m.member_id is None], day)
    return count


def _standing(day: date) -> Q:
    return Q(until=None) | Q(until__gte=day)


def concerns(member: Member, finding: Finding) -> bool:
    """Return whether a finding is for a member: they see the ledger and its room, and are among those who care."""
    held = permissions.held_by(member)
    if "ledger.view" not in held or f"{finding.room}.view" not in held:
        return False
    return not finding.cares or any(c in held or c in (member.role, f"member:{member.pk}") for c in finding.cares)


def _of_persons(finding: Finding) -> bool:
    """Return whether a finding is for named members alone: a group of all is no place for it."""
    return bool(finding.cares) and all(c.startswith("member:") for c in finding.cares)


def subject_key(finding: Finding) -> str:
    """Return what a finding is about as one text, for muting a rule about one subject only."""
    return json.dumps(finding.subject, ensure_ascii=False, sort_keys=True)[:255]


def muted(mutes: Iterable[Mute], member: Member | None, finding: Finding) -> bool:
    """Return whether nobody, or not this member, wants to hear this."""
    return any(
        m.rule == finding.rule
        and (not m.subject or m.subject == subject_key(finding))
        and (m.member_id is None or (member is not None and m.member_id == member.pk))
        for m in mutes
    )


def _tell_one(member: Member, mine: Sequence[Finding], day: date) -> int:
    """Three at most at once, by severity; what is below the member's wish or over the number waits for the digest."""
    wish = quiet.wish(member)
    room = limits()["a_day"] - Told.objects.filter(member=member, day=day, way=Told.Way.NOW).count()
    now = [f for f in mine if f.severity >= wish.severity and (wish.mode == "now" or f.severity >= limits()["urgent"])]
    now = now[: max(room, 0)]
    rest = [f for f in mine if f not in now]
    ways = [(f, Told.Way.NOW) for f in now] + [(f, Told.Way.DIGEST) for f in rest]
    Told.objects.bulk_create(Told(brand_id=member.brand_id, member=member, finding=f, way=w, day=day) for f, w in ways)
    for one in now:
        delivery.post(
            member.brand,
            FINDINGS,
            {"findings": [str(one.pk)]},
            key=f"finding|{one.pk}|{member.pk}",
            members=[member],
            notice=("finding.raised", {"rule": one.rule, "finding": str(one.pk)}),
            url=address(one),
            urgent=one.severity >= limits()["urgent"],
        )
    if rest:
        _digest(member, day, wish.digest_hour)
    return len(now)


def _digest(member: Member, day: date, hour: int) -> None:
    """Ask for the member's digest of this day, at their hour, or at once where that is over."""
    at = max(datetime.combine(day, time(hour), ZoneInfo(member.user.zone())), timezone.now())
    payload = {"member": str(member.pk), "day": str(day)}
    url = f"/b/{member.brand.slug}/ledger/?day={day}"
    key = f"digest|{member.pk}|{day}"
    delivery.post(
        member.brand, DIGEST, payload, key=key, members=[member], notice=("finding.digest", {}), url=url, at=at
    )


def _tell_groups(brand: Brand, fresh: Sequence[Finding], mutes: Sequence[Mute], day: date) -> None:
    """One message a day and group with the most severe new ones: a group is told once, not at every finding."""
    said = [f for f in fresh if f.first_said.date() >= day - timedelta(days=1) and not muted(mutes, None, f)]
    said = [f for f in said if not _of_persons(f)]
    if said:
        payload = {"findings": [str(f.pk) for f in said[: limits()["group_lines"]]], "more": len(said)}
        delivery.post(brand, FINDINGS, payload, key=f"findings|{day}", groups=True)


def address(finding: Finding) -> str:
    """Return the path of a finding's page."""
    return f"/b/{finding.brand.slug}/ledger/findings/{finding.pk}/"


def _card_of(brand: Brand, rows: Sequence[Finding], title: str, more: int = 0) -> cards.Card | None:
    if not rows:
        return None
    lines = tuple(cards.Line(sentence(f), absolute(address(f))) for f in rows)
    foot = _("另有 %(n)s 条") % {"n": more} if more > 0 else ""
    return cards.Card(title, lines, absolute(f"/b/{brand.slug}/ledger/"), foot)


def findings_card(brand: Brand, payload: Mapping[str, Any]) -> cards.Card | None:
    """The card of named findings that are still open."""
    keys = payload.get("findings", [])
    found = {str(f.pk): f for f in Finding.objects.filter(brand=brand, pk__in=keys, state=FindingState.OPEN)}
    rows = [found[k] for k in keys if k in found]
    title = _("%(brand)s：%(n)s 条新的问题与机会") % {"brand": brand.name, "n": len(rows)}
    return _card_of(brand, rows, title, int(payload.get("more", 0)) - len(keys))


def digest_card(brand: Brand, payload: Mapping[str, Any]) -> cards.Card | None:
    """The card of what a member was not told at once on a day, as far as it is still open."""
    told = Told.objects.filter(member_id=payload["member"], way=Told.Way.DIGEST, day=payload["day"])
    rows = list(Finding.objects.filter(brand=brand, told__in=told, state=FindingState.OPEN).order_by("-severity", "id"))
    title = _("%(brand)s：今日汇总 %(n)s 条") % {"brand": brand.name, "n": len(rows)}
    most = limits()["digest_lines"]
    return _card_of(brand, rows[:most], title, len(rows) - most)
