"""今日: how fresh the figures are, what moved, what waits. Sentences carry their evidence as links."""

from datetime import date, timedelta
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.insight import pages, pictures, queries
from hongqiao.insight.boards import Listing
from hongqiao.insight.fillers import Feeds, sorted_out
from hongqiao.insight.goals import present as goals
from hongqiao.insight.links import Link, metric_link
from hongqiao.insight.queries import Told
from hongqiao.insight.words import against, label, unit_of
from hongqiao.ledger import queries as ledger
from hongqiao.ledger.models import Decision
from hongqiao.metrics import METRICS, Query, Result
from hongqiao.ui import formats
from hongqiao.ui.period import Period
from hongqiao.warehouse.models import Source
from hongqiao.workspace import figures, permissions
from hongqiao.workspace.models import Account, Brand, Job, Member
from hongqiao.workspace.words import platform_name

#: Four cards: of each row the first that is known, so that the page leads with what a brand has.
HEADLINES = (
    ("views", "impressions", "visits"),
    ("followers_new", "followers_net", "followers_total"),
    ("follow_purchase", "share_rate", "interaction_rate"),
    ("net_paid", "gmv", "interactions"),
)
MOVERS = (
    "views",
    "interactions",
    "share_rate",
    "followers_new",
    "followers_lost",
    "orders",
    "gmv",
    "net_paid",
    "impressions",
    "visits",
)
PIECES = Listing(
    "recent", "", "content", ("piece_views", "piece_reader_times", "piece_interactions", "piece_followers"), top=8
)
MOST = 3  # three sentences at most: a brief, not a report


def page(member: Member) -> dict[str, Any]:
    """Return what 今日 shows a member who may see figures."""
    brand = member.brand
    if not queries.has_facts(brand):
        return {"empty": True, "steps": first_steps(member)}
    today = figures.today_of(brand)
    week = Period(today - timedelta(7), today - timedelta(1), "d7", today)
    handle = queries.opened(member)
    codes = tuple(dict.fromkeys((*(c for row in HEADLINES for c in row), *MOVERS)))
    asked = Query(codes, ("day",), {}, week.start, week.end, compare="previous", span=week.span, limit=None)
    result = queries.answer(handle, asked)
    link = metric_link(brand.slug, week)
    accounts = queries.account_names(brand.id)
    recent = Query(
        PIECES.metrics, ("content",), {}, week.start, week.end, totals=False, coverage=False, limit=PIECES.top
    )
    pieces = Told(queries.answer(handle, recent), PIECES.metrics)
    return {
        "week": week,
        "freshest": pages.freshest(result),
        "behind": max((figures.calendar_day(brand) - today).days, 0),
        "moves": moves(result, link),
        "cards": headlines(brand, result, week, link),
        "compared": against(result, today),
        "state": pages.state_of(result, accounts),
        "pieces": pages.listing_table(PIECES, pieces, link, accounts),
        **freshness(member, today - timedelta(days=1)),
        "work": work(member),
        "goals": goals.card(member, handle, today),
    }


def headlines(brand: Brand, result: Result, week: Period, link: Link) -> list[dict[str, Any]]:
    """Return four cards: of each row of HEADLINES the first that has a figure, else the first a file could fill."""
    cards = {c["code"]: c for c in pictures.kpi_cards(tuple(result.totals), result, week, link)}
    feeds, url = Feeds(brand), reverse("imports_home", args=[brand.slug])
    found: list[dict[str, Any]] = []
    for row in HEADLINES:
        kept, _folded = sorted_out([cards[c] for c in row], feeds, result.coverage, url)
        known = [c for c in kept if c["value"] is not None and not c["few"]]
        found += (known or kept)[:1]
    return found


def moves(result: Any, link: Any) -> list[dict[str, Any]]:
    """Return the largest changes of the week against the week before, at most three, each with its figures."""
    found = []
    for code in MOVERS:
        change, value = result.change.get(code), result.totals.get(code)
        if change is None or value is None or not result.compared.get(code):
            continue
        rate = METRICS[code].format == "rate"
        size = abs(float(change)) / float(result.compared[code]) if rate else abs(float(change))
        found.append((size, code, float(change), value, rate))
    found.sort(reverse=True)
    said = []
    for size, code, change, value, rate in found[:MOST]:
        if size < 0.03:
            continue
        better = METRICS[code].better
        said.append(
            {
                "label": label(code),
                "value": formats.figure(value, unit_of(code)),
                "change": formats.signed(change, "points" if rate else "percent"),
                "way": "" if not better else "up" if (change > 0) == (better == "up") else "down",
                "url": link(code),
            }
        )
    return said


