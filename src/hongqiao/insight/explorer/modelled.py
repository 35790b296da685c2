"""A sentence that the rules do not understand, read by the brand's own model where 问数 is on.

The model is told the names of metrics, dimensions and platforms and the sentence, without the brand's accounts, long
numbers and addresses; no figure, no row. What it answers is a question like any other, checked as an address is. Where
it does not hold, what the rules said stands.
"""

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.errors import HongqiaoError
from hongqiao.insight.explorer import limit
from hongqiao.insight.explorer.ask import Read
from hongqiao.insight.explorer.question import Question, from_json, misfits
from hongqiao.metrics import DIMENSIONS, METRICS
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import assistant, words
from hongqiao.workspace.models import Account, Member

USE = "ask"
_KEYS = {"metrics": list, "by": list, "platforms": list, "start": str, "end": str, "vs": str, "sort": str, "top": int}
_PRIVATE = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\d[\d\s-]{5,}\d")
_DAYS = re.compile(r"20\d\d-\d\d?-\d\d?")

_TASK = """把用户的一句话翻译成数据查询，只输出一个 JSON 对象，不要解释。字段：
metrics：指标代码的数组，最多 %(metrics)s 个；by：拆分维度代码的数组，最多 %(dimensions)s 个，必须是该指标括号里列出的；
platforms：只看这些平台（平台代码的数组，没有就空）；start、end：起止日期 YYYY-MM-DD，没说就都给空字符串；
vs："" 或 "previous"（环比）或 "year"（同比）；
sort："" 或 指标代码（从低到高）或 "-"加指标代码（从高到低）；top：只要前几行，没说给 0。
八个字段都要有。句子里没有能对应的指标，或要的东西这里没有，metrics 给空数组。不要猜。今天是 %(today)s。
"""


def helped(member: Member, sentence: str, today: date, found: Read) -> Read:
    """Return what the model makes of a sentence that the rules did not understand, or what they said."""
    understood = found.question.metrics or found.choices
    if understood or not assistant.allowed(member.brand, USE) or not re.search(r"\w", sentence):
        return found
    try:
        made = assistant.ask_json(member.brand, USE, messages(member, sentence, today), member=member)
    except HongqiaoError as error:
        said = words.error_words(error)["message"]
        return replace(found, notes=[*found.notes, _("模型没有帮上忙：%(why)s") % {"why": said}])
    question = checked(made, today, found.question)
    if question is None:
        return replace(found, notes=[*found.notes, _("模型也没有读出能查的内容")])
    return Read(question, by_model=True)


def checked(made: dict[str, Any], today: date, known: Question) -> Question | None:
    """Return the model's question where every part of it holds, else None. Days and accounts that the rules did read
    go before the model's.
    """
    if set(made) != set(_KEYS) or not all(type(made[k]) is kind for k, kind in _KEYS.items()) or not made["metrics"]:
        return None
    if not set(map(str, made["platforms"])) <= set(PLATFORMS) or bool(made["start"]) != bool(made["end"]):
        return None
    given = {k: v for k, v in made.items() if k != "platforms"}
    where = {"platform": made["platforms"]} if made["platforms"] else {}
    try:
        question = from_json(given | {"where": where}, today)
        question = replace(question, where={**question.where, **known.where})
        question = replace(question, start=known.start, end=known.end) if known.start else question
    except HongqiaoError:
        return None
    wrong_order = bool(made["sort"]) and made["sort"] != question.sort
    return None if misfits(question) or wrong_order or made["vs"] not in ("", "previous", "year") else question


def messages(member: Member, sentence: str, today: date) -> list[dict[str, str]]:
    """Return what is sent: names and the sentence, nothing else of the brand."""
    told = {"today": today, "metrics": limit("metrics"), "dimensions": limit("dimensions")}
    names = "\n".join([_TASK % told, "指标：", *_metrics(), "维度：", *_dimensions(), "平台：", *_platforms()])
    return [{"role": "system", "content": names}, {"role": "user", "content": stripped(member, sentence)}]


def stripped(member: Member, sentence: str) -> str:
    """Return the sentence without names of accounts, mail addresses and numbers that may be a person's."""
    for name in Account.objects.filter(brand_id=member.brand_id).values_list("name", flat=True):
        sentence = sentence.replace(name, "[账号]") if len(name) > 1 else sentence
    return _PRIVATE.sub(lambda m: m[0] if _DAYS.match(m[0]) else "[略]", sentence)


def _metrics() -> list[str]:
    """One line for metrics that are cut alike: the names are short so that a small model can hold them."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for code, metric in METRICS.items():
        alike.setdefault(metric.dimensions, []).append(f"{code}={metric.label}")
    return [f"（{','.join(dimensions)}）{'；'.join(names)}" for dimensions, names in alike.items()]


def _dimensions() -> list[str]:
    return [json.dumps({c: d.label for c, d in DIMENSIONS.items()}, ensure_ascii=False)]


def _platforms() -> list[str]:
    return [json.dumps({c: p.name for c, p in PLATFORMS.items()}, ensure_ascii=False)]
