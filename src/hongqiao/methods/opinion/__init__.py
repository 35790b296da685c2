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
from hongqiao.methods.opinion.model import Model, packed, unpacked

__all__ = [
    "Calibration", "Cue", "Denials", "Judge", "Kinds", "Model", "Opinion", "denials_of", "kinds_of", "learn", "packed",
    "unpacked",
]  # fmt: skip


@dataclass(frozen=True)
class Opinion:
    """`p`: probability that the text speaks against; `kind`: of what it complains, "" where of nothing known;
    `cue`: what told so; `outright`: it told so plainly, however the text sounds.
    """

    p: float
    negative: bool
    kind: str
    cue: str = ""
    outright: bool = False


@dataclass(frozen=True)
class Judge:
    """A model with a brand's calibration, the words of kinds and of denied complaints. Negative from `threshold` on."""

    model: Model
    calibration: Calibration
    kinds: Kinds
    threshold: float
    denials: Denials

    def read(self, texts: Sequence[str]) -> list[Opinion]:
        """Return an opinion a text, in order; a text without letters gets what is expected of any and no kind."""
        folded = self.model.fold(texts)
        chances = self.calibration.probabilities(self.model, self.denials.without(folded)).tolist()
        cues = self.kinds.of(folded, chances, self.threshold)
        return [
            Opinion(p, p >= self.threshold, cue.kind, cue.words, cue.outright)
            if cue
            else Opinion(p, p >= self.threshold, "")
            for p, cue in zip(chances, cues, strict=True)
        ]

    def taught(self, texts: Sequence[str], negative: Sequence[bool]) -> Judge:
        """Return this judge as a brand's labelled texts teach it: an export, or all that people confirmed and
        corrected by clicks.
        """
        folded = self.denials.without(self.model.fold(texts))
        return replace(self, calibration=learn(self.model, folded, negative, self.calibration))
