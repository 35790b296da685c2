"""An incident's room as its page shows it: clocks, tabs, and each part in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.crisis import addresses
from hongqiao.crisis.incidents import answers, book, calling, kit, people, queries, seating, words
from hongqiao.crisis.models import Affected, Answer, Duty, Entry, Evidence, Fact, Incident, Mention, Seat, Step
from hongqiao.crisis.watching import clocks, tables
from hongqiao.crisis.watching import words as called
from hongqiao.errors import N_
from hongqiao.knowledge import read
from hongqiao.ui import formats
from hongqiao.workspace import links, pause, permissions
from hongqiao.workspace import queries as workspace
from hongqiao.workspace.models import Member

STATES = {"open": "danger", "handling": "warn", "mending": "info", "closed": "good", "merged": ""}
FACTS = {"verified": "good", "checking": "warn", "unknown": "", "wrong": "danger"}
TABS = {
    "timeline": N_("时间线"),
    "mentions": N_("提及"),
    "evidence": N_("证据"),
    "facts": N_("事实清单"),
    "seats": N_("分工"),
    "steps": N_("预案步骤"),
    "statements": N_("声明"),
    "answers": N_("口径 Q&A"),
    "people": N_("受影响用户"),
    "terms": N_("法定时限"),
}
#: Natures that are about somebody's body; with these somebody was harmed.
BODILY = ("reaction", "injury", "death", "minors")
HURT = (*BODILY, "data_leak")


def span(length: timedelta) -> str:
    """Return a length of time in words, as everywhere in the room; what is over and what is left alike."""
    return formats.span(length)


def first_due(row: Incident) -> datetime:
    """Return when the first answer is due: counted from the first hearing; an import moves nothing."""
    return clocks.answer_by(row, tables.table(row.brand))


def tag(label: Any, tone: str) -> dict[str, str]:
    return {"label": _(str(label)), "tone": tone}


def head(row: Incident) -> dict[str, Any]:
    """Return the head: level, state, both clocks, the term of the first answer."""
    now, due = timezone.now(), first_due(row)
    end = row.answered_at or now
    return {
        "row": row,
        "level": tag(Incident.Level(row.level).label, ""),
        "state": tag(Incident.State(row.state).label, STATES[row.state]),
        "kind": kind_label(row.kind),
        "nature": called.nature(row.brand, row.nature),
        "posted": span(now - row.posted_at),
        "heard": span(now - row.heard_at),
        "due": due,
        "left": span(due - end),
        "late": end > due,
        "took": span(row.answered_at - row.heard_at) if row.answered_at else "",
        "proof": row.fields.get("answer") or {},
        "pauses": [p.scope for p in pause.standing(row.brand, *pause.scopes(), *pause.parts(row.brand))],
        "undone": queries.counts(row)["steps"],
    }


def kind_label(code: str) -> str:
    """Return a kind of complaint in words, "" for none."""
    known = read("opinion/kinds")["kinds"].get(code, {})
    return _(str(known.get("label", code))) if code else ""


def tabs(row: Incident, member: Member, on: str) -> list[dict[str, Any]]:
    """Return the tabs of the room with their counts."""
    counts = queries.counts(row)
    shown = [c for c in TABS if c != "people" or permissions.allows(member, kit.HANDLE)]
    return [
        {"label": _(TABS[c]), "url": addresses.incident(row, c), "on": c == on, "count": counts.get(c)} for c in shown
    ]


def entry(one: Entry) -> dict[str, Any]:
    """Return a line of the timeline: what was done in words, and what a person wrote with it (a fact, a reason)."""
    own, proof = one.code == "note", one.params.get("proof") or {}
    quote = "" if own or one.text == proof.get("text") else one.text
    return {"row": one, "said": words.say(one), "quote": quote, "proof": proof, "own": own}


def mention(one: Mention) -> dict[str, Any]:
    reach, safe = [one.likes, one.reposts, one.comments], one.url if links.is_page(one.url) else ""
    return {"row": one, "state": _(one.get_state_display()), "reach": sum(r or 0 for r in reach), "url": safe}


def proof_of(evidence: Evidence, row: Incident) -> dict[str, Any]:
    """Return one piece of evidence; `merged`: the incident that it was secured in, where that was merged into `row`."""
    merged = evidence.incident if evidence.incident_id != row.pk else None
    return {"row": evidence, "short": evidence.digest[:12], "merged": merged}


def fact(one: Fact) -> dict[str, Any]:
    return {"row": one, "state": tag(Fact.State(one.state).label, FACTS[one.state])}


def seats(row: Incident, member: Member) -> list[dict[str, Any]]:
    """Return every seat with who sits there and could, and, for who may handle, under which number; who took the
    incident commands without being seated."""
    held, calls, here = queries.seats(row), calling.of(member), seating.at_work(row.brand)
    return [
        {"code": code, "label": _(r["label"]), "words": _(r["words"]), "row": held.get(code)}
        | {"who": _holder(row, code, held), "call": calls.get(code), "bound": bool(r.get("permission"))}
        | {"could": [(str(m.pk), str(m)) for m in seating.could(row.brand, code, here)]}
        for code, r in book.roles(row.brand).items()
    ]


def _holder(row: Incident, role: str, held: Mapping[str, Seat]) -> Member | None:
    seat = held.get(role)
    return (seat.member if seat else None) or (row.commander if role == "commander" else None)


def steps(row: Incident) -> list[dict[str, Any]]:
    """Return the steps, those that wait first by their time."""
    held, roles, now = queries.seats(row), book.roles(row.brand), timezone.now()
    shown = [_step(row, s, held, roles, now) for s in queries.steps(row)]
    return sorted(shown, key=lambda s: s["over"])


def _step(row: Incident, one: Step, held: Any, roles: Any, now: datetime) -> dict[str, Any]:
    known, seat = book.given(one, row.playbook), held.get(one.role)
    waiting = one.state == Step.State.WAITING
    end = now if waiting else one.done_at or now
    kind = {"done": "good", "skipped": ""}.get(one.state, "danger" if now > one.due_at else "warn")
    return {
        "row": one,
        "label": one.text or _(str(known.get("words") or one.code)),
        "role": _(roles[one.role]["label"]) if one.role in roles else "",
        "who": one.owner or _holder(row, one.role, held) or (seat.deputy if seat else None),
        "over": not waiting,
        "late": end > one.due_at and one.state != Step.State.SKIPPED,
        "left": span(one.due_at - now),
        "state": tag(Step.State(one.state).label, kind),
        "must": bool(known.get("proof")),
        "lists": [{"code": label, "label": _(label)} for label in known.get("labels") or ()],
        "ticked": [_(t) for t in one.proof.get("ticked") or ()],
        "why": _("换了分支，不再需要") if one.proof.get("code") == "branch" else one.proof.get("text", ""),
    }


def playbooks(row: Incident) -> dict[str, Any]:
    """Return what the form of a playbook offers: which one, its asks with what was answered."""
    known = book.playbooks(row.brand)
    chosen = row.playbook or book.fitting(row)
    given = row.fields.get("branch") or {}
    asks = [
        {
            "code": a["code"],
            "label": _(a["words"]),
            "options": [(o["code"], _(o["label"])) for o in a["options"]],
            "given": given.get(a["code"], "unknown"),
        }
        for a in known.get(chosen, {}).get("asks", ())
    ]
    return {"options": [(c, _(p["label"])) for c, p in known.items()], "chosen": chosen, "asks": asks}


def duty(row: Incident, one: Duty) -> dict[str, Any]:
    now, known = timezone.now(), book.begun(one)
    late = (one.done_at or now) > one.due_at
    label, tone = (
        (N_("已完成"), "good") if one.done_at else (N_("已超期"), "danger") if late else (N_("计时中"), "warn")
    )
    return {
        "row": one,
        "label": words.duty_label(one.code, book.own_label(one)),
        "words": _(str(known.get("words", ""))),
        "days": known.get("days"),
        "basis": str(known.get("basis") or ""),
        "left": span(one.due_at - now),
        "late": late,
        "state": tag(label, tone),
    }


def law(row: Incident, typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what the tab of legal terms says besides: the law, its state of checking, fields, terms to begin.

    typed: what was written into the fields of a form that was refused.
    """
    known = book.law(row.brand)
    begun = {d.code for d in queries.duties(row)}
    beside = {c for d in known["duties"] for c in d["with"]}  # they begin with another
    said = {f["code"]: row.fields.get(f["code"], "") for f in known["fields"]}
    shown = {k: "、".join(v) if isinstance(v, list) else v for k, v in said.items()}
    shown |= {k: typed[k] for k in shown if typed and k in typed}
    return {
        "law": _(known["law"]["label"]),
        "checked": known["law"]["checked"],
        "records": _(known["records"]["words"]),
        "fits": row.kind in known["kinds"] or row.nature in BODILY,
        "fields": [{"code": f["code"], "label": _(f["label"]), "value": shown[f["code"]]} for f in known["fields"]],
        "begin": [
            (d["code"], _(d["label"]), d["days"])
            for d in known["duties"]
            if d["code"] not in begun and d["code"] not in beside
        ],
    }


