"""Results over HTTP: own pieces with how each step stands, one piece with all that is known of it. C3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from hongqiao.content.models import Piece
from hongqiao.content.results import boosts, present, queries, voices
from hongqiao.content.results.boosts import Spent
from hongqiao.content.results.queries import Facts, Shown
from hongqiao.methods.funnel import Funnel, Step
from hongqiao.ui.period import period_of
from hongqiao.workspace import figures
from hongqiao.workspace.access import caller
from hongqiao.workspace.models import Member
from hongqiao.workspace.paging import BadCursor, Paged, Rows

Names = Mapping[str, str]
router = Router(tags=["results"])


class ResultsAsked(Paged):
    """`start`, `end`: days of publishing (without them the last 28 days); `weak`: a step; `after`: a piece's key."""

    start: str = ""
    end: str = ""
    platform: str = ""
    account: str = ""
    weak: str = ""
    q: str = ""


def page(member: Member, asked: ResultsAsked) -> tuple[list[dict[str, Any]], str | None]:
    """Return one page of results, newest first, and the cursor of the next. Raises Invalid, BadCursor."""
    period = period_of({"start": asked.start, "end": asked.end}, figures.today_of(member.brand))
    facts = Facts(member, period.start, period.end)
    found = queries.chosen(facts.shown, asked.platform, asked.account, asked.q)
    told = [(one, facts.funnel(one)) for one in found]
    told = [(one, f) for one, f in told if asked.weak in ("", f.weak)]
    first = 0
    if asked.after:
        first = next((n for n, (one, _f) in enumerate(told, 1) if one.key == asked.after), 0)
        if not first:
            raise BadCursor()
    here = told[first : first + asked.limit]
    ours = queries.ours(member, [one.key for one, _f in here])
    names = present.accounts(member.brand)
    rows = [result_json(facts, one, f, ours.get(one.key), names) for one, f in here]
    return rows, here[-1][0].key if len(told) > first + asked.limit else None


def result_json(facts: Facts, one: Shown, told: Funnel, ours: Piece | None, names: Names) -> dict[str, Any]:
    """Return a piece of the list: its steps, the weak link, what that stands on, what was put behind it."""
    spent = facts.spent.get(one.key, ())
    return {
        "key": one.key,
        "title": one.title,
        "platform": one.platform,
        "account": one.account,
        "account_name": names.get(one.account, ""),
        "form": one.form or None,
        "published_on": one.day.isoformat(),
        "young": facts.young(one),
        "boosted": not facts.natural(one),
        "weak": told.weak or None,
        "known": told.known,
        "peers": len(facts.peers(one)),
        "steps": [_step(s, one) for s in told.steps],
        "spend": boosts.total(spent) if spent else None,
        "piece": str(ours.pk) if ours else None,
    }


def _step(found: Step, one: Shown) -> dict[str, Any]:
    return {
        "step": found.code,
        "metric": one.stated.get(found.code),
        "value": found.value,
        "median": found.median,
        "percentile": found.percentile,
        "band": found.band,
        "n": found.n,
        "weak": found.weak,
    }


def whole_json(member: Member, key: str) -> dict[str, Any]:
    """Return one piece with each spend, what that bought, boosted peers, comments by feeling. Raises NotFound."""
    facts, one = queries.one(member, key)
    told = facts.funnel(one)
    ours = queries.ours(member, [one.key]).get(one.key)
    spent = facts.spent.get(one.key, ())
    left_out, among = facts.boosted_peers(one)
    return {
        **result_json(facts, one, told, ours, present.accounts(member.brand)),
        "spent": _spent(spent),
        "bought_share": boosts.share(spent, one.values.get("reach")),
        "boosted_peers": {"left_out": left_out, "among": among},
        "answers": [p["label"] for p in present.proposals(member, one, told)],
        "comments": comments_json(member, one),
    }


def comments_json(member: Member, one: Shown) -> dict[str, Any]:
    """Return what people say under a piece as its page counts it; shares are left to whoever asks, from `least` on."""
    found = voices.summary(member.brand, voices.of(member, one, voices.address(member, one.key)))
    topics = [{"topic": g.code, "count": g.count, "negative": g.against} for g in found.groups]
    told = {"count": found.count, "negative": found.against.count, "asking": found.asking.count, "topics": topics}
    return told | {"least": voices.data(member.brand)["least"]}


def _spent(rows: Sequence[Spent]) -> list[dict[str, Any]]:
    return [
        {
            "tool": s.tool,
            "spend": s.spend,
            "shows": s.shows,
            "first": s.first and s.first.isoformat(),
            "last": s.last and s.last.isoformat(),
            "how": s.how,
            "counted": s.counted,
        }
        for s in rows
    ]


@router.get("", response=Rows, summary="Results of own pieces")
def list_results(request: HttpRequest, asked: Query[ResultsAsked]) -> dict[str, Any]:
    """Newest first. `percentile`: 0-1 among the account's own earlier pieces of the form, null below ten of these."""
    rows, following = page(caller(request, queries.SEE), asked)
    return {"items": rows, "next": following}


@router.get("/{path:key}", response=dict[str, Any], summary="Results of one piece")
def get_result(request: HttpRequest, key: str) -> dict[str, Any]:
    """Its funnel with percentiles and sample sizes, the weak link, what answers it, what was put behind it, and its
    comments: how many speak against, ask, or are about each topic."""
    return whole_json(caller(request, queries.SEE), key)
