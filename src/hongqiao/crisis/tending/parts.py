"""The books that a brand keeps in its own way, each with its lists, their fields and its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.crisis import settings
from hongqiao.crisis.incidents import book
from hongqiao.crisis.models import Goodwill
from hongqiao.crisis.statements import writing
from hongqiao.crisis.tending.columns import Column, Options
from hongqiao.errors import N_, NotFound
from hongqiao.knowledge import read
from hongqiao.methods.crisis.severity import LEVELS
from hongqiao.workspace import permissions
from hongqiao.workspace.models import Brand
from hongqiao.workspace.words import role_label

#: Permissions of the room that an alarm may be told by.
MAY = ("crisis.handle", "crisis.sign", "crisis.pause")


@dataclass(frozen=True)
class Rows:
    """A list of a book. title: the column that names a row; keep: codes that stay; by: the column that orders it,
    "" where a person does; new: what a row that is added holds besides its fields."""

    key: str
    label: str
    columns: tuple[Column, ...]
    title: str
    keep: frozenset[str] = frozenset()
    by: str = ""
    about: str = ""
    new: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A book: the file of knowledge/crisis it is, what it says of itself, how its lists are made for a brand.

    one: its lists are shown one at a time.
    """

    file: str
    label: str
    about: str
    lists: Callable[[Brand], tuple[Rows, ...]]
    one: bool = False


def limits() -> dict[str, Any]:
    """Return tending.json."""
    return read("crisis/tending")


def of(code: str) -> Part:
    """Return a book by its code. Raises NotFound."""
    if code not in PARTS:
        raise NotFound()
    return PARTS[code]


def numbers(part: Part) -> list[dict[str, Any]]:
    """Return the figures of a book: {path, label, unit, least, most, share, whole, description}."""
    return list(limits()["numbers"][part.file])


def seats(brand: Brand) -> Options:
    """Return the seats of a brand."""
    return [(code, _(r["label"])) for code, r in book.roles(brand).items()]


def team() -> Options:
    """Return the roles in the team."""
    return [(code, role_label(code)) for code in permissions.roles()]


def _steps(brand: Brand) -> tuple[Rows, ...]:
    letters, held, given = limits()["letters"], seats(brand), settings.of(brand, "playbooks")
    most = limits()["most"]["step_minutes"]
    fields = (
        Column("words", N_("步骤"), most=letters["step"]),
        Column("minutes", N_("时限"), "minutes", most=most, help=N_("从首次发现算起")),
        Column("role", N_("席位"), "choice", options=held),
        Column("proof", N_("要凭证"), "tick", help=N_("链接、截图或说明，有一样才能登记完成")),
    )
    found = [Rows("base", _("每起事件都有"), fields, "words", about=_("不管哪一类，这些步骤都排上。"))]
    for one in given["playbooks"]:
        asks = [(a["code"], _(a["words"]), [(o["code"], _(o["label"])) for o in a["options"]]) for a in one["asks"]]
        when = (Column("when", N_("只在回答是"), "when", asks=asks, help=N_("都不选：总是排上")),) if asks else ()
        found.append(Rows(one["code"], _(one["label"]), fields + when, "words", about=_fits(brand, one)))
    return tuple(found)


def _fits(brand: Brand, playbook: Mapping[str, Any]) -> str:
    from hongqiao.crisis.watching import words

    named = [words.nature(brand, n) for n in playbook["natures"]] + [words.kind(k) for k in playbook["kinds"]]
    if not named:
        return _("不属于其他类的事件用这一份，加上“每起事件都有”的步骤。")
    return _("用于：%(kinds)s；加上“每起事件都有”的步骤。") % {"kinds": "、".join(dict.fromkeys(named))}


def _roles(brand: Brand) -> tuple[Rows, ...]:
    letters = limits()["letters"]
    fields = (
        Column("label", N_("席位"), most=letters["seat"]),
        Column("words", N_("做什么"), most=letters["words"]),
        Column("default", N_("默认由谁"), "choice", options=team(), optional=True),
        Column("deputy", N_("替补"), "choice", options=team(), optional=True),
    )
    keep = frozenset(read("crisis/roles")["keep"])
    return (Rows("roles", _("席位"), fields, "label", keep, new={"default": "", "deputy": ""}),)


def _duties(brand: Brand) -> tuple[Rows, ...]:
    letters, most = limits()["letters"], limits()["most"]["duty_days"]
    fields = (
        Column("label", N_("报告"), most=letters["duty"]),
        Column("days", N_("期限"), "count", most=most, least=1, unit=N_("天")),
        Column("words", N_("怎么做"), most=letters["words"]),
        Column("basis", N_("依据"), most=letters["basis"], fixed=True),
        Column("checked", N_("核对日期"), "day", fixed=True, optional=True),
    )
    keep = frozenset(d["code"] for d in read("crisis/duties")["duties"])
    return (Rows("duties", _("期限"), fields, "label", keep, new={"with": []}),)


