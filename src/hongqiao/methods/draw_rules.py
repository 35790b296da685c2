"""What stands in the way of opening a lucky draw: what the law wants told beforehand, and what no prize may be worth.

Rules are data (knowledge/audience/draws.json), each with its article; the words are made where they are shown. U2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any


@dataclass(frozen=True)
class Problem:
    """What is wrong in which field: "organiser", or of the n-th prize "prizes.0.price".

    missing, not_money, over_cap, over_cap_together, not_a_count, not_odds, out_of_order, no_prizes, not_on_site,
    changed, too_many_tickets, barred_condition
    """

    code: str
    field: str
    params: Mapping[str, Any] = made(default_factory=dict)


def check(form: Mapping[str, Any], rules: Mapping[str, Any]) -> list[Problem]:
    """Return what must be mended before a draw may open, in the order of the form; empty where it may.

    form: the fields of `rules["fields"]` by code, `prizes` as a list of {level, name, sort, price, quantity or odds},
    price in yuan at the market's price whatever the prize is; `opens`, `closes`, `draw_time` (moments), `wins` (how
    often one person can win, 1), `on_site`, `claims_shown`, `tickets` (most an entry can hold, 1), `platform`,
    `conditions` (codes).
    """
    prizes = form.get("prizes") or []
    return [
        *_missing(form, rules["fields"]),
        *_prizes(prizes, rules),
        *_together(prizes, _count(form.get("wins", 1)) or 1, _cap(rules)),
        *_order(form),
        *_on_site(form, prizes, rules),
        *_tickets(form, rules),
        *_conditions(form, rules),
    ]


def changed(frozen: Mapping[str, Any], now: Mapping[str, Any], rules: Mapping[str, Any]) -> list[Problem]:
    """Return what differs from the form as it was when the draw opened: nothing told may change any more. The law
    excepts what is better for consumers; whether it is, a person says, not this."""
    names = [f["code"] for f in rules["fields"] if f["of"] == "form"] + ["prizes", "opens", "closes", "wins", "tickets"]
    return [Problem("changed", n) for n in dict.fromkeys(names) if frozen.get(n) != now.get(n)]


def over(won: Mapping[str, Sequence[Decimal]], rules: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return who won more than the cap together, and how much (yuan), from what each person won in one activity."""
    sums = {person: sum(prices, Decimal(0)) for person, prices in won.items()}
    return {person: total for person, total in sums.items() if total > _cap(rules)}


def keep_until(ended: date, rules: Mapping[str, Any], years: int = 0) -> date:
    """Return until when the records stay: `years` of the brand's own, never fewer than the law's, else as shipped."""
    kept = rules["records"]
    span = max(years or kept["kept_years"], kept["law_years"])
    try:
        return ended.replace(year=ended.year + span)
    except ValueError:  # 29 February
        return date(ended.year + span, 3, 1)


def money(value: Any) -> Decimal | None:
    """Return an amount of yuan as it was typed, None for what is none; a binary fraction is none."""
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        return None
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


def _cap(rules: Mapping[str, Any]) -> Decimal:
    return Decimal(rules["cap"]["yuan"])


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], {})


def _missing(form: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """A field of a prize is asked of every prize; `or` names one that stands for it."""
    prizes = form.get("prizes") or []
    if not prizes:
        yield Problem("no_prizes", "prizes")
    for wanted in fields:
        code, instead = wanted["code"], wanted.get("or", "")
        holders = (
            [(code, form)] if wanted["of"] == "form" else [(f"prizes.{i}.{code}", p) for i, p in enumerate(prizes)]
        )
        for name, holder in holders:
            if _blank(holder.get(code)) and _blank(holder.get(instead)):
                yield Problem("missing", name, {"article": wanted["article"]})


def _prizes(prizes: Sequence[Mapping[str, Any]], rules: Mapping[str, Any]) -> Iterator[Problem]:
    cap = _cap(rules)
    for i, prize in enumerate(prizes):
        if not _blank(prize.get("price")):
            price = money(prize["price"])
            if price is None:
                yield Problem("not_money", f"prizes.{i}.price")
            elif price > cap:
                yield Problem("over_cap", f"prizes.{i}.price", {"price": str(price), "cap": str(cap)})
        if not _blank(prize.get("quantity")) and not _count(prize["quantity"]):
            yield Problem("not_a_count", f"prizes.{i}.quantity")
        if not _blank(prize.get("odds")) and not _odds(prize["odds"]):
            yield Problem("not_odds", f"prizes.{i}.odds")


def _together(prizes: Sequence[Mapping[str, Any]], wins: int, cap: Decimal) -> Iterator[Problem]:
    """Whoever can win more than once counts with the dearest they can win together."""
    units: list[Decimal] = []
    for prize in prizes:
        units += [money(prize.get("price")) or Decimal(0)] * min(_count(prize.get("quantity")) or wins, wins)
    worth = sum(sorted(units, reverse=True)[:wins], Decimal(0))
    if wins > 1 and worth > cap:
        yield Problem("over_cap_together", "wins", {"price": str(worth), "cap": str(cap), "wins": wins})


def _order(form: Mapping[str, Any]) -> Iterator[Problem]:
    times = [(name, form.get(name)) for name in ("opens", "closes", "draw_time")]
    known = [(name, at) for name, at in times if isinstance(at, datetime)]
    for (earlier, a), (later, b) in zip(known, known[1:], strict=False):
        if not a < b:
            yield Problem("out_of_order", later, {"after": earlier})


def _on_site(
    form: Mapping[str, Any], prizes: Sequence[Mapping[str, Any]], rules: Mapping[str, Any]
) -> Iterator[Problem]:
    """Drawn on the spot, prizes over so many yuan are shown as they are claimed."""
    least = Decimal(rules["on_site"]["over_yuan"])
    dear = any((money(p.get("price")) or 0) > least for p in prizes)
    if form.get("on_site") and dear and not form.get("claims_shown"):
        yield Problem("not_on_site", "claims_shown", {"over": str(least)})


def _tickets(form: Mapping[str, Any], rules: Mapping[str, Any]) -> Iterator[Problem]:
    most, wanted = rules["tickets"]["most"], form.get("tickets", 1)
    if not _count(wanted) or int(wanted) > most:
        yield Problem("too_many_tickets", "tickets", {"most": most})


def _conditions(form: Mapping[str, Any], rules: Mapping[str, Any]) -> Iterator[Problem]:
    barred = rules["barred"].get(form.get("platform", ""), {}).get("conditions", [])
    for condition in form.get("conditions") or []:
        if condition in barred:
            yield Problem("barred_condition", "conditions", {"condition": condition, "platform": form["platform"]})


def _count(value: Any) -> int:
    """Return a whole number of one or more, 0 for what is none."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return 0
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() else 0


def _odds(value: Any) -> bool:
    """Whether a chance is told as a share over 0 to 1, "1%" or "1/500" among others."""
    text = str(value).strip()
    try:
        if text.endswith(("%", "％")):
            return 0 < Decimal(text[:-1]) <= 100
        top, _, bottom = text.partition("/")
        return 0 < Decimal(top) <= Decimal(bottom or 1)
    except InvalidOperation:
        return False
