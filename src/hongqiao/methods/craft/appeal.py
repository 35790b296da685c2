"""An article's appeal to feeling and a note's truth to life, by signs: somebody, somewhere, what it was like (C2)."""

from __future__ import annotations

from collections.abc import Iterator

from hongqiao.methods.craft.know import Know
from hongqiao.methods.craft.model import Draft, Found


def _whole(rule: str, **params: object) -> Found:
    """Return what is said of a text as a whole: it has no place."""
    return Found(rule, "warn", "text", 0, 0, "", params, heuristic=True)


def article(draft: Draft, know: Know) -> Iterator[Found]:
    """Yield where a whole article has fewer kinds of feeling than it takes: person, scene, sense, feeling, conflict."""
    if len(draft.text) < know.thresholds["appeal_least"]:
        return
    kinds = {name: len(set(p.findall(draft.text))) for name, p in know.group("feeling").items()}
    have = [name for name, n in kinds.items() if n]
    if len(have) < know.thresholds["appeal_kinds"] or not (kinds["person"] or kinds["feeling"]):
        missing = [name for name in kinds if name not in have]
        yield _whole("craft.appeal", have=have, missing=missing)


def note(draft: Draft, know: Know) -> Iterator[Found]:
    """Yield what a seeding note lacks: a real scene, somebody's own experience, one honest drawback; official tone."""
    text = f"{draft.title}\n{draft.text}"
    if len(draft.text) < know.thresholds["testimony_least"]:
        return
    kinds = [name for name, p in know.group("scene").items() if p.search(text)]
    if len(kinds) < know.thresholds["scene_kinds"]:
        m = max(know.cues["scene_list"].finditer(draft.text), key=lambda m: len(m.group()), default=None)
        at = (m.start(), m.end(), m.group()) if m else (0, 0, "")
        yield Found("craft.scene", "warn", "text", *at, {"have": kinds}, heuristic=True)
    own = know.has("first_person", text)
    if not own or not (know.has("used", text) or know.has("scene.figure", text)):
        yield _whole("craft.testimony", first_person=own)
    elif not know.has("drawback", text):
        yield _whole("craft.drawback")
    said = list(know.cues["official"].finditer(draft.text))
    if said:
        first, params = said[0], {"word": "、".join(dict.fromkeys(m.group() for m in said))}
        yield Found("craft.official", "warn", "text", *first.span(), first.group(), params, heuristic=True)
