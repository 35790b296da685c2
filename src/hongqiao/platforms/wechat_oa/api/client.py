"""The interface of 公众号: one account's calls, typed. Codes in errors.json, paths and quotas in quota.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hongqiao.errors import N_, Invalid
from hongqiao.platforms.client import Budget, Caller, Line, Refusals, Token, TokenStore, Upload
from hongqiao.platforms.kit.settings import load

Json = dict[str, Any]


class SpanTooLong(Invalid):
    code = "span_too_long"
    message = N_("这个统计接口一次最多取 %(days)s 天")
    next_step = N_("请分段取数")


@dataclass(frozen=True)
class Keys:
    """What lets an account in."""

    app_id: str
    secret: str = field(repr=False)


def book(name: str) -> Json:
    """Return one of this folder's data files."""
    return load(f"{name}.json", __package__)


def verdict(answer: Mapping[str, Any]) -> tuple[str, str]:
    """Return (errcode, errmsg); "" where it is 0 or absent: answers with data carry none."""
    code = answer.get("errcode", 0)
    return ("", "") if code in (0, "0") else (str(code), str(answer.get("errmsg", "")))


class WeChat:
    """One account. Every call raises PlatformError, UsedUp, Unreachable or NotSure; nothing else of the network."""

    def __init__(self, keys: Keys, tokens: TokenStore, budget: Budget, *, base: str = "", **options: Any):
        quota = book("quota")
        self._keys = keys
        self.caller = Caller(
            Line(base or quota["base"]),
            quota,
            Refusals("公众号", book("errors")),
            verdict=verdict,
            fetch=self._fetch,
            tokens=tokens,
            budget=budget,
            **options,
        )

    def _fetch(self, refused: str) -> Token:
        """Ask for the stable token; by force only where the platform gives the very one that it refused."""
        token = self._stable(force=False)
        return self._stable(force=True) if refused and token.value == refused else token

    def _stable(self, *, force: bool) -> Token:
        asked = datetime.now(UTC)
        body = {
            "grant_type": "client_credential",
            "appid": self._keys.app_id,
            "secret": self._keys.secret,
            "force_refresh": force,
        }
        said = self.caller.ask("stable_token", body, token=False)
        return Token(str(said["access_token"]), asked + timedelta(seconds=int(said["expires_in"])))

    def check(self) -> int:
        """Fetch a fresh token and count the drafts: the smallest call that proves keys, white list and rights."""
        self.caller.renew()
        return self.draft_count()

    # -- media

    def upload_picture(self, data: bytes, name: str, mime: str) -> str:
        """Upload a picture of a body; return its address on the platform."""
        return str(self.caller.ask("media/uploadimg", upload=Upload("media", data, name, mime))["url"])

    def add_material(self, data: bytes, name: str, mime: str, kind: str = "image") -> str:
        """Keep a permanent material; return its media_id."""
        upload = Upload("media", data, name, mime)
        return str(self.caller.ask("material/add_material", query={"type": kind}, upload=upload)["media_id"])

    # -- drafts

    def draft_add(self, articles: Sequence[Json]) -> str:
        return str(self.caller.ask("draft/add", {"articles": list(articles)})["media_id"])

    def draft_get(self, media_id: str) -> Json:
        return self.caller.ask("draft/get", {"media_id": media_id})

    def draft_update(self, media_id: str, article: Json, index: int = 0) -> None:
        self.caller.ask("draft/update", {"media_id": media_id, "index": index, "articles": article})

    def draft_delete(self, media_id: str) -> None:
        self.caller.ask("draft/delete", {"media_id": media_id})

    def draft_count(self) -> int:
        return int(self.caller.ask("draft/count")["total_count"])

    def drafts(self) -> Iterator[Json]:
        """Yield the newest drafts without their content."""
        return self._pages("draft/batchget", book("quota")["pages"]["drafts"])

    # -- publishing

    def publish(self, media_id: str) -> Json:
        """Ask to publish a draft; publish_id and msg_data_id. Taken, not yet live."""
        return self.caller.ask("freepublish/submit", {"media_id": media_id})

    def publish_status(self, publish_id: str) -> Json:
        return self.caller.ask("freepublish/get", {"publish_id": publish_id})

    def published(self) -> Iterator[Json]:
        """Yield the newest published articles without their content (what was sent to all is not among them)."""
        return self._pages("freepublish/batchget", book("quota")["pages"]["published"])

    def article(self, article_id: str) -> Json:
        return self.caller.ask("freepublish/getarticle", {"article_id": article_id})

    def article_delete(self, article_id: str, index: int = 0) -> None:
        """Take a published article down. It cannot be brought back."""
        self.caller.ask("freepublish/delete", {"article_id": article_id, "index": index})

    # -- sending to all

    def send_all(self, media_id: str, mark: str, tag_id: int | None = None) -> Json:
        """Send a draft to all followers, or to those with a tag. The platform takes one `mark` once only."""
        whom: Json = {"is_to_all": tag_id is None} | ({} if tag_id is None else {"tag_id": tag_id})
        body = {
            "filter": whom,
            "mpnews": {"media_id": media_id},
            "msgtype": "mpnews",
            "send_ignore_reprint": 0,
            "clientmsgid": mark,
        }
        return self.caller.ask("mass/sendall", body)

    def preview(self, media_id: str, *, wxname: str = "", openid: str = "") -> Json:
        """Send a draft to one person's WeChat to look at."""
        whom = {"towxname": wxname} if wxname else {"touser": openid}
        return self.caller.ask("mass/preview", {**whom, "mpnews": {"media_id": media_id}, "msgtype": "mpnews"})

    def mass_status(self, msg_id: str) -> str:
        return str(self.caller.ask("mass/get", {"msg_id": msg_id}).get("msg_status", ""))

    # -- comments. `index` counts the articles of one publication from 0; the idx of their addresses counts from 1

    def comments(self, data_id: str, index: int, begin: int, count: int, kind: int = 0) -> Json:
        """Return `total` and a page of comments, below 50; kind 0: all, 1: those not elected, 2: the elected."""
        asked = {"begin": begin, "count": count, "type": kind}
        return self.caller.ask("comment/list", {**_article(data_id, index), **asked})

    def comments_open(self, data_id: str, index: int, on: bool = True) -> None:
        """Let people comment on an article, or no more."""
        self.caller.ask("comment/open" if on else "comment/close", _article(data_id, index))

    def comment_elect(self, data_id: str, index: int, comment_id: str, on: bool = True) -> None:
        """Show a comment to all readers, or no more."""
        call = "comment/markelect" if on else "comment/unmarkelect"
        self.caller.ask(call, {**_article(data_id, index), "user_comment_id": int(comment_id)})

    def comment_delete(self, data_id: str, index: int, comment_id: str) -> None:
        """Delete what a person wrote. It cannot be brought back."""
        self.caller.ask("comment/delete", {**_article(data_id, index), "user_comment_id": int(comment_id)})

    def comment_reply(self, data_id: str, index: int, comment_id: str, content: str) -> None:
        """Reply to a comment, once."""
        said = {"user_comment_id": int(comment_id), "content": content}
        self.caller.ask("comment/reply/add", {**_article(data_id, index), **said})

    def comment_reply_delete(self, data_id: str, index: int, comment_id: str) -> None:
        self.caller.ask("comment/reply/delete", {**_article(data_id, index), "user_comment_id": int(comment_id)})

    # -- to one follower

    def tell(self, openid: str, text: str) -> None:
        """Send a text as customer service: within 48 hours of what the follower did last, else 45015."""
        self.caller.ask("message/custom/send", {"touser": openid, "msgtype": "text", "text": {"content": text}})

    def notify(self, openid: str, template: str, values: Mapping[str, str], page: str = "") -> None:
        """Send a notice that the follower subscribed to: one a subscription, else 43101."""
        body: Json = {"touser": openid, "template_id": template, "data": {k: {"value": v} for k, v in values.items()}}
        self.caller.ask("message/subscribe/bizsend", body | ({"page": page} if page else {}))

    # -- statistics

    def datacube(self, name: str, begin: date, end: date) -> list[Json]:
        """Return the rows of a statistics call for days up to yesterday. Raises SpanTooLong."""
        return list(self.datacube_answer(name, begin, end).get("list") or ())

    def datacube_answer(self, name: str, begin: date, end: date) -> Json:
        """Return all that a statistics call answers: `list`, and `is_delay` of some. Raises SpanTooLong."""
        call = f"datacube/{name}"
        most = book("quota")["calls"][call]["span"]
        if (end - begin).days >= most:
            raise SpanTooLong(days=most)
        return self.caller.ask(call, {"begin_date": begin.isoformat(), "end_date": end.isoformat()})

    def _pages(self, call: str, most: int) -> Iterator[Json]:
        size = book("quota")["pages"]["size"]
        for page in range(most):
            asked = {"offset": page * size, "count": size, "no_content": 1}
            said = self.caller.ask(call, asked)
            items = list(said.get("item") or ())
            yield from items
            if len(items) < size:
                return


def _article(data_id: str, index: int) -> Json:
    return {"msg_data_id": int(data_id), "index": index}
