"""What may be written after `hongqiao`: commands and their options."""

import argparse
import os
from datetime import date
from typing import Any

from hongqiao import __version__
from hongqiao.site import benches, draft_arguments

Commands = Any  # argparse keeps the type of its sub-parsers to itself


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    made = argparse.ArgumentParser(prog="hongqiao", description="虹桥 Hongqiao · 品牌新媒体运营工作台")
    made.add_argument("--version", action="version", version=__version__)
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _serving(commands)
    _sandbox(commands)
    _connections(commands)
    _house(commands)
    _data(commands)
    _ledger(commands)
    _content(commands)
    benches.add_parsers(commands)
    manage = commands.add_parser("manage", help="Django's own commands (migrate, shell …)")
    manage.add_argument("arguments", nargs=argparse.REMAINDER)
    return made


def _add(
    commands: Commands, name: str, about: str, *, brand: bool = False, json: bool = True
) -> argparse.ArgumentParser:
    one: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
    if brand:
        one.add_argument("--brand", required=True, metavar="SLUG")
    if json:
        one.add_argument("--json", action="store_true", help="answer as JSON, errors as well")
    return one


def _serving(commands: Commands) -> None:
    serve = _add(commands, "serve", "prepare the data folder, then run web and worker", json=False)
    serve.add_argument("--host", default=os.environ.get("HONGQIAO_HOST", "127.0.0.1"))
    serve.add_argument("--port", type=int, default=int(os.environ.get("HONGQIAO_PORT", "8000")))
    serve.add_argument("--workers", type=int, default=int(os.environ.get("HONGQIAO_WORKERS", "1")))
    serve.add_argument("--no-sample", action="store_true", help="do not bring in the sample brand on first use")

    prepare = _add(commands, "prepare", "bring the database up to date; make owner and sample brand")
    prepare.add_argument("--no-sample", action="store_true")

    web = _add(commands, "web", "run the web server only", json=False)
    web.add_argument("--host", default="127.0.0.1")
    web.add_argument("--port", type=int, default=8000)

    worker = _add(commands, "worker", "run the background worker only", json=False)
    worker.add_argument("--threads", type=int, default=1)

    link = _add(commands, "link", "print a one-time sign-in link")
    link.add_argument("--email", default="", help="whose; the installation's owner by default")
    link.add_argument("--url", default="", help="address of the server; HONGQIAO_URL, else this machine's")


def _sandbox(commands: Commands) -> None:
    one = _add(commands, "sandbox", "run a test server that speaks a platform's documented protocol on this machine")
    one.add_argument("--platform", default="wechat_oa", choices=["wechat_oa", "aliyun_sms", "tencent_sms"])
    one.add_argument("--port", type=int, default=8090)
    one.add_argument("--kind", default="service_verified", help="which kind of account it is")
    one.add_argument("--app-id", default="wx0123456789abcdef")
    one.add_argument("--secret", default="0123456789abcdef0123456789abcdef")
    one.add_argument("--publish-seconds", type=float, default=5, metavar="SECONDS", help="until a publication is done")
    one.add_argument("--days-ago", type=float, default=0, metavar="DAYS", help="let its clock start so long ago")
    one.add_argument("--callback", default="", metavar="URL", help="where events go")
    one.add_argument("--callback-token", default="", metavar="TOKEN")
    one.add_argument("--key-id", default="LTAI5tSandboxKeyId01", help="text messages: AccessKey ID or SecretId")
    one.add_argument("--sign", default="安澜护肤", help="text messages: the approved signature")
    one.add_argument("--template", action="append", default=[], metavar="CODE=TEXT", help="an approved template")
    one.add_argument("--aes-key", default="", metavar="KEY", help="EncodingAESKey: events are encrypted")


def _connections(commands: Commands) -> None:
    _add(commands, "connections", "list accounts on content platforms with how each is published to", brand=True)
    one = commands.add_parser("connection", help="connect an account").add_subparsers(dest="act", required=True)
    made = _add(one, "add", "connect an account, or change its keys; the secret is the first line of input", brand=True)
    made.add_argument("account", metavar="ID")
    made.add_argument("--kind", required=True, help="service_verified, subscription_verified, service, subscription")
    made.add_argument("--app-id", required=True)
    made.add_argument("--keep-secret", action="store_true", help="keep the secret that is there; read no input")
    for act, about in (("test", "ask the platform whether all is well"), ("fetch", "fetch the statistics now")):
        _add(one, act, about, brand=True).add_argument("account", metavar="ID")


