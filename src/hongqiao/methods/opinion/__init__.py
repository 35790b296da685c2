"""Whether a text speaks against the brand, how sure that is, and of what kind the complaint is. X1; docs/opinion.md.

for one in judge.read(["用了两天脸上起红疹", …]):
    one.p, one.negative, one.kind
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hongqiao.methods.opinion.calibrating import Calibration, learn
from hongqiao.methods.opinion.denials import Denials, denials_of
from hongqiao.methods.opinion.kinds import Cue, Kinds, kinds_of
from hongqiao.methods.opinion.leanings import Leanings
from hongqiao.methods.opinion.model import Model, packed, unpacked

__all__ = [
    "Calibration", "Cue", "Denials", "Judge", "Kinds", "Model", "Opinion", "denials_of", "kinds_of", "learn", "packed",
    "unpacked",
]  # fmt: skip


@dataclass(frozen=True)
class Opinion:
    """`p`: probability that the text speaks against; `kind`: of what it complains, "" where of nothing known;
    `cue`: what told so, "" where it is what the text leans to; `outright`: the cue told so plainly, however the text
    sounds.
    """

    p: float
    negative: bool
    kind: str
    cue: str = ""
    outright: bool = False


@dataclass(frozen=True)
class Judge:
    """A model with a brand's calibration, the words of kinds and of denied complaints. Negative from `threshold` on.
    An ordinary kind is what the text leans to where that is at least `least` probable, and what cues tell where it is
    not; kinds that go first, whose alarms need words, are told by cues alone.
    """

    model: Model
    calibration: Calibration
    kinds: Kinds
    threshold: float
    denials: Denials
    leanings: Leanings
    least: float

    def read(self, texts: Sequence[str]) -> list[Opinion]:
        """Return an opinion a text, in order; a text without letters gets what is expected of any and no kind."""
        folded, plain, chances = self.weigh(texts)
        cues = self.kinds.of(folded, chances, self.threshold)
        leans = self.leanings.of(plain)
        return [self._said(p, cue, *lean) for p, cue, lean in zip(chances, cues, leans, strict=True)]

    def weigh(self, texts: Sequence[str]) -> tuple[list[str], list[str], list[float]]:
        """Return texts as they are read, the same with denied complaints put right, and the probability that each
        speaks against: for who does not ask of what it complains.
        """
        folded = self.model.fold(texts)
        plain = self.denials.without(folded)
        return folded, plain, self.calibration.probabilities(self.model, plain).tolist()

    def _said(self, p: float, cue: Cue | None, kind: str, sure: float) -> Opinion:
        first, negative = self.kinds.first, p >= self.threshold
        told = cue.kind if cue else ""
        if sure >= self.least and kind != told and not {kind, told} & first:
            return Opinion(p, negative, kind)
        return Opinion(p, negative, cue.kind, cue.words, cue.outright) if cue else Opinion(p, negative, "")

    def taught(self, texts: Sequence[str], negative: Sequence[bool]) -> Judge:
        """Return this judge as a brand's labelled texts teach it: an export, or all that people confirmed and
        corrected by clicks.
        """
        folded = self.denials.without(self.model.fold(texts))
        return replace(self, calibration=learn(self.model, folded, negative, self.calibration))
