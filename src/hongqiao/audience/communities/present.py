"""Activities, groups and draws as pages show them: words, figures, charts."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.audience.communities import kit
from hongqiao.audience.communities.activities import queries, services, trust
from hongqiao.audience.communities.groups import queries as groups
from hongqiao.audience.communities.groups.services import labelled
from hongqiao.audience.communities.words import WARNINGS
from hongqiao.audience.models import Activity, Entry, Group, Slip
from hongqiao.compliance import draft as drafts
from hongqiao.workspace.models import Brand, Member

TONES = {"draft": "", "ready": "info", "running": "good", "ended": "warn", "reviewed": ""}
MOST_ENTRIES = 100


def line(row: Activity) -> dict[str, Any]:
    """Return an activity as a line of the list."""
    return {
        "row": row,
        "kind": _(str(row.get_kind_display())),
        "state": _(str(row.get_state_display())),
        "tone": TONES[row.state],
        "n": queries.took_part(row),
        "waiting": row.waiting,  # type: ignore[attr-defined]
        "late": bool(row.state == "running" and row.closes and row.closes < timezone.now()),
    }


def activity(member: Member, row: Activity, state: str = "") -> dict[str, Any]:
    """Return what the page of one activity shows."""
    book, spent = kit.book(row.brand), queries.spent(row)
    found = list(queries.entries(row, state=state)[:MOST_ENTRIES])
    context: dict[str, Any] = {
        "row": row,
        "line": line(row),
        "data": row.data,
        "spent": spent,
        "spendings": row.spendings.order_by("-id"),
        "share": float(spent / row.budget) if row.budget else None,
        "over": bool(row.budget and spent > row.budget),
        "lacks": [_(book["fields"]["labels"][n]) for n in services.lacking(row)] if row.state == "draft" else [],
        "checks": _checks(row) if row.state == "draft" else [],
        "entries": [entry(row, e) for e in found],
        "entry_states": [(v, _(str(t))) for v, t in Entry.State.choices],
        "asked_state": state,
        "more": row.n > len(found) and not state,  # type: ignore[attr-defined]
        "fields": _fields(row, book),
        "draws": row.draws.order_by("id"),
        "slips": Slip.objects.filter(draw__activity=row).count(),
        "options": list(enumerate(row.data.get("options", []))),
        "takes": row.state == "running",
        "planning": row.state in ("draft", "ready"),
    }
    context |= _of_kind(row, book)
    if row.measured:
        context["measured"] = measured(row)
    return context


def _checks(row: Activity) -> list[dict[str, Any]]:
    found = services.checked(row)
    return [{"word": f.word, "holds": f.level in drafts.HOLDING, "level": f.level} for f in found if f.word]


def _of_kind(row: Activity, book: dict[str, Any]) -> dict[str, Any]:
    kind = row.kind
    if kind == "vote":
        return {"votes": queries.votes(row)}
    if kind == "check_in":
        return {"streaks": queries.streaks(row)}
    if kind == "qa":
        return {"asked": queries.questions(row), "trust": trust.of(row)}
    if kind == "live":
        roles = {k: _(v) for k, v in book["roles"]["labels"].items()}
        people = row.data.get("roles", {})
        return {
            "sheet": [
                {
                    "row": s,
                    "when": when(s.minute, s.until),
                    "role": roles.get(s.role, ""),
                    "who": people.get(s.role, ""),
                }
                for s in row.steps.all()
            ],
            "done": row.steps.exclude(done_at=None).count(),
            "all": row.steps.count(),
            "roles": [(code, label, people.get(code, "")) for code, label in roles.items()],
        }
    return {}


def when(minute: int, until: int | None) -> str:
    """Return when a line of a run sheet is due: T-3 天, T-15 分, 10–35 分."""
    if minute <= -1440:
        return _("T-%(n)s 天") % {"n": -minute // 1440}
    if minute < 0:
        return _("T-%(n)s 分") % {"n": -minute}
    return _("%(a)s–%(b)s 分") % {"a": minute, "b": until} if until is not None else _("第 %(a)s 分") % {"a": minute}


def _fields(row: Activity, book: dict[str, Any]) -> list[str]:
    """Return the fields of `data` that its kind asks for."""
    return [
        n for n in book["kinds"][row.kind]["needs"] if n in ("prompts", "options", "days", "expert", "guest", "licence")
    ]


def entry(row: Activity, one: Entry) -> dict[str, Any]:
    """Return an entry with its words, for those who may see the room; the name is masked."""
    options = row.data.get("options", [])
    chosen = options[int(one.choice)] if one.choice.isdigit() and int(one.choice) < len(options) else ""
    return {
        "row": one,
        "name": kit.masked(kit.unseal(one.name)) or one.who[:8],
        "words": kit.unseal(one.words),
        "choice": chosen,
        "state": _(str(one.get_state_display())),
        "tone": {"pending": "warn", "approved": "good", "hidden": ""}[one.state],
    }


def measured(row: Activity) -> dict[str, Any]:
    """Return the comparison of takers in figures."""
    told = dict(row.measured)
    told["chart"] = {
        "type": "hbar",
        "x": [_("参加的人"), _("条件相近、没参加的人")],
        "unit": "percent",
        "percent": True,
        "size": "s",
        "series": [{"name": _("又买了的比例"), "values": [told["again"], told["others_again"]], "room": "users"}],
    }
    return told


def warned(rows: list[Group]) -> list[dict[str, Any]]:
    """Return the groups whose latest week is warned of."""
    found = groups.latest(rows)
    return [group_line(g, found.get(g.pk)) for g in rows if found.get(g.pk) and found[g.pk].warnings]


def group_line(row: Group, week: groups.Week | None) -> dict[str, Any]:
    """Return a group as a line."""
    sorts = {s["code"]: _(s["label"]) for s in kit.book(row.brand)["sorts"]}
    return {
        "row": row,
        "kind": _(str(row.get_kind_display())),
        "sort": sorts.get(row.sort, ""),
        "week": week,
        "warnings": [_(WARNINGS[w]) for w in week.warnings] if week else [],
    }


def routine(brand: Brand, rows: list[Group]) -> list[dict[str, Any]]:
    """Return today's steps in words, each with its groups; empty without a group."""
    found = groups.routine(brand, rows) if rows else []
    return [{**s, "label": _(s["label"]), "done": sum(g["done"] for g in s["groups"])} for s in found]


def weeks_chart(weeks: list[groups.Week]) -> list[tuple[str, dict[str, Any]]]:
    """Return charts of a group's health: members, messages a day, shares that speak and stay; None is a gap."""
    if len(weeks) < 2:
        return []
    x = [w.row.week.isoformat() for w in weeks]

    def one(unit: str, *series: tuple[str, list[Any], str]) -> dict[str, Any]:
        rows = [{"name": name, "values": values, "room": room} for name, values, room in series]
        return {"type": "line", "x": x, "unit": unit, "percent": unit == "percent", "series": rows, "size": "s"}

    speaking, stays = [w.speaking for w in weeks], [w.retention for w in weeks]
    return [
        (_("人数"), one("count", (_("周末人数"), [w.row.members for w in weeks], "users"))),
        (_("每日消息"), one("number", (_("每日消息"), [w.messages for w in weeks], "users"))),
        (_("发言率与 7 日留存"), one("percent", (_("发言率"), speaking, "users"), (_("7 日留存"), stays, "data"))),
    ]


def figures() -> list[tuple[str, str]]:
    """Return the figures of a week with their words."""
    return list(labelled().items())
