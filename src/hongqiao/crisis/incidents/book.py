"""The room's data by code: seats, playbooks, legal terms, the strategy table; each with a brand's differences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongqiao.crisis import settings
from hongqiao.crisis.models import Incident
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


def step(brand: Brand, playbook: str, code: str) -> dict[str, Any]:
    """Return what is known of a step by its code, {} for one that a person added."""
    whole = settings.of(brand, "playbooks")
    if code in (ADS, ADS_BACK):
        return dict(whole[code])
    own = playbooks(brand).get(playbook, {}).get("steps", ())
    return next((dict(s) for s in (*own, *whole["base"]) if s["code"] == code), {})


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
