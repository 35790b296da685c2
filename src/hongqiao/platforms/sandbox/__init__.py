"""Test servers that speak a platform's documented protocol on this machine, and verify what the real one verifies.

with Sandbox(WeChatWorld(app_id=…, secret=…)) as sandbox: …   # sandbox.url

Written from the project's facts, not from the platform itself: where the documents are silent the choice made here is
said in the code, to be confirmed at the first live connection. Readings are invented by a seeded curve, and it says so.
"""

from hongqiao.platforms.sandbox.server import Sandbox
from hongqiao.platforms.sandbox.sms import SmsSandbox, SmsWorld
from hongqiao.platforms.sandbox.world import WeChatWorld

__all__ = ["Sandbox", "SmsSandbox", "SmsWorld", "WeChatWorld"]
