"""From a typed formula to a tree: + − × ÷, brackets, numbers, metrics by code or by name. No eval. Serves D1.

Full-width signs and letters are read as their half-width ones; each letter keeps its place, so that what is wrong is
shown where it stands.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hongqiao.errors import N_, Invalid
from hongqiao.metrics.errors import LOOK_UP
from hongqiao.metrics.formula.tree import Number, Op, Part, Tree, codes, leaves
from hongqiao.metrics.settings import data

ALIKE = str.maketrans({"×": "*", "÷": "/", "−": "-", "–": "-", "【": "(", "】": ")"})
CODE = re.compile(r"[a-z][a-z0-9_]*(@[1-9][0-9]{0,3})?")
NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
#: what a person may write for a metric → its code, or the codes it could mean
Names = Mapping[str, Sequence[str]]


class BadFormula(Invalid):
    """A formula that cannot be read. `at`: the place of what is wrong, counted from 1."""

    code = "bad_formula"
    message = N_("公式有误：%(why)s")
    next_step = N_("用 + − × ÷、括号、数字和指标名（或代码）写，例如 新增关注 ÷ 曝光 × 1000")


class TooLong(BadFormula):
    code = "formula_too_long"
    message = N_("公式太长：最多 %(letters)s 个字、%(parts)s 个指标和数字、%(depth)s 层括号")
    next_step = N_("请拆成几个指标，再用它们组合")


class UnknownName(BadFormula):
    code = "formula_unknown_name"
    message = N_("第 %(at)s 个字：没有叫“%(name)s”的指标")
    next_step = N_("请写指标口径里的名称或代码；相近的有：%(near)s")


class Ambiguous(BadFormula):
    code = "formula_ambiguous"
    message = N_("第 %(at)s 个字：“%(name)s”可以指几个指标")
    next_step = N_("请写清楚是哪一个：%(near)s")


class Unexpected(BadFormula):
    code = "formula_unexpected"
    message = N_("第 %(at)s 个字：这里不该是“%(name)s”")
    next_step = N_("两个指标或数字之间要有 + − × ÷，括号要成对")


class Unfinished(BadFormula):
    code = "formula_unfinished"
    message = N_("公式还没写完：最后少了指标、数字或右括号")
    next_step = N_("两个指标或数字之间要有 + − × ÷，括号要成对")


class NoMetric(BadFormula):
    code = "formula_no_metric"
    message = N_("公式里没有指标")
    next_step = N_("请至少写一个指标的名称或代码")


class ByZero(BadFormula):
    code = "formula_by_zero"
    message = N_("第 %(at)s 个字：不能除以 0")
    next_step = N_("请换一个分母")


def plain(text: str) -> str:
    """Return a text letter for letter as it is matched: half width, small letters, the keyboard's signs."""
    return "".join(_letter(c) for c in text).translate(ALIKE)


def _letter(letter: str) -> str:
    same = unicodedata.normalize("NFKC", letter).lower()
    return same if len(same) == 1 else letter


@dataclass(frozen=True)
class Token:
    kind: str  # sign, number, name, end
    text: str
    at: int


def read(text: str, names: Names) -> Tree:
    """Return the tree of a formula, metrics by code. `names` are written as `plain` gives them. Raises BadFormula."""
    most = data("thresholds")["formula"]
    if len(text) > most["letters"]:
        raise _too_long()
    tree = _Reader(_tokens(plain(text), text, names), names).whole()
    if sum(1 for _leaf in leaves(tree)) > most["parts"]:
        raise _too_long()
    if not codes(tree):
        raise NoMetric()
    return tree


def _too_long() -> TooLong:
    most = data("thresholds")["formula"]
    return TooLong(letters=most["letters"], parts=most["parts"], depth=most["depth"])


def _tokens(line: str, typed: str, names: Names) -> list[Token]:
    longest = max(map(len, names), default=0)
    found, at = [], 0
    while at < len(line):
        if line[at].isspace():
            at += 1
            continue
        name = _known(line, at, names, longest)
        if name:
            found.append(Token("name", name, at))
            at += len(name)
        elif line[at] in "+-*/()":
            found.append(Token("sign", line[at], at))
            at += 1
        elif (number := NUMBER.match(line, at)) and not _goes_on(line, number.end()):
            found.append(Token("number", number[0], at))
            at = number.end()
        else:
            raise _unknown(line, typed, at, names)
    return [*found, Token("end", "", at)]


