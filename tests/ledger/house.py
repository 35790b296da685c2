"""A tiny rule of the tests' own, and findings and actions made through the services."""

from datetime import date, timedelta
from typing import Any

from hongqiao.errors import N_
from hongqiao.ledger import services
from hongqiao.ledger.models import Action, Finding
from hongqiao.ledger.queries import today_of
from hongqiao.ledger.rules import Proposal, Raised, Rule, Setting, Statement

DAY = date(2026, 4, 9)
CODE = "test.fell"
CITE = {"metrics": ["followers_new"], "where": {"platform": "douyin"}, "start": "2026-04-01", "end": "2026-04-09"}


def detect(look: Any) -> list[Raised]:
    """Speak of what the test put into `said`, or raise what it put into `fails`."""
    if rule_said.get("fails"):
        raise rule_said["fails"]
    return list(rule_said.get("said", []))


rule_said: dict[str, Any] = {}


def rule(code: str = CODE, room: str = "data") -> Rule:
    return Rule(
        code=code,
        room=room,
        kind="problem",
        label=N_("测试规则"),
        watches=N_("看新增关注"),
        speaks=N_("下降超过两成时"),
        finding={"fell": N_("%(metric)s 下降 %(change)s，来自 %(where)s")},
        evidence={"spend": N_("抖音消耗 %(change)s")},
        actions=("raise_spend",),
        measured=N_("前后对比"),
        settings={"drop": Setting(0.2, N_("下降幅度"), "percent", 0.05, 0.9, "test", "2026-11-25")},
        detect=detect,
    )


def raised(key: str = "followers_new|douyin", **more: Any) -> Raised:
    given: dict[str, Any] = {
        "key": key,
        "variant": "fell",
        "kind": "problem",
        "day": DAY,
        "subject": {"metric": "followers_new", "where": {"platform": "douyin"}},
        "params": {
            "metric": {"word": "新增关注"},
            "change": {"value": -0.38, "unit": "percent", "signed": True},
            "where": "抖音",
        },
        "evidence": (Statement("spend", {"change": {"value": -0.5, "unit": "percent", "signed": True}}, CITE),),
        "proposals": (
            Proposal(
                "raise_spend",
                {"add": 0.3},
                {"metric": "followers_new", "low": 15, "mid": 25, "high": 32, "unit": "count"},
                {"method": "controls", "metric": "followers_new", "where": {"platform": "douyin"}, "days": 10},
                due_days=3,
            ),
        ),
    }
    return Raised(**{**given, **more})


def found(brand: Any, key: str = "followers_new|douyin", *, room: str = "data", **more: Any) -> Finding:
    """Raise one finding and return its row."""
    services.raise_all(brand, rule(room=room), [raised(key, **more)], DAY, 1)
    return Finding.objects.get(brand=brand, key=key)


def made(actor: Any, **more: Any) -> Action:
    """Make an action by hand, measured with controls."""
    given: dict[str, Any] = {
        "template": "raise_spend",
        "room": "data",
        "measure": {"metric": "followers_new", "where": {"platform": "douyin"}, "days": 10, "before": 30},
        "due": today_of(actor.brand) + timedelta(days=3),
        "owner_id": actor.pk,
    }
    return services.create_action(actor=actor, **{**given, **more})


JUDGED = {"method": "controls", "metric": "followers_new", "verdict": "worked", "effect": 20.0, "sd": 9.0, "lo": 5.0}
JUDGED |= {"hi": 35.0, "relative": 0.2, "unit": "count", "n": 14, "start": date(2026, 4, 1), "end": date(2026, 4, 14)}


def begun(actor, **more):
    return services.start_action(actor=actor, action_id=made(actor, **more).pk, seen=None)


def judged(actor, verdict="worked", **more):
    row = begun(actor, **more)
    services.keep_outcome(action_id=row.pk, version=row.version, found={**JUDGED, "verdict": verdict})
    return row
