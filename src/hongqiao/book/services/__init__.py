"""Writes of the brand book: each asks who may, takes the version that the person saw, leaves an audit row. C1, C2."""

from hongqiao.book.services.book import save_book
from hongqiao.book.services.importing import import_products
from hongqiao.book.services.personas import (
    add_evidence,
    add_persona,
    change_persona,
    remove_evidence,
    use_persona,
)
from hongqiao.book.services.products import (
    add_claim,
    add_product,
    approve_claim,
    change_claim,
    change_product,
    remove_claim,
    use_product,
)

#: Every one of these writes an audit row; a test holds it.
WRITES = [
    add_claim,
    add_evidence,
    add_persona,
    add_product,
    approve_claim,
    change_claim,
    change_persona,
    change_product,
    import_products,
    remove_claim,
    remove_evidence,
    save_book,
    use_persona,
    use_product,
]

__all__ = [f.__name__ for f in WRITES]  # pyright: ignore[reportUnsupportedDunderAll]
