"""Labels, licences, draws and people that the law asks about (C14, C15, C19, C22; domain: draws, endorsers)."""

from __future__ import annotations

from collections.abc import Iterator

from hongqiao.methods.craft.know import Know
from hongqiao.methods.craft.model import Draft, Found


def check(draft: Draft, know: Know) -> Iterator[Found]:
    """Yield labels that are missing, assets without a licence, a draw that does not tell its terms, risky people."""
    if draft.commercial != "none" and draft.buying and not draft.ad_label:
        yield Found("label.ad", "block", "labels", params={"commercial": draft.commercial})
    if draft.ai == "generated" and not draft.ai_label:
        yield Found("label.ai", "block", "labels")
    elif draft.ai == "assisted" and not draft.ai_label:
        yield Found("label.ai_assisted", "info", "labels")
    yield from _assets(draft)
    said = "\n".join((draft.title, draft.text, *(s.line for s in draft.shots)))
    yield from _draw(draft, said, know)
    for rule, cue in (("people.minor", "minor"), ("people.endorser", "endorser")):
        m = know.cues[cue].search(draft.text)
        if m and not know.has("endorser_fine", draft.text):
            yield Found(rule, "warn", "text", m.start(), m.end(), m.group(), {"word": m.group()}, heuristic=True)


def _assets(draft: Draft) -> Iterator[Found]:
    for i, image in enumerate(draft.images):
        if "licence" in image and not image["licence"]:
            yield Found("craft.image_licence", "warn", f"images.{i}", params={"number": i + 1})
        if "alt" in image and not image["alt"]:
            yield Found("craft.image_alt", "info", f"images.{i}", params={"number": i + 1})
    if draft.video and "licence" in draft.video and not draft.video["licence"]:
        yield Found("craft.video_licence", "warn", "video")


def _draw(draft: Draft, said: str, know: Know) -> Iterator[Found]:
    """Yield a draw whose text leaves out terms that must be told before it starts (domain: 规范促销行为暂行规定)."""
    m = know.cues["draw"].search(draft.text)
    if not m or know.has("draw_denied", said):
        return
    missing = [name for name, p in know.group("draw_terms").items() if not p.search(said)]
    if missing:
        params = {"missing": missing, "count": len(missing)}
        yield Found("draw.terms", "warn", "text", m.start(), m.end(), m.group(), params, heuristic=True)
