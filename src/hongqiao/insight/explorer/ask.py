"""用一句话查: a sentence becomes a Question by rules. The unknown is said, the unclear is offered as choices."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.errors import HongqiaoError
from hongqiao.insight import queries
from hongqiao.insight.explorer import lexicon, limit, periods, ranking
from hongqiao.insight.explorer.lexicon import Word, plain
from hongqiao.insight.explorer.question import ACCOUNT, Question, from_json, misfits
from hongqiao.insight.words import label
from hongqiao.metrics import METRICS
from hongqiao.workspace.models import Account, Brand, Member

#: Plugins that rewrite a sentence into the JSON of a Question, tried where the rules found no metric. None: not mine.
REWRITERS: list[Callable[[str, Brand], dict[str, Any] | None]] = []

_LATIN = re.compile(r"[a-z0-9']+")


@dataclass
class Choice:
    """A word with several meanings: the sentence's word, and what each meaning would ask."""

    word: str
    options: list[tuple[str, Question]]


@dataclass
class Read:
    """What was understood of a sentence, what is open, what is not known."""

    question: Question = field(default_factory=Question)
    open: dict[str, list[str]] = field(default_factory=dict)  # word → metrics it may mean
    missed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    by_model: bool = False
    why: bool = False  # asked for the reasons of a change, not for the figure


