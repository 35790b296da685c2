"""What each tab of a piece shows. `extra`: what the head of the page worked out, and what an act said."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao.compliance import packs
from hongqiao.content.editors import look as looks
from hongqiao.content.models import Approval, Piece, Revision, Task
from hongqiao.content.production import anchors, diffing, forms, pictures, present, queries, reviews, risk, settings
from hongqiao.content.production.views import base
from hongqiao.content.results import paired
from hongqiao.errors import N_
from hongqiao.workspace import figures, permissions
from hongqiao.workspace.access import BrandRequest
from hongqiao.workspace.views import kit

Tab = Callable[[BrandRequest, Piece, Revision | None, dict[str, Any]], dict[str, Any]]


def text(request: BrandRequest, row: Piece, now: Revision | None, extra: dict[str, Any]) -> dict[str, Any]:
    """The editor, with what is half written, and the brief beside it."""
    half = queries.half_of(request.member, row)
    clash = extra.get("clash")
    body = dict(now.body) if now else {"title": row.title}
    seen = row.revision
    if half is not None and (request.GET.get("half") or clash):
        body, seen = half.body, row.revision if clash else half.base
    spare = 0 if row.stage not in queries.OPEN else 3
    return {
        "body": body,
        "seen_number": seen,
        "half": half if half and not request.GET.get("half") and not clash else None,
        "half_url": reverse("content_piece_half", args=[row.brand.slug, row.pk]),
        "half_seconds": settings.of(row.brand)["half_seconds"],
        "editor": [f"content/editors/{row.form}.html", f"content/production/editors/{row.form}.html"],
        "tables": {
            k: forms.rows_of(k, body, min(spare, 1) if k == "shots" and body.get(k) else spare)
            for k in ("shots", "segments", "evidence")
        },
        "tags": " ".join(f"#{t}" for t in body.get("tags") or ()),
        "labels": body.get("labels") or {},
        "may_set_look": permissions.allows(request.member, looks.CHANGE),
        "brief": present.brief(row),
        "local_slot": present.local(row.publish_at, row),
        "clash_lines": diffing.lines(clash["theirs"], clash["mine"]) if clash else [],
        **base.choices(request),
    }


def check(request: BrandRequest, row: Piece, now: Revision | None, extra: dict[str, Any]) -> dict[str, Any]:
    """What was found, where, why, by which law, what to write instead; a reviewer lets it stand."""
    found = present.found(extra["lines"])
    return {
        "found": found,
        "mine": request.member.pk in queries.writers(row),
        "kinds": [(k, _(v)) for k, v in packs.exemption_kinds().items()],
        "warns": sum(1 for f in found if f["one"].level == "warn"),
        "stays": sum(1 for f in found if f["let"]),
    }


def versions(request: BrandRequest, row: Piece, now: Revision | None, extra: dict[str, Any]) -> dict[str, Any]:
    """All texts; two of them compared."""
    rows = list(queries.revisions(request.member).filter(piece=row).defer("text"))
    by_number = {r.number: r for r in rows}
    newer = by_number.get(kit.whole(request.GET.get("b", "")) or row.revision)
    older = by_number.get(kit.whole(request.GET.get("a", "")) or max(row.revision - 1, 1))
    diff = None
    if newer and older and newer.number != older.number:
        diff = diffing.lines(present.body_lines(row, older.body), present.body_lines(row, newer.body))
    passed = set(Approval.objects.filter(piece=row, decision=Approval.Decision.YES).values_list("digest", flat=True))
    return {
        "revisions": [
            {
                "row": r,
                "origin": _(r.get_origin_display()),
                "approved": r.digest == row.approved,
                "passed": r.digest in passed,
            }
            for r in rows
        ],
        "older": older,
        "newer": newer,
        "diff": diff,
        "diff_counts": diffing.counts(diff) if diff else None,
    }


def remarks(request: BrandRequest, row: Piece, now: Revision | None, extra: dict[str, Any]) -> dict[str, Any]:
    """Remarks beside the text they stand on; those whose words were changed say so."""
    texts = anchors.fields(row.form, now.body) if now else {}
    body = now.body if now else {}
    assets, names = anchors.assets(body), pictures.labels(body)
    told = list(queries.remarks(request.member).filter(piece=row))
    numbers = {r.pk: n for n, r in pictures.numbered(told)}
    answers: dict[Any, list[Any]] = {}
    for one in told:
        if one.answers_id:
            answers.setdefault(one.answers_id, []).append(one)
    shown: list[dict[str, Any]] = []
    spots: dict[str, list[tuple[int, int, dict[str, Any]]]] = {}
    for one in (t for t in told if not t.answers_id):
        where = anchors.placed(one.anchor, texts, assets)
        place = present.place(one.anchor["field"]) if one.anchor.get("field") else ""
        shown.append(
            {
                "row": one,
                "answers": answers.get(one.pk, []),
                "where": where,
                "changed": where is None,
                "mine": one.by_id == request.member.pk,
                "place": place or names.get(one.anchor.get("asset", ""), ""),
                "number": numbers.get(one.pk),
            }
        )
        if where and where.get("field") and not one.settled_at:
            spots.setdefault(where["field"], []).append((where["start"], where["end"], {"remark": one}))
    pieces = [{"field": f, "label": present.place(f), "parts": _parts(t, spots.get(f, []))} for f, t in texts.items()]
    seen = pictures.shown(row, body, told, partial(_file, row))
    listed = sorted(shown, key=lambda r: r["row"].settled_at is not None)
    return {"remarks": listed, "texts": pieces, "pictures": seen}


def _parts(text: str, spots: list[tuple[int, int, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return a text in pieces: those that are remarked upon, and the lines between."""
    found = []
    for part in present.marked(text, spots):
        found.append(part if "remark" in part else {"lines": present.headed(part["text"])})
    return found


