"""Hongqiao 虹桥: the workplace of a brand's new-media operations team. `import hongqiao` is the notebook's way in."""

__version__ = "0.1.0"