def _house(commands: Commands) -> None:
    _add(commands, "brands", "list the brands")

    accounts = _add(commands, "accounts", "list a brand's platform accounts and those it watches", brand=True)
    accounts.add_argument("--platform", default="")
    accounts.add_argument("--relation", default="", choices=["own", "competitor"])

    account = commands.add_parser("account", help="add a platform account").add_subparsers(dest="act", required=True)
    add = _add(account, "add", "add a platform account", brand=True)
    add.add_argument("--platform", required=True)
    add.add_argument("--name", required=True)
    add.add_argument("--competitor", action="store_true", help="a competitor's: never counts in the brand's figures")
    add.add_argument("--zone", default="", help="time zone of its days; the brand's by default")
    add.add_argument("--external-id", default="", metavar="ID", help="the platform's own number of the account")

    jobs = _add(commands, "jobs", "list background jobs, newest first", brand=True)
    jobs.add_argument("--state", default="", choices=["queued", "running", "done", "failed", "cancelled"])
    jobs.add_argument("--house", action="store_true", help="those of no brand instead")
    jobs.add_argument("--limit", type=int, default=50)

    _add(commands, "webhooks", "list a brand's webhooks", brand=True)
    hook = commands.add_parser("webhook", help="add or try a webhook").add_subparsers(dest="act", required=True)
    made = _add(hook, "add", "add a webhook; its secret is printed once", brand=True)
    made.add_argument("--name", required=True)
    made.add_argument("--url", required=True)
    made.add_argument("--event", action="append", default=[], required=True, metavar="EVENT")
    tried = _add(hook, "test", "queue a test delivery", brand=True)
    tried.add_argument("id")

    rotate = commands.add_parser("keys", help="change keys").add_subparsers(dest="act", required=True)
    anew = _add(rotate, "rotate", "encrypt all kept secrets anew with the installation's first key")
    anew.add_argument("--brand", default="", metavar="SLUG", help="only this brand's")
    anew.add_argument(
        "--new-person-key",
        action="store_true",
        help="also give the brand another HMAC key: persons of new rows no longer match those of rows that are there",
    )


