"""The call to act at the end: there is one, and one is the main one (C03, C04)."""

from __future__ import annotations

from collections.abc import Iterator

from hongqiao.methods.craft.know import Know
from hongqiao.methods.craft.model import Draft, Found
from hongqiao.methods.craft.quoting import ending, quoted


def closing(draft: Draft, know: Know) -> tuple[str, int, str]:
    """Return where a draft closes: place, where in it, the text."""
    if draft.shots:
        last = max((i for i, s in enumerate(draft.shots) if s.line.strip()), default=len(draft.shots) - 1)
        return f"shots.{last}.line", 0, draft.shots[last].line
    text = draft.text.rstrip()
    length = max(round(len(text) * know.thresholds["call_share"]), know.thresholds["call_least"])
    start = max(0, len(text) - length)
    ends = [text.rfind(c, 0, start) for c in "。！？\n"]
    return "text", max(ends) + 1, text[max(ends) + 1 :]


def check(draft: Draft, know: Know) -> Iterator[Found]:
    """Yield an end that asks for nothing, and one that asks for several things at once."""
    place, start, said = closing(draft, know)
    if not said.strip():
        return
    asked = know.cues["call_denied"].sub("", said)
    kinds = [name for name, p in know.group("call").items() if p.search(asked)]
    end = start + len(said)
    most = know.of("calls_most", draft.form, 2)
    if not kinds:
        yield Found("craft.call_missing", "info", place, start, end, ending(said), heuristic=True)
    elif len(kinds) > most:
        params = {"kinds": kinds, "count": len(kinds), "most": most}
        yield Found("craft.calls_many", "warn", place, start, end, quoted(said, most=40), params, heuristic=True)
