"""Office files that are the same every time: no clock in their zip entries nor in their properties.

Zip entries carry a time (APPNOTE 4.4.6) and docProps/core.xml two (ECMA-376 part 2, 11.1); both become the report's own
last day. A workbook inside a slide (a chart's data) is treated alike.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def settled(data: bytes, day: date) -> bytes:
    """Return the same package with every moment set to `day`, its entries in their own order."""
    stamp = (max(day.year, 1980), day.month, day.day, 0, 0, 0)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            body = source.read(name)
            if name.endswith(".xlsx"):
                body = settled(body, day)
            if name == "docProps/core.xml":
                body = _MOMENT.sub(rb"\g<1>" + f"{day}T00:00:00Z".encode() + rb"\g<2>", body)
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, body)
    return out.getvalue()
