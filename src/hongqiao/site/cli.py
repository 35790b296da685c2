"""The `hongqiao` command line. Every command that answers with data takes `--json`. Serves D1."""

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence

from hongqiao.errors import HongqiaoError
from hongqiao.site.arguments import parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may not speak UTF-8 by itself
            stream.reconfigure(encoding="utf-8", errors="replace")
    arguments = parser().parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongqiao.site.settings")
    if arguments.command == "bench":  # one method on a file: the house and its dictionary are not loaded for it
        return _command("bench")(arguments)
    from hongqiao.workspace import dictionary

    try:
        with dictionary.using(None):
            return _command(arguments.command)(arguments)
    except HongqiaoError as error:
        return _say(error, as_json=getattr(arguments, "json", False))


def _command(name: str) -> Callable[[Namespace], int]:
    """Return what carries a command out. Those that are bare load what they need of the house themselves."""
    from hongqiao.site import serving

    if name in serving.BARE:
        return serving.COMMANDS[name]
    import django

    django.setup()
    if name in serving.COMMANDS:
        return serving.COMMANDS[name]
    from hongqiao.site import (
        book_commands,
        commands,
        connection_commands,
        content_commands,
        draft_commands,
        draw_commands,
        house_commands,
        import_commands,
        incident_commands,
        insight_commands,
        journey_commands,
        ledger_commands,
        mention_commands,
        metric_commands,
        people_commands,
        production_commands,
        publication_commands,
        result_commands,
        ticket_commands,
        topic_commands,
    )

    rooms = (
        import_commands,
        draw_commands,
        incident_commands,
        insight_commands,
        journey_commands,
        mention_commands,
        metric_commands,
        people_commands,
        ledger_commands,
        content_commands,
        draft_commands,
        connection_commands,
        production_commands,
        book_commands,
        publication_commands,
        result_commands,
        ticket_commands,
        topic_commands,
    )
    held = commands.COMMANDS | house_commands.COMMANDS
    for room in rooms:
        held |= room.COMMANDS
    return held[name]


def _say(error: HongqiaoError, *, as_json: bool) -> int:
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    from hongqiao.workspace.words import error_words

    words = error_words(error)
    if as_json:
        print(json.dumps({"error": {"code": error.code, **words}}, ensure_ascii=False), file=sys.stderr)
    else:
        print(f"✗ {words['message']}\n  → {words['next_step']}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
