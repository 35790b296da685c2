"""The form of a draw: what is typed becomes plain values, and what stands in the way of opening is said by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hongqiao.audience.communities import kit
from hongqiao.audience.communities.draws import bounds
from hongqiao.audience.models import Draw
from hongqiao.knowledge import read
from hongqiao.methods import draw_rules
from hongqiao.methods.draw_rules import Problem
from hongqiao.workspace.models import Brand

TEXTS = ("who", "how", "draw_way", "claim_time", "claim_terms", "claim_way", "delivery", "forfeiture", "organiser")
TIMES = ("opens", "closes", "due", "draw_time")
COUNTS = ("wins", "tickets", "alternates")
TICKS = ("on_site", "claims_shown")
PRIZE = ("level", "name", "sort", "price", "quantity")
MOST_PRIZES = 20


def rules(brand: Brand) -> dict[str, Any]:
    """Return knowledge/audience/draws.json as it stands for a brand, for what is not open yet."""
    return bounds.book(brand)


def law() -> dict[str, Any]:
    """Return the file as it ships: what an open draw is held to, whatever a brand sets for its next ones."""
    return read("audience/draws")


def typed(brand: Brand, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form as it is kept: texts, moments as ISO in UTC's offset of the brand, prizes as rows with a code.

    What makes no sense stays as it was typed: `problems` names it. Raises TooLong.
    """
    form: dict[str, Any] = {name: kit.text(given.get(name), name, 500, lines=True) for name in TEXTS}
    form |= {name: _moment(brand, given.get(name)) for name in TIMES}
    form |= {name: str(given.get(name) or "").strip()[:9] for name in COUNTS}
    form |= {name: bool(given.get(name)) for name in TICKS}
    form["beacon"] = str(given.get("beacon") or "")[:16]
    form["source"] = kit.text(given.get("source"), _("公开随机数"), 150)
    form["conditions"] = [str(c)[:16] for c in given.get("conditions") or []][:10]
    form["prizes"] = [_prize(n, row) for n, row in enumerate(list(given.get("prizes") or [])[:MOST_PRIZES], 1)]
    return form


def _moment(brand: Brand, value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    said = str(value or "").strip()[:40]
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return said
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(brand.zone))).isoformat(timespec="seconds")


def _prize(number: int, row: Mapping[str, Any]) -> dict[str, str]:
    found = {name: kit.text(row.get(name), name, 80) for name in PRIZE}
    return found | {"code": f"p{number}"}


def moment(value: Any) -> datetime | None:
    """Return a moment of a form, None for none or for what is none."""
    try:
        found = datetime.fromisoformat(str(value or ""))
    except ValueError:
        return None
    return found if found.tzinfo else None


def problems(row: Draw) -> list[Problem]:
    """Return what stands in the way of opening: the law's in the order of the form, then what the draw itself wants."""
    book, form = rules(row.brand), row.form or {}
    read = {**form, **{name: moment(form.get(name)) for name in TIMES}, "platform": platform(row)}
    read |= {name: form.get(name) or 1 for name in ("wins", "tickets")}
    found = [*draw_rules.check(read, book)]
    found += [Problem("missing", n) for n in ("opens", "closes", "due") if read[n] is None]
    opens, closes, due, drawn = (read[n] for n in TIMES)
    if closes and due and not closes < due:
        found.append(Problem("out_of_order", "due", {"after": "closes"}))
    if due and drawn and due > drawn:
        found.append(Problem("out_of_order", "draw_time", {"after": "due"}))
    found += _sources(form, book)
    found += [
        Problem("not_a_count", f"prizes.{n}.quantity")
        for n, p in enumerate(form.get("prizes") or [])
        if not p.get("quantity")
    ]
    if form.get("alternates") and not str(form["alternates"]).isdigit():
        found.append(Problem("not_a_count", "alternates"))
    seen: set[tuple[str, str]] = set()
    return [p for p in found if not ((p.code, p.field) in seen or seen.add((p.code, p.field)))]  # type: ignore[func-returns-value]


def _sources(form: Mapping[str, Any], book: Mapping[str, Any]) -> list[Problem]:
    known = {b["code"]: b for b in book["beacons"]}
    chosen = known.get(form.get("beacon", ""))
    if chosen is None:
        return [Problem("missing", "beacon")]
    if not chosen["enough"]:
        return [Problem("few_values", "beacon", {"values": chosen["values"]})]
    return [] if chosen["code"] == "drand" or form.get("source") else [Problem("missing", "source")]


def platform(row: Draw) -> str:
    """Return on which platform its activity runs, "" for none: what that bars as a condition is asked."""
    activity = row.activity
    account = activity.account if activity else None
    return account.platform if account else ""


def words(row: Draw) -> str:
    """Return what people wrote in the form, for the check of words: labels are the house's own."""
    form = row.form
    prizes = [" ".join((p["level"], p["name"], p["sort"])) for p in form["prizes"]]
    return "\n".join([*(form[name] for name in TEXTS), *prizes, form["source"]])


def terms(row: Draw, brand: Brand) -> str:
    """Return the full terms as they are published, a line a field, from the frozen form alone."""
    form, book = row.form, rules(brand)
    labels = {f["code"]: f["label"] for f in book["fields"]}
    lines = [row.title, ""]
    for n, p in enumerate(form["prizes"], 1):
        lines.append(f"奖项 {n}：{p['level']}｜{p['name']}｜{p['sort']}｜单价 {p['price']} 元｜{p['quantity']} 份")
    names = {"opens": "报名开始", "closes": "报名截止", "draw_time": "开奖时间"}
    lines += [f"{label}：{_said(brand, moment(form[name]))}" for name, label in names.items()]
    lines += [f"{labels[name]}：{form[name]}" for name in TEXTS]
    lines.append(f"公开随机数：{row.beacon_source}，最早 {_said(brand, row.due)} 可知")
    lines.append(f"每人最多中奖 {form.get('wins') or 1} 次，候补 {form.get('alternates') or 0} 名")
    return "\n".join(line.replace("\n", " ") for line in lines) + "\n"


def _said(brand: Brand, at: datetime | None) -> str:
    """Return a moment of the terms in the brand's zone, which is named: 2026-12-01 12:00 (Asia/Shanghai)."""
    assert at is not None
    local = at.astimezone(ZoneInfo(brand.zone))
    return f"{local:%Y-%m-%d %H:%M} ({brand.zone})"