def answer(one: Answer) -> dict[str, Any]:
    state = (N_("已批准"), "good") if one.approved_at else (N_("待批准"), "warn")
    return {"row": one, "state": tag(*state), "wrote": None if one.approved_at else answers.writer(one)}


def person(one: Affected) -> dict[str, Any]:
    """Return one person with the name in the clear: for who may handle only."""
    tones = {"new": "danger", "contacted": "warn", "agreed": "info", "settled": "good"}
    log = [
        {**c, "way": _(people.WAYS.get(c["way"], c["way"])), "at": datetime.fromisoformat(c["at"])}
        for c in one.contacts
    ]
    return {
        "row": one,
        "name": people.opened(one.name),
        "contact": people.opened(one.contact),
        "state": tag(Affected.State(one.state).label, tones.get(one.state, "")),
        "log": log,
        "receipts": one.proof.get("paid") or [],
        "refused": one.proof.get("refused", ""),
    }


def strategy(row: Incident) -> dict[str, Any]:
    """Return the form of the strategy and what the table said."""
    words_ = book.scct()
    lists = {
        k: [(r["code"], _(r["label"]), _(str(r.get("words", "")))) for r in words_[k]]
        for k in ("clusters", "truth", "reputation")
    }
    found: dict[str, Any] = {}
    if chosen := row.choice:
        found = {
            "label": _(book.labelled(words_["strategies"], chosen["strategy"])),
            "about": next((_(s["words"]) for s in words_["strategies"] if s["code"] == chosen["strategy"]), ""),
            "reason": _(book.labelled(words_["reasons"], chosen["reason"])),
            "first": [_(book.labelled(words_["first"], c)) for c in chosen["first"]],
            "more": [_(book.labelled(words_["supplements"], c)) for c in chosen["supplements"]],
            "never": [_(book.labelled(words_["forbidden"], c)) for c in chosen["forbidden"]],
        }
    given = row.choice or {"harm": row.nature in HURT}
    return {"lists": lists, "given": given, "found": found}


def switches(member: Member) -> dict[str, Any]:
    """Return the switches of the red button: by scope, its state and parts; {} for who may not press it."""
    if not permissions.allows(member, kit.PAUSE):
        return {}
    known, parts = workspace.pauses(member), pause.parts(member.brand)
    lines = [
        {"scope": s, "label": _(label), "row": known.get(s), "on": bool(known.get(s) and known[s].stands)}
        for s, label in [*pause.scopes().items(), *parts.items()]
    ]
    return {"on": [x for x in lines if x["on"]], "off": [x for x in lines if not x["on"]], "parts": parts}