def _data(commands: Commands) -> None:
    take = _add(commands, "import", "take in files that were downloaded from platforms, or zips of them", brand=True)
    take.add_argument("--account", required=True, metavar="PLATFORM:NAME")
    take.add_argument(
        "--captured-at", metavar="DATE", help="when the files were downloaded; read from the file where it says"
    )
    take.add_argument("--create", action="store_true", help="make the brand and the account where they are new")
    take.add_argument("--mapping", metavar="JSON", help="file that says how to read a table no layout knows")
    take.add_argument("files", nargs="+", metavar="FILE")

    _add(commands, "aliases", "list the column names that the brand taught", brand=True)
    alias = commands.add_parser("alias", help="teach or forget a column's new name").add_subparsers(
        dest="act", required=True
    )
    teach = _add(alias, "add", "say which column of a layout a new name is", brand=True)
    teach.add_argument("--layout", required=True, metavar="CODE", help="as douyin.works")
    teach.add_argument("--header", required=True, metavar="NAME", help="the new name, as the file writes it")
    teach.add_argument("--target", required=True, metavar="NAME", help="the name that the layout knows")
    forget = _add(alias, "remove", "take a taught name back; what was imported with it stays", brand=True)
    forget.add_argument("id")

    files = _add(commands, "files", "list imported and waiting files, newest first", brand=True)
    files.add_argument("--state", default="")
    files.add_argument("--platform", default="")
    files.add_argument("--limit", type=int, default=50)

    wanted = _add(commands, "checklist", "list the files to fetch in a week, and what is missing", brand=True)
    wanted.add_argument("--day", metavar="DATE", help="any day of the week; today by default")

    metric = _add(commands, "metric", "ask for figures")
    metric.add_argument("codes", nargs="*", metavar="METRIC", help="none lists the dictionary")
    metric.add_argument("--brand", metavar="SLUG")
    metric.add_argument("--by", default="", help="dimensions, separated by commas")
    metric.add_argument("--where", action="append", default=[], metavar="DIM=VALUE")
    metric.add_argument("--start", metavar="DATE")
    metric.add_argument("--end", metavar="DATE")
    metric.add_argument("--compare", choices=["previous", "year"])

    _own_metrics(commands)
    why = _add(commands, "why", "say which slices made a metric's change, in parts that add up", brand=True)
    why.add_argument("--metric", required=True, metavar="METRIC")
    why.add_argument("--start", required=True, metavar="DATE")
    why.add_argument("--end", required=True, metavar="DATE")
    why.add_argument("--by", default="", help="dimensions to look in, separated by commas; all by default")
    why.add_argument("--where", action="append", default=[], metavar="DIM=VALUE")
    why.add_argument("--compare", default="previous", choices=["previous", "year"])
    why.add_argument("--base", default="", metavar="DATE", help="first of the days to compare with, instead")

    goals = _add(commands, "goals", "list goals with their progress and time progress", brand=True)
    goals.add_argument("--archived", action="store_true", help="those put away")

    report = _add(commands, "report", "build a report and write it to a file", brand=True)
    report.add_argument("--kind", required=True, choices=["morning", "weekly", "monthly", "review", "onepage"])
    report.add_argument("--day", metavar="DATE", help="the day, a day of the week or month, or the last of the period")
    report.add_argument("--start", metavar="DATE", help="first day, of a review or a one page")
    report.add_argument("--format", default="json", choices=["json", "html", "pdf", "png", "pptx", "xlsx"])
    report.add_argument("--out", metavar="FILE", help="where to write it; JSON goes to the screen without")


def _own_metrics(commands: Commands) -> None:
    """Those that a brand makes by formula."""
    own = commands.add_parser("metrics", help="a brand's own metrics by formula").add_subparsers(
        dest="act", required=True
    )
    _add(own, "list", "list the brand's own metrics, retired ones too", brand=True)
    check = _add(own, "check", "read a formula: its unit, its parts, what it came to of late", brand=True)
    add = _add(own, "add", "define a metric by a formula", brand=True)
    change = _add(own, "change", "make the next version of a definition", brand=True)
    for one in (check, add):
        one.add_argument("--formula", required=True, help="+ - * / ( ), numbers, metrics by code or name")
        one.add_argument("--format", default="", choices=["", "rate", "number"])
    add.add_argument("--name", required=True)
    add.add_argument("--code", default="", help="own_1, own_2 … by default")
    add.add_argument("--better", default="", choices=["", "up", "down"])
    add.add_argument("--note", default="")
    change.add_argument("code")
    for name in ("name", "formula", "format", "better", "note"):
        change.add_argument(f"--{name}", help="as it is by default")
    change.add_argument("--why", required=True, help="kept with the version")
    change.add_argument("--seen", type=int, metavar="VERSION", help="refuse where somebody changed it since")
    for name, about in (("retire", "offer it no longer"), ("revive", "offer it again")):
        put = _add(own, name, about, brand=True)
        put.add_argument("code")
        put.add_argument("--seen", type=int, metavar="VERSION")
    _add(own, "history", "every version: who, when, why, what it changed", brand=True).add_argument("code")


