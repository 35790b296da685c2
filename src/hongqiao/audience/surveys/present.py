"""Surveys as pages show them: lines, the builder's questions, results with their charts."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.feedback import addresses as feedback
from hongqiao.audience.models import Survey, Ticket
from hongqiao.audience.surveys import asking, exports, form, grouping, kit, results, words
from hongqiao.audience.tiers import settings as tiers
from hongqiao.methods import survey as methods
from hongqiao.workspace.models import Member

TONES = {"draft": "", "open": "good", "closed": "warn", "archived": ""}


def line(row: Survey) -> dict[str, Any]:
    """Return a survey as a line of the list."""
    goal = row.goal or 0
    n = getattr(row, "n", 0)
    return {
        "row": row, "state": _(str(row.get_state_display())), "tone": TONES[row.state], "n": n,
        "parts": getattr(row, "parts", 0), "share": n / goal if goal else None,
        "over": row.state == Survey.State.OPEN and row.closes is not None and row.closes <= timezone.now(),
    }  # fmt: skip


def builder(row: Survey) -> dict[str, Any]:
    """Return what the builder shows."""
    held, most = kit.form_of(row), kit.book(row.brand)["questions"]
    questions = held.questions
    wrong: dict[str, list[str]] = {}
    for key, code in form.problems(questions, row.quotas, most=most):
        wrong.setdefault(key, []).append(_(form.PROBLEMS[code]))
    names = {q["id"]: _("第 %(n)s 题") % {"n": n} for n, q in enumerate(questions, 1)} | {form.END: _("结束")}
    return {
        "row": row, "line": line(row), "form": held, "answered": held.answers.exists(), "most": most,
        "questions": [_question(q, n, questions, names, wrong) for n, q in enumerate(questions, 1)],
        "wrong": wrong.get("", []), "lacking": bool(wrong) or not row.purpose, "minutes": asking.minutes(questions),
        "kinds": [(code, _(label)) for code, label in form.KINDS.items()],
        "onces": [(v, _(str(label))) for v, label in Survey.Once.choices],
        "quotas": [_quota(row, q, n) for n, q in enumerate(questions, 1) if q["kind"] == "single"],
        "may_change": row.state in (Survey.State.DRAFT, Survey.State.CLOSED),
        "has_answers": row.answers.exists(),
    }  # fmt: skip


def _question(
    question: dict[str, Any],
    n: int,
    questions: list[dict[str, Any]],
    names: dict[str, str],
    wrong: dict[str, list[str]],
) -> dict[str, Any]:
    labels = {o["code"]: o["label"] for o in question["options"]}
    values = [(v, labels.get(v, v)) for v in form.values(question)]
    skips = [
        {"is": s["is"], "to": s["to"], "said": labels.get(s["is"], s["is"]), "name": names.get(s["to"], "—")}
        for s in question["skips"]
    ]
    later = [(q["id"], names[q["id"]] + " " + q["text"][:20]) for q in questions[n:]] + [(form.END, names[form.END])]
    return {
        "q": question, "n": n, "kind": _(form.KINDS[question["kind"]]), "skips": skips, "values": values,
        "later": later, "wrong": wrong.get(question["id"], []), "right": labels.get(question["right"], ""),
        "lines": "\n".join(labels.values()), "choice": question["kind"] in form.CHOICES,
        "score": question["kind"] in form.SCORES, "first": n == 1, "last": n == len(questions),
    }  # fmt: skip


def _quota(row: Survey, question: dict[str, Any], n: int) -> dict[str, Any]:
    limits = row.quotas.get(question["id"], {})
    return {
        "q": question,
        "n": n,
        "options": [(o["code"], o["label"], limits.get(o["code"])) for o in question["options"]],
    }


def outcome(member: Member, row: Survey, tier: str, wave: str) -> dict[str, Any]:
    """Return what the page of results shows."""
    read = results.read(row, tier=tier, wave=wave)
    names = tiers.labels("tiers")
    level = read.rules["level"]
    here = sorted({t for t in read.tiers.values() if t})
    return {
        "row": row, "line": line(row), "level": level, "read": read, "counted": len(read.rows), "states": read.states,
        "whole": read.states["whole"], "partial": read.states["partial"], "full": read.states["full"],
        "out": [(words.out(code), n) for code, n in read.left_out.most_common()],
        "known": len({r.subject for r in read.rows if r.subject}), "tiers": [(t, _(names.get(t, t))) for t in here],
        "waves": [(w, words.wave(w)) for w in words.WAVES] if row.waves else [],
        "weighting": _weighting(read), "quotas": results.quotas(read),
        "questions": [_result(read, q, n) for n, q in enumerate(read.questions, 1)],
    }  # fmt: skip


def _weighting(read: results.Read) -> dict[str, Any] | None:
    if read.weighted is None:
        return None
    if isinstance(read.weighted, methods.Unweighted):
        return {"why": _(words.UNWEIGHTED[read.weighted.code])}
    return {"effective": read.weighted.effective, "off": read.weighted.off, "clipped": read.weighted.clipped}


def _result(read: results.Read, question: dict[str, Any], n: int) -> dict[str, Any]:
    made = results.question(read, question) | {"number": n, "kind": _(form.KINDS[question["kind"]])}
    if question["kind"] == "open":
        return made | {"open": _open(read, question)}
    if question["kind"] == "attention":
        return made | {"passed": made["n"], "failed": read.left_out["inattentive"]}
    if read.survey.waves and not read.wave:
        return _both(read, question, made)
    if not made["few"]:
        made["chart"] = _chart(made)
    return made


def _both(read: results.Read, question: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    """Return a question that was asked twice: both times beside each other, never as one figure."""
    told = {wave: results.question(results.of_wave(read, wave), question) for wave in words.WAVES}
    made["both"] = [{"name": words.wave(w), "n": t["n"], "few": t["few"], "least": t["least"]} for w, t in told.items()]
    lines = _chart({"q": question, "lines": made["lines"]}) if not made["few"] else None
    shown = [(w, t) for w, t in told.items() if not t["few"]]
    if lines and shown:
        lines["series"] = [
            {
                "name": words.wave(w),
                "values": [x["share"] for x in t["lines"]],
                "room": "plain" if w == "before" else "users",
            }
            for w, t in shown
        ]
        made["chart"] = lines
    if question["kind"] == "scale":
        made["moved"] = results.change(read, question)
    return made


def _chart(made: dict[str, Any]) -> dict[str, Any]:
    lines = made["lines"]
    series = [{"name": _("占比"), "values": [x["share"] for x in lines], "room": "users"}]
    if lines and "weighted" in lines[0]:
        series.append({"name": _("加权后"), "values": [x["weighted"] for x in lines], "room": "plain"})
    upright = made["q"]["kind"] in form.SCORES
    lines_ = [x["label"] for x in lines]
    return {
        "type": "bar" if upright else "hbar",
        "x": lines_,
        "series": series,
        "percent": True,
        "size": "s",
        "least": True,
    }


def _open(read: results.Read, question: dict[str, Any]) -> dict[str, Any]:
    """Return the groups of an open question with some of what is in each: the largest groups, its first words."""
    found, most = grouping.groups(read, question["id"]), read.rules["shown"]
    page = reverse("users_survey_answers", args=[read.survey.brand.slug, read.survey.pk])
    groups = [
        {"head": str(g[0][0].pk), "words": g[0][1], "n": len(g), "rest": max(0, len(g) - most["words"]),
         "rows": [_said(page, r, w) for r, w in g[: most["words"]]]}
        for g in found["groups"][: most["groups"]]
    ]  # fmt: skip
    return found | {
        "groups": groups, "fewer": max(0, len(found["groups"]) - most["groups"]), "alone": len(found["single"]),
        "single": [_said(page, r, w) for r, w in found["single"][: most["single"]]],
        "rest": max(0, len(found["single"]) - most["single"]),
    }  # fmt: skip


def _said(page: str, row: Any, said: str) -> dict[str, str]:
    return {"pk": str(row.pk), "words": said, "url": f"{page}?answer={row.pk}"}


def answer(member: Member, read: results.Read, row: Any, ticket: Ticket | None) -> dict[str, Any]:
    """Return one answer with all that was said, for whoever follows a figure down to it."""
    opened, how = kit.opened(row.words), kit.shown(member)
    wrote = {key: how(text) for key, text in opened.items()}
    lines = [(q, exports.said(q, row, wrote)) for q in row.form.questions if q["id"] in row.said]
    return {
        "row": row, "state": _(str(row.get_state_display())), "why": row.out or words.out(read.out.get(row.pk, "")),
        "wave": words.wave(row.wave), "lines": lines, "open": row.state == "whole", "veiled": wrote != opened,
        "ticket": ticket, "ticket_url": feedback.ticket(ticket) if ticket else "", "wrote": any(wrote.values()),
    }  # fmt: skip