def _known(line: str, at: int, names: Names, longest: int) -> str:
    """Return the longest name that stands here and ends here: 点赞增量 is not 点赞."""
    code = CODE.match(line, at)
    for end in range(min(len(line), at + longest), at, -1):
        if line[at:end] in names and not (_goes_on(line, end) and _word(line[end - 1])):
            return line[at:end]
    return code[0] if code and code[0].partition("@")[0] in names and not _goes_on(line, code.end()) else ""


def _word(letter: str) -> bool:
    return letter.isalnum() or letter in "_@"


def _goes_on(line: str, end: int) -> bool:
    return end < len(line) and _word(line[end])


def _unknown(line: str, typed: str, at: int, names: Names) -> BadFormula:
    end = at + 1
    while end < len(line) and line[end] not in "+-*/()" and not line[end].isspace() and end - at < 40:
        end += 1
    if not _word(line[at]):
        return Unexpected(at=at + 1, name=typed[at])
    near = difflib.get_close_matches(line[at:end], names, n=3, cutoff=0.5)
    held = [n for n in names if line[at:end] in n][:3]
    said = "、".join(dict.fromkeys([*held, *near]))
    return UnknownName(next_step="" if said else LOOK_UP, at=at + 1, name=typed[at:end], near=said)


class _Reader:
    """Sums of products of single ones; a minus before one is 0 − it."""

    def __init__(self, tokens: list[Token], names: Names):
        self.tokens, self.names, self.place, self.depth = tokens, names, 0, 0

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def whole(self) -> Tree:
        tree = self._sum()
        if self.now.kind != "end":
            raise Unexpected(at=self.now.at + 1, name=self.now.text)
        return tree

    def _take(self, signs: str) -> Token | None:
        token = self.now
        if token.kind == "sign" and token.text in signs:
            self.place += 1
            return token
        return None

    def _sum(self) -> Tree:
        tree = self._product()
        while sign := self._take("+-"):
            tree = Op(sign.text, tree, self._product(), sign.at)
        return tree

    def _product(self) -> Tree:
        tree = self._one()
        while sign := self._take("*/"):
            tree = Op(sign.text, tree, self._one(), sign.at)
        return tree

    def _one(self) -> Tree:
        if sign := self._take("+-"):
            return self._deeper(lambda: self._signed(sign))
        if self._take("("):
            return self._deeper(self._bracket)
        token = self.now
        self.place += 1
        if token.kind == "number":
            if len(token.text) > data("thresholds")["formula"]["digits"]:
                raise _too_long()
            return Number(Decimal(token.text), token.at)
        if token.kind == "name":
            return Part(self._code(token), token.at)
        raise Unfinished() if token.kind == "end" else Unexpected(at=token.at + 1, name=token.text)

    def _deeper(self, read_on: Callable[[], Tree]) -> Tree:
        self.depth += 1
        if self.depth > data("thresholds")["formula"]["depth"]:
            raise _too_long()
        tree = read_on()
        self.depth -= 1
        return tree

    def _signed(self, sign: Token) -> Tree:
        tree = self._one()
        if sign.text == "+":
            return tree
        return Number(-tree.value, sign.at) if isinstance(tree, Number) else Op("*", Number(Decimal(-1)), tree, sign.at)

    def _bracket(self) -> Tree:
        tree = self._sum()
        if not self._take(")"):
            raise Unfinished() if self.now.kind == "end" else Unexpected(at=self.now.at + 1, name=self.now.text)
        return tree

    def _code(self, token: Token) -> str:
        name, mark, number = token.text.partition("@")
        meant = self.names[token.text] if token.text in self.names else self.names[name]
        if len(meant) > 1:
            raise Ambiguous(at=token.at + 1, name=token.text, near="、".join(meant))
        return f"{meant[0]}@{number}" if mark and token.text not in self.names else meant[0]