def _ledger(commands: Commands) -> None:
    found = _add(commands, "findings", "list what the rules found, newest first", brand=True)
    for name in ("state", "kind", "room", "rule"):
        found.add_argument(f"--{name}", default="")
    found.add_argument("--limit", type=int, default=50)

    taken = _add(commands, "actions", "list actions with what they brought, newest first", brand=True)
    taken.add_argument("--state", default="")
    taken.add_argument("--overdue", action="store_true")
    taken.add_argument("--limit", type=int, default=50)

    book = _add(commands, "template", "show a kind of action, or change how the brand does it", brand=True)
    book.add_argument("code", nargs="?", default="", help="which; all are listed without")
    book.add_argument("--due-days", type=int)
    book.add_argument("--step", action="append", metavar="TEXT", help="a step; say it again for the next")
    book.add_argument("--measure", default="", metavar="JSON", help="method, metric, days")
    book.add_argument("--expected", default="", metavar="JSON", help="low and high of the relative effect")
    book.add_argument("--reset", action="store_true", help="take it back to what ships")

    rule = _add(commands, "rule", "show a rule, or change it for the brand", brand=True)
    rule.add_argument("code", nargs="?", default="", help="which; all are listed without")
    rule.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a threshold; may be said again")
    rule.add_argument("--turn", choices=["on", "off"])
    rule.add_argument("--severity", type=int, help="1 low, 2 middle, 3 high; 0 as the rule says")
    rule.add_argument("--reset", action="store_true", help="take it back to what ships")

    _add(commands, "watch", "let every rule look at the newest facts now", brand=True)
    act = commands.add_parser("action", help="make an action, or act on one").add_subparsers(dest="act", required=True)
    add = _add(act, "add", "make an action", brand=True)
    for name in ("template", "title", "room", "due", "cost"):
        add.add_argument(f"--{name}", default="")
    add.add_argument("--measure", default="", metavar="JSON", help="how it is measured, as docs/ledger.md says")
    add.add_argument("--expected", default="", metavar="JSON")
    adopt = _add(act, "adopt", "make an action of a finding's proposal", brand=True)
    adopt.add_argument("id", metavar="FINDING")
    adopt.add_argument("--index", type=int, default=0)
    for name, about in (
        ("start", "begin it"),
        ("finish", "say that it was carried out"),
        ("wont", "not do it, because"),
        ("cancel", "stop it; it is not measured"),
        ("reopen", "plan it anew"),
        ("conclude", "end an experiment before its day"),
        ("measure", "measure now what is due"),
    ):
        one = _add(act, name, about, brand=True)
        one.add_argument("id", metavar="ACTION")
        if name in ("start", "finish"):
            one.add_argument("--on", default="", metavar="DATE")
        if name == "wont":
            one.add_argument("--reason", required=True, metavar="CODE")
        if name in ("wont", "cancel"):
            one.add_argument("--text", default="")


