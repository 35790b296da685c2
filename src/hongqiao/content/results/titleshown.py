"""Title tests in words, figures and the picture of their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hongqiao import warehouse
from hongqiao.content.results import queries, titlefacts
from hongqiao.content.results.titlefacts import ARMS, OPEN, Count, compared, data, way
from hongqiao.ledger import present as ledger_present
from hongqiao.ledger.measuring.settings import numbers
from hongqiao.ledger.models import Action, ActionState, Outcome, Verdict
from hongqiao.ui import formats
from hongqiao.workspace import figures
from hongqiao.workspace.models import Member

RECENT_DAYS, RECENT = 90, 100


def url(row: Action) -> str:
    """Return the address of a test."""
    return reverse("content_title_test", args=[row.brand.slug, row.pk])


def ways() -> list[dict[str, Any]]:
    """Return the ways of sharing two versions out, with what to do."""
    return [{**w, "label": _(w["label"]), "words": [_(x) for x in w["words"]]} for w in data()["ways"]]


def arms_of(typed: Mapping[str, str]) -> list[dict[str, str]]:
    """Return both versions as the form has them."""
    fields = ("title", "cover", "key", "material")
    return [{"code": a, "name": arm_name(a)} | {f: typed.get(f"{a}_{f}", "") for f in fields} for a in ARMS]


def arm_name(arm: str) -> str:
    return {"a": _("A 现在的"), "b": _("B 新的")}[arm]


def promises() -> dict[str, str]:
    """Return how sure intervals and sizes are, in words."""
    return {"level": f"{numbers()['level']:.0%}", "power": f"{data()['power']:.0%}"}


def recent(member: Member) -> list[tuple[str, str]]:
    """Return own pieces that a version may be, newest first."""
    today = figures.today_of(member.brand)
    found = queries.pieces_of(warehouse.open(member.brand_id), today - timedelta(days=RECENT_DAYS), today)
    return [(p.key, f"{p.day:%m-%d} {p.title or _('（无标题）')}"[:60]) for p in found[:RECENT]]


def line(row: Action, outcome: Outcome | None, known: Mapping[str, Count | None]) -> dict[str, Any]:
    """Return a test as a line of the list. known: its counts, of `titlefacts.counts_of`."""
    test = row.target["test"]
    return {
        "row": row,
        "url": url(row),
        "way": _(way(test["way"])["label"]),
        "random": way(test["way"])["random"],
        "compare": _(compared(test["compare"])["label"]),
        "titles": [_name(test[arm]) for arm in ARMS],
        "state": _(row.get_state_display()),
        "said": said(test, outcome) if outcome and row.state == ActionState.JUDGED else None,
        "far": far(row, known) if row.state in OPEN else None,
    }


def _name(version: Mapping[str, str]) -> str:
    return version["title"] or version["cover"]


def far(row: Action, known: Mapping[str, Count | None]) -> float:
    """Return how far the version that was shown less often is, as a share of what was planned."""
    return min(1.0, min((c.base if c else 0) for c in known.values()) / row.target["test"]["n"])


def whole(member: Member, row: Action, outcome: Outcome | None) -> dict[str, Any]:
    """Return all of a test's page. Nothing is compared before both versions are there and somebody closed it."""
    test, known = row.target["test"], titlefacts.counts(member, row)
    judged = row.state == ActionState.JUDGED and outcome is not None
    unit = compared(test["compare"])
    context: dict[str, Any] = {
        "row": row,
        "test": test,
        "way": next(w for w in ways() if w["code"] == test["way"]),
        "compare": _(unit["label"]),
        "hits": _(unit["hits"]["label"]),
        "base": _(unit["base"]["label"]),
        "usual": formats.figure(test["usual"], "percent"),
        "lift": formats.signed(test["lift"], "points"),
        "versions": [_version(test, arm, known[arm]) for arm in ARMS],
        "state": _(row.get_state_display()),
        "running": row.state in OPEN,
        "ready": row.state in OPEN and titlefacts.ready(row, known),
        "typed_numbers": not test["a"]["key"],
        "action_url": reverse("ledger_action", args=[row.brand.slug, row.pk]),
        **promises(),
    }
    if judged and outcome is not None:
        context["said"] = said(test, outcome)
        both = {arm: c for arm, c in known.items() if c}
        if outcome.effect is not None and len(both) == len(ARMS):
            context["picture"] = picture(test, both)
    return context


def _version(test: Mapping[str, Any], arm: str, known: Count | None) -> dict[str, Any]:
    base = known.base if known else 0
    source = known.source if known else ""
    return {
        **test[arm],
        "code": arm,
        "name": arm_name(arm),
        "known": known,
        "base": base,
        "far": min(1.0, base / test["n"]),
        "address": source if source.startswith(("https://", "http://")) else "",
    }


def said(test: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
    """Return what a test said: in one sentence, with its tone, its figures and what they do not say."""
    shown = ledger_present.shown(outcome)
    names = {"a": _name(test["a"]), "b": _name(test["b"])}
    return {
        "words": _words(test, outcome),
        "tone": "" if outcome.reason == "not_random" else shown["tone"],
        "verdict": _("只是对照") if outcome.reason == "not_random" else shown["verdict"],
        "effect": shown["effect"],
        "relative": shown["relative"],
        "level": shown["level"],
        "day": outcome.day,
        "uneven": (outcome.params or {}).get("uneven") is not None and outcome.params["uneven"] < data()["uneven"],
        "not_random": outcome.reason == "not_random",
        **names,
    }


def _words(test: Mapping[str, Any], outcome: Outcome) -> str:
    if outcome.effect is None:
        return _("没有跑到样本量，不比高低")
    if outcome.reason == "not_random":
        return _("只是对照：B 和 A 的差别里还有别的原因，不能当作换标题封面的作用")
    if outcome.verdict == Verdict.WORKED:
        return _("B 更好：换成它")
    if outcome.verdict == Verdict.CANNOT_TELL:
        return _("看不出差别：区间跨零，留用 A")
    if outcome.hi is not None and outcome.hi <= 0:
        return _("B 更差：留用 A")
    return _("差别小于值得改的 %(lift)s：留用 A") % {"lift": formats.signed(test["lift"], "points")}


def picture(test: Mapping[str, Any], known: Mapping[str, Count]) -> list[dict[str, Any]]:
    """Return the rates of both versions with their intervals, as places on a line from 0 to 1000."""
    seen = titlefacts.told(test, known)
    rows = [("a", seen.a), ("b", seen.b)]
    low, high = min(r[1] for _a, r in rows), max(r[2] for _a, r in rows)
    wide = (high - low) or 1.0
    low, high = max(0.0, low - wide * 0.1), min(1.0, high + wide * 0.1)

    def place(value: float) -> int:
        return round((value - low) / ((high - low) or 1.0) * 1000)

    return [
        {
            "name": arm_name(arm),
            "lo": place(found[1]),
            "hi": place(found[2]),
            "at": place(found[0]),
            "value": formats.figure(found[0], "percent"),
            "range": f"{formats.figure(found[1], 'percent')}～{formats.figure(found[2], 'percent')}",
        }
        for arm, found in rows
    ]
