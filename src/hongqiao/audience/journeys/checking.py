"""Steps as they are typed or sent: checked one by one, cleaned, and the whole looked at before it starts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hongqiao.audience.journeys import book, questionnaires
from hongqiao.audience.journeys.errors import BadJourney, BadStep, NotStartable
from hongqiao.audience.journeys.words import why
from hongqiao.audience.models import Journey
from hongqiao.delivery.models import Channel, Purpose
from hongqiao.delivery.reaching import asking, rules, texts
from hongqiao.errors import N_
from hongqiao.workspace.models import Brand

_ID = re.compile(r"[a-z][a-z0-9_]{0,23}")
FIELDS = {"text": 4000, "subject": 120, "template": 40, "page": 300, "pool": 40, "form": 12, "survey": 40}


def steps(brand: Brand, given: Any) -> list[dict[str, Any]]:
    """Return clean steps. Raises BadJourney, BadStep."""
    if not isinstance(given, list) or not 0 < len(given) <= book.of(brand)["steps_most"]:
        raise BadJourney(what=N_("步骤"))
    made = [step(brand, one, n) for n, one in enumerate(given, 1)]
    ids = [s["id"] for s in made]
    if len(set(ids)) != len(ids):
        raise BadJourney(what=N_("步骤编号"))
    for n, one in enumerate(made, 1):
        target = one.get("else", "")
        if target and (target not in ids or ids.index(target) < n):
            raise BadStep(n=n, what=N_("只能跳到后面的步骤"))
    return made


def step(brand: Brand, given: Any, n: int) -> dict[str, Any]:
    """Return one clean step. Raises BadStep."""
    if not isinstance(given, Mapping) or given.get("kind") not in book.KINDS:
        raise BadStep(n=n, what=N_("步骤类型"))
    if not _ID.fullmatch(str(given.get("id", ""))):
        raise BadStep(n=n, what=N_("步骤编号"))
    made: dict[str, Any] = {"id": str(given["id"]), "kind": str(given["kind"])}
    if made["kind"] == book.WAIT:
        return made | {"hours": _hours(brand, given.get("hours"), n, least=1)}
    if made["kind"] == book.CONDITION:
        return made | _condition(brand, given, n)
    if made["kind"] == book.ACT:
        return made | _act(brand, given, n)
    return made


def _hours(brand: Brand, given: Any, n: int, least: int = 0) -> int:
    try:
        hours = int(given or 0)
    except (TypeError, ValueError):
        raise BadStep(n=n, what=N_("小时数")) from None
    if not least <= hours <= book.of(brand)["wait_hours_most"]:
        raise BadStep(n=n, what=N_("小时数"))
    return hours


def _condition(brand: Brand, given: Mapping[str, Any], n: int) -> dict[str, Any]:
    known = book.of(brand)
    test, value = str(given.get("test", "")), str(given.get("value", ""))
    if test not in known["tests"]:
        raise BadStep(n=n, what=N_("条件"))
    if (test == "joined" and value not in book.ORDER) or (test == "tier" and value not in known["tiers"]):
        raise BadStep(n=n, what=N_("条件的值"))
    if test == questionnaires.ANSWERED and not questionnaires.there(brand, value):
        raise BadStep(n=n, what=N_("问卷"))
    within = _hours(brand, given.get("within_hours"), n)
    return {"test": test, "value": value, "within_hours": within, "else": str(given.get("else") or "")[:24]}


def _act(brand: Brand, given: Mapping[str, Any], n: int) -> dict[str, Any]:
    purpose = str(given.get("purpose") or Purpose.MARKETING)
    if purpose not in Purpose.values:
        raise BadStep(n=n, what=N_("用途"))
    made = {
        "channel": _channel(given.get("channel"), n),
        "purpose": purpose,
        "content": content(brand, given.get("content"), n),
    }
    other = given.get("fallback")
    if other and isinstance(other, Mapping) and other.get("channel"):
        if other["channel"] == made["channel"]:
            raise BadStep(n=n, what=N_("备用渠道要与主渠道不同"))
        made["fallback"] = {
            "channel": _channel(other["channel"], n),
            "content": content(brand, other.get("content"), n),
        }
    return made


def _channel(given: Any, n: int) -> str:
    if given not in Channel.values:
        raise BadStep(n=n, what=N_("渠道"))
    return str(given)


def content(brand: Brand, given: Any, n: int) -> dict[str, Any]:
    """Return a clean content. Raises BadStep."""
    said = given if isinstance(given, Mapping) else {}
    made: dict[str, Any] = {
        k: str(said[k]).replace("\x00", "").strip()[:most] for k, most in FIELDS.items() if said.get(k)
    }
    if made.get("survey") and not questionnaires.there(brand, made["survey"]):
        raise BadStep(n=n, what=N_("问卷"))
    values = said.get("values") or {}
    if not isinstance(values, Mapping) or len(values) > 20:
        raise BadStep(n=n, what=N_("变量"))
    clean = {str(k)[:32]: str(v).replace("\x00", "")[:200] for k, v in values.items() if str(k).strip()}
    return made | ({"values": clean} if clean else {})


def trigger(brand: Brand, given: Any) -> dict[str, Any]:
    """Return a clean trigger. Raises BadJourney."""
    said = given if isinstance(given, Mapping) else {}
    kind = said.get("kind")
    try:
        again = min(max(int(said.get("again_days") or 0), 0), 3650)
    except (TypeError, ValueError):
        raise BadJourney(what=N_("再次进入的天数")) from None
    if kind == "tier" and said.get("tier") in book.of(brand)["tiers"]:
        made = {"kind": "tier", "tier": str(said["tier"]), "stage": str(said.get("stage") or "")[:32]}
        return made | {"existing": bool(said.get("existing")), "again_days": again}
    if kind == "event" and str(said.get("event") or "").strip():
        return {"kind": "event", "event": str(said["event"]).strip()[:40], "again_days": again}
    raise BadJourney(what=N_("进入条件"))


def ready(row: Journey) -> None:
    """Look at the whole before it starts: every text against law and the rules of its channel. Raises NotStartable."""
    said = problems(row)
    if said:
        raise NotStartable(**said[0])


def problems(row: Journey) -> list[dict[str, Any]]:
    """Return {n, code, why} of every step that would not be sent as it is."""
    brand, vendor, found = row.brand, asking.vendor_of(row.brand), []
    book_, known = rules.of(brand), questionnaires.collecting(brand, questionnaires.named(row.steps))
    if not book.acts(row):
        found.append({"n": len(row.steps), "code": "no_act", "why": why("no_act")})
    for n, one in enumerate(row.steps, 1):
        if one.get("test") == questionnaires.ANSWERED and one["value"] not in known:
            found.append({"n": n, "code": "survey_closed", "why": why("survey_closed")})
        if one["kind"] != book.ACT:
            continue
        ways = [(one["channel"], one["content"])]
        if one.get("fallback"):
            ways.append((one["fallback"]["channel"], one["fallback"]["content"]))
        for channel, said in ways:
            code = texts.problem(brand, channel, one["purpose"], said, book_, vendor)
            if code == "no_vendor" and len(ways) == 2:
                code = ""  # there is another way: the step goes by that
            code = code or _coupon(said) or _survey(said, known)
            problem = {"n": n, "code": code, "why": why(code)}
            if code and problem not in found:  # both channels may lack the same
                found.append(problem)
    return found


def _coupon(said: Mapping[str, Any]) -> str:
    wants = "${coupon}" in str(said.get("text", "")) + " ".join(map(str, (said.get("values") or {}).values()))
    return "no_pool" if wants and not said.get("pool") else ""


def _survey(said: Mapping[str, Any], collecting: set[str]) -> str:
    chosen, wants = said.get("survey", ""), questionnaires.wants(said)
    if bool(chosen) != wants:
        return "no_survey" if wants else "no_survey_link"
    return "survey_closed" if chosen and chosen not in collecting else ""


def warnings(row: Journey) -> list[dict[str, Any]]:
    """Return {n, words} of text messages that vendors are known to refuse: there should be another way."""
    book_ = rules.of(row.brand)
    said = [
        (n, texts.warnings(s["channel"], s["content"], book_), s)
        for n, s in enumerate(row.steps, 1)
        if s["kind"] == book.ACT
    ]
    return [{"n": n, "words": words, "fallback": bool(s.get("fallback"))} for n, words, s in said if words]


def fresh_id(steps_: Sequence[Mapping[str, Any]]) -> str:
    """Return an id that no step has."""
    used = {s["id"] for s in steps_}
    return next(f"s{n}" for n in range(1, 1000) if f"s{n}" not in used)
