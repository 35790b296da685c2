"""All rules of craft over one draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hongqiao.methods.craft import appeal, calls, hook, labels, limits, logic, proof, reading
from hongqiao.methods.craft.know import Know
from hongqiao.methods.craft.model import Draft, Found
from hongqiao.methods.craft.prose import read


def check(draft: Draft, know: Know, platform_limits: Mapping[str, Any] | None = None) -> Iterator[Found]:
    """Yield all that is found in a draft, with levels as each rule proposes them; who calls decides which count."""
    prose = read(draft.text)
    yield from limits.check(draft, know, platform_limits or {})
    yield from labels.check(draft, know)
    yield from reading.typos(draft, know)
    yield from proof.check(prose, draft.evidence, know)
    yield from calls.check(draft, know)
    if draft.form in ("video", "long_video"):
        yield from hook.check(draft, know)
        yield from reading.spoken(draft, know)
    if draft.form == "article":
        yield from logic.jumps(prose, know)
        yield from logic.dangling(prose, draft, know)
        yield from logic.repeats(prose, know)
        yield from appeal.article(draft, know)
    if draft.form in ("article", "note"):
        yield from logic.contradictions(prose, know)
        yield from logic.promises(prose, draft, know)
        yield from reading.check(prose, know)
    if draft.form == "note" and draft.platform == "xiaohongshu":
        yield from appeal.note(draft, know)