def review(request: BrandRequest, row: Piece, now: Revision | None, extra: dict[str, Any]) -> dict[str, Any]:
    """The steps with their clocks, what was decided, how risky it is, links for people outside."""
    steps = reviews.steps(row, now.digest) if now else []
    turn = reviews.turn(steps)
    may = reviews.may_take(row, turn.code) if turn else []
    book = settings.of(row.brand, "review")
    signs = risk.signs(row.brand, now.text if now else "")
    return {
        "decided": [
            {"row": a, "step": _(a.get_step_display()), "decision": _(a.get_decision_display()), "who": _who(a)}
            for a in row.approvals.select_related("by__user", "link").order_by("-id")
        ],
        "next_turn": present.step(turn) if turn else None,
        "who_may": [str(m) for m in may],
        "i_may": any(m.pk == request.member.pk for m in may),
        "wrote": request.member.pk in queries.writers(row),
        "signs": present.signs(signs),
        "risks": [(k, _(label)) for k, label in Piece.Risk.choices],
        "risk_hand": (row.review or {}).get("risk"),
        "risk_now": _(row.get_risk_display()),
        "risk_rules": _(Piece.Risk(risk.by_rules(signs)).label),
        "links": list(queries.links(request.member).filter(piece=row)),
        "link_days": book["link_days"],
        "lanes": [(k, _(label)) for k, label in Piece.Lane.choices],
        "pictures": pictures.shown(row, now.body, (), partial(_file, row)) if now else [],
        "previewed": present.headed(present.body_lines(row, now.body)) if now else [],
    }


def _file(row: Piece, key: str) -> str:
    """Return the address of a picture's file."""
    return reverse("content_asset_file", args=[row.brand.slug, key])


def _who(one: Approval) -> str:
    if one.by:
        return str(one.by)
    return f"{one.link.reviewer or one.link.name}（{_('外部审稿')}）" if one.link else ""


def tasks(request: BrandRequest, row: Piece, now: Revision | None, extra: dict[str, Any]) -> dict[str, Any]:
    """What is to be done by whom and when."""
    today = figures.real_day(row.brand)
    shown = [present.task(t, today) for t in queries.tasks(request.member).filter(piece=row)]
    everybody = [(str(m.pk), str(m)) for m in queries.colleagues(request.member, queries.SEE)]
    return {"tasks": shown, "task_kinds": [(k, _(label)) for k, label in Task.Kind.choices], "everybody": everybody}


def publish(request: BrandRequest, row: Piece, now: Revision | None, extra: dict[str, Any]) -> dict[str, Any]:
    """Where and when it goes out, and whether it may."""
    return {
        "local_slot": present.local(row.publish_at, row),
        "ready": bool(now and row.approved == now.digest),
        "desk_url": present.desk_url(row),
        **base.choices(request),
    }


def results(request: BrandRequest, row: Piece, now: Revision | None, extra: dict[str, Any]) -> dict[str, Any]:
    """How it does, once its facts came; else which of these it is, or which export is missing."""
    return paired.at_piece(request.member, row)


def log(request: BrandRequest, row: Piece, now: Revision | None, extra: dict[str, Any]) -> dict[str, Any]:
    """What was done, by whom, when."""
    return {"timeline": present.timeline(row)}


#: In the order of the page.
TABS: dict[str, tuple[str, Tab]] = {
    "text": (N_("内容"), text),
    "check": (N_("检查"), check),
    "versions": (N_("版本"), versions),
    "remarks": (N_("批注"), remarks),
    "review": (N_("审核"), review),
    "tasks": (N_("任务"), tasks),
    "publish": (N_("发布"), publish),
    "results": (N_("效果"), results),
    "log": (N_("记录"), log),
}