class _Reader:
    """Walks a sentence once, left to right; at each place the longest known word wins."""

    def __init__(self, member: Member, sentence: str, today: date):
        self.member, self.today, self.text = member, today, plain(sentence)
        self.words = lexicon.words(member)
        self.longest = max(map(len, self.words), default=1)
        self.read = Read()
        self.metrics: list[str] = []
        self.by: list[str] = []
        self.where: dict[str, list[str]] = {}
        self.days: tuple[date, date] | None = None
        self.vs, self.trend = "", False
        self.wish = ranking.Wish()
        self.count: tuple[str, int] | None = None  # 5条: how many, where an order is asked for too
        self.cutting = self.comparing = self.counting = False
        self.unknown = ""

    def run(self) -> Read:
        at = 0
        while at < len(self.text):
            at += self._step(at)
        self._flush()
        self._finish()
        return self.read

    def _step(self, at: int) -> int:
        """Read what stands at `at`. Returns how many letters it took."""
        word, known = self._known(at)
        role_first = known and known.role in ("previous", "year")
        taken, days = (0, None) if role_first else periods.at(self.text, at, self.today)
        if taken and taken >= len(word) and not (self.cutting and known and known.dimension):
            return self._period(at, taken, days)
        if size := self._number(at):
            return size
        leaning = known is not None and known.role in ("more", "less")
        if known and (not leaning or self.wish.which and ranking.leans(self.text, at + len(word))):
            self._flush_if(known)
            self._take(word, known)
            return len(word)
        latin = _LATIN.match(self.text, at)
        piece = latin[0] if latin else self.text[at]
        self.unknown += piece if not piece.isspace() else " "
        return len(piece)

    def _number(self, at: int) -> int:
        """Read 前10, 倒数3名, 5条 or, right behind 最多, a number alone. Returns how many letters it took."""
        for pattern in (ranking.TOP, ranking.LAST):
            if found := pattern.match(self.text, at):
                self._flush()
                self.wish.top = ranking.counted(found)
                if pattern is ranking.LAST:
                    self.wish.take("least", self.metrics[-1] if self.metrics else "")
                return len(found[0])
        if found := ranking.COUNT.match(self.text, at) or (self.counting and ranking.BARE.match(self.text, at)) or None:
            self._flush()
            self.count = found[0], ranking.counted(found)
            return len(found[0])
        if found := ranking.STRETCH.match(self.text, at):
            self.unknown += found[0]
            return len(found[0])
        return 0

    def _known(self, at: int) -> tuple[str, Word | None]:
        for size in range(min(self.longest, len(self.text) - at), 0, -1):
            word = self.text[at : at + size]
            if word in self.words and self._whole(at, size):
                return word, self.words[word]
        return "", None

    def _whole(self, at: int, size: int) -> bool:
        """Whether a Latin word stands alone: "in" is not the beginning of "index"."""
        word, after = self.text[at : at + size], self.text[at + size : at + size + 1]
        before = self.text[at - 1 : at] if at else ""
        inside = bool(re.fullmatch(r"[a-z0-9]", after)) and bool(re.match(r"[a-z0-9]", word[-1]))
        return not inside and not (re.fullmatch(r"[a-z]", before) and re.match(r"[a-z]", word[0]))

    def _period(self, at: int, taken: int, days: tuple[date, date] | None) -> int:
        self._flush()
        said = self.text[at : at + taken]
        if days is None:
            self.read.missed.append(said)
        elif self.days is None:
            self.days = days
        else:
            self.read.notes.append(_("只用了第一个时间，「%(word)s」没有用上") % {"word": said})
        return taken

    def _take(self, word: str, known: Word) -> None:
        cutting, comparing = self.cutting, self.comparing
        self.cutting = self.comparing = False
        self.counting = known.role in ("most", "least", "best", "worst") or (self.counting and known.role == "stop")
        if known.dimension and (cutting or not (known.metrics or known.platform or known.accounts)):
            if cutting or known.role != "stop":
                self._once(self.by, known.dimension)
        elif known.role in ("previous", "year"):
            self.vs = known.role
        elif known.role == "cut":
            self.cutting = True
        elif known.accounts:
            self._account(word, known, comparing)
        elif known.platform:
            self._platform(known.platform, comparing)
        elif known.metrics:
            self._metric(word, known)
            if cutting:  # 按播放量排
                self.wish.key = self.wish.key or self.metrics[-1] if self.metrics else ""
        elif known.role in lexicon.ORDER:
            self.wish.take(known.role, self.metrics[-1] if self.metrics else "")
            self.cutting = known.role == "which"
        elif known.role == "trend":
            self.trend = True
        elif known.role == "why":
            self.read.why = True
        elif known.role == "against":
            self.comparing = True

    def _metric(self, word: str, known: Word) -> None:
        codes = known.codes()
        if len(codes) == 1:
            self._once(self.metrics, codes[0])
        elif not set(codes) & set(self.metrics):
            self.read.open[word] = codes

    def _account(self, word: str, known: Word, comparing: bool) -> None:
        if comparing and len(known.accounts) == 1 and self.where.get("account") != known.accounts:
            self.vs = ACCOUNT + known.accounts[0]
        else:
            for one in known.accounts:
                self._once(self.where.setdefault("account", []), one)
            if len(known.accounts) > 1:
                self.read.notes.append(_("有几个账号叫「%(word)s」，都选上了") % {"word": word})

    def _platform(self, code: str, comparing: bool) -> None:
        """对比 小红书: platforms stand side by side, where the other side is named or one account of it is there."""
        self._once(self.where.setdefault("platform", []), code)
        if comparing and (len(self.where["platform"]) > 1):
            self._once(self.by, "platform")
        elif comparing:
            accounts = list(
                Account.objects.filter(brand_id=self.member.brand_id, platform=code).values_list("id", flat=True)
            )
            if len(accounts) == 1:
                self.where.pop("platform")
                self.vs = f"{ACCOUNT}{accounts[0]}"

    def _once(self, held: list[str], value: str) -> None:
        if value not in held:
            held.append(value)

    def _flush_if(self, known: Word) -> None:
        if known.role != "stop" or self.unknown.strip():
            self._flush()

    def _flush(self) -> None:
        said = self.unknown.strip()
        if said and re.search(r"\w", said):
            self.read.missed.append(said)
        self.unknown = ""

    def _finish(self) -> None:
        """Put together what was found; channels are looked for in what is left."""
        self._ordered()
        ranked = [d for d in self.by if d not in queries.TIME]
        if self.trend and not any(d in queries.TIME for d in self.by):
            self.by.insert(0, "day")
        by = [d for d in queries.TIME if d in self.by][:1] + ranked
        self._too_many(by)
        by = by[: limit("dimensions")]
        self._fit(by)
        self._channels()
        question = Question(
            tuple(self.metrics[: limit("metrics")]), tuple(by), {d: tuple(v) for d, v in self.where.items() if v},
            vs=self.vs or ("previous" if self.read.why else ""),
        )  # fmt: skip
        if self.days:
            question = replace(question, start=self.days[0], end=self.days[1])
        self.read.question = self.wish.of(question)
        self.read.choices = [
            Choice(w, [(label(c), self.wish.of(_with(question, c))) for c in codes])
            for w, codes in self.read.open.items()
        ]

    def _ordered(self) -> None:
        """Give a number its place: of an order, or not used. Two platforms and 哪个 stand side by side."""
        if self.count and (self.wish.way or self.wish.which):
            self.wish.top = self.wish.top or self.count[1]
        elif self.count:
            self.read.missed.append(self.count[0])
        if (self.wish.which or self.wish.gap) and len(self.where.get("platform", ())) > 1 and not self.by:
            self.by.append("platform")

    def _fit(self, by: list[str]) -> None:
        """Take the metric that can be cut as asked, where it says the same or is the only meaning left; say so."""
        for n, code in enumerate(self.metrics):
            if (other := ranking.fitted(code, by)) != code:
                self.metrics[n] = other
                self.wish.key = other if self.wish.key == code else self.wish.key
                self._instead(label(code), other)
        for word, codes in list(self.read.open.items()):
            self.read.open[word] = left = ranking.meanings(codes, by)
            if len(left) == 1:
                del self.read.open[word]
                self._once(self.metrics, left[0])
                self._instead(word, left[0])

    def _instead(self, said: str, code: str) -> None:
        """Tell which metric is taken for what was said."""
        self.read.notes.append(_("这样拆时，「%(one)s」看的是「%(other)s」") % {"one": said, "other": label(code)})

    def _too_many(self, by: list[str]) -> None:
        left = by[limit("dimensions") :]
        if left or len(self.metrics) > limit("metrics"):
            self.read.notes.append(
                _("一次最多 %(m)s 个指标、%(d)s 个维度，多出的没有用上")
                % {"m": limit("metrics"), "d": limit("dimensions")}
            )

    def _channels(self) -> None:
        able = self.metrics and all("channel" in METRICS[c].dimensions for c in self.metrics)
        if not (self.read.missed and able):
            return
        days = self.days or (Question().days(self.today).start, self.today)
        names = lexicon.channels(self.member, days)
        for said in list(self.read.missed):
            if said in names:
                self._once(self.where.setdefault("channel", []), names[said])
                self.read.missed.remove(said)


def _with(question: Question, code: str) -> Question:
    return question.but(metrics=(*question.metrics, code)[: limit("metrics")])


def read(member: Member, sentence: str, today: date) -> Read:
    """Return what a sentence asks. Never raises for what people write; unknown words are in `missed`."""
    found = _Reader(member, sentence, today).run()
    if not found.question.metrics and not found.choices:
        for rewrite in REWRITERS:
            made = rewrite(sentence, member.brand)
            if made is not None:
                return _checked(made, today, found)
    return found


def _checked(made: dict[str, Any], today: date, found: Read) -> Read:
    """Return a plugin's question, checked like an address; one that does not hold is not used."""
    try:
        question = from_json(made, today)
    except HongqiaoError:
        return found
    return found if misfits(question) else Read(question, notes=[_("这句话由模型改写，请核对下面的条件")])


def told(found: Read) -> dict[str, Any]:
    """Return what the page says of a sentence."""
    choices = [{"word": c.word, "options": [(text, q.query()) for text, q in c.options]} for c in found.choices]
    nothing = not found.question.metrics and not choices
    said = {"missed": list(dict.fromkeys(found.missed)), "notes": found.notes, "choices": choices, "nothing": nothing}
    return said | {"by_model": found.by_model, "why": found.why}
