"""A piece as the screens show it: cards, steps, clocks, what was found, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hongqiao.compliance.craft import present as craft
from hongqiao.content import body as bodies
from hongqiao.content.editors import chapters
from hongqiao.content.models import Piece, Revision, Stage, Task
from hongqiao.content.production import checking, queries, reviews, risk, words
from hongqiao.content.production.services.moving import allowed
from hongqiao.errors import N_
from hongqiao.platforms.capabilities import CONTENT
from hongqiao.workspace import figures
from hongqiao.workspace import words as said
from hongqiao.workspace.models import AuditEntry, Member
from hongqiao.workspace.words import platform_name

STAGE_TONES = {"review": "warn", "approved": "good", "scheduled": "info", "published": "good"}
RISK_TONES = {"middle": "warn", "high": "danger"}
#: What each part of a brief is called, and what helps to fill it.
BRIEF = {
    "goal": (N_("目标"), N_("只定一个指标，比如收藏率")),
    "audience": (N_("给谁看"), N_("人群、场景")),
    "message": (N_("一句话要点"), N_("看完只记住的那一句")),
    "proof": (N_("证据"), N_("数据、实测、报告，写明出处")),
    "must": (N_("必须写到"), ""),
    "avoid": (N_("不能写"), ""),
    "tone": (N_("语气"), ""),
    "facts": (N_("产品与备案号"), ""),
    "cta": (N_("行动与链接"), N_("要读者做什么，链接和口令")),
    "spec": (N_("规格"), N_("字数、时长、尺寸")),
    "references": (N_("参考"), ""),
    "labels": (N_("广告与 AI 标识"), ""),
    "rights": (N_("版权清单"), N_("图、字体、音乐、肖像的授权编号")),
    "crisis": (N_("出事找谁"), ""),
}
PARTS = {"line": N_("台词"), "subtitle": N_("字幕"), "picture": N_("画面")}


def platforms() -> list[tuple[str, str]]:
    """Return the platforms that content goes to, by code and name: a shop, an ad desk or own data is none."""
    return [(p, platform_name(p)) for p in CONTENT]


def url(row: Piece, tab: str = "") -> str:
    """Return the address of a piece's page, or of one of its tabs."""
    if tab:
        return reverse("content_piece_tab", args=[row.brand.slug, row.pk, tab])
    return reverse("content_piece", args=[row.brand.slug, row.pk])