def freshness(member: Member, until: date) -> dict[str, Any]:
    """Return the accounts whose files end before the day the page looks at ("lagging"), and the others ("current")."""
    rows = freshness_rows(member)
    return {
        "until": until,
        "lagging": [r for r in rows if r["last_day"] is None or r["last_day"] < until],
        "current": [r for r in rows if r["last_day"] is not None and r["last_day"] >= until],
    }


def freshness_rows(member: Member) -> list[dict[str, Any]]:
    """Return one row an account: the newest day any of its files states, and how old that is."""
    newest: dict[str, Source] = {}
    for source in (
        Source.objects.filter(brand_id=member.brand_id, undone_at=None).exclude(last_day=None).order_by("last_day")
    ):
        newest[str(source.account_id)] = source
    rows = []
    for account in Account.objects.filter(brand=member.brand, state=Account.State.OPEN).order_by("platform", "name"):
        last = newest.get(str(account.id))
        rows.append(
            {
                "name": f"{platform_name(account.platform)} · {account.name}",
                "last_day": last.last_day if last else None,
                "captured_at": last.captured_at if last else None,
                "file": last.file_name if last else "",
            }
        )
    return rows


def work(member: Member) -> list[dict[str, Any]]:
    """Return what waits for a person, and what runs or failed in the background, with where to go.

    Who sees the ledger reads first what waits there; a background without anything to say is not in the way.
    """
    waits = waiting(member)
    return waits + [entry for entry in background(member) if entry["count"] or not waits]


def waiting(member: Member) -> list[dict[str, Any]]:
    """Return what waits in the ledger: open decisions, actions past their day; nothing where it may not be seen."""
    if not permissions.allows(member, ledger.SEE):
        return []
    brand, today = member.brand, ledger.today_of(member.brand)
    asked = ledger.decisions(member).filter(state=Decision.State.OPEN)
    late = ledger.overdue(ledger.actions(member), today).count()
    board = reverse("ledger_actions", args=[brand.slug]) + "?late=1&view=list"
    return [
        {
            "label": _("待决策"),
            "count": asked.count(),
            "url": reverse("ledger_decisions", args=[brand.slug]),
            "danger": asked.filter(deadline__lt=today).exists(),
        },
        {"label": _("逾期的动作"), "count": late, "url": board, "danger": late > 0},
    ]


def background(member: Member) -> list[dict[str, Any]]:
    """Return how many jobs are under way, and how many failed of late."""
    slug = member.brand.slug
    running = Job.objects.filter(brand_id=member.brand_id, state__in=[Job.State.QUEUED, Job.State.RUNNING]).count()
    failed = Job.objects.filter(
        brand_id=member.brand_id, state=Job.State.FAILED, finished_at__gte=timezone.now() - timedelta(days=7)
    ).count()
    found = [{"label": _("后台任务进行中"), "count": running, "url": "", "danger": False}]
    found.append({"label": _("失败的任务（近 7 天）"), "count": failed, "url": "", "danger": failed > 0})
    if permissions.allows(member, "settings.jobs"):
        for entry in found:
            entry["url"] = _address("settings_jobs", slug)
    return found


def first_steps(member: Member) -> list[dict[str, str]]:
    """Return the way from an empty brand to its first figures."""
    slug = member.brand.slug
    return [
        {
            "label": _("建立平台账号"),
            "why": _("文件里没有账号名，导入时要选它属于谁"),
            "url": _address("settings_accounts", slug),
        },
        {
            "label": _("导入从后台下载的文件"),
            "why": _("抖音、公众号、小红书、抖店：按内容识别，不看文件名"),
            "url": _address("imports_home", slug),
        },
        {
            "label": _("看四个看板"),
            "why": _("内容、用户增长、转化、渠道；每个数字都能点到原始行"),
            "url": _address("data_home", slug),
        },
    ]


def _address(name: str, slug: str) -> str:
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:
        return ""
