"""Why the largest changes: parts that add up, mix apart from rate, and what happened at the same time. Serves D2.

The words are those of 波动归因 and its rules, so that a report and the page say one thing. Nothing is called a cause.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hongqiao.insight.reports import thresholds
from hongqiao.insight.reports.desk import Desk, change_of, limit
from hongqiao.insight.reports.document import Block, Sentence, canonical, plain
from hongqiao.insight.reports.parts import figures
from hongqiao.insight.reports.parts.figures import Like
from hongqiao.ledger.rules import Look, Statement
from hongqiao.metrics import METRICS

#: The ledger has sections and a permission of its own in a report; a step of spend is no news beside the spend.
LEFT_OUT, SPEND = ("posts", "acted", "ended"), ("spend", "lag", "lag_sure")
DAYS = ("note", "event", "event_before")  # of the days themselves: told once, below all that moved


def moved(desk: Desk, most: int | None = None, *, ratios: bool = True) -> list[Block]:
    """Return what moved, the first `most` with their reasons; and the ratios that moved, mix apart from rate."""
    blocks: list[Block] = []
    told: set[bytes] = set()
    days: list[Sentence] = []
    for n, (code, one) in enumerate(figures.ranked(desk)):
        if most is not None and n >= most:
            break
        blocks += figures.said(desk, code, one)
        if n < (most or limit("why_lines")):
            said = list(_once(_reasons(desk, code, one), told))
            blocks += [s for s in said if s.code not in DAYS]
            days += [replace(s, sub=False) for s in said if s.code in DAYS]
    blocks = blocks or figures.unmoved(desk)
    return [*blocks, *(_ratios(desk) if ratios else []), *days]


def _once(said: Sequence[Statement], told: set[bytes]) -> Iterator[Sentence]:
    """Yield statements as sentences under the one before; what was told of another figure is not told again."""
    from hongqiao.insight.rules.moved import RULE  # what follows loads the rules and SciPy

    for one in said:
        key = canonical({"code": one.code, "params": plain(one.params)})
        if key not in told:
            told.add(key)
            yield Sentence(one.code, one.params, [one.cite] if one.cite else [], "", RULE.code, sub=True)


def _reasons(desk: Desk, code: str, one: Like) -> list[Statement]:
    """Return the parts that are finer than a platform, and what coincided."""
    from hongqiao.insight.rules import acts, windows
    from hongqiao.insight.why import asking

    if one.start is None or one.end is None:
        return []
    look = Look(desk.brand, desk.handle, desk.today, {}, desk.shared)
    window = windows.Window(desk.start, desk.end, against=(one.start, one.end))
    try:
        found, _left = asking.explained(look.ask, code, one.where, window.both, (one.was, one.now), ())
    except asking.NotSplit:
        return []
    named = windows.parts(look, code, one.where, window, found)
    finer = [s for s in named if s.code == "broad" or (s.code == "part" and _finer(desk, s.cite["where"]))]
    change = float(one.now or 0) - float(one.was or 0)
    left = (*LEFT_OUT, *(SPEND if code.startswith("ad_") else ()))
    happened = [s for s in acts.coincided(look, code, one.where, window, change) if s.code not in left]
    return [*finer[: limit("why_parts")], *happened[: limit("why_acts")]]


def _finer(desk: Desk, where: Mapping[str, Any]) -> bool:
    """Whether a slice is more than a platform, or the one account of a platform: those are told by platform."""
    dims = set(where) - {"platform"}
    if dims != {"account"}:
        return bool(dims)
    account = desk.accounts.get(str(where["account"]))
    return account is None or sum(a.platform == account.platform for a in desk.accounts.values()) > 1


def _ratios(desk: Desk) -> list[Block]:
    """Return the ratios that moved as their mix and their own change, where they are ratios of two sums."""
    codes = [c for c in thresholds()["moved_ratios"] if c in METRICS]
    result = desk.whole(codes)
    sized = []
    for code in codes:
        was, change = result.compared.get(code), result.change.get(code)
        if was and change is not None and abs(float(change)) >= thresholds()["moved_least"] * abs(float(was)):
            sized.append((-abs(float(change)) / abs(float(was)), codes.index(code), code))
    blocks: list[Block] = []
    for *_order, code in sorted(sized)[: limit("why_lines")]:
        one = Like(
            result.totals[code], result.compared[code], result.change[code], result.compare_start, result.compare_end
        )
        blocks += _ratio(desk, code, one)
    return blocks


def _ratio(desk: Desk, code: str, one: Like) -> list[Block]:
    from hongqiao.insight.rules import saying
    from hongqiao.insight.why import asking

    if one.start is None or one.end is None:
        return []
    look, both = Look(desk.brand, desk.handle, desk.today), ((one.start, one.end), (desk.start, desk.end))
    try:
        found, _left = asking.explained(look.ask, code, {}, both, (one.was, one.now), ())
    except asking.NotSplit:
        return []
    if found.kind != "ratio" or not found.by_dim:
        return []  # one place: there is no mix
    cited = saying.cite([code, *asking.ratios()["ratios"][code]], {}, one.start, desk.end)
    split = {"mix": saying.moved(code, found.mix), "rate": saying.moved(code, found.rate)}
    said = [saying.statement("mix", cited, **split)]
    if found.verdict == "mix_only":
        said.append(saying.statement("only_mix", cited))
    params = {"metric": {"metric": code}, "now": desk.of(code, one.now), "was": desk.of(code, one.was)}
    tone = figures.tone_of(code, float(one.change or 0))
    cites = [desk.cite(code), desk.cite(code, start=one.start, end=one.end)]
    head = Sentence("moved.ratio", params | {"change": change_of(code, one.change)}, cites, tone)
    return [head, *_once(said, set())]