def _content(commands: Commands) -> None:
    pieces = _add(commands, "pieces", "list pieces on their way, newest first", brand=True)
    stages = ("brief", "copy", "making", "review", "approved", "scheduled", "published", "archived")
    pieces.add_argument("--stage", default="", choices=stages, help="only those at this stage")
    pieces.add_argument("--platform", default="")
    pieces.add_argument("--mine", action="store_true")
    pieces.add_argument("--overdue", action="store_true", help="those that wait for a reviewer who is late")
    pieces.add_argument("--limit", type=int, default=50)

    shown = _add(commands, "calendar", "pieces by day with what stands in their way, this month", brand=True)
    for name, what in (("from", "first day"), ("to", "last day, at most 92 days on")):
        shown.add_argument(
            f"--{name}", dest=f"{name}_", type=date.fromisoformat, default=None, metavar="DATE", help=what
        )

    out = _add(commands, "publications", "list what is on its way to the platforms or live there", brand=True)
    out.add_argument("--state", default="", help="waiting, submitted, reviewing, declared, verified, failed or stopped")
    out.add_argument("--platform", default="")
    out.add_argument("--limit", type=int, default=50)

    results = _add(commands, "results", "list own pieces with how each step of their funnel stands", brand=True)
    results.add_argument("key", nargs="?", default="", help="a piece's key: that piece alone, step by step")
    for name in ("start", "end", "platform", "account", "q"):
        results.add_argument(f"--{name}", default="")
    results.add_argument("--weak", default="", metavar="STEP", help="those whose weak link is this step")
    results.add_argument("--limit", type=int, default=50)
    titles = _add(commands, "titles", "list tests of titles and covers, with counts and what they said", brand=True)
    titles.add_argument("--limit", type=int, default=50)

    _add(
        commands, "book", "print a brand's book: products with what may be said of them; all of it as JSON", brand=True
    )
    listed = _add(commands, "topics", "list the topic library, best first", brand=True)
    for name in ("q", "state", "platform", "persona", "source"):
        listed.add_argument(f"--{name}", default="")
    listed.add_argument("--limit", type=int, default=50)
    draft_arguments.add_parsers(commands, _add)
    draws = _add(commands, "draws", "list draws, or verify the evidence of one")
    draws.add_argument("--brand", default="", metavar="SLUG", help="whose draws are listed")
    draws.add_argument("act", nargs="?", default="list", choices=["list", "verify"])
    draws.add_argument("pack", nargs="?", default="", help="the evidence (JSON) to verify")
    for name, about in (("plan", "hash that was published at opening"), ("list", "at close"), ("entry", "an id")):
        draws.add_argument(f"--{name}", default="", help=about)
    draws.add_argument("--limit", type=int, default=50)
    incidents = _add(commands, "incidents", "list incidents, open one, take one, set its level", brand=True)
    incidents.add_argument("act", nargs="?", default="list", choices=["list", "open", "take", "level"])
    incidents.add_argument("what", nargs="?", default="", help="the title of a new one, the number of the others")
    for name in ("q", "level", "state", "kind", "nature", "reason"):
        incidents.add_argument(f"--{name}", default="")
    incidents.add_argument("--limit", type=int, default=50)
    led = _add(commands, "journeys", "list journeys, make one of a template, preview, start, pause, end", brand=True)
    led.add_argument("act", nargs="?", default="list", choices=["list", "make", "preview", "start", "pause", "end"])
    led.add_argument("what", nargs="?", default="", help="the template of a new one, the id of the others")
    led.add_argument("--name", default="")
    led.add_argument("--limit", type=int, default=50)
    said = _add(commands, "mentions", "list mentions, newest first, or send some in as JSON lines", brand=True)
    said.add_argument("act", nargs="?", default="list", choices=["list", "send"])
    said.add_argument("file", nargs="?", default="-", help="JSON lines to send, - for the standard input")
    for name in ("q", "state", "channel", "kind", "nature", "flag", "owner"):
        said.add_argument(f"--{name}", default="")
    said.add_argument("--negative", action="store_true", help="those against the brand alone")
    said.add_argument("--source", default="", help="the name of the source that sends; made on first use")
    said.add_argument("--limit", type=int, default=50)
    _tickets(commands)
    known = _add(commands, "people", "list users who are known, bring a member file in, erase one for good", brand=True)
    known.add_argument("act", nargs="?", default="list", choices=["list", "import", "erase"])
    known.add_argument("what", nargs="?", default="", help="the file to bring in, or the key of whom to erase")
    known.add_argument("--q", default="", help="a telephone, member number, openid … exactly, or the key")
    known.add_argument("--tag", default="")
    known.add_argument("--limit", type=int, default=50)
    known.add_argument("--yes", action="store_true", help="erase without asking; it cannot be undone")
    check = _add(commands, "check", "hold a text against law, trade and platform rules", brand=True)
    check.add_argument("--platform", default="", help="a platform's code; without it the rules of all")
    check.add_argument("--industry", default="", help="a trade's code; without it the rules of all")
    check.add_argument("--title", default="")
    forms = ["", "article", "note", "video", "long_video", "live", "poster"]
    check.add_argument("--form", default="", choices=forms, help="check a whole draft with its craft, not words alone")
    check.add_argument("--tags", default="", help="topics, parted by # or spaces; with --form")
    check.add_argument("file", help="a text file, - for the standard input")


def _tickets(commands: Commands) -> None:
    about = "list feedback tickets, open one, say how well they are answered"
    held = _add(commands, "tickets", about, brand=True)
    held.add_argument("act", nargs="?", default="list", choices=["list", "open", "figures"])
    held.add_argument("title", nargs="?", default="", help="the title of a new one")
    for name in ("q", "state", "priority", "team", "kind", "owner", "text"):
        held.add_argument(f"--{name}", default="")
    for name in ("start", "end"):
        held.add_argument(f"--{name}", default="", help="days of the figures, YYYY-MM-DD")
    held.add_argument("--late", action="store_true", help="those past a term")
    held.add_argument("--limit", type=int, default=50)
