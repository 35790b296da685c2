"""Ideas from what was published: own pieces that took off, made a series; rivals' that we have none like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.content.models import Topic
from hongqiao.content.topics import history, keys
from hongqiao.content.topics.evidence import Around
from hongqiao.methods.topics import alike

FORMS = {"image_text": "note", "video": "video", "article": "article", "live": "live"}


@dataclass(frozen=True)
class Borrowed:
    """A published piece, the title that a topic of it starts with, and whether the library has it."""

    past: history.Past
    title: str
    known: bool

    @property
    def key(self) -> str:
        return keys.of(self.title)


def ideas(around: Around) -> list[Borrowed]:
    """Return own pieces past the share that takes off, and rivals' pieces of late that no own piece is like."""
    rules = around.rules["history"]
    own = [p for p in around.past if p.own]
    late = around.today - timedelta(days=rules["gap_days"])
    least = around.rules["rules"]["alike"]
    rivals = [p for p in around.past if not p.own and p.day >= late]
    gaps = [p for p in rivals if not any(alike(p.title, o.title) >= least for o in own)]
    gaps.sort(key=lambda p: (-(p.share or 0), -(p.views or 0)))
    chosen = hits(around)[: rules["most"]] + gaps[: rules["most"]]
    named = [(p, (_("系列续集：%(title)s") % {"title": p.title} if p.own else p.title)[:120]) for p in chosen]
    known = set(
        Topic.objects.filter(brand=around.brand, key__in=[keys.of(t) for _p, t in named]).values_list("key", flat=True)
    )
    return [Borrowed(p, title, keys.of(title) in known) for p, title in named]


def hits(around: Around) -> list[history.Past]:
    """Return own pieces that left behind the share of their like that takes off, the best first."""
    rules = around.rules["history"]
    since = around.today - timedelta(days=rules["days"])
    found = [p for p in around.past if p.own and p.day >= since and (p.share or 0) >= rules["takes_off"]]
    return sorted(
        (p for p in found if p.peers >= rules["least_peers"]), key=lambda p: (-(p.share or 0), -(p.views or 0))
    )


def form_of(p: history.Past) -> str:
    """Return the form that a topic of a published piece has, "" where none is known."""
    form = FORMS.get(p.form, "")
    return "long_video" if p.platform == "bilibili" and form == "video" else form


def evidence(p: history.Past) -> dict[str, Any]:
    """Return how a published piece did, as evidence of a topic."""
    did = f"{p.day:%Y-%m-%d} · {p.views:,}" if p.views is not None else f"{p.day:%Y-%m-%d}"
    if p.share is not None:
        did += f" · P{round(100 * p.share)} (n={p.peers})"
    told = {"text": f"{p.title} · {did}"[:300], "cite": p.key[:200], "own": p.own}
    return told | ({"url": p.url} if p.url.startswith(("http://", "https://")) else {})


def fields(around: Around, b: Borrowed) -> dict[str, Any]:
    """Return what a topic of a published piece starts with: where it comes from, and how it did, as evidence."""
    p = b.past
    return {
        "title": b.title,
        "source": Topic.Source.HISTORY if p.own else Topic.Source.COMPETITOR,
        "origin": {"content": p.key, "account": p.account},
        "platforms": [p.platform] if p.platform in around.rules["forms"] else [],
        "form": form_of(p),
        "evidence": [evidence(p)],
    }
