"""监测词: names of the brand, its products, persons, rivals and risks, with other names and exclusions."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hongqiao.crisis.incidents import kit as room
from hongqiao.crisis.intake import sources, watchwords
from hongqiao.crisis.intake.views import base
from hongqiao.crisis.mentions import words
from hongqiao.crisis.models import WatchWord
from hongqiao.crisis.reading import flags, whom
from hongqiao.workspace.access import BrandRequest, brand_view
from hongqiao.workspace.judging import judge_of
from hongqiao.workspace.views import kit


@brand_view(sources.SEE)
@require_http_methods(["GET", "POST"])
def watch(request: BrandRequest) -> HttpResponse:
    """The words, by what they are; a text can be tried on them and on the reader."""
    if request.method == "POST":
        return kit.act(request, {"add": _add, "change": _change, "on": _switch, "off": _switch, "try": _try}, _watch)
    return _watch(request, {})


def _watch(request: BrandRequest, extra: dict[str, Any]) -> HttpResponse:
    rows = WatchWord.objects.for_member(request.member, sources.SEE).order_by("-on", "id")
    groups = [(code, _(label), [w for w in rows if w.about == code]) for code, label in WatchWord.About.choices]
    context = {
        "groups": [g for g in groups if g[2]],
        "abouts": [(c, _(label)) for c, label in WatchWord.About.choices],
        "typed": {},
    }
    return base.show(request, "intake/watch", "crisis_watch", context | extra)


def _fields(request: BrandRequest) -> dict[str, str]:
    return {k: request.POST.get(k, "") for k in ("about", "name", "names", "unless", "why")}


def _add(request: BrandRequest) -> str:
    row = watchwords.add(actor=request.member, **_fields(request))
    return _("已加入监测词：%(name)s") % {"name": row.name}


def _change(request: BrandRequest) -> str:
    watchwords.change(actor=request.member, word_id=kit.row_id(request), seen=kit.seen(request), **_fields(request))
    return _("已保存")


def _switch(request: BrandRequest) -> str:
    on = request.POST["act"] == "on"
    watchwords.switch(actor=request.member, word_id=kit.row_id(request), seen=kit.seen(request), on=on)
    return _("已启用") if on else _("已停用")


def _try(request: BrandRequest) -> dict[str, Any]:
    """Read a text as if it were heard; nothing is kept."""
    text = room.clean(request.POST.get("text", ""), 2000, lines=True)
    judge = judge_of(request.brand)
    (opinion,) = judge.read([text])
    (folded,) = flags.fold([text])
    (cues,) = flags.flags([folded], [opinion.p], judge.threshold)
    told = whom.about(whom.of_brand(request.brand), folded)
    return {
        "tried": {
            "text": text,
            "p": opinion.p,
            "negative": opinion.negative,
            "kind": words.kinds().get(opinion.kind, ""),
            "cue": opinion.cue,
            "flags": [(words.flags()[c.kind], c.words) for c in cues],
            "about": [w["name"] for w in told.words],
            "ours": told.ours,
        }
    }
