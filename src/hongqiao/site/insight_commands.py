"""Commands of the room of figures: goals and reports. Each works as the owner, through the services of the screens."""

import argparse
from collections.abc import Callable

from hongqiao.insight import queries as figures
from hongqiao.insight.goals import progress
from hongqiao.insight.goals import queries as goal_queries
from hongqiao.site import first, house_commands


def goals(a: argparse.Namespace) -> int:
    """List goals as `GET /api/goals` does."""
    first.migrate()
    member = first.local_member(a.brand)
    handle, today = figures.opened(member), figures.today_of(member.brand)
    rows = goal_queries.goals(member, archived=a.archived)
    shown = [goal_queries.as_json(g, progress.measure(g, handle, today)) for g in rows]
    if not a.json:
        keep = ("label", "scope", "start", "end", "target", "value", "share", "time", "state", "owner")
        shown = [{k: _short(row[k]) for k in keep} for row in shown]
    house_commands.show(shown, as_json=a.json)
    return 0


def _short(value: object) -> object:
    return f"{value:.3f}" if isinstance(value, float) else value


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"goals": goals}
