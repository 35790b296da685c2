"""Publishing on 公众号: pictures, draft, then 发布 (nobody is notified) or 群发 (all followers are).

Serves publish truth.

`payload.body["send"] == "mass"` asks for 群发 (to those of `tag_id` where that is given), anything else for 发布.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import Any

from hongqiao.errors import N_, Invalid
from hongqiao.platforms.client import NotSure, Part, Payload, PlatformError, Status, Submitted
from hongqiao.platforms.wechat_oa.api import pictures
from hongqiao.platforms.wechat_oa.api.client import Json, WeChat, book
from hongqiao.platforms.wechat_oa.api.page import PictureMissing, images, with_addresses

DRAFT, COVER, ASKED = "draft", "cover", "asked"
NO_RIGHT, NO_SUCH_MEDIA, SENT_BEFORE = "48001", "40007", "45065"


class PublishByHand(PlatformError):
    """The account may not publish by the interface; its draft is made and waits for a person."""

    code = "publish_by_hand"
    message = N_("草稿已建好，但%(platform)s不让这个账号用接口发布：%(said)s（%(answer)s）")


BY_HAND = N_("请登录 mp.weixin.qq.com，在草稿箱打开这篇文章，点“发表”；发表后把链接贴回来")


class NoCover(Invalid):
    code = "no_cover"
    message = N_("公众号文章必须有封面")
    next_step = N_("请给这篇内容选一张封面图")


class NoText(Invalid):
    code = "no_article_text"
    message = N_("文章没有可发布的正文")
    next_step = N_("请先写好正文并排版，再发布")


class Unsettled(NotSure):
    """It was asked, gave no answer, and is neither published nor certainly untaken: nothing is sent again."""

    code = "publish_unsettled"
    message = N_("上次提交没有收到答复，平台上还看不出是否已发布")
    next_step = N_("稍后会自动再查，不会重复发布；急用请到公众平台查看“发表记录”")


class WeChatPublisher:
    """The `Publisher` of one account. Given how to reach it, it is reached when first used: asking who publishes is no
    call, and must not fail where keys are lost."""

    def __init__(
        self, wechat: WeChat | Callable[[], WeChat], *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ):
        self._reached, self._now = wechat, now

    @cached_property
    def wechat(self) -> WeChat:
        return self._reached if isinstance(self._reached, WeChat) else self._reached()

    # -- before: everything that may be done twice without harm

    def prepare(self, payload: Payload, done: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Yield what the platform keeps: `picture:<name>` its address, `material:<name>`, `cover`, `draft`."""
        held = dict(done)
        resumed = COVER in held or any(k.startswith("material:") for k in held)
        for step, make in self._steps(payload):
            if step not in held:
                held[step] = make()
                yield step, held[step]
        if DRAFT not in held:
            article = self._article(payload, held)
            again = self._draft_made_before(article) if resumed else ""
            yield DRAFT, again or self.wechat.draft_add([article])

    def _steps(self, payload: Payload) -> Iterator[tuple[str, Callable[[], str]]]:
        if payload.form == "note":
            for part in self._named(payload):
                yield f"material:{part.name}", partial(self._material, part)
            return
        if not str(payload.body.get("html") or "").strip():
            raise NoText()
        cover = self._cover(payload)
        for part in images(payload):
            yield f"picture:{part.name}", partial(self._picture, part)
        yield COVER, partial(self._material, cover)

    def _picture(self, part: Part) -> str:
        return self.wechat.upload_picture(*pictures.fit(part, "body"))

    def _material(self, part: Part) -> str:
        return self.wechat.add_material(*pictures.fit(part, "cover"))

    def _named(self, payload: Payload) -> list[Part]:
        parts = {part.name: part for part in payload.parts}
        wanted = [str(name) for name in payload.body.get("images") or ()]
        if missing := [name for name in wanted if name not in parts]:
            raise PictureMissing(names="、".join(missing[:3]))
        if not wanted:
            raise NoCover()
        return [parts[name] for name in wanted]

    def _cover(self, payload: Payload) -> Part:
        parts = {part.name: part for part in payload.parts}
        cover = parts.get(str(payload.body.get("cover") or "")) or next(iter(images(payload)), None)
        if cover is None:
            raise NoCover()
        return cover

    def _article(self, payload: Payload, held: Mapping[str, str]) -> Json:
        body = payload.body
        shared: Json = {"title": str(body.get("title") or ""), "need_open_comment": int(bool(body.get("comments")))}
        if payload.form == "note":
            ids = [{"image_media_id": held[f"material:{name}"]} for name in body.get("images") or ()]
            tags = " ".join(f"#{tag}" for tag in body.get("tags") or ())
            text = "\n".join(line for line in (str(body.get("text") or ""), tags) if line)
            return {**shared, "article_type": "newspic", "content": text, "image_info": {"image_list": ids}}
        return {
            **shared,
            "article_type": "news",
            "author": str(body.get("author") or ""),
            "digest": str(body.get("digest") or ""),
            "content": with_addresses(payload, held),
            "content_source_url": str(body.get("source_url") or ""),
            "thumb_media_id": held[COVER],
        }

    def _draft_made_before(self, article: Json) -> str:
        """Return the draft that an earlier try made without its answer being kept."""
        for item in self.wechat.drafts():
            if _same(_first(item), article["title"], _fingerprint(article)):
                return str(item["media_id"])
        return ""

    # -- the one thing that must happen once

    def submit(self, payload: Payload, done: Mapping[str, str]) -> Submitted:
        """Ask to publish, or to send to all. Raises PublishByHand where the account may not."""
        if payload.body.get("send") == "mass":
            return self._send(payload, done)
        try:
            said = self.wechat.publish(done[DRAFT])
        except PlatformError as error:
            raise _by_hand(error) from None
        return Submitted({"publish_id": str(said["publish_id"]), "msg_data_id": str(said.get("msg_data_id", ""))})

    def _send(self, payload: Payload, done: Mapping[str, str]) -> Submitted:
        tag = payload.body.get("tag_id")
        try:
            said = self.wechat.send_all(done[DRAFT], payload.mark[:64], None if tag is None else int(tag))
        except PlatformError as error:
            if error.answer != SENT_BEFORE:
                raise _by_hand(error) from None
            said = error.answered  # the platform names the send that it took before
        return Submitted({"msg_id": str(said.get("msg_id", "")), "msg_data_id": str(said.get("msg_data_id", ""))})

    def find(self, payload: Payload, done: Mapping[str, str]) -> Submitted | None:
        """Look for what an earlier `submit` came to. None only where it surely was not taken. Raises Unsettled.

        群发 needs no look: the platform takes one mark once and names the earlier send. `done["asked"]`, the moment of
        the earlier try (ISO), lets a draft that still lies there count as untaken only after a while.
        """
        if DRAFT not in done or payload.body.get("send") == "mass":
            return None
        title, print_, asked = str(payload.body.get("title") or ""), _print_of(payload, done), _asked(done)
        for item in self.wechat.published():
            if _same(_first(item), title, print_):
                return Submitted({"article_id": str(item["article_id"])})
            if asked and _long_before(item, asked):
                break  # newest first: all that follows was there before we asked
        if not self._draft_lies_there(done[DRAFT]) or self._just_asked(done):
            raise Unsettled(host=self.wechat.caller.line.host, why="")
        return None

    def _draft_lies_there(self, media_id: str) -> bool:
        try:
            self.wechat.draft_get(media_id)
        except PlatformError as error:
            if error.answer == NO_SUCH_MEDIA:
                return False
            raise
        return True

    def _just_asked(self, done: Mapping[str, str]) -> bool:
        asked = _asked(done)
        return asked is not None and self._now() - asked < timedelta(minutes=book("quota")["settle_minutes"])

    # -- after

    def poll(self, ids: Mapping[str, str]) -> Status:
        """Return what the platform says of it now, in its own words where it failed."""
        if ids.get("publish_id"):
            return published(self.wechat.publish_status(ids["publish_id"]))
        if ids.get("article_id"):
            return _found(self.wechat.article(ids["article_id"]), ids["article_id"])
        if ids.get("msg_id"):
            return _state("mass", self.wechat.mass_status(ids["msg_id"]), ids.get("address", ""), {})
        return Status("submitted")


