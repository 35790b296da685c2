"""Hongqiao 虹桥: the workplace of a brand's new-media operations team.

In a notebook, on the machine that holds the data (`HONGQIAO_DATA`):

    import hongqiao
    brand = hongqiao.open("anlan")
    brand.metric("followers_new", by=["day", "platform"]).rows
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hongqiao.site.notebook import Opened

__version__ = "0.1.0"


def open(brand: str) -> "Opened":  # noqa: A001 — `hongqiao.open(...)` reads as it should
    """Open a brand by its slug. Who can read the data folder reads as its owner. Raises NotFound."""
    from hongqiao.site import notebook

    return notebook.opened(brand)


def dictionary() -> list[dict[str, Any]]:
    """Return the metric dictionary."""
    from hongqiao.site import notebook

    return notebook.dictionary()
