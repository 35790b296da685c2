"""Daily series of a brand for those who watch them: which, with what is missing, and what is known of their days."""

from hongqiao.insight.watching.series import Block, Key, blocks, events, nodes, settings

__all__ = ["Block", "Key", "blocks", "events", "nodes", "settings"]