def _asked(done: Mapping[str, str]) -> datetime | None:
    try:
        asked = datetime.fromisoformat(done.get(ASKED, ""))
    except ValueError:
        return None
    return asked if asked.tzinfo else asked.replace(tzinfo=UTC)


def _long_before(item: Mapping[str, Any], asked: datetime) -> bool:
    """Whether an article was published so long before we asked that it, and all older ones, cannot be ours."""
    slack = timedelta(minutes=book("quota")["slack_minutes"])
    try:
        return datetime.fromtimestamp(int(item["update_time"]), UTC) < asked - slack
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        return False


def published(said: Mapping[str, Any]) -> Status:
    """Return what publish_status, by answer or by event, says."""
    items = (said.get("article_detail") or {}).get("item") or []
    items = [items] if isinstance(items, Mapping) else items
    address = next((str(i["article_url"]) for i in items if i.get("article_url")), "")
    ids = {"article_id": str(said["article_id"])} if said.get("article_id") else {}
    return _state("publish", str(said.get("publish_status", "")), address, ids)


def mass_done(said: Mapping[str, Any]) -> Status:
    """Return what the event at the end of a mass send says. Its address is there where the platform gives one."""
    results = (said.get("ArticleUrlResult") or {}).get("ResultList") or {}
    items = results.get("item") if isinstance(results, Mapping) else None
    items = [items] if isinstance(items, Mapping) else items or []
    address = next((str(i["ArticleUrl"]) for i in items if i.get("ArticleUrl")), "")
    words = str(said.get("Status", ""))
    if words.lower() in book("states")["mass_event_good"]:
        return Status("live", address=address, ids={"address": address} if address else {})
    return Status("failed", code=words, words=words)