def _telling(brand: Brand) -> tuple[Rows, ...]:
    from hongqiao.crisis.watching import words

    to: list[tuple[str, str]] = [("commander", _("总指挥")), ("owner", _("提及的负责人"))]
    to += [(f"role:{code}", label) for code, label in team()]
    names = permissions.book()["permissions"]
    to += [(f"may:{p}", _("能“%(what)s”的人") % {"what": _(names[p])}) for p in MAY]
    fields = (
        Column("after", N_("无人接警"), "minutes", most=limits()["most"]["alarm_minutes"]),
        Column("to", N_("告诉谁"), "choices", options=to),
        Column("groups", N_("也发群"), "tick", help=N_("发到接收告警的群机器人")),
    )
    return tuple(
        Rows(level, words.level(level), fields, "after", by="after", keep=frozenset({"first"})) for level in LEVELS
    )


def _repair(brand: Brand) -> tuple[Rows, ...]:
    letters, phases = limits()["letters"], [(n, _("%(n)s 天内") % {"n": n}) for n in (30, 60, 90)]
    fields = (
        Column("label", N_("做什么"), most=letters["item"]),
        Column("kind", N_("类别"), "choice", options=[(c, _(str(label))) for c, label in Goodwill.Kind.choices]),
        Column("phase", N_("阶段"), "choice", options=phases),
        Column("days", N_("第几天完成"), "count", most=90, least=1, unit=N_("天")),
    )
    return (Rows("plan", _("修复项目"), fields, "label", by="days"),)


def _grave(brand: Brand) -> tuple[Rows, ...]:
    from hongqiao.crisis.mentions import words as said
    from hongqiao.crisis.watching import tables, words

    letters, most = limits()["letters"], limits()["most"]["nature_words"]
    fields = (
        Column("label", N_("性质"), most=letters["nature"]),
        Column("kinds", N_("投诉类型"), "choices", options=[(k, words.kind(k)) for k in tables.kinds()], optional=True),
        Column("flags", N_("提到"), "choices", options=list(said.flags().items()), optional=True),
        Column("words", N_("自己的词"), "words", most=letters["word"], least=most, optional=True, help=WORDS),
        Column("floor", N_("至少定为"), "choice", options=[(level, words.level(level)) for level in LEVELS]),
        Column("always", N_("不是负面也算"), "tick", help=N_("例如监管、媒体的中性询问")),
    )
    keep = frozenset(n["code"] for n in read("crisis/grave")["natures"])
    about = _("从上到下，先符合的先算；默认的不能移除，类型、提到和词都不选就不再触发。")
    return (Rows("natures", _("性质"), fields, "label", keep, about=about),)


#: What a brand's own words of a nature do.
WORDS = N_("一行一个；提及里出现任何一个，又是负面，就算这个性质")
#: Lists of words of statements that a brand adds to.
LISTS = {"evasions": N_("推脱的说法"), "promises": N_("绝对承诺"), "diagnoses": N_("诊断的说法")}


def _structures(brand: Brand) -> tuple[Rows, ...]:
    letters, holes = limits()["letters"], "、".join("{" + name + "}" for name in writing.HOLES)
    fields = (
        Column(
            "say", N_("起草时写的话"), "lines", most=letters["say"], help=_("会填上的：%(names)s") % {"names": holes}
        ),
        Column("when", N_("什么时候写"), "choice", options=[("bodily", _("身体受影响时"))], optional=True),
    )
    kinds = settings.of(brand, "statements")["kinds"]
    found = [Rows(code, _(one["label"]), fields, "say", new={"when": ""}) for code, one in kinds.items()]
    bad = (
        Column("word", N_("说法"), most=letters["word"]),
        Column("list", N_("算作"), "choice", options=[(code, _(label)) for code, label in LISTS.items()]),
    )
    about = _("声明里出现就不能签批；默认的说法一直有效。")
    return (*found, Rows("words", _("自加的禁用说法"), bad, "word", about=about))


PARTS = {
    "steps": Part(
        "playbooks", N_("预案步骤"), N_("正在处置的事件保持启用时的步骤和时限，改动从下一次启用预案起生效。"),
        _steps, one=True,
    ),
    "seats": Part(
        "roles", N_("席位"), N_("改名立即用到所有事件；步骤按席位分派，空缺时由替补、再由总指挥负责。"), _roles
    ),
    "duties": Part(
        "duties", N_("法定时限"),
        N_("已经开始计时的不变。默认期限只能改短，不能改长；依据和来源不能改。自己加的要写明依据。"), _duties,
    ),
    "alarms": Part(
        "telling", N_("告警升级"), N_("没有人接警时，到时间再叫下一批人；改动从下一次提醒起生效。"), _telling
    ),
    "gathering": Part(
        "gathering", N_("归并规则"), N_("哪些提及算同一件事；改动从下一条新提及起生效。"), lambda brand: ()
    ),
    "grave": Part(
        "grave", N_("严重性质"), N_("一条就告警的事；改动从下一条研判的提及起生效，已经研判的不变。"), _grave
    ),
    "structures": Part(
        "statements", N_("声明结构"), N_("起草时按这里的结构写；已经起草的不变，检查按新的来。"), _structures, one=True
    ),
    "hearing": Part(
        "intake", N_("监听规则"), N_("多旧的提及还告警、多久取一次；改动从下一次起生效。"), lambda brand: ()
    ),
    "repair": Part(
        "repair", N_("修复计划"), N_("正在修复的事件保持开始时的计划；恢复标准从下一次测算起生效。"), _repair
    ),
}  # fmt: skip
