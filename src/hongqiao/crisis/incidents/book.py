"""The room's data by code: seats, playbooks, legal terms, the strategy table; each with a brand's differences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hongqiao.crisis import settings
from hongqiao.crisis.models import Duty, Incident, Step
from hongqiao.knowledge import read
from hongqiao.workspace.models import Brand

ADS, ADS_BACK = "ads", "ads_resume"


def roles(brand: Brand) -> dict[str, dict[str, Any]]:
    """Return the seats by code, in their order."""
    return {r["code"]: r for r in settings.of(brand, "roles")["roles"]}


def playbooks(brand: Brand) -> dict[str, dict[str, Any]]:
    """Return the playbooks by code; the last one fits whatever fits no other."""
    return {p["code"]: p for p in settings.of(brand, "playbooks")["playbooks"]}


def fitting(incident: Incident) -> str:
    """Return the code of the playbook that fits: by nature, else by kind, else the last."""
    found = playbooks(incident.brand)
    by_nature = (c for c, p in found.items() if incident.nature and incident.nature in p["natures"])
    by_kind = (c for c, p in found.items() if incident.kind and incident.kind in p["kinds"])
    return next(by_nature, None) or next(by_kind, None) or list(found)[-1]


def steps(brand: Brand, playbook: str, answers: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the steps of a playbook that apply after the answers, by their due time; an own step of a code that the
    base has too goes before it."""
    whole = settings.of(brand, "playbooks")
    own = [s for s in playbooks(brand)[playbook]["steps"] if applies(s, answers)]
    codes = {s["code"] for s in own}
    return sorted([*(s for s in whole["base"] if s["code"] not in codes), *own], key=lambda s: s["minutes"])


def applies(step: Mapping[str, Any], answers: Mapping[str, str]) -> bool:
    """Whether a step stands after the answers: one that nobody answered yet leaves its branch out."""
    return all(answers.get(code) in wanted for code, wanted in (step.get("when") or {}).items())


def by_hand(brand: Brand, code: str) -> dict[str, Any]:
    """Return what is done by hand in advertising back ends: ADS or ADS_BACK."""
    return dict(settings.of(brand, "playbooks")[code])


#: What of the books stays with a step or a term as it was when it was given.
GIVEN, BEGUN = ("words", "proof", "labels", "first"), ("label", "words", "days", "basis")


def given(row: Step, playbook: str) -> dict[str, Any]:
    """Return what is known of a step: as its playbook said it when it was given, whatever the brand changed since.

    {} for one that a person added. What was given before that was kept goes by the shipped playbooks.
    """
    if row.known or row.text:
        return dict(row.known)
    whole = read("crisis/playbooks")
    if row.code in (ADS, ADS_BACK):
        return dict(whole[row.code])
    own: list[dict[str, Any]] = next((p["steps"] for p in whole["playbooks"] if p["code"] == playbook), [])
    return next((dict(s) for s in (*own, *whole["base"]) if s["code"] == row.code), {})


def begun(row: Duty) -> dict[str, Any]:
    """Return what is known of a term: as it was when it began, else as it ships."""
    return dict(row.known) or next((dict(d) for d in read("crisis/duties")["duties"] if d["code"] == row.code), {})


def own_words(row: Step) -> str:
    """Return a step's words where its code alone does not tell them: a person's, the brand's, one playbook's."""
    said = row.text or str(row.known.get("words") or "")
    return "" if said == shipped_words().get(row.code) else said


def own_label(row: Duty) -> str:
    """Return a term's name where it does not ship so."""
    return _unshipped(
        row.known, "label", (d["label"] for d in read("crisis/duties")["duties"] if d["code"] == row.code)
    )


def own_seat(known: Mapping[str, Any]) -> str:
    """Return a seat's name where it does not ship so."""
    shipped = (r["label"] for r in read("crisis/roles")["roles"] if r["code"] == known["code"])
    return _unshipped(known, "label", shipped)


def _unshipped(known: Mapping[str, Any], name: str, shipped: Iterable[str]) -> str:
    said = str(known.get(name) or "")
    return "" if said in set(shipped) else said


def shipped_words() -> dict[str, str]:
    """Return what a step's code says alone: of those of one code in several playbooks the last one's."""
    whole = read("crisis/playbooks")
    named = {s["code"]: str(s["words"]) for p in whole["playbooks"] for s in p["steps"]}
    named |= {s["code"]: str(s["words"]) for s in whole["base"]}
    return named | {c: str(whole[c]["words"]) for c in (ADS, ADS_BACK)}


def remind_again(brand: Brand) -> int:
    """Return after how many minutes a late step is told to the commander too."""
    return int(settings.of(brand, "playbooks")["remind_again_minutes"])


def law(brand: Brand) -> dict[str, Any]:
    """Return duties.json."""
    return settings.of(brand, "duties")


def duties(brand: Brand) -> dict[str, dict[str, Any]]:
    """Return the terms of law by code."""
    return {d["code"]: d for d in law(brand)["duties"]}


def scct() -> dict[str, Any]:
    """Return the words of the strategy table: theory, the same for every brand."""
    return read("crisis/scct")


def labelled(rows: list[dict[str, Any]], code: str) -> str:
    """Return the label (a msgid) of a code in a list of {code, label}; the code itself where it is not there."""
    return next((str(r["label"]) for r in rows if r["code"] == code), code)
