"""The `hongqiao` command line. Every command that answers with data takes `--json`. Serves D1."""

import argparse
import os
import sys
from collections.abc import Sequence

from hongqiao import __version__
from hongqiao.errors import HongqiaoError


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hongqiao", description="虹桥 Hongqiao · 品牌新媒体运营工作台")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="prepare the data folder, then run web and worker")
    serve.add_argument("--host", default=os.environ.get("HONGQIAO_HOST", "127.0.0.1"))
    serve.add_argument("--port", type=int, default=int(os.environ.get("HONGQIAO_PORT", "8000")))
    serve.add_argument("--workers", type=int, default=int(os.environ.get("HONGQIAO_WORKERS", "1")))
    serve.add_argument("--no-sample", action="store_true", help="do not bring in the sample brand on first use")

    prepare = commands.add_parser("prepare", help="bring the database up to date; make owner and sample brand")
    prepare.add_argument("--no-sample", action="store_true")

    web = commands.add_parser("web", help="run the web server only")
    web.add_argument("--host", default="127.0.0.1")
    web.add_argument("--port", type=int, default=8000)

    worker = commands.add_parser("worker", help="run the background worker only")
    worker.add_argument("--threads", type=int, default=1)

    link = commands.add_parser("link", help="print a one-time sign-in link")
    link.add_argument("--email", default="", help="whose; the installation's owner by default")
    link.add_argument("--url", default=f"http://127.0.0.1:{os.environ.get('HONGQIAO_PORT', '8000')}")

    take = commands.add_parser("import", help="take in files that were downloaded from platforms")
    take.add_argument("--brand", required=True, metavar="SLUG")
    take.add_argument("--account", required=True, metavar="PLATFORM:NAME")
    take.add_argument(
        "--captured-at", metavar="DATE", help="when the files were downloaded; read from the file where it says"
    )
    take.add_argument("--create", action="store_true", help="make the brand and the account where they are new")
    take.add_argument("--mapping", metavar="JSON", help="file that says how to read a table no layout knows")
    take.add_argument("--json", action="store_true", help="one JSON object a file")
    take.add_argument("files", nargs="+", metavar="FILE")

    metric = commands.add_parser("metric", help="ask for figures")
    metric.add_argument("codes", nargs="*", metavar="METRIC", help="none lists the dictionary")
    metric.add_argument("--brand", metavar="SLUG")
    metric.add_argument("--by", default="", help="dimensions, separated by commas")
    metric.add_argument("--where", action="append", default=[], metavar="DIM=VALUE")
    metric.add_argument("--start", metavar="DATE")
    metric.add_argument("--end", metavar="DATE")
    metric.add_argument("--compare", choices=["previous", "year"])
    metric.add_argument("--json", action="store_true")

    manage = commands.add_parser("manage", help="Django's own commands (migrate, shell …)")
    manage.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may not speak UTF-8 by itself
            stream.reconfigure(encoding="utf-8", errors="replace")
    arguments = _parser().parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongqiao.site.settings")
    import django

    try:
        django.setup()
        from hongqiao.site import commands

        return commands.COMMANDS[arguments.command](arguments)
    except HongqiaoError as error:
        return _say(error)


def _say(error: HongqiaoError) -> int:
    from hongqiao.workspace.words import error_words

    words = error_words(error)
    print(f"✗ {words['message']}\n  → {words['next_step']}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
