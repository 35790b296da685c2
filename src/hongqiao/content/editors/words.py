"""Words of what was done in the editors."""

from hongqiao.errors import N_
from hongqiao.workspace import words

words.register("audit", {"look.kept": N_("设定品牌的排版主题、主色与标志")})
