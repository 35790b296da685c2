"""Publishing and sending to all on the test server: taken at once, done after a while, told by an event."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from hongqiao.platforms import capabilities
from hongqiao.platforms.sandbox.drafts import Json, page, shown
from hongqiao.platforms.sandbox.world import ZONE, Publication, Refused, WeChatWorld

GOOD, BUSY = 0, 1
REFUSED_WORD = "审核不过"  # a title with this is refused by the platform's audit: publish_status 4


def submit(world: WeChatWorld, body: Json) -> Json:
    made = _begin(world, str(body.get("media_id", "")))
    return {"errcode": 0, "errmsg": "ok", "publish_id": made.publish_id, "msg_data_id": made.data_id}


def _begin(world: WeChatWorld, media_id: str, **more: Any) -> Publication:
    held = world.drafts.get(media_id)
    if held is None:
        raise Refused(40007, "invalid media_id")
    now = world.now()
    made = Publication(
        publish_id=world.number(),
        data_id=world.number(),
        media_id=media_id,
        articles=[dict(a) for a in held["articles"]],
        at=now,
        done_at=now + world.publish_seconds,
        **more,
    )
    world.publications.append(made)
    if world.draft_leaves == "taken":
        del world.drafts[media_id]
    return made


def settle(world: WeChatWorld) -> None:
    """Finish what is due, and put its events into the outbox."""
    for one in world.publications:
        if one.status == BUSY and world.now() >= one.done_at:
            _finish(world, one)
        if one.status != BUSY and not one.told:
            one.told = True
            times = 2 if world.take_fault("event") == "twice" else 1
            world.outbox += [_sent_event(world, one) if one.mass else _event(world, one)] * times


def _finish(world: WeChatWorld, one: Publication) -> None:
    audited = 4 if any(REFUSED_WORD in str(a.get("title")) for a in one.articles) else GOOD
    one.status = world.verdicts.pop(0) if world.verdicts else audited
    if one.status != GOOD:
        return
    one.article_id = world.name_of(64)
    world.drafts.pop(one.media_id, None)
    for index, article in enumerate(one.articles, 1):
        article["url"] = (
            f"{world.base}/s?__biz={world.app_id}&mid={one.data_id}&idx={index}&sn={world.name_of(32)}&chksm={one.data_id}"
        )


def get(world: WeChatWorld, body: Json) -> Json:
    for one in world.publications:
        if one.publish_id == str(body.get("publish_id", "")) and not one.mass:
            return {
                "publish_id": one.publish_id,
                "publish_status": one.status,
                **_detail(one),
                "fail_idx": _failed(one),
            }
    raise Refused(53600, "invalid publish_id")


def _detail(one: Publication) -> Json:
    if one.status != GOOD:
        return {}
    items = [{"idx": n, "article_url": a["url"]} for n, a in enumerate(one.articles, 1)]
    return {"article_id": one.article_id, "article_detail": {"count": len(items), "item": items}}


def _failed(one: Publication) -> list[int]:
    return [1] if one.status in (2, 3, 4) else []


def _by_article(world: WeChatWorld, article_id: Any) -> Publication:
    for one in world.publications:
        if one.article_id and one.article_id == article_id:
            return one
    raise Refused(53600, "invalid article_id")


def getarticle(world: WeChatWorld, body: Json) -> Json:
    one = _by_article(world, body.get("article_id"))
    return {"news_item": [{**shown(world, a), "is_deleted": one.status != GOOD} for a in one.articles]}


def delete(world: WeChatWorld, body: Json) -> Json:
    _by_article(world, body.get("article_id")).status = 5
    return {"errcode": 0, "errmsg": "ok"}


def batchget(world: WeChatWorld, body: Json) -> Json:
    live = [p for p in reversed(world.publications) if p.article_id and not p.mass]
    return page(
        [
            {
                "article_id": p.article_id,
                "content": {
                    "news_item": [
                        {**shown(world, a, body.get("no_content")), "is_deleted": p.status != GOOD} for a in p.articles
                    ]
                },
                "update_time": int(p.done_at),
            }
            for p in live
        ],
        body,
    )


def sendall(world: WeChatWorld, body: Json) -> Json:
    whom, mark = body.get("filter") or {}, str(body.get("clientmsgid", ""))
    if body.get("msgtype") != "mpnews" or not (whom.get("is_to_all") or whom.get("tag_id")):
        raise Refused(40008, "invalid message type")
    if len(mark.encode()) > 64:
        raise Refused(45067, "clientmsgid too long")
    for one in world.publications:
        if mark and one.mark == mark:
            raise Refused(45065, "clientmsgid exist", msg_id=int(one.publish_id), msg_data_id=int(one.data_id))
    _mass_quota(world)
    made = _begin(world, str((body.get("mpnews") or {}).get("media_id", "")), mass=True, mark=mark)
    return {
        "errcode": 0,
        "errmsg": "send job submission success",
        "msg_id": int(made.publish_id),
        "msg_data_id": int(made.data_id),
    }


def _mass_quota(world: WeChatWorld) -> None:
    quota = capabilities.mass_quota("wechat_oa", world.kind)
    if quota is None:
        return
    form = "%Y-%m" if quota.per == "month" else "%Y-%m-%d"

    def period(moment: float) -> str:
        return datetime.fromtimestamp(moment, ZONE).strftime(form)

    if sum(p.mass and period(p.at) == period(world.now()) for p in world.publications) >= quota.count:
        raise Refused(45028, "has no masssend quota")


def preview(world: WeChatWorld, body: Json) -> Json:
    if str((body.get("mpnews") or {}).get("media_id", "")) not in world.drafts:
        raise Refused(40007, "invalid media_id")
    return {"errcode": 0, "errmsg": "preview success", "msg_id": int(world.number())}


def mass_get(world: WeChatWorld, body: Json) -> Json:
    for one in world.publications:
        if one.mass and one.publish_id == str(body.get("msg_id", "")):
            said = {BUSY: "SENDING", GOOD: "SEND_SUCCESS"}.get(one.status, "SEND_FAIL")
            return {"msg_id": int(one.publish_id), "msg_status": said}
    raise Refused(40070, "invalid msg_id")


def _event(world: WeChatWorld, one: Publication) -> str:
    items = "".join(
        f"<item><idx>{n}</idx><article_url>{escape(a['url'])}</article_url></item>"
        for n, a in enumerate(one.articles, 1)
        if one.status == GOOD
    )
    detail = f"<article_detail><count>{len(one.articles)}</count>{items}</article_detail>" if items else ""
    told = (
        f"<publish_id>{one.publish_id}</publish_id><publish_status>{one.status}</publish_status>"
        f"<article_id>{one.article_id}</article_id>{detail}"
    )
    return _xml(world, "PUBLISHJOBFINISH", f"<PublishEventInfo>{told}</PublishEventInfo>")


def _sent_event(world: WeChatWorld, one: Publication) -> str:
    good = one.status == GOOD
    items = "".join(
        f"<item><ArticleIdx>{n}</ArticleIdx><ArticleUrl>{escape(a.get('url', ''))}</ArticleUrl></item>"
        for n, a in enumerate(one.articles, 1)
        if good
    )
    urls = f"<ArticleUrlResult><Count>{len(one.articles)}</Count><ResultList>{items}</ResultList></ArticleUrlResult>"
    said = f"<MsgID>{one.publish_id}</MsgID><Status>{'send success' if good else f'err({10000 + one.status})'}</Status>"
    counts = f"<TotalCount>{world.followers}</TotalCount><SentCount>{world.followers if good else 0}</SentCount>"
    return _xml(world, "MASSSENDJOBFINISH", said + counts + (urls if good else ""))


def _xml(world: WeChatWorld, event: str, told: str) -> str:
    return (
        f"<xml><ToUserName>gh_{world.app_id[-8:]}</ToUserName><FromUserName>o_system</FromUserName>"
        f"<CreateTime>{int(world.now())}</CreateTime><MsgType>event</MsgType><Event>{event}</Event>{told}</xml>"
    )
