"""Chinese marketing copy read as its readers do, and held against rules that are data (C2).

`check(text, rules)` finds what a rule names, also where it is written with odd characters, spaces, emoji or a
homophone, and says of each hit where it stands, which rule, on which basis and what to write instead. Guards know what
is lawful all the same: a negation, a quotation, a name, an aim of one's own, a rank with its source.
"""

from hongqiao.methods.wording.engine import Hit, check, mended, sentence
from hongqiao.methods.wording.rules import Guard, Rules, Term, compiled
from hongqiao.methods.wording.stream import plain_word

__all__ = ["Guard", "Hit", "Rules", "Term", "check", "compiled", "mended", "plain_word", "sentence"]
