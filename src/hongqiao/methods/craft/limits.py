"""A platform's limits over a draft: lengths, tags, emoji, pictures, films (C01, C05, C06, C16, C17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from hongqiao.methods.craft.counting import emoji, length
from hongqiao.methods.craft.know import Know
from hongqiao.methods.craft.model import Draft, Found
from hongqiao.methods.craft.quoting import quoted

Limits = Mapping[str, Any]


def check(draft: Draft, know: Know, limits: Limits) -> Iterator[Found]:
    """Yield what is longer, more or larger than the platform takes, or than is usual there."""
    yield from _lengths(draft, limits)
    yield from _tags(draft, know, limits)
    yield from _emoji(draft, know)
    yield from _images(draft, know, limits)
    yield from _video(draft, limits)


def _over(place: str, text: str, limit: Limits, counting: Any, most: str, advised: str) -> Iterator[Found]:
    """Yield a text that is too long: `most` stops it where the figure is seen in a source, `advised` only warns."""
    n = length(text, counting)
    hard, soft = limit.get("max"), limit.get("warn")
    sure = limit.get("mark") != "unconfirmed"
    if hard and n > hard - bool(limit.get("exclusive")) and sure:
        yield Found(most, "block", place, hard, len(text), quoted(text, hard, 12), {"count": n, "most": hard})
    elif (cap := soft or hard) and n > cap and advised:
        yield Found(advised, "warn", place, cap, len(text), quoted(text, cap, 12), {"count": n, "most": cap})


def _lengths(draft: Draft, limits: Limits) -> Iterator[Found]:
    counting = limits.get("counting")
    title = limits.get("title") or {}
    yield from _over("title", draft.title, title, counting, "craft.title_length", "craft.title_long")
    least = title.get("least", {}).get("min", 0)
    if draft.title.strip() and length(draft.title, counting) < least:
        params = {"count": length(draft.title, counting), "least": least}
        yield Found("craft.title_short", "warn", "title", 0, len(draft.title), draft.title, params)
    if not draft.title.strip() and title:
        yield Found("craft.title_missing", "warn", "title")
    body = limits.get("body") or {}
    text = f"{draft.title}{draft.text}" if body.get("includes_title") else draft.text
    yield from _over("text", text, body, counting, "craft.body_length", "craft.body_long")
    yield from _over("digest", draft.digest, limits.get("digest") or {}, counting, "craft.digest_length", "")
    yield from _over("author", draft.author, limits.get("author") or {}, counting, "craft.author_length", "")


def _tags(draft: Draft, know: Know, limits: Limits) -> Iterator[Found]:
    topics, count = limits.get("topics") or {}, len(draft.tags)
    most, soft = topics.get("max"), topics.get("warn") or topics.get("practical", {}).get("max")
    usual = know.of("tags", draft.platform) or {}
    if most and count > most and topics.get("mark") != "unconfirmed":
        yield Found("craft.tags_many", "block", "tags", params={"count": count, "most": most})
    elif (cap := usual.get("max") or soft) and count > cap:
        yield Found("craft.tags_advised", "info", "tags", params={"count": count, "most": cap})
    if draft.form == "note" and count < usual.get("min", 0):
        yield Found("craft.tags_few", "info", "tags", params={"count": count, "least": usual["min"]})
    each = topics.get("each", {}).get("max")
    for i, tag in enumerate(draft.tags):
        if each and length(tag) > each:
            yield Found("craft.tag_long", "warn", f"tags.{i}", 0, len(tag), tag, {"count": length(tag), "most": each})
    times = Counter(t.strip("#＃ ").casefold() for t in draft.tags)
    for tag, n in times.items():
        if n > know.thresholds["tag_repeats"]:
            yield Found("craft.tag_repeated", "warn", "tags", word=tag, params={"tag": tag, "count": n})


def _emoji(draft: Draft, know: Know) -> Iterator[Found]:
    usual = know.of("emoji", draft.platform)
    if usual and (n := len(emoji(draft.title + draft.text))):
        most = max(3, min(usual["max"], len(draft.text) // usual["a_character"]))
        if n > most:
            params = {"count": n, "most": most}
            yield Found("craft.emoji_many", "info", "text", params=params, heuristic=True)


def _images(draft: Draft, know: Know, limits: Limits) -> Iterator[Found]:
    rule, count = limits.get("images") or {}, len(draft.images)
    most, soft = rule.get("max_web") or rule.get("max"), rule.get("warn")
    if rule.get("applies_to") not in (None, "newspic") or draft.form == "article":
        most = soft = None
    if draft.pictured and count < (least := rule.get("min", 0)):
        yield Found("craft.images_missing", "hold", "images", params={"count": count, "least": least})
    if most and count > most:
        yield Found("craft.images_many", "block", "images", params={"count": count, "most": most})
    elif soft and count > soft:
        yield Found("craft.images_advised", "warn", "images", params={"count": count, "most": soft})
    if draft.outside:
        yield Found("craft.image_outside", "block", "text", params={"count": draft.outside})
    for i, image in enumerate(draft.images):
        yield from _image(f"images.{i}", image, rule, limits.get("cover") or {}, know, draft.form, first=i == 0)


def _image(
    place: str, image: Limits, rule: Limits, cover: Limits, know: Know, form: str, *, first: bool
) -> Iterator[Found]:
    size, most = image.get("bytes") or 0, rule.get("max_bytes")
    if most and size > most:
        params = {"mb": round(size / 1048576, 1), "most": round(most / 1048576, 1)}
        yield Found("craft.image_bytes", "block", place, params=params)
    kind = str(image.get("mime") or "").rpartition("/")[2].replace("jpeg", "jpg")
    if kind and rule.get("types") and kind not in rule["types"]:
        yield Found("craft.image_type", "block", place, params={"type": kind, "types": "、".join(rule["types"])})
    width, height = image.get("width") or 0, image.get("height") or 0
    if first and width and height and form == "note":
        yield from _cover(place, width, height, cover, know)


def _cover(place: str, width: int, height: int, cover: Limits, know: Know) -> Iterator[Found]:
    ratios = cover.get("ratios") or ()
    slack = know.thresholds["image_ratio_slack"]
    if ratios and not any(abs(width / height / _ratio(r) - 1) <= slack for r in ratios):
        params = {"width": width, "height": height, "ratios": "、".join(ratios)}
        yield Found("craft.image_ratio", "warn", place, params=params)
    least = min((s[0] for s in (cover.get("pixels") or {}).get("sizes", ())), default=0)
    if least and width < least:
        yield Found("craft.image_small", "warn", place, params={"width": width, "least": least})


def _ratio(text: str) -> float:
    wide, _, high = text.partition(":")
    return float(wide) / float(high)


def _video(draft: Draft, limits: Limits) -> Iterator[Found]:
    film, rule = draft.video or {}, limits.get("video") or {}
    web = rule.get("web") or {}
    size, most = film.get("bytes") or 0, web.get("max_bytes") or rule.get("max_bytes")
    if most and size > most:
        params = {"mb": round(size / 1048576), "most": round(most / 1048576)}
        yield Found("craft.video_bytes", "warn", "video", params=params)
    seconds = film.get("seconds") or film.get("duration") or max((s.end for s in draft.shots), default=0)
    longest = web.get("max_seconds") or rule.get("max_seconds")
    if longest and seconds > longest:
        yield Found("craft.video_seconds", "warn", "video", params={"seconds": round(seconds), "most": longest})
    kind = str(film.get("mime") or "").rpartition("/")[2].replace("quicktime", "mov").replace("x-matroska", "mkv")
    if kind and rule.get("types") and kind not in rule["types"]:
        yield Found("craft.video_type", "warn", "video", params={"type": kind, "types": "、".join(rule["types"])})
