"""The craft of a platform, read off a draft: limits, hook, logic, appeal, testimony, readability (C2)."""

from hongqiao.methods.craft.model import Draft, Found, Shot

__all__ = ["Draft", "Found", "Shot"]
