"""Drafts by the brand's own model: what is asked, what comes back. Off until an administrator turns the use on."""

from __future__ import annotations

import json
import re
from typing import Any

from django.utils.translation import gettext

from hongqiao.content import body as bodies
from hongqiao.content.drafting import invented, people, structures
from hongqiao.content.drafting.makers import Batch, Made
from hongqiao.content.drafting.material import Material
from hongqiao.content.drafting.redact import Veil
from hongqiao.errors import N_, Invalid
from hongqiao.platforms import PLATFORMS
from hongqiao.workspace import assistant
from hongqiao.workspace.assistant import AssistantError
from hongqiao.workspace.models import Assistant, Member

USE = "content.draft"
_SHOT = '{"start","end","size","picture","line","subtitle","sound"}'
#: form → the keys asked for, with what each holds
SHAPES = {
    "article": '{"title","digest","markdown"}，markdown 用 ## 分节，段落不超过 110 字',
    "note": '{"title"（20 字以内）,"text"（一行一段）,"tags"（数组）}',
    "video": f'{{"title","text","tags","shots":[{_SHOT}]}}，秒；前 3 秒的 line 不超过 15 字',
    "long_video": f'{{"title","text","tags","chapters":[{{"start","title"}}],"shots":[{_SHOT}]}}，秒',
    "live": '{"title","segments":[{"start","end","kind","product","line"}]}，秒',
    "poster": '{"title","fields":{"title","subtitle","point","cta"}}，每项不超过 20 字',
}
_TASK = """你替品牌写初稿。只输出一个 JSON 对象：{"drafts":[…]}，给 %(count)s 篇写法不同的稿子，每篇的字段是 %(shape)s。
规矩：
1. 只用材料里的事实、数字和宣称；材料里没有的，写成〔待补：缺什么〕，不要编。
2. 不编用户原话、体验、数据、排名、对比、优惠和链接。
3. 不用“最”“第一”“顶级”等绝对化用语，不说治疗和功效保证；产品只说“可以说的话”里的。
4. 用品牌的语气；不用“不用的词”；不碰红线。简报里“必须写”的要写到，“不要写”的不要写。
5. 纯文字，不要 HTML，不要解释。〔人名1〕这样的记号代表一个人，要写到就原样保留。"""
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|&lt;|javascript:", re.I)


class NothingUsable(AssistantError):
    code, status = "draft_nothing_usable", 502
    message = N_("模型写的都不能用：%(why)s")
    next_step = N_("可以再试一次，或先用模板起草")


class BadDraft(Invalid):
    """One draft of a model that is not taken, with why."""


WHY = {
    "form": N_("不是约定的格式"),
    "html": N_("夹带了网页代码"),
    "long": N_("太长"),
    "empty": N_("没有内容"),
}


class ModelDraft:
    """Asks the brand's model. Never inside a transaction."""

    def __init__(self, member: Member):
        self.member = member

    def make(self, material: Material) -> Batch:
        """Return the drafts that hold. Raises AssistantError: no model, a fault of its, or nothing usable."""
        brand, form = self.member.brand, material.piece.form
        veil = people.veil(material)
        found = assistant.ask_json(brand, USE, messages(material, veil), member=self.member, long=True)
        given = found.get("drafts")
        if not isinstance(given, list) or not given:
            raise NothingUsable(why=gettext(WHY["form"]))
        model = Assistant.objects.filter(brand=brand).values_list("model", flat=True).first() or ""
        source, drafts, refused = veil.hide(material.source()), [], []
        for one in given[: structures.limits()["drafts"]]:
            try:
                body, notes = invented.marked(shaped(form, one), source)
                said = {**veil.show(body), "labels": {"ai": "generated"}}
                drafts.append(Made(said, "", model, tuple(veil.show(dict(n)) for n in notes)))
            except BadDraft as bad:
                refused.append(bad.code)
        if not drafts:
            raise NothingUsable(why="、".join(dict.fromkeys(gettext(WHY[code]) for code in refused)))
        return Batch(tuple(drafts), tuple(refused))


def messages(material: Material, veil: Veil) -> list[dict[str, str]]:
    """Return what is sent: the task, and the material without personal data and names."""
    form = material.piece.form
    count = 2 if form in ("note", "video", "poster") else 1
    task = _TASK % {"count": count, "shape": SHAPES[form]}
    told = json.dumps(_told(material), ensure_ascii=False)
    return [{"role": "system", "content": task}, {"role": "user", "content": veil.hide(told)}]


def _told(m: Material) -> dict[str, Any]:
    platform = PLATFORMS.get(m.piece.platform)
    row, person, product = m.book, m.persona, m.product
    told: dict[str, Any] = {
        "平台": platform.name if platform else m.piece.platform,
        "题目": m.piece.title,
        "简报": {k: v for k, v in m.brief.items() if k != people.CONTACTS},
        "证据": list(m.evidence),
        "定位": row.positioning,
        "品牌承诺": row.promise,
        "自称": row.first_person,
        "常用词": row.tone,
        "不用的词": [a["word"] for a in row.avoid],
        "红线": [line["text"] for line in row.lines],
        "例句": [e["good"] for e in row.examples][:5],
    }
    if person:
        told["人群"] = {"名称": person.name, "是谁": person.who, "场景": person.scenes, "需求": person.needs}
    if product:
        claims = [{"原话": c.text, "依据": c.proof} for c in m.claims]
        told["产品"] = {"名称": product.name, "事实": product.facts, "可以说的话": claims}
    return {k: v for k, v in told.items() if v}


def shaped(form: str, given: Any) -> dict[str, Any]:
    """Return one draft of a model as a body: known keys, plain text, not too long. Raises BadDraft."""
    if not isinstance(given, dict):
        raise BadDraft(code="form")
    keys = {"title", *bodies.KEYS[form]} - {"html", "images", "image", "video", "author", "source_url", "template"}
    kept = {k: v for k, v in given.items() if k in keys}
    if _TAG.search(json.dumps(kept, ensure_ascii=False)):
        raise BadDraft(code="html")
    limits = structures.limits()
    if len(json.dumps(kept, ensure_ascii=False)) > 3 * limits["text"][form] + 2000:
        raise BadDraft(code="long")
    try:
        body = bodies.checked(form, kept)
    except Invalid:
        raise BadDraft(code="form") from None
    if len(body.get("title", "")) > limits["title"] or len(body.get("shots", ())) > limits["shots"]:
        raise BadDraft(code="long")
    if len(bodies.text(form, body)) > limits["text"][form]:
        raise BadDraft(code="long")
    if not bodies.words(form, body).strip():
        raise BadDraft(code="empty")
    return body
