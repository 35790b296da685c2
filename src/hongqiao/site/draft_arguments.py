"""What may be written after `hongqiao` about proposed topics and drafts."""

from collections.abc import Callable
from typing import Any

Add = Callable[..., Any]  # makes one command's parser, as site.arguments does


def add_parsers(commands: Any, add: Add) -> None:
    """Add the commands of proposals and drafts."""
    _proposals(commands, add)
    _drafts(commands, add)


def _proposals(commands: Any, add: Add) -> None:
    """Topics that are proposed, and what becomes of them."""
    listed = add(commands, "proposals", "list topics that may be proposed for a platform, best first", brand=True)
    listed.add_argument("--declined", action="store_true", help="those that were declined and stay away")
    listed.add_argument("--limit", type=int, default=50)
    one = commands.add_parser("proposal", help="take or decline a proposed topic").add_subparsers(
        dest="act", required=True
    )
    take = add(one, "take", "take it into the library", brand=True)
    decline = add(one, "decline", "not want it: it stays away for a while", brand=True)
    decline.add_argument("--reason", required=True)
    for each in (listed, take, decline):
        each.add_argument("--platform", default="xiaohongshu", help="for which; a code, xiaohongshu by default")
        each.add_argument("--persona", default="", metavar="ID")
        each.add_argument("--product", default="", metavar="ID")
        each.add_argument("--node", default="", help="a node's key, launch:DATE, or renew for own pieces that took off")
        each.add_argument("--day", default="", metavar="DATE", help="as of which day")
    for each in (take, decline):
        each.add_argument("key", help="as the list gives it")
    add(one, "restore", "let a declined one be proposed again", brand=True).add_argument("id")


def _drafts(commands: Any, add: Add) -> None:
    """Drafts of pieces."""
    listed = add(commands, "drafts", "list drafts that nobody took, newest first", brand=True)
    listed.add_argument("--piece", default="", metavar="ID")
    listed.add_argument("--maker", default="", choices=["", "template", "model"])
    listed.add_argument("--limit", type=int, default=50)
    one = commands.add_parser("draft", help="have a piece drafted, or act on a draft").add_subparsers(
        dest="act", required=True
    )
    ask = add(one, "ask", "have a piece drafted; by the model the worker does it", brand=True)
    ask.add_argument("--maker", default="template", choices=["template", "model"])
    state = add(one, "state", "how far the model is with a piece", brand=True)
    stop = add(one, "stop", "stop the model; what it still answers is thrown away", brand=True)
    for each in (ask, state, stop):
        each.add_argument("id", metavar="PIECE")
    add(one, "show", "read a draft with what was found in it", brand=True).add_argument("id", metavar="DRAFT")
    take = add(one, "take", "take a draft as the piece's next text", brand=True)
    take.add_argument("--seen", type=int, required=True, metavar="N", help="the piece's newest text that you looked at")
    take.add_argument("id", metavar="DRAFT")