def _state(kind: str, code: str, address: str, ids: dict[str, str]) -> Status:
    known = book("states")[kind].get(code)
    if known is None:  # a state that is not documented proves nothing
        return Status("reviewing", address="", code=code, ids=ids)
    failed = known["state"] == "failed"
    return Status(
        known["state"],
        address=address if known["state"] == "live" else "",
        code=code if failed else "",
        words=known["words"] if failed else "",
        ids=ids,
    )


def _found(said: Mapping[str, Any], article_id: str) -> Status:
    first: Mapping[str, Any] = next(iter(said.get("news_item") or ()), {})
    if first.get("is_deleted"):
        return _state("publish", "5", "", {"article_id": article_id})
    return Status("live", address=str(first.get("url", "")), ids={"article_id": article_id})


def _by_hand(error: PlatformError) -> PlatformError:
    if error.answer != NO_RIGHT:
        return error
    return PublishByHand(BY_HAND, kind="operator", **error.params)


def _first(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(iter((item.get("content") or {}).get("news_item") or ()), {})


def _fingerprint(article: Mapping[str, Any]) -> str:
    """Return the id of the first picture: kept by the platform for this text alone, so it tells it from its twins."""
    if article.get("thumb_media_id"):
        return str(article["thumb_media_id"])
    listed = (article.get("image_info") or {}).get("image_list") or [{}]
    return str(listed[0].get("image_media_id", ""))


def _print_of(payload: Payload, done: Mapping[str, str]) -> str:
    first = next(iter(payload.body.get("images") or ()), "")
    return done.get(COVER) or done.get(f"material:{first}", "")


def _same(article: Mapping[str, Any], title: str, print_: str) -> bool:
    return bool(print_) and _fingerprint(article) == print_ and str(article.get("title", "")) == title