def clock(until: datetime | None) -> dict[str, Any] | None:
    """Return a deadline as people read it: how much is left, or how late it is."""
    if until is None:
        return None
    left = until - timezone.now()
    late = left < timedelta(0)
    hours, minutes = divmod(int(abs(left).total_seconds()) // 60, 60)
    if hours >= 48:
        text = _("%(n)d 天") % {"n": hours // 24}
    elif hours:
        text = _("%(n)d 小时") % {"n": hours}
    else:
        text = _("%(n)d 分钟") % {"n": minutes}
    return {"until": until, "late": late, "text": (_("超时 %(time)s") if late else _("剩 %(time)s")) % {"time": text}}


def step(one: reviews.Step) -> dict[str, Any]:
    """Return one step of review: who decided, or whose turn it is until when."""
    done = one.done
    who = (str(done.by) if done.by else (done.link.reviewer or done.link.name if done.link else "")) if done else ""
    return {"code": one.code, "label": words.step(one.code), "done": done, "who": who, "clock": clock(one.until)}


def card(
    member: Member,
    row: Piece,
    text: Revision | None,
    steps: Sequence[reviews.Step],
    due: Task | None,
    open_remarks: int,
) -> dict[str, Any]:
    """Return a card of the board."""
    stops = checking.stopped_by(row, text.found) if text and row.stage in queries.OPEN else []
    turn = reviews.turn(steps) if row.stage == Stage.REVIEW else None
    today = figures.real_day(row.brand)
    return {
        "row": row,
        "url": url(row),
        "name": row.title,
        "platform": platform_name(row.platform),
        "form": words.label(Piece.Form, row.form),
        "stage": words.label(Stage, row.stage),
        "stage_tone": STAGE_TONES.get(row.stage, ""),
        "owner": str(row.owner) if row.owner else "",
        "slot": row.publish_at,
        "turn": step(turn) if turn else None,
        "due": _due(due, today),
        "stops": len(stops),
        "why": craft.said(checking.read(stops[0]))[0] if stops else "",
        "word": stops[0]["word"] if stops else "",
        "risk": words.label(Piece.Risk, row.risk) if row.risk != Piece.Risk.LOW else "",
        "risk_tone": RISK_TONES.get(row.risk, ""),
        "quick": row.lane == Piece.Lane.QUICK,
        "remarks": open_remarks,
        "moves": [(to, words.label(Stage, to)) for to in allowed(member, row)],
    }


def _due(one: Task | None, today: date) -> dict[str, Any] | None:
    if one is None or one.due is None:
        return None
    return {"day": one.due, "late": one.due < today, "kind": words.label(Task.Kind, one.kind)}


def place(name: str) -> str:
    """Return where something stands, in words: 标题, 第 2 镜 台词."""
    part = name.rpartition(".")[2]
    return f"{craft.place(name)} {_(PARTS[part])}" if part in PARTS else craft.place(name)


def found(lines: Iterable[checking.Line]) -> list[dict[str, Any]]:
    """Return what was found with its words, the gravest first; what only warns of one word is said once, with its
    times; what was let stand comes last."""
    shown: list[dict[str, Any]] = []
    once: dict[tuple[str, str], dict[str, Any]] = {}
    for line in lines:
        same = once.get((line.found.rule, line.found.word)) if line.found.word and not line.holds else None
        if same is not None and line.stays is None:
            same["times"] += 1
            continue
        one = craft.found(line.found)
        let = {"by": line.stays["name"], "reason": line.stays["reason"], "why": ""} if line.stays else one["let"]
        shown.append(one | {"line": line, "one": line.found, "let": let, "here": line.stays is not None, "times": 1})
        if not line.holds and line.stays is None:
            once[line.found.rule, line.found.word] = shown[-1]
        shown[-1]["place"] = place(line.found.place)
    return sorted(shown, key=lambda x: x["let"] is not None)


def signs(found_signs: Iterable[risk.Sign]) -> list[dict[str, str]]:
    """Return what raises the risk, in words."""
    return [
        {"label": _(risk.LABELS[s.code]), "word": s.word, "risk": words.label(Piece.Risk, s.risk)} for s in found_signs
    ]


def brief(row: Piece) -> list[dict[str, str]]:
    """Return every part of a brief with what is written there."""
    return [
        {"key": k, "label": _(label), "help": _(help_) if help_ else "", "text": (row.brief or {}).get(k, "")}
        for k, (label, help_) in BRIEF.items()
    ]


def task(one: Task, today: date) -> dict[str, Any]:
    """Return a task in words."""
    late = bool(one.due and one.due < today and one.done_at is None)
    return {"row": one, "kind": words.label(Task.Kind, one.kind), "late": late, "owner": str(one.owner or "")}


def timeline(row: Piece) -> list[dict[str, Any]]:
    """Return what was done to a piece, newest first, in words."""
    entries = AuditEntry.objects.filter(brand=row.brand, object_id=str(row.pk)).select_related("user").order_by("-id")
    return [
        {"at": e.at, "who": str(e.user) if e.user else _("系统"), "text": said.say("audit", e.code, e.params)}
        for e in entries[:200]
    ]


def next_step(member: Member, row: Piece, stops: int, turn: reviews.Step | None) -> dict[str, str] | None:
    """Return the one thing to do next with a piece, as a button: an act, or an address."""
    may = set(allowed(member, row))
    if row.stage in (Stage.BRIEF, Stage.COPY, Stage.MAKING) and not row.revision:
        return {"label": _("写内容"), "url": url(row)}
    if row.stage in (Stage.COPY, Stage.MAKING) and stops:
        return {"label": _("处理 %(n)d 处问题") % {"n": stops}, "url": url(row, "check")}
    if row.stage in (Stage.COPY, Stage.MAKING) and Stage.REVIEW in may:
        return {"label": _("提交审核"), "stage": Stage.REVIEW}
    if row.stage == Stage.REVIEW and turn and any(m.pk == member.pk for m in reviews.may_take(row, turn.code)):
        return {"label": _("去审核"), "url": url(row, "review")}
    if row.stage == Stage.APPROVED and Stage.SCHEDULED in may:
        if row.publish_at is None:
            return {"label": _("定发布时间"), "url": url(row, "publish")}
        return {"label": _("排期"), "stage": Stage.SCHEDULED}
    if row.stage == Stage.SCHEDULED:
        return {"label": _("去发布台"), "url": desk_url(row)}
    return None


def desk_url(row: Piece) -> str:
    """Return the address of a piece's publishing page, of the whole desk where it is not on its way."""
    from hongqiao.content.desk.asking import on_its_way  # the desk stands on this room's services

    found = on_its_way(row)
    if found is None:
        return reverse("content_desk", args=[row.brand.slug])
    return reverse("content_publication", args=[row.brand.slug, found.pk])


def local(moment: datetime | None, row: Piece) -> str:
    """Return a moment as a datetime-local input takes it, in the zone of the piece."""
    return f"{moment.astimezone(queries.zone_of(row)):%Y-%m-%dT%H:%M}" if moment else ""


def headed(text: str) -> list[dict[str, str]]:
    """Return a text in lines, of headings the mark apart from the words; put together they are the text again."""
    found = []
    for line in text.splitlines(keepends=True):
        mark = "## " if line.startswith("## ") else ""
        found.append({"mark": mark, "text": line.removeprefix(mark)})
    return found


def marked(text: str, spots: Sequence[tuple[int, int, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return a text in pieces, each plain or with what stands on it; of overlapping spots the first."""
    pieces, at = [], 0
    for start, end, what in sorted(spots, key=lambda s: (s[0], -s[1])):
        if start < at:
            continue
        if start > at:
            pieces.append({"text": text[at:start]})
        pieces.append({"text": text[start:end], **what})
        at = end
    return [*pieces, {"text": text[at:]}] if at < len(text) else pieces


def body_lines(row: Piece, body: Mapping[str, Any]) -> str:
    """Return all that a body says as lines with a head each, for comparing revisions."""
    labels = body.get("labels") or {}
    said_ = [f"【{_('标题')}】{body.get('title', '')}"]
    if body.get("digest"):
        said_.append(f"【{_('摘要')}】{body['digest']}")
    said_ += bodies.text(row.form, body).splitlines()
    for number, shot in enumerate(bodies.shots(body), 1):
        parts = " / ".join(p for p in (shot.picture, shot.line, shot.subtitle) if p)
        said_.append(f"【{number}】{shot.start:g}–{shot.end:g}s {parts}")
    said_ += [f"【{_('章节')}】{line}" for line in chapters.lines(body)]
    if body.get("tags"):
        said_.append(" ".join(f"#{t}" for t in body["tags"]))
    said_ += [f"【{_('证据')}】{e.get('text', '')} {e.get('url', '')}".strip() for e in body.get("evidence") or ()]
    if labels:
        said_.append(f"【{_('标识')}】" + "、".join(_label_words(labels)))
    return "\n".join(said_)


def _label_words(labels: Mapping[str, Any]) -> list[str]:
    found_ = [_("广告")] if labels.get("ad") else []
    if labels.get("ai") in ("assisted", "generated"):
        found_.append(_("AI 辅助") if labels["ai"] == "assisted" else _("AI 生成"))
    return found_
