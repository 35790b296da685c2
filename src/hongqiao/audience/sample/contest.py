"""The contest: planned, run, drawn, delivered, measured and looked back on, with the times of the story."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hongqiao import warehouse
from hongqiao.audience.communities.activities import services, takers
from hongqiao.audience.communities.draws import delivering, drawing, entering, opening, queries
from hongqiao.audience.communities.groups import services as communities
from hongqiao.audience.models import Activity, Draw, Group
from hongqiao.workspace import invented
from hongqiao.workspace.models import Member

Told = Mapping[str, Any]


def read(folder: Path) -> dict[str, Any]:
    """Return what the file tells."""
    found: dict[str, Any] = json.loads((folder / "communities.json").read_text("utf-8"))
    return found


def cast_of(host: Member, folder: Path) -> dict[str, Member]:
    """Return code → member: the team of the desk's story."""
    desk = json.loads((folder.parent / "desk.json").read_text("utf-8"))
    return invented.gather(host, desk["people"])


def groups(host: Member, folder: Path) -> None:
    """Plant groups with their weeks; nothing a second time."""
    if Group.objects.filter(brand=host.brand).exists():
        return
    cast = cast_of(host, folder)
    for one in read(folder)["groups"]:
        row = communities.save_group(
            actor=host,
            owner=cast[one["owner"]].pk,
            **{k: one[k] for k in ("kind", "name", "sort", "note")},
            levels=one.get("levels", ""),
        )
        for week, *figures in one["weeks"]:
            communities.save_week(
                actor=host, group_id=row.pk, week=week, **dict(zip(communities.FIGURES, figures, strict=True))
            )


def plant(host: Member, folder: Path) -> bool:
    """Plant the contest; False while its takers are not in the facts. Nothing a second time."""
    told = read(folder)
    contest = told["contest"]
    if Activity.objects.filter(brand=host.brand, title=contest["title"]).exists():
        return True
    took = _takers(host, contest)
    if not took:
        return False
    cast = cast_of(host, folder)
    row = _run(host, cast, contest)
    _draw(host, cast, row, told["draw"], took)
    row.refresh_from_db()
    row = services.end(actor=host, activity_id=row.pk, seen=row.version, at=_at(host, contest["closes"]))
    row = takers.measure(actor=host, activity_id=row.pk, seen=row.version)
    services.review(
        actor=host, activity_id=row.pk, seen=row.version, results=contest["results"], lessons=contest["lessons"]
    )
    return True


def takers_of(host: Member, folder: Path) -> dict[str, datetime]:
    """Return person key → when they took part, by the events of the files."""
    return _takers(host, read(folder)["contest"])


def _at(host: Member, said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo(host.brand.zone))


def _takers(host: Member, contest: Told) -> dict[str, datetime]:
    """Return person key → when they showed, by the events of the files."""
    handle = warehouse.open(host.brand_id)
    events = handle.current("events")
    mine = events.filter(
        (events.event == contest["event"]) & (events.content == contest["event_content"]) & events.person_key.notnull()
    )
    rows = handle.fetch(mine.group_by("person_key").agg(ts=mine.ts.min())).to_pylist()
    return {r["person_key"]: r["ts"].replace(tzinfo=ZoneInfo("UTC")) for r in rows}


def _run(host: Member, cast: Mapping[str, Member], contest: Told) -> Activity:
    group = Group.objects.get(brand=host.brand, name=contest["group"])
    plain = ("goal", "rules", "script", "moderation", "opens", "closes", "budget", "event")
    row = services.create_activity(
        actor=host,
        kind="show",
        title=contest["title"],
        owner=cast[contest["owner"]].pk,
        group=group.pk,
        content=contest["event_content"],
        **{name: contest[name] for name in plain},
    )
    row = services.make_ready(actor=host, activity_id=row.pk, seen=row.version)
    row = services.start(actor=host, activity_id=row.pk, seen=row.version)
    for amount, what in contest["spent"]:
        services.spend(actor=host, activity_id=row.pk, amount=amount, what=what)
    return row


def _draw(
    host: Member, cast: Mapping[str, Member], activity: Activity, told: Told, took: Mapping[str, datetime]
) -> None:
    form = told["form"]
    row = opening.create_draw(actor=host, title=activity.title, activity_id=activity.pk)
    row = opening.save_form(actor=host, draw_id=row.pk, seen=row.version, title=row.title, form=form)
    row = opening.open_draw(actor=host, draw_id=row.pk, seen=row.version, at=_at(host, form["opens"]))
    first, last = row.opens, row.closes
    for key, at in took.items():
        if first and last and first <= at < last:
            entering.enter(actor=host, draw_id=row.pk, key=key, at=at)
    row = opening.close_draw(actor=host, draw_id=row.pk, seen=None, at=_at(host, told["listed"]))
    for code in told["typed_by"]:
        row = drawing.type_beacon(
            actor=cast[code], draw_id=row.pk, seen=row.version, value=told["beacon"], at=_at(host, told["drawn"])
        )
    _deliver(host, row, told)


def _deliver(host: Member, row: Draw, told: Told) -> None:
    """The last of the winners never claims; everybody else's prize arrives."""
    at = _at(host, told["delivered"])
    last = queries.wins(row).exclude(prize="").last()
    if last is not None:
        delivering.forfeit(actor=host, win_id=last.pk, seen=last.version, reason=told["forfeit"])
    for n, win in enumerate(queries.wins(row).exclude(prize="").exclude(state="forfeited"), 1):
        for state, carrier, text in (
            ("claimed", "", ""),
            ("sent", f"顺丰（示例）SF2026{n:04}", ""),
            ("received", "", "快递显示签收（示例）"),
        ):
            win = delivering.move_win(
                actor=host, win_id=win.pk, seen=win.version, state=state, carrier=carrier, text=text, at=at
            )
