"""The eight parts of a topic's score, each a level from 1 to 5 by a rule that can be followed by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hongqiao.methods.topics.model import PARTS, Evidence, Idea, Part, Score

Rules = Mapping[str, Any]
_MANY = re.compile(r"\d+|[一二两三四五六七八九十](?=[个招步款种支件瓶条天])")


def score(idea: Idea, seen: Evidence, rules: Rules, weights: Mapping[str, float]) -> Score:
    """Score an idea on what is known around it. rules: knowledge/content/topics.json; weights: part → weight."""
    parts = {name: RULES[name](idea, seen, rules) for name in PARTS}
    return Score(total({k: p.level for k, p in parts.items()}, weights), parts)


def total(levels: Mapping[str, int], weights: Mapping[str, float]) -> float:
    """Return 100 · Σ weight · level / 5 over Σ weight, to a tenth; parts without weight do not count."""
    counted = {k: w for k, w in weights.items() if w > 0 and k in levels}
    whole = sum(counted.values())
    return round(100 * sum(w * levels[k] / 5 for k, w in counted.items()) / whole, 1) if whole else 0.0


def verdict(points: float, limits: Mapping[str, float]) -> str:
    """Return pass, discuss or park."""
    return "pass" if points >= limits["pass"] else "discuss" if points >= limits["discuss"] else "park"


def found(words: Iterable[str], text: str) -> list[str]:
    """Return the words that a text says, each once, a word inside a longer one that is said not counted again."""
    low = text.lower()
    said = [w for w in dict.fromkeys(words) if w and w.lower() in low]
    return [w for w in said if not any(w != o and w in o for o in said)]


def relevance(idea: Idea, seen: Evidence, rules: Rules) -> Part:
    """Mentions give 1, 2 (some), 3 (many), 5 (among the most spoken of); the persona's own words add one, many add two.

    A persona who says none of it holds the level at 2; one who is not on any of the platforms at 1.
    """
    limits = rules["rules"]
    base = 3 if seen.mentions >= limits["mentions_many"] else 2 if seen.mentions >= limits["mentions_some"] else 1
    if 0 < seen.place <= limits["top"]:
        base = 5
    told: dict[str, Any] = {"mentions": seen.mentions, "place": seen.place, "days": limits["mentions_days"]}
    if seen.whom is None:
        return Part(base, "relevance.mentions", told)
    said = found(seen.whom.words, idea.all)
    told |= {"whom": seen.whom.name, "words": said}
    if idea.platforms and seen.whom.platforms and not set(idea.platforms) & set(seen.whom.platforms):
        return Part(1, "relevance.elsewhere", told | {"platforms": list(seen.whom.platforms)})
    if len(said) < limits["persona_some"]:
        return Part(min(base, 2), "relevance.not_theirs", told)
    added = 2 if len(said) >= limits["persona_many"] else 1
    return Part(min(5, base + added), "relevance.theirs", told)


def fit(idea: Idea, seen: Evidence, rules: Rules) -> Part:
    """1 nothing of the brand, 2 its words only, 3 a pillar, 4 and a product, 5 and a claim in force that may be shown.

    One less where no platform of the idea takes its form.
    """
    words = found(seen.own_words, idea.all)
    level = 3 if seen.pillar else 2 if words or seen.product else 1
    if seen.pillar and seen.product:
        level = 5 if seen.claims else 4
    told = {"pillar": seen.pillar, "product": seen.product, "claims": seen.claims, "words": words}
    forms = rules["forms"]
    if idea.form and idea.platforms and not any(idea.form in forms.get(p, [idea.form]) for p in idea.platforms):
        return Part(max(1, level - 1), "fit.form", told | {"form": idea.form})
    return Part(level, "fit.brand" if level > 1 else "fit.none", told)


def timing(idea: Idea, seen: Evidence, rules: Rules) -> Part:
    """Hot: 5 where it stays hot longer than making it takes, else 2. A node: 5 in its time of preparing or running with
    time enough, 4 within 30 days before that, 1 where it is over or cannot be made in time. Neither: 1, evergreen.
    """
    limits, hours = rules["rules"], needed(idea, rules)
    if seen.hot_hours is not None and seen.hot_hours > 0:
        hot: dict[str, Any] = {"left": round(seen.hot_hours), "hours": hours}
        return Part(5, "timing.hot", hot) if seen.hot_hours > hours else Part(2, "timing.too_hot", hot)
    m = seen.moment
    if m is None:
        return Part(1, "timing.evergreen", {})
    days = -(-hours // limits["day_hours"])
    left = (m.last - seen.today).days
    told: dict[str, Any] = {"node": m.label, "days": int(days), "left": left}
    told |= {"first": m.first.isoformat(), "last": m.last.isoformat(), "prep": m.prep.isoformat()}
    if left < 0:
        return Part(1, "timing.over", told)
    if left < days:
        return Part(1, "timing.too_late", told)
    if m.prep <= seen.today:
        return Part(5, "timing.now", told)
    ahead = (m.prep - seen.today).days
    return Part(4 if ahead <= limits["soon_days"] else 2, "timing.ahead", told | {"ahead": ahead})


def spread(idea: Idea, seen: Evidence, rules: Rules) -> Part:
    """1 flat, 2 feeling only, 3 one of contrast and reason to pass on, 4 one of them with feeling, 5 both."""
    cues = rules["cues"]
    contrast, pass_on, emotion = (found(cues[k], idea.title) for k in ("contrast", "pass_on", "emotion"))
    told = {"contrast": contrast, "pass_on": pass_on, "emotion": emotion}
    if contrast and pass_on:
        return Part(5, "spread.cues", told)
    if contrast or pass_on:
        return Part(4 if emotion else 3, "spread.cues", told)
    return Part(2, "spread.cues", told) if emotion else Part(1, "spread.none", told)


def use(idea: Idea, seen: Evidence, rules: Rules) -> Part:
    """1 nothing to keep, 3 explains or tests something, 4 that and a figure of how many, 5 a list or template."""
    lists, how = (found(rules["cues"][k], idea.all) for k in ("list", "how"))
    many = _MANY.search(idea.title) is not None
    told = {"list": lists, "how": how}
    if lists:
        return Part(5, "use.list", told)
    return Part(4 if many else 3, "use.how", told) if how else Part(2 if many else 1, "use.none", told)


def difference(idea: Idea, seen: Evidence, rules: Rules) -> Part:
    """1 more than five alike, 2 one that is nearly the same, 3 alike from another angle, 4 none alike, 5 none and only
    the brand has it. What a topic renews is not counted: it is wanted that it is like that."""
    limits = rules["rules"]
    near = [n for n in seen.near if n.share >= limits["alike"]]
    closest = max(near, key=lambda n: n.share, default=None)
    told = {"count": len(near), "title": closest.title if closest else "", "share": closest.share if closest else 0}
    told |= {"renews": seen.renews} if seen.renews else {}
    if closest is None:
        why = "difference.renews" if seen.renews else "difference.exclusive" if seen.exclusive else "difference.none"
        return Part(5 if seen.exclusive else 4, why, told)
    level = 1 if len(near) > limits["alike_many"] else 2 if closest.share >= limits["alike_close"] else 3
    if seen.renews:
        return Part(level, "difference.renews_alike", told)
    return Part(level, "difference.many" if level == 1 else "difference.alike", told)


def needed(idea: Idea, rules: Rules) -> float:
    """Return the hours of work: as said, else what the form usually takes."""
    usual = rules["hours"].get(idea.form, max(rules["hours"].values()) if not idea.form else 8)
    return float(idea.hours if idea.hours is not None else usual)


def cost(idea: Idea, seen: Evidence, rules: Rules) -> Part:
    """By days of one person: up to 0.5 is 5, 1 is 4, 2 is 3, 5 is 2, more is 1."""
    hours = needed(idea, rules)
    days = hours / rules["rules"]["day_hours"]
    level = next((int(k) for k, most in rules["rules"]["days"].items() if days <= most), 1)
    return Part(
        level, "cost.said" if idea.hours is not None else "cost.usual", {"hours": hours, "days": round(days, 1)}
    )


def risk(idea: Idea, seen: Evidence, rules: Rules) -> Part:
    """1 politics, disaster, medicine; 3 legal must look; 5 nothing found."""
    danger, legal = (found(rules["cues"][k], idea.all) for k in ("danger", "legal"))
    if danger:
        return Part(1, "risk.danger", {"words": danger})
    return Part(3, "risk.legal", {"words": legal}) if legal else Part(5, "risk.none", {})


RULES: Mapping[str, Callable[[Idea, Evidence, Rules], Part]] = {
    "relevance": relevance,
    "fit": fit,
    "timing": timing,
    "spread": spread,
    "use": use,
    "difference": difference,
    "cost": cost,
    "risk": risk,
}
