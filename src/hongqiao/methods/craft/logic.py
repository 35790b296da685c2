"""An article's logic, by signs: conclusions that nothing carries, words that point at nothing, points said twice (C2).

All of it is a heuristic. A conclusion is held to what stands before it by the words they share, nothing more.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations

from hongqiao.methods.craft.know import Know
from hongqiao.methods.craft.model import Draft, Found
from hongqiao.methods.craft.prose import HAN, Part, Prose, content, grams, number
from hongqiao.methods.similarity import common

_CLAUSE = re.compile(r"[，,：:]")


def found(rule: str, part: Part, start: int, end: int, **params: object) -> Found:
    """Return one thing found in a part of the text, `start` and `end` counted inside the part."""
    at = part.start
    return Found(rule, "warn", "text", at + start, at + end, part.text[start:end], params, heuristic=True)


def stops(know: Know) -> tuple[frozenset[str], frozenset[str]]:
    """Return the characters and the words that carry no meaning of their own."""
    return frozenset(know.cues["stop_characters"].pattern), frozenset(know.cues["stop_words"].pattern.split("|"))


def jumps(prose: Prose, know: Know) -> Iterator[Found]:
    """Yield conclusions that share no word with what stands before them."""
    empty = stops(know)
    for i, sentence in enumerate(prose.body):
        m = _concluding(sentence, know)
        if not m:
            continue
        said = sentence.text[m.end() :].lstrip("，, ：:")
        if len(HAN.findall(said)) < 4 or said.endswith(("？", "?")) or _told(sentence.text, said, know):
            continue
        before = _before(prose, i, sentence.text[: m.start()])
        if before and not _carried(said, before, empty):
            yield found("craft.jump", sentence, m.start(), len(sentence.text), cue=m.group())


def _told(text: str, said: str, know: Know) -> bool:
    """Whether it draws no conclusion for the reader: a wish or call at the end, or what somebody then did."""
    if know.has("conclusion_closing", said):
        return True
    return know.has("conclusion_plain", text) and know.has("conclusion_told", said) and not know.has("claims", said)


def _concluding(sentence: Part, know: Know) -> re.Match[str] | None:
    """Return the word that draws a conclusion: at the start, or inside where what follows asks something of the reader.

    “下雨了，所以带了伞” gives its reason in the same breath; “反馈不错，因此一定要买贵的” asks to be believed.
    """
    text = sentence.text
    m = know.cues["conclusion"].search(text)
    if m and m.start() and (text[m.start() - 1] not in "，,：:" or not know.has("claims_strong", text[m.end() :])):
        m = None
    weak = know.cues["conclusion_weak"].match(text)
    return m or (weak if weak and know.has("claims", text) else None)


def _before(prose: Prose, i: int, own: str) -> str:
    """Return what a conclusion may rest on: its section, or the two paragraphs before where the section begins so."""
    here = prose.body[i]
    if own.strip("，, "):
        near = [s.text for s in prose.body[max(0, i - 2) : i]]
        return "".join(near) + own
    near = [s.text for s in prose.body[:i] if s.section == here.section or here.paragraph - s.paragraph <= 3]
    return "\n".join(near)


def _carried(said: str, before: str, empty: tuple[frozenset[str], frozenset[str]]) -> bool:
    """Whether a conclusion speaks of what stands before it: a shared word, or two shared rarer characters."""
    if content(said, *empty) & content(before, *empty):
        return True
    rare = {c for c in HAN.findall(said) if c not in empty[0]} & set(before)
    return len(rare) >= 2


def dangling(prose: Prose, draft: Draft, know: Know) -> Iterator[Found]:
    """Yield words that point at something which is not there."""
    for sentence in prose.sentences:
        before = prose.text[: sentence.start]
        starts = _starts_section(sentence, prose)
        for rule in (_it, _they, _pairs, _point, _above, _that, _shown):
            m = rule(sentence, before, starts, draft, know)
            if m:
                yield found("craft.dangling", sentence, m.start(), m.end(), word=m.group().strip("，。！？；：\n"))
                break


def _starts_section(s: Part, prose: Prose) -> bool:
    first = next((p for p in prose.paragraphs if p.section == s.section and not p.heading), None)
    return s.heading or (first is not None and s.start == first.start)


def _body_before(before: str) -> str:
    return "\n".join(line for line in before.split("\n") if line.strip() and not line.startswith("## "))


def _it(s: Part, before: str, starts: bool, draft: Draft, know: Know) -> re.Match[str] | None:
    m = know.cues["dangling.it"].match(s.text) if starts and not s.heading else None
    return m if m and not _body_before(before).strip() else None


def _they(s: Part, before: str, starts: bool, draft: Draft, know: Know) -> re.Match[str] | None:
    m = know.cues["dangling.they"].search(s.text)
    return m if m and not know.has("dangling.people", before + s.text[: m.start()] + draft.title) else None


def _pairs(s: Part, before: str, starts: bool, draft: Draft, know: Know) -> re.Match[str] | None:
    m = know.cues["dangling.pairs"].search(s.text)
    near = before[-80:] + s.text[: m.start()] if m else ""
    return m if m and not know.has("dangling.pair", near) else None


def _point(s: Part, before: str, starts: bool, draft: Draft, know: Know) -> re.Match[str] | None:
    m = know.cues["dangling.point"].search(s.text)
    return m if m and not know.has("dangling.listed", before) else None


def _above(s: Part, before: str, starts: bool, draft: Draft, know: Know) -> re.Match[str] | None:
    m = know.cues["dangling.above"].search(s.text)
    return m if m and m.group(1) not in before else None


def _that(s: Part, before: str, starts: bool, draft: Draft, know: Know) -> re.Match[str] | None:
    m = know.cues["dangling.that"].match(s.text) if starts else None
    if not m:
        return None
    noun = m.group(1)
    like = next((g for g in know.data["dangling.same"] if noun in g), [noun])
    return m if not any(n in _body_before(before) for n in like) else None


def _shown(s: Part, before: str, starts: bool, draft: Draft, know: Know) -> re.Match[str] | None:
    seen = draft.images or "<img" in draft.html or "<table" in draft.html
    return None if seen else know.cues["dangling.shown"].search(s.text)


def repeats(prose: Prose, know: Know) -> Iterator[Found]:
    """Yield sentences that say again what an earlier paragraph said, in nearly the same words."""
    least, like = know.thresholds["repeat_least"], know.thresholds["repeat_likeness"]
    long = [s for s in prose.body if len(HAN.findall(s.text)) >= least]
    where: dict[str, list[int]] = defaultdict(list)
    for i, s in enumerate(long):
        shared = Counter(j for g in grams(s.text, 3) for j in where[g])
        for j, _n in shared.most_common(3):
            if long[j].paragraph != s.paragraph and common(grams(long[j].text), grams(s.text)) >= like:
                yield found("craft.repeat", s, 0, len(s.text), earlier=long[j].text[:40])
                break
        for g in grams(s.text, 3):
            where[g].append(i)


def promises(prose: Prose, draft: Draft, know: Know) -> Iterator[Found]:
    """Yield a number of points that a title or lead announces and the text does not keep."""
    heads = [p for p in prose.paragraphs if p.heading and know.has("numbered", p.text)]
    points = len(heads) if len(heads) >= 2 else len(_numbered(prose, know))
    if points < 2:
        return
    m = know.cues["promised"].search(draft.title)
    if m and (n := number(m.group(1))) and n != points and n >= 2:
        params = {"promised": n, "given": points}
        yield Found("craft.promise", "warn", "title", m.start(), m.end(), m.group(), params, heuristic=True)
        return
    for s in prose.body[:4]:
        p = know.cues["promised"].search(s.text)
        if p and know.has("promising", s.text[: p.start()]) and not know.has("numbered", s.text):
            n = number(p.group(1))
            if n and n >= 2 and n != points:
                yield found("craft.promise", s, p.start(), p.end(), promised=n, given=points)
            return


def _numbered(prose: Prose, know: Know) -> list[Part]:
    lines = [p for p in prose.paragraphs if not p.heading and know.has("numbered", p.text)]
    return lines if len(lines) >= 2 else [s for s in prose.body if know.cues["numbered"].match(s.text)]


def contradictions(prose: Prose, know: Know) -> Iterator[Found]:
    """Yield sentences that say the opposite of an earlier one: denied and used, two lengths, opposite words, nobody."""
    seen: set[int] = set()
    for earlier, later in (*_denied(prose, know), *_spans(prose, know), *_nobody(prose, know), *_opposed(prose, know)):
        first, second = sorted((earlier, later), key=lambda s: s.start)
        if second.start not in seen:
            seen.add(second.start)
            yield found("craft.contradiction", second, 0, len(second.text), earlier=first.text[:40])


def _denied(prose: Prose, know: Know) -> Iterator[tuple[Part, Part]]:
    for s in prose.body:
        m = know.cues["negated_noun"].search(s.text)
        if m:
            noun = _noun(m.group(1))
            for other in prose.body:
                if other.start != s.start and noun in other.text and not _negated(other.text, noun, know):
                    yield s, other


def _noun(text: str) -> str:
    """Return the thing itself: without what follows it in one breath, three characters at most."""
    for word in ("的", "也", "和", "所", "因", "但", "才", "就", "能"):
        text = text.split(word)[0] or text
    return text[:3] if len(text) != 4 else text


def _negated(text: str, noun: str, know: Know) -> bool:
    """Whether a thing is denied, or only asked after, in every clause that names it."""
    return all(
        know.has("negators", clause.partition(noun)[0]) or know.has("negators", clause.partition(noun)[2][:4])
        for clause in _CLAUSE.split(text)
        if noun in clause
    ) or text.endswith(("？", "?"))


def _spans(prose: Prose, know: Know) -> Iterator[tuple[Part, Part]]:
    told: dict[tuple[str, str], tuple[str, Part]] = {}
    for s in prose.body:
        for m in know.cues["span"].finditer(s.text):
            way, took = (m.group(1), m.group(2)), m.group(3)
            before = told.setdefault(way, (took, s))
            if before[0] != took:
                yield before[1], s


def _nobody(prose: Prose, know: Know) -> Iterator[tuple[Part, Part]]:
    some = [s for s in prose.body if know.has("somebody", s.text)]
    none = [s for s in prose.body if know.has("nobody", s.text) and know.has("nobody_did", s.text)]
    empty, around = stops(know), {p.paragraph: p.text for p in prose.paragraphs}
    for a in some:
        told = content(around[a.paragraph], *empty)
        yield from ((a, b) for b in none if a.start != b.start and told & content(b.text, *empty))


def _opposed(prose: Prose, know: Know) -> Iterator[tuple[Part, Part]]:
    """Two sentences of one subject with opposite words: S 很轻 / S 太重; S 不营业 / S 照常营业, the same day."""
    said: dict[str, list[tuple[str, bool, Part]]] = defaultdict(list)
    pairs = [tuple(p) for p in know.data["antonyms"]]
    words = sorted({w for p in pairs for w in p}, key=len, reverse=True)
    spoken = re.compile(rf"([\u4e00-\u9fff]{{2,3}})(?:{know.cues['degree'].pattern})({'|'.join(words)})(?!一|小|大)")
    for s in prose.body:
        for m in spoken.finditer(s.text):
            said[m.group(1)[-2:]].append((m.group(2), True, s))
    for _subject, uses in said.items():
        for (a, _x, one), (b, _y, other) in combinations(uses, 2):
            if one.start != other.start and ((a, b) in pairs or (b, a) in pairs):
                yield one, other
    yield from _switched(prose, know)


def _switched(prose: Prose, know: Know) -> Iterator[tuple[Part, Part]]:
    empty = stops(know)
    verbs: dict[str, list[tuple[bool, Part]]] = defaultdict(list)
    for s in prose.body:
        for m in know.cues["verbs"].finditer(s.text):
            verbs[m.group()].append((know.has("negators", s.text[max(0, m.start() - 2) : m.start()]), s))
    for verb, uses in verbs.items():
        for (no, one), (other_no, other) in combinations(uses, 2):
            if no != other_no and one.start != other.start and _same_case(one, other, know):
                shared = content(one.text, *empty) & content(other.text, *empty) - grams(verb)
                if shared:
                    yield one, other


def _same_case(a: Part, b: Part, know: Know) -> bool:
    """Whether two sentences speak of the same days and people, as far as they name any."""
    cue = know.cues["conditions"]
    return set(cue.findall(a.text)) == set(cue.findall(b.text))
