"""The interface of 公众号: calls, publishing, statistics, callbacks."""

from hongqiao.platforms.wechat_oa.api.client import Keys, WeChat, book
from hongqiao.platforms.wechat_oa.api.publisher import PublishByHand, WeChatPublisher

__all__ = ["Keys", "PublishByHand", "WeChat", "WeChatPublisher", "book"]
